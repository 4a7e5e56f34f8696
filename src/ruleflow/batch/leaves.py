"""A table as the facts it has: one Arrow array for each declared field, however the columns are nested.

A null is as if it was not there, at every depth: a column `ticket.priority` and a struct column `ticket` with a field
`priority` mean the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ruleflow.batch.errors import TableError
from ruleflow.engine.door import Door, FieldReader, Group

BEFORE = "before."
"""Stands before the paths of old values."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where facts may stand: the readers of declared fields by path, and the paths of the objects around them."""

    readers: Mapping[str, FieldReader]
    groups: frozenset[str]

    def owner(self, path: str) -> str:
        """The declared field at a path, or whose part stands there; '' where none does."""
        while path and path not in self.readers:
            path = path.rpartition(".")[0]
        return path

    def is_wanted(self, column: str) -> bool:
        """Whether a column may hold facts; all others need not be read from a file."""
        path = after_before(column)
        return not path or path in self.groups or bool(self.owner(path))


def places_of(door: Door) -> Places:
    """The places of the facts of a project."""
    readers: dict[str, FieldReader] = {}
    groups: set[str] = set()
    _collect(door.root, "", readers, groups)
    return Places(readers, frozenset(groups))


def _collect(group: Group, path: str, readers: dict[str, FieldReader], groups: set[str]) -> None:
    readers.update({one.path: one for one in group.fields.values()})
    for name, inner in group.groups.items():
        below = f"{path}.{name}" if path else name
        groups.add(below)
        _collect(inner, below, readers, groups)


def leaves_of(table: pa.Table, places: Places) -> dict[str, pa.Array]:
    """The arrays of declared fields by path (those of old values after `before.`), and whatever stands where an object should.

    Raises `TableError` where two columns name the same fact.
    """
    spread: dict[str, pa.Array] = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if places.is_wanted(name):
            _spread(name, _whole(column), spread)
    found: dict[str, pa.Array] = {}
    parts: dict[str, dict[str, pa.Array]] = {}
    for path, array in spread.items():
        own = after_before(path)
        owner = places.owner(own)
        if own == owner or own in places.groups:
            found[path] = array
        elif owner:
            parts.setdefault(path.removesuffix(own) + owner, {})[own.removeprefix(f"{owner}.")] = array
    for path, own_parts in parts.items():
        _add(path, _struct(own_parts), found)
    _refuse_nesting(found)
    return found


def facts_in(leaves: Mapping[str, pa.Array], rows: Sequence[int]) -> Iterator[dict[str, Any]]:
    """The facts of some rows, as JSON has them."""
    keys = [path.split(".") for path in leaves]
    columns = [array.take(pa.array(rows, pa.int64())).to_pylist() for array in leaves.values()]
    for at in range(len(rows)):
        facts: dict[str, Any] = {}
        for (*above, name), column in zip(keys, columns, strict=True):
            if column[at] is not None:
                place = facts
                for key in above:
                    place = place.setdefault(key, {})
                place[name] = column[at]
        yield facts


def after_before(path: str) -> str:
    """The path of a fact without what marks it as an old value; '' for the whole of the old values."""
    return "" if path == "before" else path.removeprefix(BEFORE)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece."""
    kind = _plain(column.type)
    array = (column if kind == column.type else column.cast(kind, safe=False)).combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    return array


def _plain(kind: pa.DataType) -> pa.DataType:
    """The type with instants in microseconds, as Python's are, and without the views that Arrow cannot pick from."""
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return pa.timestamp("us", kind.tz)
    if pa.types.is_duration(kind) and kind.unit == "ns":
        return pa.duration("us")
    if pa.types.is_time64(kind):
        return pa.time64("us")
    if pa.types.is_string_view(kind):
        return pa.large_string()
    if isinstance(kind, pa.BaseExtensionType):
        return _plain(kind.storage_type)
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_plain(field.type)) for field in kind])
    if pa.types.is_list(kind):
        return pa.list_(kind.value_field.with_type(_plain(kind.value_type)))
    return kind


def _spread(path: str, array: pa.Array, into: dict[str, pa.Array]) -> None:
    """Add an array under its path; of a struct, its parts."""
    if pa.types.is_struct(array.type):
        for field, part in zip(array.type, array.flatten(), strict=True):
            _spread(f"{path}.{field.name}", part, into)
    else:
        _add(path, array, into)


def _add(path: str, array: pa.Array, into: dict[str, pa.Array]) -> None:
    if path in into:
        raise TableError(f"two columns name `{path}`")
    into[path] = array


def _struct(parts: Mapping[str, pa.Array]) -> pa.Array:
    """A record of parts that came as columns of their own; missing where all of them are."""
    nested: dict[str, Any] = {}
    for path, array in parts.items():
        head, _, rest = path.partition(".")
        if rest:
            nested.setdefault(head, {})[rest] = array
        else:
            nested[head] = array
    arrays = {name: _struct(one) if isinstance(one, dict) else one for name, one in nested.items()}
    missing = None
    for array in arrays.values():
        nulls = array.is_null()
        missing = nulls if missing is None else pc.and_(missing, nulls)
    return pa.StructArray.from_arrays(list(arrays.values()), list(arrays), mask=missing)


def _refuse_nesting(found: Mapping[str, pa.Array]) -> None:
    for path in found:
        above = path
        while above := above.rpartition(".")[0]:
            if above in found:
                raise TableError(f"the columns `{above}` and `{path}` cannot both be: one would stand inside the other")
