"""A field of sets over many rows: each different element read once, each set a number with a bit for each element."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ruleflow.batch.codes import Codes, codes_of, compressed, is_list, item_lengths, nulls_of
from ruleflow.engine.door import FieldReader
from ruleflow.engine.readers import MAX_ITEMS, Log, OverBudgetError
from ruleflow.types.terms import Record, SetOf
from ruleflow.types.values import Value

MOST = 62
"""So many different elements have a bit."""


@dataclass(frozen=True, slots=True, eq=False)
class Sets:
    """Sets by code, as bits; `elements` has what each bit stands for."""

    codes: Codes
    bits: npt.NDArray[np.int64]
    elements: tuple[Value, ...]

    def of_bits(self, bits: int) -> frozenset[Any]:
        """The set that some bits stand for."""
        return frozenset(one for at, one in enumerate(self.elements) if bits >> at & 1)


def sets_of(one: FieldReader, array: pa.Array, *, strict: bool) -> Sets | None:
    """The sets of a field; None where they cannot be had so simply, as where the door does not let some element through.

    The door reads a set element by element, so what it makes of each in a set of its own is what it makes of all.
    """
    kind = one.field.type
    if not isinstance(kind, SetOf) or isinstance(kind.of, Record) or not is_list(array.type):
        return None
    lengths = item_lengths(array)
    if lengths.max(initial=0) > MAX_ITEMS:
        return None
    items = array.flatten()
    item_codes = codes_of(items)
    places: dict[Value, int] = {}
    bits = np.zeros(item_codes.count + 1, np.int64)
    if item_codes.count > 16 * MOST:
        return None
    for code, item in enumerate(item_codes.different(items).to_pylist()):
        read = _read(one, item, strict=strict)
        if read is None:
            return None
        for element in read:
            bits[code] |= 1 << places.setdefault(element, len(places))
        if len(places) > MOST:
            return None
    masks = np.zeros(len(array), np.int64)
    rows = np.flatnonzero(lengths)
    if len(rows):
        starts = (np.cumsum(lengths) - lengths)[rows]
        masks[rows] = np.bitwise_or.reduceat(bits[item_codes.of_rows], starts)
    codes = compressed(masks, nulls_of(array))
    return Sets(codes, masks[codes.firsts], tuple(places))


def _read(one: FieldReader, item: object, *, strict: bool) -> frozenset[Any] | None:
    """What the door makes of a set of one element; None where it has something against it."""
    log = Log(strict)
    try:
        found = one.read([item], one.pointer, log)
    except OverBudgetError:
        return None
    return found if isinstance(found, frozenset) and not log.problems else None
