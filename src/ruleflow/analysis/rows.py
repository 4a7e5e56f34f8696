"""Decision tables before the prover: the rows of a table are rules of which, as its hit policy says, only the first acts.

A table of very many rows is left out. Then nothing is proved on its events: what is found is still decided by the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from ruleflow.analysis.table_axes import sorted_values
from ruleflow.checker.cells import ANY, Cell
from ruleflow.model.model import Model
from ruleflow.plan.plan import EventRules, Plan, position
from ruleflow.plan.planned import PlannedRule
from ruleflow.plan.row_index import cell_test
from ruleflow.plan.tables import PlannedTable
from ruleflow.types.terms import Choice, ListOf, Reference, SetOf, Type

MOST_ROWS = 300
"""Rows of a table that is looked into."""
_SAMPLE = 40
"""Rows of a larger table whose cells are looked at for tickets to try."""


def rules_of(own: EventRules | None) -> tuple[PlannedRule, ...]:
    """The rules of an event and the rows of its tables, in file order; those of large tables are left out."""
    if own is None:
        return ()
    rows = [table.row(row) for table in own.tables if not _is_large(table) for row in range(table.source.rows.count)]
    return tuple(sorted([*own.rules, *rows], key=position)) if rows else own.rules


def sampled(own: EventRules | None) -> Iterable[PlannedRule]:
    """Some rows of large tables, from all over each."""
    for table in own.tables if own is not None else ():
        if _is_large(table):
            count = table.source.rows.count
            yield from (table.row(row) for row in range(0, count, max(1, count // _SAMPLE)))


def left_out(plans: Iterable[Plan], event: str) -> str:
    """Why nothing is proved on an event, where a table is too large; '' where there is none."""
    own = (stage.events[event] for plan in plans for stage in plan.stages if event in stage.events)
    large = (table for one in own for table in one.tables if _is_large(table))
    found = max(large, key=lambda table: table.source.rows.count, default=None)
    if found is None:
        return ""
    return f"the table `{found.rule.id}` has {found.source.rows.count:,} rows; tables of more than {MOST_ROWS} are not looked into"


def edited_rows(one: Plan, other: Plan) -> Iterator[tuple[PlannedTable, int]]:
    """Rows of large tables that the other version does not have, the first of each table; then those that it alone has."""
    for here, there in ((one, other), (other, one)):
        for name, table in here.tables.items():
            same = there.tables.get(name)
            known = set() if same is None else set(_rows(same))
            new = (row for row, cells in enumerate(_rows(table)) if cells not in known)
            yield from ((table, row) for row in islice(new, _SAMPLE) if _is_large(table))


def _rows(table: PlannedTable) -> Iterator[tuple[str, ...]]:
    rows = table.source.rows
    return zip(*([own[number] for number in rows.numbers(at)] for at, own in enumerate(rows.texts)), strict=True)


def facts_of_row(table: PlannedTable, row: int) -> dict[str, Any]:
    """Facts that the cells of a row take, by path; None: no value. What no fact says is left out."""
    found: dict[str, Any] = {}
    for at, (path, kind) in enumerate(zip(table.paths, table.kinds, strict=True)):
        cell = table.cells[at][table.source.rows.numbers(at)[row]]
        declared = table.evaluator.checked.model.fields.get(path)
        if declared is not None and cell != ANY:
            tried = _values_of(cell, kind, table.evaluator.checked.model)
            found[path] = next((value for value in tried if cell_test(cell, kind)(value)), None)
    return found


def _values_of(cell: Cell, kind: Type, model: Model) -> Iterator[Any]:
    """Values that a cell may take."""
    if isinstance(kind, SetOf | ListOf):
        yield from ([value] for value in cell.values)
        yield from (
            [name] for name in sorted_values(kind.of, (), None, model) if isinstance(kind.of, Choice | Reference)
        )
        yield []
        return
    values = sorted_values(kind, (cell,), None, model)
    yield from (*cell.values, *values)


def _is_large(table: PlannedTable) -> bool:
    return table.source.rows.count > MOST_ROWS
