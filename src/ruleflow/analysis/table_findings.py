"""What `check` says of decision tables: tickets that no row takes, rows that never match, rows that ask the same.

Every ticket that is shown was asked of the table; a row that is said never to match is so for every ticket.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from ruleflow.analysis import table_warnings as warnings
from ruleflow.analysis.table_axes import OTHER, Axis, Stretches, axes_of
from ruleflow.analysis.table_boxes import BUDGET, Boxes, Point, Search
from ruleflow.checker.checked import Checked
from ruleflow.checker.reads import paths_read
from ruleflow.checker.stages import written_by, written_by_table
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.engine.canonical import plain
from ruleflow.formats.masking import mask
from ruleflow.model.tables import HitPolicy, Table
from ruleflow.model.vocabulary import Field
from ruleflow.plan.plan import Plan
from ruleflow.plan.row_index import cell_test
from ruleflow.plan.snapshot import BudgetError, no_facts
from ruleflow.plan.tables import PlannedTable
from ruleflow.resources import without_collection
from ruleflow.types.durations import duration_text
from ruleflow.types.terms import ListOf, SetOf
from ruleflow.types.values import Value

MOST_TOLD = 10
"""Rows of a table that are told for one reason."""
MOST_BOXES = 4
"""A table whose lists make so many boxes of a row, on average, is not looked through."""


def find_in_tables(plan: Plan, *, budget: int = BUDGET) -> Iterator[Diagnostic]:
    """Warnings about the tables of a project. `budget` is how many rows are looked at in each, as often as they are."""
    with without_collection():
        for table in plan.tables.values():
            yield from _Looked(plan, table, budget).findings()


@dataclass(slots=True)
class _Looked:
    """A table that is looked through."""

    plan: Plan
    table: PlannedTable
    budget: int
    told: int = field(default=0)

    @property
    def source(self) -> Table:
        return self.table.source

    @property
    def checked(self) -> Checked:
        return self.plan.checked

    def findings(self) -> Iterator[Diagnostic]:
        """What is to say of it."""
        if not self.source.rows.count:
            return
        copies = dict(self._copies())
        yield from self._told_copies(copies)
        if self.source.hit is HitPolicy.COLLECT:
            return
        boxes = self._boxes(frozenset(copies))
        if boxes is None:
            yield warnings.not_fully_checked(self.source)
            return
        is_unique, is_plain = self.source.hit is HitPolicy.UNIQUE, not self._are_related()
        search = Search(boxes, is_plain, not is_unique, is_unique and is_plain, self.budget).run()
        yield from self._gaps(search, boxes)
        yield from self._overlaps(search, boxes)
        if search.is_whole and not is_unique:
            yield from self._shadowed(search, frozenset(copies))
        if not search.is_whole:
            yield warnings.not_fully_checked(self.source)

    # Rows that ask the same

    def _copies(self) -> Iterator[tuple[int, int]]:
        """Rows that ask the same as one above them, each with that one; where all act, that do the same, too."""
        rows, cells = self.source.rows, self.table.cells
        columns: list[Sequence[Any]] = []
        for at, own in enumerate(cells):
            same: dict[Any, int] = {}
            keys = [
                same.setdefault((frozenset(one.values), frozenset(one.ranges), one.missing, one.negated), len(same))
                for one in own
            ]
            columns.append([keys[number] for number in rows.numbers(at)])
        if self.source.hit is HitPolicy.COLLECT:
            columns += [rows.numbers(at) for at in range(len(cells), len(rows.texts))]
        first: dict[tuple[Any, ...], int] = {}
        for row, key in enumerate(zip(*columns, strict=True)):
            other = first.setdefault(key, row)
            if other != row:
                yield row, other

    def _told_copies(self, copies: dict[int, int]) -> Iterator[Diagnostic]:
        for row, first in list(copies.items())[:MOST_TOLD]:
            yield warnings.duplicate(self.source, row, first, more=len(copies) - MOST_TOLD)

    # The grid

    def _boxes(self, copies: frozenset[int]) -> Boxes | None:
        """The table as boxes; None where they would be too many."""
        rows = self.source.rows
        axes: list[Axis] = []
        by_column = []
        for at, (column, cells) in enumerate(zip(self.checked.tables[self.source.id], self.table.cells, strict=True)):
            own, parts = axes_of(
                at,
                len(axes),
                column.kind,
                cells,
                self._field(at),
                self.checked.model,
                may_be_missing=column.may_be_missing,
            )
            axes += own
            by_column.append((rows.numbers(at), parts))
        bounds: list[list[Stretches | None]] = [[] for _ in axes]
        owners: list[int] = []
        for row in range(rows.count):
            if row in copies:
                continue
            made: list[dict[int, Stretches]] = [{}]
            for numbers, parts in by_column:
                made = [{**one, **other} for one in made for other in parts[numbers[row]]]
                if len(made) > 256:
                    return None
            owners += [row] * len(made)
            for at, axis in enumerate(bounds):
                axis += [one.get(at) for one in made]
            if len(owners) > MOST_BOXES * rows.count + 1_000:
                return None
        return Boxes(axes, bounds, owners)

    def _field(self, column: int) -> Field | None:
        """The field of a column whose bounds hold: no rule writes it."""
        path, model = self.table.paths[column], self.checked.model
        written = {one for rule in model.rules for one in written_by(rule)}
        written |= {one for table in model.tables for one in written_by_table(table)}
        return None if path in written else model.fields.get(path)

    def _are_related(self) -> bool:
        """Whether two columns look at one fact, so that not every pair of their values can be."""
        seen: set[str] = set()
        for column in self.source.inputs:
            read = set(paths_read(column.expr, self.checked.model, self.checked.meanings))
            own = {base for path in read for base in (path, *self.plan.depends.get(path, ()))}
            own |= {"now"} if not read else set()
            if own & seen:
                return True
            seen |= own
        return False

    # What was found

    def _values(self, point: Point, boxes: Boxes) -> tuple[list[Any], list[tuple[int, Any]]]:
        """A value for each column at a point, and those that matter."""
        values: list[Any] = []
        told: list[tuple[int, Any]] = []
        for at, kind in enumerate(self.table.kinds):
            axes = [(number, one) for number, one in enumerate(boxes.axes) if one.column == at]
            fixed = [(number, one) for number, one in axes if number in point]
            if isinstance(kind, SetOf | ListOf):
                held = [one.element for number, one in fixed if point[number]]
                value: Any = frozenset(held) if isinstance(kind, SetOf) else tuple(held)
            else:
                number, axis = axes[0]
                value = axis.values[point.get(number, 0)]
            values.append(value)
            if fixed:
                told.append((at, value))
        return values, told

    def _gaps(self, search: Search, boxes: Boxes) -> Iterator[Diagnostic]:
        for point in search.gaps:
            values, told = self._values(point, boxes)
            if not self.table.index.matches(values) and self._may_be_asked(values):
                yield warnings.gap(self.source, self._text(told))
                return

    def _may_be_asked(self, values: Sequence[Any]) -> bool:
        """Whether the condition of the whole table may hold for a ticket of these values, as far as they say."""
        seen = no_facts()
        seen.update({path: value for path, value in zip(self.table.paths, values, strict=True) if value is not None})
        seen.derive = {path: derive for path, derive in self.plan.derive.items() if path not in self.table.paths}
        try:
            return self.table.asks(seen)
        except BudgetError:
            return False

    def _overlaps(self, search: Search, boxes: Boxes) -> Iterator[Diagnostic]:
        for (first, second), point in search.pairs.items():
            values, told = self._values(point, boxes)
            if {first, second} <= set(self.table.index.matches(values)) and self._may_be_asked(values):
                yield warnings.overlap(self.source, first, second, self._text(told))

    def _shadowed(self, search: Search, copies: frozenset[int]) -> Iterator[Diagnostic]:
        never = [row for row in range(self.source.rows.count) if row not in search.live and row not in copies]
        for row in never[:MOST_TOLD]:
            yield warnings.shadowed(self.source, row, self._covering(row), more=len(never) - MOST_TOLD)

    def _covering(self, row: int) -> int | None:
        """A row above that alone takes all that a row takes, as far as one can see by the cells."""
        rows, cells = self.source.rows, self.table.cells
        wider = []
        for at, kind in enumerate(self.table.kinds):
            own = cells[at][rows.numbers(at)[row]]
            values = own.values if not own.negated and not own.ranges and not own.missing else None
            sets = isinstance(kind, SetOf | ListOf)
            wider.append(
                [
                    one == own
                    or (one.negated and one.values == () and not one.ranges and not one.missing)
                    or (
                        values is not None
                        and all(cell_test(one, kind)((value,) if sets else value) for value in values)
                    )
                    for one in cells[at]
                ]
            )
        numbers = [rows.numbers(at) for at in range(len(cells))]
        above = (
            other for other in range(row) if all(own[number[other]] for own, number in zip(wider, numbers, strict=True))
        )
        return next(above, None)

    def _text(self, told: Sequence[tuple[int, Any]]) -> str:
        """The values of some columns, as people write them."""
        said = [f"{self.source.inputs[at].text} {self._said(at, value)}" for at, value in told]
        return ", ".join(said) or "any ticket"

    def _said(self, at: int, value: Any) -> str:
        declared = self.checked.model.fields.get(self.table.paths[at])
        if declared is not None and declared.secret and value is not None:
            return mask(str(value))
        if value is None or (isinstance(value, frozenset | tuple) and not value):
            return "is missing" if value is None else "is empty"
        if isinstance(value, frozenset | tuple):
            return f"has {' and '.join(sorted(map(str, value)))}"
        return f"is {_plain(value, self.checked)}"


def _plain(value: Value, checked: Checked) -> str:
    if value == OTHER:
        return "something else"
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, bool):
        return str(value).lower()
    return str(plain(value, checked.model.zone))
