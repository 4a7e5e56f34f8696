"""Which contacts and tickets of a file of facts carry a thing: by its id, by what the helpdesk calls it, or by an old name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruleflow.diagnostics.suggest import listing
from ruleflow.model.model import Model
from ruleflow.references.names import Kind, Name
from ruleflow.replay.csv_rows import csv_table
from ruleflow.replay.json_rows import json_table
from ruleflow.replay.mapping import FileForm
from ruleflow.replay.parquet_rows import parquet_table
from ruleflow.replay.tables import CSV, JSON_LINES, Meter, Row, Table, UnreadableTableError, Unusable, kind_of, opened
from ruleflow.types import terms
from ruleflow.types.terms import ListOf, Record, Reference, SetOf, Type

_LISTED = re.compile(r"\s*[,;|]\s*")
_CONTACT, _TICKET = "contact.id", "ticket.id"


@dataclass(frozen=True, slots=True)
class Carrier:
    """A row that carries a thing: its number, the ids that it gives ('' : none), the fields in which it stands."""

    row: int
    contact: str
    ticket: str
    fields: tuple[str, ...]


def carriers(rows: Iterable[Row | Unusable], name: Name, model: Model) -> Iterator[Carrier | Unusable]:
    """The rows that carry a thing, and those that cannot be read. Nothing is kept."""
    carrying = fields_carrying(name, model)
    words = words_of(name, model)
    for row in rows:
        if isinstance(row, Unusable):
            yield row
            continue
        found = tuple(
            path for path, kind in carrying.items() if _carries(_value(row.cells, path), kind, name.kind, words)
        )
        if found:
            yield Carrier(row.number, _text(row.cells, _CONTACT), _text(row.cells, _TICKET), found)


def fields_carrying(name: Name, model: Model) -> Mapping[str, Type]:
    """The fields whose values may be, or hold, a thing; of a field itself that field."""
    if name.kind in {Kind.FIELD, Kind.OPTION}:
        path = name.id if name.kind is Kind.FIELD else name.owner
        return {path: model.fields[path].type} if path in model.fields else {}
    kind = next((one for one in terms.Kind if one.value == name.kind.value), None)
    found = {path: declared.type for path, declared in model.fields.items()}
    return {path: of for path, of in found.items() if kind is not None and _may_hold(of, kind)}


def words_of(name: Name, model: Model) -> frozenset[str]:
    """What facts may call a thing; of a field nothing: there any value counts."""
    if name.kind is Kind.FIELD:
        return frozenset()
    if name.kind is Kind.OPTION:
        declared = model.fields.get(name.owner)
        others = {} if declared is None else declared.external_options
        return frozenset({name.written, *(old for old, now in others.items() if now == name.written)})
    kind = next((one for one in terms.Kind if one.value == name.kind.value), None)
    thing = None if kind is None else model.things(kind).get(name.id)
    return frozenset() if thing is None else frozenset({name.id, thing.external_id, *thing.was} - {""})


def _may_hold(of: Type, kind: terms.Kind) -> bool:
    match of:
        case Reference():
            return kind in of.kinds
        case SetOf() | ListOf():
            return _may_hold(of.of, kind)
        case Record():
            return any(_may_hold(part, kind) for _, part in of.parts)
        case _:
            return False


def _carries(value: Any, of: Type, kind: Kind, words: frozenset[str]) -> bool:
    match of:
        case _ if value is None or value == "":
            return False
        case _ if kind is Kind.FIELD:
            return True
        case SetOf() | ListOf():
            items = _LISTED.split(value.strip("[] ")) if isinstance(value, str) else value
            many = items if isinstance(items, list | tuple) else [items]
            return any(_carries(item, of.of, kind, words) for item in many)
        case Record():
            parts = value if isinstance(value, Mapping) else {}
            return any(_carries(parts.get(name), part, kind, words) for name, part in of.parts if _holds(part, kind))
        case _:
            return str(value).strip().strip("'\"") in words


def _holds(part: Type, kind: Kind) -> bool:
    """Whether a part of a record may be such a thing; a text that only looks like its name is not."""
    return any(_may_hold(part, one) for one in terms.Kind if one.value == kind.value)


def _value(cells: Mapping[str, Any], path: str) -> Any:
    """The value of a path: a column of that name, or inside an object; of a line `{"facts": …}` inside these."""
    if path in cells and cells[path] is not None:
        return cells[path]
    found: Any = cells.get("facts") if isinstance(cells.get("facts"), Mapping) else cells
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _text(cells: Mapping[str, Any], path: str) -> str:
    found = _value(cells, path)
    return "" if found is None else str(found)


@contextmanager
def opened_rows(path: Path, name: Name, model: Model, meter: Meter) -> Iterator[Iterator[Row | Unusable]]:
    """The rows of a file of facts: JSON Lines of facts, or a table whose columns are called as fields are (`contact.segments`).

    Raises `UnreadableTableError`, also where no column is a field that could carry the thing.
    """
    if not fields_carrying(name, model):
        raise UnreadableTableError(f"no field of facts can hold the {name}")
    kind = kind_of(path)
    paths = [*fields_carrying(name, model), _CONTACT, _TICKET]
    wanted = {*paths, *(one.partition(".")[0] for one in paths), "facts"}
    with ExitStack() as stack:
        raw, file = stack.enter_context(opened(path))
        if kind is CSV:
            table = stack.enter_context(csv_table(file, FileForm(), path.name))
        elif kind is JSON_LINES:
            table = json_table(file, set())
        elif kind is None:
            raise UnreadableTableError(
                f"the name of {path.name} does not say what it is; it ends in .jsonl, .csv or .parquet"
            )
        else:
            table = parquet_table(file, path.name)
        _check_columns(table, paths, path.name)
        yield meter.measured(table.rows(wanted), raw)


def _check_columns(table: Table, paths: list[str], name: str) -> None:
    carrying = paths[:-2]
    known = {*carrying, *(path.partition(".")[0] for path in carrying), "facts"}
    if table.columns is not None and not known & set(table.columns):
        listed = listing(carrying, 4)
        raise UnreadableTableError(f"no column of {name} is called {listed}, so nobody knows who carries it")
