"""The values of a field cut into cells in which every test has one answer, each with a value that stands for it.

A cell's truth under an atom is what the engine's own test says of its value; nothing of what a test means is said again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import ceil, floor
from typing import Any

from ruleflow.calendar.calendar import Calendar
from ruleflow.model.vocabulary import Field
from ruleflow.plan.conditions import Atom, Equals, HasChanged, OneOf, Range
from ruleflow.types.terms import Choice, Reference, Simple, Type
from ruleflow.types.values import Value

UNKNOWN = "(some other)"
"""Stands for an option or a thing that no version of the project knows."""


FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""Where a proof begins to look for instants, if nobody says otherwise: the same question gets the same answer."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """The stretch of time in which instants are looked for."""

    start: datetime
    end: datetime

    @staticmethod
    def of_two_years(start: datetime) -> Horizon:
        """The two years that a proof looks at."""
        return Horizon(start, start + timedelta(days=366 * 2))

    @property
    def words(self) -> str:
        """How an answer names it."""
        return f"instants from {self.start:%Y-%m-%d} to {self.end:%Y-%m-%d}"


def constants_of(atoms: Iterable[Atom]) -> set[Any]:
    """The values that atoms compare a field with; places of options are none."""
    found: set[Any] = set()
    for atom in atoms:
        match atom:
            case Equals(_, value):
                found.add(value)
            case OneOf(_, values):
                found |= values
            case Range(_, low, high, options=()):
                found |= {low, high}
            case HasChanged(_, before, after):
                found |= {one for one in (*before, *after) if not isinstance(one, frozenset | tuple)}
    found.discard(None)
    return found


def values_of(
    kind: Type,
    declared: Sequence[Field],
    constants: set[Any],
    names: Iterable[str],
    calendars: Iterable[Calendar],
    horizon: Horizon,
) -> list[Value]:
    """A value of each cell, missing left out. `names` are the options or things that any version knows."""
    match kind:
        case Simple.BOOLEAN:
            return [False, True]
        case Choice() | Reference():
            return [*dict.fromkeys(names), UNKNOWN]
        case Simple.DATETIME:
            return list(_instants(constants, calendars, horizon))
        case _:
            limits = {limit for one in declared for limit in (one.minimum, one.maximum) if limit is not None}
            bounds = sorted(constants | limits)
            if kind is Simple.INTEGER:
                bounds = sorted({whole for one in bounds for whole in (floor(one), ceil(one))})
            return [value for value in _between(kind, bounds) if _is_allowed(value, declared)]


def _between(kind: Type, bounds: Sequence[Any]) -> Iterator[Value]:
    """Each bound, a value below all, one above all, and one between any two where there is one."""
    if not bounds:
        yield _some(kind)
        return
    step = _step(kind)
    yield from _tried(
        lambda: bounds[0] - step if not isinstance(bounds[0], time) else time.min, lambda low: low < bounds[0]
    )
    for at, bound in enumerate(bounds):
        yield bound
        if at + 1 < len(bounds):
            after = bounds[at + 1]
            yield from _tried(lambda: _middle(kind, bound, after), lambda one: bound < one < after)  # noqa: B023 - used at once
    yield from _tried(
        lambda: bounds[-1] + step if not isinstance(bounds[-1], time) else time.max, lambda high: high > bounds[-1]
    )


def _tried(make: Callable[[], Any], fits: Callable[[Any], bool]) -> Iterator[Any]:
    try:
        made = make()
    except (OverflowError, ValueError):
        return
    if fits(made):
        yield made


def _step(kind: Type) -> Any:
    match kind:
        case Simple.INTEGER:
            return 1
        case Simple.DECIMAL:
            return Decimal(1)
        case Simple.DATE:
            return timedelta(days=1)
        case _:
            return timedelta(hours=1)


def _middle(kind: Type, low: Any, high: Any) -> Any:
    match kind:
        case Simple.INTEGER:
            return low + 1
        case Simple.DECIMAL:
            return (Decimal(low) + Decimal(high)) / 2
        case Simple.TIME:
            start, end = (timedelta(hours=one.hour, minutes=one.minute, seconds=one.second) for one in (low, high))
            return (datetime.min + (start + end) / 2).time()  # noqa: DTZ901 - only its time of day
        case Simple.DATE:
            return low + timedelta(days=max(1, (high - low).days // 2))
        case _:
            return low + (high - low) / 2


def _some(kind: Type) -> Value:
    match kind:
        case Simple.INTEGER | Simple.DECIMAL:
            return 1
        case Simple.DATE:
            return date(2026, 3, 2)
        case Simple.TIME:
            return time(12)
        case Simple.DURATION:
            return timedelta(hours=1)
        case _:
            return None


def _is_allowed(value: Any, declared: Sequence[Field]) -> bool:
    """Whether the door of some version lets a number in."""
    if value is None:
        return False
    if not declared or not isinstance(value, int | Decimal):
        return True
    return any(
        (one.minimum is None or value >= one.minimum) and (one.maximum is None or value <= one.maximum)
        for one in declared
    )


def _instants(constants: set[datetime], calendars: Iterable[Calendar], horizon: Horizon) -> Iterator[datetime]:
    """One instant for each way in which bounds and calendars together see time, the earliest first."""
    known = list(calendars)
    bounds = sorted(constants)
    candidates = {horizon.start, horizon.end, *bounds}
    for calendar in known:
        for start, end in calendar.periods(horizon.start, horizon.end):
            candidates |= {start.astimezone(horizon.start.tzinfo), end.astimezone(horizon.start.tzinfo)}
    microsecond = timedelta(microseconds=1)
    candidates |= {bound + side for bound in bounds for side in (-microsecond, microsecond)}
    seen: set[tuple[Any, ...]] = set()
    for instant in sorted(candidates):
        place = tuple((instant > bound) - (instant < bound) for bound in bounds)
        seen_as = (place, tuple(calendar.is_open(instant) for calendar in known))
        if seen_as not in seen:
            seen.add(seen_as)
            yield instant
