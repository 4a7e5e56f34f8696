"""Facts as tables, and tables as facts, told apart from how the engine does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa


def flat(facts: Sequence[Mapping[str, Any]]) -> pa.Table:
    """A table with a column for each path; a column in which numbers and texts meet is of texts."""
    columns: dict[str, list[Any]] = {}
    for row, one in enumerate(facts):
        for path, value in _paths(one):
            columns.setdefault(path, [None] * len(facts))[row] = value
    return pa.table({path: _array(values) for path, values in columns.items()}) if columns else _empty(len(facts))


def nested(table: pa.Table) -> pa.Table:
    """The same table with a struct column for each object."""
    return pa.Table.from_struct_array(_struct({name: table[name].combine_chunks() for name in table.column_names}))


def rows_of(table: pa.Table) -> list[dict[str, Any]]:
    """The facts of each row, nulls left out."""
    return [_nested_facts(row) for row in table.to_pylist()]


def _paths(facts: Mapping[str, Any], above: str = "") -> Any:
    for name, value in facts.items():
        if isinstance(value, dict):
            yield from _paths(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _array(values: list[Any]) -> pa.Array:
    kinds = {type(one) for one in values if one is not None and not isinstance(one, list)}
    return pa.array([None if one is None else str(one) for one in values] if len(kinds) > 1 else values)


def _empty(rows: int) -> pa.Table:
    return pa.table({"nothing": pa.nulls(rows)})


def _struct(columns: Mapping[str, pa.Array]) -> pa.Array:
    inner: dict[str, Any] = {}
    for path, array in columns.items():
        head, _, rest = path.partition(".")
        if rest:
            inner.setdefault(head, {})[rest] = array
        else:
            inner[head] = array
    arrays = {name: _struct(one) if isinstance(one, dict) else one for name, one in inner.items()}
    return pa.StructArray.from_arrays(list(arrays.values()), list(arrays))


def _nested_facts(row: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, value in row.items():
        *above, name = path.split(".")
        told = _nested_facts(value) if isinstance(value, dict) else value
        if told is None or told == {}:
            continue
        place = found
        for key in above:
            place = place.setdefault(key, {})
        place[name] = told
    return found
