"""Decision tables, compiled: rows are found by an index, and one is made a rule when it first matches or is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import Any

from ruleflow.checker.cells import ANY, Cell, Interval
from ruleflow.checker.checked import Checked, DefinitionRead, Read
from ruleflow.checker.tables import reader_of
from ruleflow.model.rules import Rule
from ruleflow.model.tables import HitPolicy, Table
from ruleflow.plan.canonical import Canonical
from ruleflow.plan.closures import Truth, definition_path
from ruleflow.plan.conditions import (
    TRUE,
    Condition,
    HasElement,
    IsBlank,
    IsMissing,
    Range,
    all_of,
    any_of,
    negation,
    one_of,
)
from ruleflow.plan.evaluator import Evaluator
from ruleflow.plan.planned import PlannedRule
from ruleflow.plan.row_index import Column, RowIndex
from ruleflow.plan.snapshot import Derive, Snapshot
from ruleflow.resources import without_collection
from ruleflow.syntax.expressions import (
    And,
    Ask,
    Between,
    Changed,
    Compare,
    During,
    Expr,
    Has,
    In,
    MatchText,
    Not,
    Or,
)
from ruleflow.types.terms import Choice, ListOf, SetOf, Simple, Type

MOST_MADE = 20_000
"""So many rows of a table are kept as rules; then they are made anew as they match."""
COLUMN = "column "
"""Begins the path of what a column asks that is no fact: `column sla_times.Waiting`."""


@dataclass(frozen=True)
class PlannedRow(PlannedRule):
    """A row of a table as a rule. Its condition is that of the table and what its cells ask."""

    of: PlannedTable = field(repr=False, compare=False)
    row: int = 0

    @property
    def table(self) -> PlannedTable:
        """The table that it is a row of."""
        return self.of

    @property
    def hit(self) -> HitPolicy:
        """Which of the table's rows act."""
        return self.of.source.hit

    @property
    def gated(self) -> Rule:
        """The dates and the rollout of the table are those of all its rows."""
        return self.of.rule


@dataclass(frozen=True)
class PlannedTable(PlannedRule):
    """A table, which itself does nothing; `condition` is that of the whole table."""

    source: Table = field(repr=False)
    _made: dict[int, PlannedRow] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def kinds(self) -> tuple[Type, ...]:
        """The types of what its columns ask."""
        return tuple(one.kind for one in self.evaluator.checked.tables[self.rule.id])

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Under which path each column finds its value."""
        return tuple(column_path(self.source, at, self.evaluator.checked) for at in range(len(self.source.inputs)))

    @cached_property
    def cells(self) -> tuple[tuple[Cell, ...], ...]:
        """By column, what its different cells let through."""
        return cells_of(self.source, self.evaluator.checked)

    @cached_property
    def index(self) -> RowIndex:
        """Finds the rows that match; made when the table is first asked."""
        rows = self.source.rows
        with without_collection():
            columns = [
                Column(kind, cells, rows.numbers(at))
                for at, (kind, cells) in enumerate(zip(self.kinds, self.cells, strict=True))
            ]
            return RowIndex(columns, rows.count)

    @cached_property
    def _read(self) -> Any:
        return itemgetter(*self.paths)

    def values(self, facts: Snapshot) -> Sequence[Any]:
        """What the columns ask, for some facts. Raises `BudgetError` where a value is too large, whichever rows ask it."""
        found = self._read(facts)
        return found if len(self.paths) > 1 else (found,)

    @cached_property
    def asks(self) -> Truth:
        """Whether the condition of the whole table holds."""
        return self.evaluator.compile(self.condition)

    @cached_property
    def holds(self) -> Truth:
        """Whether some row matches."""
        return lambda facts: bool(self.places(facts))

    def places(self, facts: Snapshot) -> list[int]:
        """The rows that match, in order, whatever the hit policy. May raise `BudgetError`."""
        return self.index.matches(self.values(facts)) if self.asks(facts) else []

    def matching(self, facts: Snapshot) -> Iterable[PlannedRow]:
        """The rows that match; of a table that takes the first one, that. May raise `BudgetError`."""
        places = self.places(facts)
        if self.source.hit is HitPolicy.FIRST:
            places = places[:1]
        return map(self.row, places)

    def anew(self, condition: Condition, evaluator: Evaluator) -> PlannedTable:
        """The table with another condition of the whole; its cells and their index stay."""
        made = PlannedTable(self.rule, condition, evaluator, self.source)
        kept = ("kinds", "cells", "index")
        vars(made).update({name: value for name, value in vars(self).items() if name in kept})
        return made

    def row(self, place: int) -> PlannedRow:
        """A row as a rule. Two threads may both make it; they are equal."""
        found = self._made.get(place)
        if found is None:
            if len(self._made) >= MOST_MADE:
                self._made.clear()
            rule = self.source.row_rule(place)
            found = self._made[place] = PlannedRow(rule, self.condition_of(place), self.evaluator, self, place)
        return found

    def condition_of(self, place: int) -> Condition:
        """What a row asks, with what the whole table asks."""
        rows = self.source.rows
        asked = (self._conditions[at][rows.numbers(at)[place]] for at in range(len(self.paths)))
        return all_of((self.condition, *asked))

    @cached_property
    def _conditions(self) -> tuple[Mapping[int, Condition], ...]:
        """By column, for each different cell its condition, made when it is first asked for."""
        checked = self.evaluator.checked
        truths = (_truth(column.expr, checked) for column in self.source.inputs)
        return tuple(
            _Conditions(cells, path, kind, truth)
            for cells, path, kind, truth in zip(self.cells, self.paths, self.kinds, truths, strict=True)
        )


class _Conditions(dict[int, Condition]):
    """The conditions of the cells of a column by their numbers."""

    def __init__(self, cells: Sequence[Cell], path: str, kind: Type, truth: Condition | None) -> None:
        super().__init__()
        self._cells, self._path, self._kind, self._truth = cells, path, kind, truth

    def __missing__(self, number: int) -> Condition:
        cell = self._cells[number]
        truth = self._truth
        found = cell_condition(cell, self._path, self._kind) if truth is None else _of_truth(cell, truth)
        self[number] = found
        return found


def _truth(expr: Expr, checked: Checked) -> Condition | None:
    """What a column asks as a condition, where it is a test, which is never missing; None for any other."""
    meaning = checked.meanings.get(expr.id)
    if isinstance(meaning, DefinitionRead):
        return _truth(checked.model.definitions[meaning.name].value, checked)
    if checked.types[expr.id] is not Simple.BOOLEAN or not isinstance(expr, _TESTS):
        return None
    return Canonical(checked).condition(expr)


def _of_truth(cell: Cell, truth: Condition) -> Condition:
    """A cell that asks whether a test holds."""
    takes = {value: (value in cell.values) is not cell.negated for value in (True, False)}
    parts = [truth] * takes[True] + [negation(truth)] * takes[False]
    return TRUE if len(parts) == 2 else any_of(tuple(parts))


_TESTS = (And, Or, Not, Compare, Between, In, Has, MatchText, Ask, Changed, During)
"""Expressions that are true or false whatever is missing."""


def cells_of(table: Table, checked: Checked) -> tuple[tuple[Cell, ...], ...]:
    """By column, what its different cells let through; of a table without errors."""
    found = []
    for at, column in enumerate(checked.tables[table.id]):
        reader = reader_of(column.kind, checked.model, decimal_comma=table.rows.decimal_comma)
        cells = tuple(map(reader.read, table.rows.texts[at]))
        found.append(tuple(cell if isinstance(cell, Cell) else ANY for cell in cells))
    return tuple(found)


def cell_condition(cell: Cell, path: str, kind: Type) -> Condition:
    """A cell as a condition of the value under a path."""
    if cell == ANY:
        return TRUE
    parts: list[Condition]
    if isinstance(kind, SetOf | ListOf):
        parts = [HasElement(path, one) for one in cell.values]
        parts += [IsBlank(path)] if cell.missing else []
    else:
        parts = [one_of(path, list(cell.values))] if cell.values else []
        parts += [_range(one, path, kind) for one in cell.ranges]
        parts += [IsMissing(path)] if cell.missing else []
    found = any_of(tuple(parts))
    return negation(found) if cell.negated else found


def _range(one: Interval, path: str, kind: Type) -> Condition:
    options = kind.options if isinstance(kind, Choice) else ()
    return Range(path, one.low, one.high, one.low_open, one.high_open, options)


def column_path(table: Table, at: int, checked: Checked) -> str:
    """Under which path a column finds its value: that of a fact or a definition, else one of its own."""
    column = table.inputs[at]
    match checked.meanings.get(column.expr.id):
        case Read(path):
            return path
        case DefinitionRead(name):
            return definition_path(name)
        case _:
            return f"{COLUMN}{table.id}.{column.heading}"


def columns_of(checked: Checked) -> dict[str, Expr]:
    """What the columns ask that are no facts, by path."""
    return {
        path: column.expr
        for table in checked.model.tables
        for at, column in enumerate(table.inputs)
        if (path := column_path(table, at, checked)).startswith(COLUMN)
    }


def column_values(columns: Mapping[str, Expr], evaluator: Evaluator) -> dict[str, Derive]:
    """How they are computed, by path."""
    return {path: evaluator.value_of(expr) for path, expr in columns.items()}
