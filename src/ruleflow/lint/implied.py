"""What follows from what, read off the canonical form alone: no solver, and never wrong, though it does not see everything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ruleflow.plan.conditions import (
    FALSE,
    TRUE,
    All,
    Atom,
    Condition,
    Equals,
    HasElement,
    IsBlank,
    IsMissing,
    Negated,
    OneOf,
    Range,
    RegexMatch,
    TextMatch,
    Within,
    negation,
)
from ruleflow.plan.conditions import Any as AnyOf
from ruleflow.syntax.expressions import TextTest


def implies(one: Condition, other: Condition) -> bool:
    """Whether `other` surely holds wherever `one` does."""
    if one in {FALSE, other} or other == TRUE:
        return True
    match one, other:
        case AnyOf(parts), _:
            return all(implies(part, other) for part in parts)
        case _, All(parts):
            return all(implies(one, part) for part in parts)
        case All(parts), _:
            return any(implies(part, other) for part in parts) or _within_any(one, other)
        case _, AnyOf():
            return _within_any(one, other)
        case Negated(part), Negated(wider):
            return implies(wider, part)
        case Negated(), _:
            return False
        case _, Negated(part):
            return _excludes(one, part)
        case _:
            return _atom_implies(one, other)


def always(condition: Condition) -> bool:
    """Whether it surely holds for every ticket."""
    match condition:
        case All(parts):
            return all(map(always, parts))
        case AnyOf(parts):
            return any(map(always, parts)) or _either(parts)
        case _:
            return False


def never(condition: Condition) -> bool:
    """Whether it surely holds for no ticket."""
    return always(negation(condition))


def _either(parts: Sequence[Condition]) -> bool:
    """Whether one of two parts holds in any case."""
    return any(implies(negation(one), other) for at, one in enumerate(parts) for other in parts[at + 1 :])


def _within_any(one: Condition, other: Condition) -> bool:
    return isinstance(other, AnyOf) and any(implies(one, part) for part in other.parts)


def _atom_implies(one: Atom, other: Atom) -> bool:
    """Of two tests, neither negated."""
    if getattr(one, "path", None) != getattr(other, "path", ""):
        return False
    match one, other:
        case Equals(), Equals() | OneOf() | Range():
            return one.value is not None and _holds(other, one.value)
        case OneOf(), Equals() | OneOf() | Range():
            return all(value is not None and _holds(other, value) for value in one.values)
        case Range(), Range():
            return _range_within(one, other)
        case IsMissing(), IsBlank():
            return True
        case TextMatch(), TextMatch():
            return _text_within(one, other)
        case _:
            return False


def _excludes(one: Atom, other: Atom) -> bool:
    """Whether no value passes both tests."""
    if getattr(one, "path", None) != getattr(other, "path", ""):
        return False
    match one, other:
        case Equals() | OneOf(), Equals() | OneOf() | Range():
            values = one.values if isinstance(one, OneOf) else (one.value,)
            return all(value is not None and not _holds(other, value) for value in values)
        case Range(), Equals() | OneOf():
            return _excludes(other, one)
        case Range(), Range():
            return one.options == other.options and (_below(one, other) or _below(other, one))
        case IsMissing(), _:
            return _needs_value(other)
        case _, IsMissing():
            return _needs_value(one)
        case _:
            return False


def _needs_value(atom: Atom) -> bool:
    """Whether a missing value fails the test."""
    match atom:
        case Equals(_, value):
            return value is not None
        case OneOf(_, values):
            return None not in values
        case Range() | TextMatch() | RegexMatch() | HasElement() | Within():
            return True
        case _:
            return False


def _holds(test: Equals | OneOf | Range, value: Any) -> bool:
    """Whether a value that is there passes a test; of a range that cannot be compared with it, no."""
    match test:
        case Equals(_, wanted):
            return bool(value == wanted)
        case OneOf(_, values):
            return value in values
        case Range():
            place = _place(test, value)
            return place is not None and _lies_in(place, test)


def _place(test: Range, value: Any) -> Any:
    if test.options:
        return test.options.index(value) if value in test.options else None
    return value


def _lies_in(value: Any, test: Range) -> bool:
    try:
        above = test.low is None or (value > test.low if test.low_open else value >= test.low)
        return bool(above and (test.high is None or (value < test.high if test.high_open else value <= test.high)))
    except TypeError:
        return False


def _range_within(one: Range, other: Range) -> bool:
    if one.options != other.options:
        return False
    return _bounded(one.low, other.low, is_open=(one.low_open, other.low_open), sign=1) and _bounded(
        one.high, other.high, is_open=(one.high_open, other.high_open), sign=-1
    )


def _bounded(one: Any, other: Any, *, is_open: tuple[bool, bool], sign: int) -> bool:
    """Whether a bound is as narrow as another; `sign` 1: lower bounds, -1: upper ones."""
    if other is None or one is None:
        return other is None
    if one == other:
        return is_open[0] or not is_open[1]
    try:
        return bool(one > other) if sign > 0 else bool(one < other)
    except TypeError:
        return False


def _below(one: Range, other: Range) -> bool:
    """Whether one range ends before the other begins."""
    high: Any = one.high
    if high is None or other.low is None:
        return False
    try:
        return bool(high < other.low) or (high == other.low and (one.high_open or other.low_open))
    except TypeError:
        return False


def _text_within(one: TextMatch, other: TextMatch) -> bool:
    """`starts with 'abc'` starts with 'ab', and contains both."""
    if one.exact != other.exact:
        return False
    match one.test, other.test:
        case (TextTest.STARTS_WITH, TextTest.STARTS_WITH):
            return one.pattern.startswith(other.pattern)
        case (TextTest.ENDS_WITH, TextTest.ENDS_WITH):
            return one.pattern.endswith(other.pattern)
        case (_, TextTest.CONTAINS):
            return other.pattern in one.pattern
        case _:
            return False
