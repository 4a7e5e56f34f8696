"""Which thing of the old version is which of the new one: by id, by `was:`, by what it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

ALIKE = 60
"""From this likeness on, in percent, two things under different names are taken for one."""

_COMMON = 50
"""A feature of more things than this says too little to look for likeness by it."""


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """A thing in both versions. `likeness` is given, in percent, where it was found by what it says."""

    old: T
    new: T
    likeness: int | None = None


@dataclass(frozen=True, slots=True)
class Matches(Generic[T]):
    """Things in both versions in the order of the new one, those gone, and those that are new."""

    both: tuple[Match[T], ...]
    gone: tuple[T, ...]
    fresh: tuple[T, ...]


@dataclass(frozen=True, slots=True)
class Names(Generic[T]):
    """What things are known by. `says` gives what a thing says, apart from its name; empty: only names count."""

    id: Callable[[T], str]
    was: Callable[[T], Iterable[str]]
    says: Callable[[T], frozenset[Hashable]]


def match(old: Sequence[T], new: Sequence[T], names: Names[T]) -> Matches[T]:
    """Match things. First by id, then by the ids that a thing had before, then by likeness.

    The likeness of two things is twice the number of features that both have, by the number of both's features (the
    coefficient of Dice and Sørensen); the most alike come first, and from `ALIKE` percent on they are one.
    """
    before = {names.id(one): one for one in old}
    pairs: dict[str, Match[T]] = {}
    for one in new:
        if names.id(one) in before:
            pairs[names.id(one)] = Match(before.pop(names.id(one)), one)
    for one in new:
        earlier = next((name for name in names.was(one) if name in before), None)
        if names.id(one) not in pairs and earlier is not None:
            pairs[names.id(one)] = Match(before.pop(earlier), one)
    fresh = [one for one in new if names.id(one) not in pairs]
    for pair in _alike(tuple(before.values()), fresh, names):
        del before[names.id(pair.old)]
        pairs[names.id(pair.new)] = pair
    both = tuple(pairs[names.id(one)] for one in new if names.id(one) in pairs)
    return Matches(both, tuple(before.values()), tuple(one for one in new if names.id(one) not in pairs))


def _alike(old: Sequence[T], new: Sequence[T], names: Names[T]) -> list[Match[T]]:
    before, after = [names.says(one) for one in old], [names.says(one) for one in new]
    holders: dict[Hashable, list[int]] = {}
    for to, features in enumerate(after):
        for feature in features:
            holders.setdefault(feature, []).append(to)
    same: dict[frozenset[Hashable], list[int]] = {}
    for to, features in enumerate(after):
        same.setdefault(features, []).append(to)
    ranked = []
    for at, features in enumerate(before):
        shared = Counter(to for one in features if len(holders.get(one, ())) <= _COMMON for to in holders.get(one, ()))
        for to in {*shared, *same.get(features, ())[:_COMMON]} if features else ():
            likeness = 200 * len(features & after[to]) // (len(features) + len(after[to]))
            if likeness >= ALIKE:
                ranked.append((-likeness, abs(at - to), at, to))
    found: dict[int, Match[T]] = {}
    taken: set[int] = set()
    for likeness, _, at, to in sorted(ranked):
        if at not in found and to not in taken:
            taken.add(to)
            found[at] = Match(old[at], new[to], -likeness)
    return list(found.values())
