"""The cells of a decision table as boxes over a grid of whole numbers: each axis a column, cut where cells tell values apart.

A column of values is one axis: a place for each class of values that no cell tells apart, and one for a missing value.
A column of sets has an axis for each element that cells name, with the places 0 (it is not there) and 1; a cell that
takes one of several elements is several boxes then.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeAlias

from ruleflow.checker.cells import Cell, Interval
from ruleflow.model.model import Model
from ruleflow.model.vocabulary import Field
from ruleflow.types.terms import Choice, ListOf, Reference, SetOf, Simple, Type
from ruleflow.types.values import Value, plain_number

Stretch: TypeAlias = tuple[int, int]
"""The first and the last of some places of an axis."""
Stretches: TypeAlias = tuple[Stretch, ...]

OTHER = "(some other)"
"""Stands for an element, or a text, that no cell names."""


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis. `values` has a value for each place, None a missing one; of a set column `element` is the element.

    `unknown` is the place of options and things that the project does not know, -1 where there is none.
    """

    column: int
    values: Sequence[Value]
    element: Value = None
    is_element: bool = False
    unknown: int = -1

    @property
    def whole(self) -> Stretches:
        """All places."""
        return ((0, len(self.values) - 1),)


Parts: TypeAlias = tuple[dict[int, Stretches], ...]
"""A cell as boxes: for each the axes that it bounds, by number."""


def axes_of(
    column: int,
    first: int,
    kind: Type,
    cells: Sequence[Cell],
    declared: Field | None,
    model: Model,
    *,
    may_be_missing: bool,
) -> tuple[list[Axis], list[Parts]]:
    """The axes of a column, numbered from `first` on, and each of its cells as boxes over them."""
    if isinstance(kind, SetOf | ListOf):
        return _of_set(column, first, cells)
    values = sorted_values(kind, cells, declared, model)
    unknown = len(values) if isinstance(kind, Choice | Reference) else -1
    ends = ([OTHER] if unknown >= 0 else []) + ([None] if may_be_missing else [])
    axis = Axis(column, (*values, *ends), unknown=unknown)
    line = _Line(kind, values, len(axis.values), may_be_missing)
    parts: list[Parts] = []
    for cell in cells:
        found = line.stretches(cell)
        parts.append(({},) if found == axis.whole else ({first: found},) if found else ())
    return [axis], parts


def _of_set(column: int, first: int, cells: Sequence[Cell]) -> tuple[list[Axis], list[Parts]]:
    named = list(dict.fromkeys(value for cell in cells for value in cell.values))
    if any(cell.missing for cell in cells):
        named.append(OTHER)
    place = {element: first + at for at, element in enumerate(named)}
    axes = [Axis(column, (False, True), element, is_element=True) for element in named]
    no: Stretches = ((0, 0),)
    yes: Stretches = ((1, 1),)

    def boxes(cell: Cell) -> Iterator[dict[int, Stretches]]:
        if not cell.negated:
            yield from ({place[value]: yes} for value in cell.values)
            if cell.missing:
                yield dict.fromkeys(place.values(), no)
            return
        without = {place[value]: no for value in cell.values}
        if not cell.missing:
            yield without
            return
        yield from ({**without, at: yes} for element, at in place.items() if element not in cell.values)

    return axes, [tuple(boxes(cell)) for cell in cells]


@dataclass(frozen=True, slots=True)
class _Line:
    """The values of an axis in order, and how many places it has with those that are no values."""

    kind: Type
    values: Sequence[Any]
    size: int
    may_be_missing: bool

    def stretches(self, cell: Cell) -> Stretches:
        """The places that a cell lets through."""
        inside = [*(one for value in cell.values for one in self._at(value)), *map(self._within, cell.ranges)]
        if cell.missing and self.may_be_missing:
            inside.append((self.size - 1, self.size - 1))
        found = _joined(one for one in inside if one[0] <= one[1])
        return self._others(found) if cell.negated else found

    def _at(self, value: Value) -> Iterator[Stretch]:
        if self._is_line:
            at = bisect_left(self.values, value)
            if at < len(self.values) and self.values[at] == value:
                yield at, at
        elif value in self.values:
            at = self.values.index(value)
            yield at, at

    @property
    def _is_line(self) -> bool:
        return isinstance(self.kind, Simple) and self.kind is not Simple.BOOLEAN

    def _within(self, one: Interval) -> Stretch:
        places: Sequence[Any] = range(len(self.values)) if isinstance(self.kind, Choice) else self.values
        low = 0 if one.low is None else (bisect_right if one.low_open else bisect_left)(places, one.low)
        high = len(places) if one.high is None else (bisect_left if one.high_open else bisect_right)(places, one.high)
        return low, high - 1

    def _others(self, taken: Stretches) -> Stretches:
        """The places between and around some."""
        edges = [-1, *(edge for one in taken for edge in one), self.size]
        gaps = ((low + 1, high - 1) for low, high in zip(edges[::2], edges[1::2], strict=True))
        return tuple(one for one in gaps if one[0] <= one[1])


def _joined(stretches: Iterable[Stretch]) -> Stretches:
    """Stretches in order, those that touch made one."""
    found: list[Stretch] = []
    for low, high in sorted(stretches):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def sorted_values(kind: Type, cells: Sequence[Cell], declared: Field | None, model: Model) -> list[Value]:
    """A value of each class that the cells of a column tell apart; those that a project knows, where it knows all."""
    named = {value for cell in cells for value in cell.values}
    match kind:
        case Choice(options=options):
            return list(options)
        case Reference(kinds=kinds):
            return list(dict.fromkeys(name for one in kinds for name in model.things(one)))
        case Simple.BOOLEAN:
            return [False, True]
        case Simple.TEXT:
            return [*sorted({*map(str, named), OTHER})]
        case _:
            bounds = {edge for cell in cells for one in cell.ranges for edge in (one.low, one.high) if edge is not None}
            return list(_line(sorted({*named, *bounds}), kind, declared))


def _line(bounds: list[Any], kind: Type, declared: Field | None) -> Iterator[Any]:
    """The bounds, and between and around them a value where there is one; nothing below the lowest, above the highest."""
    low = declared.minimum if declared is not None else None
    high = declared.maximum if declared is not None else None
    bounds = [one for one in bounds if (low is None or one > low) and (high is None or one < high)]
    bounds = [*([] if low is None else [low]), *bounds, *([] if high is None else [high])]
    if not bounds:
        yield _START.get(kind, 0) if isinstance(kind, Simple) else 0
        return
    below, above = _beside(bounds[0], -1, kind), _beside(bounds[-1], 1, kind)
    if below is not None and low is None:
        yield below
    for one, following in pairwise([*bounds, None]):
        yield one
        found = None if following is None else _between(one, following, kind)
        if found is not None:
            yield found
    if above is not None and high is None:
        yield above


_START: dict[Simple, Any] = {
    Simple.DATE: date(2026, 1, 1),
    Simple.TIME: time(12),
    Simple.DURATION: timedelta(hours=1),
}
_TICK = timedelta(microseconds=1)


def _beside(value: Any, side: int, kind: Type) -> Any:
    """A value just below (-1) or above (1) a bound; None where there is none."""
    try:
        match value:
            case datetime():
                return value + side * timedelta(hours=1)
            case date():
                return value + side * timedelta(days=1)
            case time():
                return (time.min if side < 0 else time.max) if value != (time.min if side < 0 else time.max) else None
            case timedelta():
                return value + timedelta(hours=1) if side > 0 else value / 2 if value > _TICK else None
            case _:
                return plain_number(Decimal(value) + side) if kind is Simple.DECIMAL else value + side
    except OverflowError:
        return None


def _between(low: Any, high: Any, kind: Type) -> Any:
    """A value between two; None where there is none."""
    match low:
        case datetime() | timedelta():
            middle = low + (high - low) / 2
            return middle if low < middle < high else None
        case date():
            return low + timedelta(days=1) if high - low > timedelta(days=1) else None
        case time():
            middle = (
                datetime.combine(date.min, low)
                + (datetime.combine(date.min, high) - datetime.combine(date.min, low)) / 2
            ).time()
            return middle if low < middle < high else None
        case _ if kind is Simple.INTEGER:
            return low + 1 if high - low > 1 else None
        case _:
            return plain_number((Decimal(low) + Decimal(high)) / 2)
