"""Why a row of a decision table matched or not: each cell with the value it saw; and which rows came nearest."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import nsmallest
from typing import Any

from ruleflow.checker.cells import ANY, Cell
from ruleflow.engine.trace import Part, Seen, Tracer
from ruleflow.model.tables import Table
from ruleflow.plan.row_index import cell_test
from ruleflow.plan.snapshot import BudgetError, Snapshot
from ruleflow.plan.tables import PlannedTable
from ruleflow.types.terms import ListOf, SetOf, Type

MOST_NEAREST = 3
"""Rows that are named because they nearly matched."""


def row_part(table: PlannedTable, row: int, facts: Snapshot) -> Part:
    """The condition of the whole table and the cells of a row, each with what it saw. Raises `BudgetError`."""
    tracer = Tracer(facts, table.evaluator.checked, table.evaluator)
    when = table.rule.when
    parts = [] if when is None else [tracer.part(when, decides=True)]
    parts += _cells(table, row, facts, tracer)
    holds = all(part.holds for part in parts)
    text = " and ".join(part.text for part in parts if part.note != _ANYTHING) or "always"
    return Part(text, "and", holds, tuple(parts))


def nearest_rows(table: PlannedTable, facts: Snapshot, others: frozenset[int] = frozenset()) -> list[int]:
    """The rows that lack least, the upper one of two first; `others` are left out. Looks at every row."""
    try:
        values = table.values(facts)
    except BudgetError:
        return []
    rows = table.source.rows
    lacking = [0] * rows.count
    for at, (value, cells, kind) in enumerate(zip(values, table.cells, table.kinds, strict=True)):
        fails = [not cell_test(cell, kind)(value) for cell in cells]
        lacking = [count + fails[number] for count, number in zip(lacking, rows.numbers(at), strict=True)]
    candidates = ((count, row) for row, count in enumerate(lacking) if row not in others)
    return [row for _, row in nsmallest(MOST_NEAREST, candidates)]


def missed(table: PlannedTable, row: int, facts: Snapshot) -> list[dict[str, Any]]:
    """The cells of a row that do not hold, as JSON."""
    tracer = Tracer(facts, table.evaluator.checked, table.evaluator)
    return [part.to_dict() for part in _cells(table, row, facts, tracer) if not part.holds]


_ANYTHING = "anything will do"


def _cells(table: PlannedTable, row: int, facts: Snapshot, tracer: Tracer) -> Iterator[Part]:
    values, source = table.values(facts), table.source
    failed = False
    for at, column in enumerate(source.inputs):
        number = source.rows.numbers(at)[row]
        cell, kind = table.cells[at][number], table.kinds[at]
        holds = cell_test(cell, kind)(values[at])
        seen = tuple(tracer.seen(column.expr)) or (Seen(column.text, tracer.plain(values[at])),)
        note = _ANYTHING if cell == ANY else ""
        if not holds and not note and values[at] is None:
            note = f"because `{column.text}` is missing"
        text = cell_text(source, at, source.rows.texts[at][number], cell, kind)
        yield Part(text, "test", holds, seen=seen, note=note, decides=not holds and not failed)
        failed = failed or not holds


def cell_text(table: Table, at: int, text: str, cell: Cell, kind: Type) -> str:
    """A cell as a test of what its column asks: `ticket.priority >= high`, `contact.segments has vip`."""
    asked = table.inputs[at].text
    if cell == ANY:
        return f"{asked}: -"
    said = text.removeprefix("not ") if cell.negated else text
    several = len(cell.values) + len(cell.ranges) + cell.missing > 1
    if isinstance(kind, SetOf | ListOf) and not cell.missing:
        word = "has none of" if cell.negated else "has any of" if several else "has"
        return f"{asked} {word} {said}"
    if not cell.values and not several and cell.ranges and said.startswith((">", "<")):
        return f"{asked} {said}"
    if said == "present":
        return f"{asked} is present"
    return f"{asked} {'is none of' if cell.negated and several else 'is not' if cell.negated else 'is one of' if several else 'is'} {said}"
