"""Taking a row out of a decision table: its line, or its lines in a spreadsheet."""

from __future__ import annotations

from ruleflow.model.sheet import spreadsheet
from ruleflow.model.tables import Table
from ruleflow.references.edits import Edit
from ruleflow.source import Source, Span

_FRAME = " \t|\r"


def erased_row(table: Table, row: int) -> Edit | None:
    """The edit that takes out a row with an id of its own; None where it does not stand on lines of its own."""
    name, rows = table.rows.id_span(row), table.rows
    if name is None:
        return None
    if name.source.name.lower().endswith(".csv"):
        return _sheet_lines(name)
    whole = rows.whole(row)
    spans = [name] if whole is None else [name, whole]
    return _own_lines(name.source, min(one.start for one in spans), max(one.end for one in spans))


def _sheet_lines(name: Span) -> Edit | None:
    """The lines of a spreadsheet in which a cell stands: in quotes, cells may go over several."""
    sheet = spreadsheet(name.source)
    for line in sheet.lines:
        if name.start in line.places[::2]:
            return _lines(name.source, line.places[0], line.places[-1])
    return None


def _own_lines(source: Source, start: int, end: int) -> Edit | None:
    found = _lines(source, start, end)
    before, after = source.text[found.start : start], source.text[end : found.end].removesuffix("\n")
    return None if before.strip(_FRAME) or _more(after) else found


def _more(after: str) -> bool:
    """Whether what stands behind a row goes on in other lines."""
    return "\n" in after


def _lines(source: Source, start: int, end: int) -> Edit:
    first, last = source.text.rfind("\n", 0, start) + 1, source.text.find("\n", end)
    return Edit(source.name, first, len(source.text) if last < 0 else last + 1, "")
