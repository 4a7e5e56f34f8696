"""The warnings about decision tables, in words."""

from __future__ import annotations

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.diagnostic import Diagnostic, Related
from ruleflow.model.tables import HitPolicy, Table


def gap(table: Table, example: str) -> Diagnostic:
    """A ticket that no row takes."""
    unique = table.hit is HitPolicy.UNIQUE
    help_ = (
        "add a row for such tickets; `not …` and `missing` are cells, too"
        if unique
        else "add a row for such tickets, or a last one of `-` for all others: with `-` in what it does, where nothing is meant to be done"
    )
    return Diagnostic(codes.GAP, f"no row takes a ticket where {example}", table.rule.id_span, _within(table), (help_,))


def overlap(table: Table, first: int, second: int, example: str) -> Diagnostic:
    """Two rows of which only one may match, and a ticket that both take."""
    return Diagnostic(
        codes.OVERLAP,
        f"the rows `{table.row_name(first)}` and `{table.row_name(second)}` both match where {example}",
        table.rows.whole(second),
        _within(table),
        ("narrow one of them; or choose `hit: first` where the upper one is meant to win",),
        _related(table, first, "the other row"),
    )


def shadowed(table: Table, row: int, above: int | None, *, more: int) -> Diagnostic:
    """A row that is never left a ticket; `more` others are not told."""
    who = "rows above it take" if above is None else f"the row `{table.row_name(above)}` above it takes"
    return Diagnostic(
        codes.SHADOWED_ROW,
        f"the row `{table.row_name(row)}` never matches: {who} every ticket that it would{_more(more)}",
        table.rows.whole(row),
        _within(table),
        ("put the row with the narrower cells first, or remove it",),
        () if above is None else _related(table, above, "this row takes them"),
    )


def duplicate(table: Table, row: int, first: int, *, more: int) -> Diagnostic:
    """A row that asks the same as one above it; of a table in which all act, that does the same, too."""
    said = "asks and does" if table.hit is HitPolicy.COLLECT else "asks"
    return Diagnostic(
        codes.DUPLICATE_ROW,
        f"the row `{table.row_name(row)}` {said} the same as the row `{table.row_name(first)}`{_more(more)}",
        table.rows.whole(row),
        _within(table),
        ("keep one of them",),
        _related(table, first, "the first one"),
    )


def not_fully_checked(table: Table) -> Diagnostic:
    """A table of which nothing is said any more."""
    return Diagnostic(
        codes.NOT_FULLY_CHECKED,
        f"the table `{table.id}` was not looked through to the end: it may leave tickets to no row, or have rows that never match",
        table.rule.id_span,
        _within(table),
        ("split it into several tables, or use fewer lists and ranges that cross each other",),
    )


def _more(count: int) -> str:
    return f" (so do {count:,} more)" if count > 0 else ""


def _within(table: Table) -> str:
    return f"table `{table.id}`"


def _related(table: Table, row: int, message: str) -> tuple[Related, ...]:
    span = table.rows.whole(row)
    return () if span is None else (Related(span, message),)
