"""From the cells of a row to a value of the facts, as a mapping says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

from ruleflow.formats.masking import mask
from ruleflow.replay.mapping import Source
from ruleflow.replay.moments import ISO, Form, moments
from ruleflow.replay.tables import Cells
from ruleflow.types.durations import duration_text
from ruleflow.types.terms import ListOf, SetOf, Simple, Type

_SHOWN = 80
_YES = frozenset({"true", "yes", "y", "1"})
_NO = frozenset({"false", "no", "n", "0"})


@dataclass(slots=True)
class Notes:
    """What was odd about a row: texts that no table names, with their column, and instants that cannot be read, with the text."""

    unmapped: list[tuple[str, str]] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)


Reading = Callable[[Cells, Notes], Any]
"""Reads a value out of a row; None where it is missing. It is JSON, numbers with a point Decimals."""


def reading_of(source: Source, absent: frozenset[str]) -> Reading:
    """The reading of a source, made once for all rows. `absent` are texts that mean nothing."""
    if source.column is None:
        return lambda _cells, _notes: source.constant
    inside = source.kind.of if isinstance(source.kind, (SetOf, ListOf)) else source.kind
    one = _reading_of_one(source, inside, absent)
    name = source.column.name
    if inside is source.kind:
        return lambda cells, notes: one(cells.get(name), notes)
    return _reading_of_many(name, source.separator, one)


_One = Callable[[object, Notes], Any]


def _reading_of_many(name: str, separator: str, one: _One) -> Reading:
    def read(cells: Cells, notes: Notes) -> Any:
        cell = cells.get(name)
        if isinstance(cell, str):
            cell = cell.split(separator) if separator else [cell]
        listed = cell if isinstance(cell, (list, tuple)) else [cell]
        found = [value for item in listed if (value := one(item, notes)) is not None]
        return [part for value in found for part in (value if isinstance(value, list) else [value])]

    return read


def _reading_of_one(source: Source, kind: Type, absent: frozenset[str]) -> _One:
    """The reading of a cell, or of an item in it."""
    as_json = _json_of(kind, source.form)
    name = source.column.name if source.column is not None else ""
    table = source.values

    def read(cell: object, notes: Notes) -> Any:
        if cell is None or (isinstance(cell, float) and not isfinite(cell)):
            return None
        if isinstance(cell, str):
            cell = cell.strip()
            if not cell or cell in absent:
                return None
        if table is not None:
            text = _text(cell)
            if text in table:
                return table[text]
            if source.names_others:
                return source.other
            notes.unmapped.append((name, mask(text) if source.secret else text[:_SHOWN]))
        found = as_json(cell)
        if found is None:
            shown = _text(cell)
            notes.faults.append((name, mask(shown) if source.secret else shown[:_SHOWN]))
        return found

    return read


def _json_of(kind: Type, form: Form) -> Callable[[object], Any]:
    """From a cell to JSON for a type; None where an instant cannot be read."""
    if kind is Simple.DATETIME:
        read = moments(form)
        return lambda cell: None if (at := read(cell)) is None else at.isoformat()
    if kind is Simple.DATE and form.pattern != ISO:
        read = moments(form)
        return lambda cell: None if (at := read(cell)) is None else at.astimezone(form.zone).date().isoformat()
    if kind is Simple.BOOLEAN:
        return _flag
    return _text if kind is Simple.TEXT else plain


def _flag(cell: object) -> Any:
    word = _text(cell).casefold()
    return True if word in _YES else False if word in _NO else plain(cell)


def _text(cell: object) -> str:
    """A cell as a text."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).lower()
    found = plain(cell)
    return found if isinstance(found, str) else str(found)


def plain(cell: object) -> Any:
    """A value as JSON has it; a float that is no number is missing."""
    match cell:
        case None | str() | bool() | int() | Decimal():
            return cell
        case float():
            return cell if isfinite(cell) else None
        case datetime() | date() | time():
            return cell.isoformat()
        case timedelta():
            return duration_text(cell)
        case bytes():
            return cell.decode(errors="replace")
        case Mapping():
            return {str(key): plain(value) for key, value in cell.items()}
        case list() | tuple():
            return [plain(value) for value in cell]
        case _:
            return str(cell)
