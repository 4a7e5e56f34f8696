"""Which rows of a ticket are an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from ruleflow.replay.mapping import Column, Rows, Take
from ruleflow.replay.tables import Row


def chosen_rows(rows: Sequence[Row], wanted: Rows) -> list[int]:
    """The places of the rows that are an event."""
    fitting = [at for at in range(len(rows)) if _fits(rows, at, wanted)]
    match wanted.take:
        case Take.FIRST:
            return fitting[:1]
        case Take.LAST:
            return fitting[-1:]
        case Take.EACH:
            return fitting


def _fits(rows: Sequence[Row], at: int, wanted: Rows) -> bool:
    row = rows[at].cells
    if any(_said(row, column) not in texts for column, texts in wanted.where):
        return False
    if wanted.increased is None and wanted.changed is None:
        return True
    if at == 0:
        return False
    before = rows[at - 1].cells
    if wanted.changed is not None and _said(row, wanted.changed) == _said(before, wanted.changed):
        return False
    return wanted.increased is None or _is_more(_said(row, wanted.increased), _said(before, wanted.increased))


def _said(row: Mapping[str, object], column: Column) -> str:
    cell = row.get(column.name)
    return "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell).strip()


def _is_more(text: str, before: str) -> bool:
    """Whether one number is above another; what is no number counts as none at all, 0."""
    return _number(text) > _number(before)


def _number(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() else Decimal(0)
