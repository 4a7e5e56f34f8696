"""The small closures that evaluators are put together from: one for each atom, and for joining them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from ruleflow.calendar.calendar import Calendar
from ruleflow.plan.conditions import Range
from ruleflow.plan.snapshot import Snapshot
from ruleflow.plan.truths import ORDERS, prepared
from ruleflow.regex.regex import Regex, compile_regex
from ruleflow.syntax.expressions import Comparison
from ruleflow.types.values import NUMBERS, Value, plain_number

Truth = Callable[[Snapshot], bool]
"""Whether something holds for the facts of a stage."""
Compute = Callable[[Snapshot], Any]
"""A value for the facts of a stage; None where it is missing."""


DEFINITION = "definition "
"""Begins the path of the value of a definition."""


def definition_path(name: str) -> str:
    """Under which path the value of a definition is kept."""
    return f"{DEFINITION}{name}"


def now(facts: Snapshot) -> Any:
    """The instant of the decision."""
    return facts.now


def itself(value: Any) -> Any:
    """A value as it is."""
    return value


def always(_: Snapshot) -> bool:
    """Holds for every ticket."""
    return True


def every(truths: list[Truth]) -> Truth:
    """Whether all of some truths hold."""
    if len(truths) == 2:
        first, second = truths
        return lambda facts: first(facts) and second(facts)
    return lambda facts: all(truth(facts) for truth in truths)


def some(truths: list[Truth]) -> Truth:
    """Whether one of some truths holds."""
    if len(truths) == 2:
        first, second = truths
        return lambda facts: first(facts) or second(facts)
    return lambda facts: any(truth(facts) for truth in truths)


def in_range(atom: Range) -> Truth:
    """Whether a field lies between bounds; false where it is missing, or an option without a place."""
    path = atom.path
    low, high = atom.low, atom.high
    above = ORDERS[Comparison.MORE if atom.low_open else Comparison.AT_LEAST]
    below = ORDERS[Comparison.LESS if atom.high_open else Comparison.AT_MOST]
    places = {option: place for place, option in enumerate(atom.options)}
    rank: Callable[[Any], Any] = places.get if atom.options else itself
    if high is None:
        return lambda facts: above(rank(facts[path]), low)
    if low is None:
        return lambda facts: below(rank(facts[path]), high)

    def inside(facts: Snapshot) -> bool:
        value = rank(facts[path])
        return above(value, low) and below(value, high)

    return inside


def text_match(left: Compute, test: Callable[[str, str], bool], pattern: str, *, exact: bool) -> Truth:
    """Whether a text passes a test against a pattern that is folded already (unless `exact`)."""

    def matches(facts: Snapshot) -> bool:
        value = left(facts)
        return value is not None and test(prepared(value, exact=exact), pattern)

    return matches


def regex(pattern: str, *, exact: bool) -> Regex:
    """A pattern that the checker has let through, ready to match."""
    made = compile_regex(pattern, ignore_case=not exact)
    if not isinstance(made, Regex):
        raise TypeError(f"a checked pattern does not compile: {made.message}")
    return made


def regex_match(left: Compute, regex: Regex) -> Truth:
    """Whether a text matches a pattern somewhere."""

    def matches(facts: Snapshot) -> bool:
        value = left(facts)
        return value is not None and regex.search(value)

    return matches


def within(instant: Compute, calendar: Calendar | None) -> Truth:
    """Whether an instant lies in the open hours of a calendar; false without either."""

    def is_within(facts: Snapshot) -> bool:
        at = instant(facts)
        return at is not None and calendar is not None and calendar.is_open(at)

    return is_within


def fallback(left: Compute, right: Compute) -> Compute:
    """A value, or what stands in for it."""

    def value(facts: Snapshot) -> Any:
        found = left(facts)
        return right(facts) if found is None else found

    return value


def part_of_item(part: str) -> Compute:
    """A part of the record at hand."""

    def value(facts: Snapshot) -> Any:
        item = facts.item
        return item.get(part) if isinstance(item, Mapping) else None

    return value


def ordered(items: Any) -> Iterable[Any]:
    """A list as it is; the elements of a set in an order that is always the same."""
    return sorted(items, key=repr) if isinstance(items, frozenset) else items or ()


def total(values: list[Any], *, durations: bool) -> Value:
    """The sum of numbers or durations."""
    if durations:
        return sum(values, timedelta())
    total: Any = 0
    for value in values:
        total = NUMBERS.add(total, value)
    return plain_number(total) if values else 0


def ranked(values: list[Any], rank: Callable[[Any], Any]) -> list[Any]:
    """The values that can be compared: an option that the project does not know has no place."""
    return [value for value in values if rank(value) is not None]
