"""By what the index finds a rule: keys of which one must be in the facts if a condition is to hold.

The idea of access predicates is from Fabret et al., Filtering algorithms and implementation for very fast
publish/subscribe systems (SIGMOD 2001).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from ruleflow.plan.conditions import (
    All,
    Any,
    Condition,
    Equals,
    HasChanged,
    HasElement,
    IsMissing,
    OneOf,
    Range,
    RegexMatch,
    TextMatch,
)
from ruleflow.types.values import Value


class Way(IntEnum):
    """How the keys of a field are found in the facts, cheapest first."""

    VALUE = 0
    """The value itself, absence being one."""
    ELEMENT = 1
    """Each element of a set or list."""
    RANGE = 2
    """The stretches between bounds in which a value lies."""
    TEXT = 3
    """Each pattern that a text passes."""


class Lookup(NamedTuple):
    """A field and the way in which its keys are found."""

    way: Way
    path: str


@dataclass(frozen=True, slots=True)
class Access:
    """Keys, each of a lookup, of which one is in the facts wherever a condition holds.

    A range, or a test of a text, is its own key. `decides`: where one is in the facts the condition holds, so that nothing
    is left to be checked. `lookups` has the lookups of the keys, each once.
    """

    keys: tuple[tuple[Lookup, Hashable], ...]
    lookups: tuple[Lookup, ...]
    decides: bool


MOST_KEYS = 1_000
"""A condition with more keys is checked rule by rule."""


def access(condition: Condition, is_scalar: Callable[[str], bool]) -> Access | None:
    """The keys of a condition; None where it may hold without any. `is_scalar`: whether a field's values can be keys."""
    found = _access(condition, is_scalar)
    return found if found is not None and len(found.keys) <= MOST_KEYS else None


def _access(condition: Condition, is_scalar: Callable[[str], bool]) -> Access | None:
    match condition:
        case Equals(path, value) if is_scalar(path):
            return _of_one(Lookup(Way.VALUE, path), (value,))
        case OneOf(path, values) if is_scalar(path):
            return _of_one(Lookup(Way.VALUE, path), values)
        case IsMissing(path) if is_scalar(path):
            return _of_one(Lookup(Way.VALUE, path), (None,))
        case HasChanged(path, _, (value,)) if value is not None and is_scalar(path):
            return _of_one(Lookup(Way.VALUE, path), (value,), decides=False)
        case HasElement(path, value):
            return _of_one(Lookup(Way.ELEMENT, path), (value,))
        case Range(path):
            return _of_one(Lookup(Way.RANGE, path), (condition,))
        case TextMatch(path) | RegexMatch(path):
            return _of_one(Lookup(Way.TEXT, path), (condition,))
        case Any(parts):
            return _any([_access(part, is_scalar) for part in parts])
        case All(parts):
            return _all(_access(part, is_scalar) for part in parts)
        case _:
            return None


def _of_one(lookup: Lookup, keys: Iterable[Value | Condition], *, decides: bool = True) -> Access:
    """Keys of one lookup; values that can be told apart by a dictionary, or conditions."""
    return Access(tuple((lookup, key) for key in keys), (lookup,), decides)


def _any(parts: list[Access | None]) -> Access | None:
    """The keys of all parts; every part needs some."""
    found = [part for part in parts if part is not None]
    if len(found) < len(parts) or not found:
        return None
    keys = tuple(dict.fromkeys(key for part in found for key in part.keys))
    lookups = tuple(dict.fromkeys(lookup for lookup, _ in keys))
    return Access(keys, lookups, decides=all(part.decides for part in found))


def _all(parts: Iterable[Access | None]) -> Access | None:
    """The keys of the part that is looked up most cheaply."""
    found = [part for part in parts if part is not None]
    if not found:
        return None
    best = min(found, key=lambda part: (max(lookup.way for lookup in part.lookups), len(part.keys)))
    return Access(best.keys, best.lookups, decides=False)
