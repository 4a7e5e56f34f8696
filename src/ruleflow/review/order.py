"""What moved in a list, so that moving one thing past a hundred is one move."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

from ruleflow.review.edits import Moved


def moved(places: Sequence[int]) -> frozenset[int]:
    """The indexes of those that moved, given for each thing of the new list its place in the old one.

    What stays is a longest increasing subsequence (patience sorting; n log n), so as few as can be have moved.
    """
    ends: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for at, place in enumerate(places):
        pile = bisect_left(ends, place)
        before.append(tops[pile - 1] if pile else -1)
        ends[pile : pile + 1] = [place]
        tops[pile : pile + 1] = [at]
    stay: set[int] = set()
    at = tops[-1] if tops else -1
    while at >= 0:
        stay.add(at)
        at = before[at]
    return frozenset(range(len(places))) - stay


def name_of(thing: Any) -> str:
    """What a thing is called in its project."""
    return str(getattr(thing, "id", "") or getattr(thing, "name", "") or getattr(thing, "path", ""))


def moves(
    pairs: Iterable[tuple[Any, Any]], old: Sequence[Any], new: Sequence[Any], group: Callable[[Any], Hashable]
) -> dict[str, Moved]:
    """Of things in both versions those that stand elsewhere in their group, by their new ids."""
    places = {name_of(one): at for at, one in enumerate(old)}
    groups: dict[Hashable, list[tuple[Any, Any]]] = {}
    for pair in pairs:
        groups.setdefault(group(pair[1]), []).append(pair)
    before, after = _neighbours(old, group), _neighbours(new, group)
    return {
        name_of(own[at][1]): Moved(before[name_of(own[at][0])], after[name_of(own[at][1])])
        for own in groups.values()
        for at in moved([places[name_of(one)] for one, _ in own])
    }


def _neighbours(things: Sequence[Any], group: Callable[[Any], Hashable]) -> dict[str, str]:
    """For each thing the one before it in its group, '' for the first."""
    last: dict[Hashable, str] = {}
    found = {}
    for one in things:
        found[name_of(one)] = last.get(group(one), "")
        last[group(one)] = name_of(one)
    return found
