"""Columns as codes: equal values of an Arrow array have one number, so that what is true of a value is found out once.

Primitive values are numbered by Arrow's own dictionaries. Lists and structs are numbered by the numbers of their parts, one
position after the other, so that nothing in them becomes a Python value as long as nobody looks at it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Integers = npt.NDArray[Any]
"""Integers of any width."""
LONG = 64
"""Lists with more items than this are each taken for different from all others."""


@dataclass(eq=False)
class Codes:
    """`of_rows` has the number of each row's value, `count` where it is null; numbers count from 0.

    `dictionary` has the values by number, where Arrow made it.
    """

    of_rows: Integers
    count: int
    dictionary: pa.Array | None = None

    @cached_property
    def firsts(self) -> npt.NDArray[np.intp]:
        """For each number the first row with such a value."""
        found = np.zeros(self.count + 1, np.intp)
        found[self.of_rows[::-1]] = np.arange(len(self.of_rows) - 1, -1, -1)
        return found[: self.count]

    def different(self, array: pa.Array) -> pa.Array:
        """The values by number of the array that was numbered."""
        if self.dictionary is not None:
            return self.dictionary
        return array if self.count == len(array) else array.take(pa.array(self.firsts))


def codes_of(array: pa.Array) -> Codes:
    """The codes of an array. Values that Arrow cannot number are each taken for different from all others."""
    kind = array.type
    if array.null_count == len(array):
        return _numbered(np.zeros(len(array), np.int64), 0)
    if pa.types.is_dictionary(kind):
        inner = codes_of(array.dictionary)
        indices, nulls = _indices(array.indices)
        return compressed(np.where(nulls, inner.count, inner.of_rows[indices]), nulls | _is(inner, indices, nulls))
    if pa.types.is_struct(kind):
        parts = [codes_of(part) for part in array.flatten()]
        return compressed(_joined(parts, len(array)), nulls_of(array))
    if is_list(kind):
        return compressed(_list_keys(array), nulls_of(array))
    try:
        encoded = array.dictionary_encode()
    except pa.ArrowNotImplementedError:
        return compressed(np.arange(len(array)), nulls_of(array))
    return _numbered(_filled(encoded), len(encoded.dictionary), encoded.dictionary)


def all_different(array: pa.Array) -> Codes:
    """Codes that take all values for different: for texts that nobody compares as a whole."""
    nulls = nulls_of(array)
    rows = np.arange(len(array))
    return Codes(np.where(nulls, len(array), rows) if nulls.any() else rows, len(array))


def joined(parts: Iterable[Codes], rows: int) -> Codes:
    """The codes of rows by their values in several columns; no row is null."""
    return compressed(_joined(parts, rows))


def compressed(keys: Integers, nulls: npt.NDArray[np.bool_] | None = None) -> Codes:
    """Codes of rows by their keys; those of `nulls` are null."""
    encoded = pa.array(keys, mask=nulls).dictionary_encode()
    return _numbered(_filled(encoded), len(encoded.dictionary))


def _numbered(of_rows: Integers, count: int, dictionary: pa.Array | None = None) -> Codes:
    """Codes as narrow as they can be."""
    return Codes(of_rows.astype(np.min_scalar_type(count)), count, dictionary)


def _filled(encoded: pa.DictionaryArray) -> Integers:
    """The indices of a dictionary, and one more than the last where they are null."""
    indices = encoded.indices
    if not indices.null_count:
        return indices.to_numpy()  # type: ignore[no-any-return]
    return pc.fill_null(indices, len(encoded.dictionary)).to_numpy()  # type: ignore[no-any-return]


def _joined(parts: Iterable[Codes], rows: int) -> Integers:
    """A key for the combination of codes; made narrow after each step, so that it never overflows."""
    keys: Integers = np.zeros(rows, np.int64)
    for at, part in enumerate(parts):
        wide = keys * (part.count + 1) + part.of_rows
        keys = wide if at == 0 else compressed(wide).of_rows.astype(np.int64)
    return keys


def _list_keys(array: pa.Array) -> Integers:
    """Keys of lists: those of one more item each time, for the lists that have so many. No two lengths share a key."""
    lengths = item_lengths(array)
    items = codes_of(array.flatten())
    starts = np.cumsum(lengths) - lengths
    keys, known = np.zeros(len(array), np.int64), 1
    for position in range(min(int(lengths.max(initial=0)), LONG)):
        rows = np.flatnonzero(lengths > position)
        longer = keys[rows] * (items.count + 1) + items.of_rows[starts[rows] + position]
        step = compressed(longer)
        keys[rows] = step.of_rows.astype(np.int64) + known
        known += step.count
    rows = np.flatnonzero(lengths > LONG)
    keys[rows] = known + np.arange(len(rows))
    return keys


def item_lengths(array: pa.Array) -> npt.NDArray[np.int64]:
    """How many items each list has; 0 for a null."""
    lengths: npt.NDArray[np.int64]
    lengths = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    lengths[nulls_of(array)] = 0
    return lengths


def is_list(kind: pa.DataType) -> bool:
    """Whether values of a type are lists."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def nulls_of(array: pa.Array) -> npt.NDArray[np.bool_]:
    """Where values are null."""
    found: npt.NDArray[np.bool_] = array.is_null().to_numpy(zero_copy_only=False)
    return found


def _indices(indices: pa.Array) -> tuple[Integers, npt.NDArray[np.bool_]]:
    """The indices of a dictionary, 0 where they are null, and where they are."""
    return pc.fill_null(indices, 0).to_numpy(zero_copy_only=False), nulls_of(indices)


def _is(inner: Codes, indices: Integers, nulls: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Where an index points at a null of its dictionary."""
    found: npt.NDArray[np.bool_] = ~nulls & (inner.of_rows[indices] == inner.count)
    return found
