"""A field over many rows: each different value read once, by the project's own door.

Values of two kinds need not all be read, since one can tell beforehand that the door lets them through: texts without a
format, and numbers or instants between two that it lets through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ruleflow.batch.codes import Codes, all_different, codes_of
from ruleflow.batch.sets import Sets, sets_of
from ruleflow.engine.door import FieldReader
from ruleflow.engine.readers import MAX_TEXT, Log, OverBudgetError
from ruleflow.plan.truths import has
from ruleflow.types.terms import Simple
from ruleflow.types.text import fold
from ruleflow.types.values import Value

Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

FEW = 256
"""So many different values are read at once, whether they are needed or not."""
SAMPLE = 2_048
FIRST_EVEN_YEAR = 1973
"""Since when all zones are whole minutes away from UTC, so that every instant can be written down."""


class Absent:
    """What stands for an old value that nobody told."""


ABSENT: Final = Absent()


@dataclass(slots=True, eq=False)
class Values:
    """Values by code. `raw` has them as they came, `read` what the door makes of one; None: the same."""

    raw: pa.Array
    missing: Any
    read: Callable[[Any], Any] | None = None
    known: dict[int, Any] = field(default_factory=dict)
    is_ascii: bool = False
    """Whether `raw` has texts without any character beyond ASCII, so that folding them is making them small."""

    def of(self, codes: npt.NDArray[Any]) -> list[Any]:
        """The values of some codes."""
        if self.read is None:
            found = self.raw.take(pa.array(codes, pa.int64(), mask=codes == len(self.raw))).to_pylist()
            return found if self.missing is None else [self.missing if one is None else one for one in found]
        return [self.at(code) for code in codes.tolist()]

    def folded(self, codes: npt.NDArray[Any]) -> list[str | None]:
        """The texts of some codes, folded."""
        if not self.is_ascii or self.missing is not None:
            return [None if one is None else fold(str(one)) for one in self.of(codes)]
        found = self.raw.take(pa.array(codes, pa.int64(), mask=codes == len(self.raw)))
        return pc.ascii_lower(found).to_pylist()  # type: ignore[no-any-return]

    def at(self, code: int) -> Any:
        """The value of a code."""
        if code == len(self.raw):
            return self.missing
        if code not in self.known:
            raw = self.raw[code].as_py()
            self.known[code] = raw if self.read is None else self.read(raw)
        return self.known[code]


@dataclass(eq=False)
class Column:
    """A field over the rows of a block.

    `is_sorted`: codes count values from low to high. `odd` says of each code whether rows that have it are to be asked
    one by one, since the door refuses it or does not look at it.
    """

    codes: Codes
    values: Values
    odd: Bools | None = None
    is_sorted: bool = False
    sets: Sets | None = None
    are_all_known: bool = True
    """Whether asking for every value costs no more than looking it up; else they are read when they are needed."""

    @property
    def size(self) -> int:
        """How many codes there are, with that of missing values."""
        return self.codes.count + 1

    @cached_property
    def counts(self) -> npt.NDArray[np.intp]:
        """How many rows have each code."""
        return np.bincount(self.codes.of_rows, minlength=self.size)

    @cached_property
    def every(self) -> list[Any]:
        """The values of all codes."""
        return self.values.of(np.arange(self.size))

    @cached_property
    def places(self) -> Mapping[Any, list[int]] | None:
        """The codes of each value; None where values cannot be told apart by a dictionary."""
        found: dict[Any, list[int]] = {}
        try:
            for code, value in enumerate(self.every):
                found.setdefault(value, []).append(code)
        except TypeError:
            return None
        return found

    def holders(self, element: Value) -> Sequence[int]:
        """Of sets, the codes of those that have an element; of lists, too, if slowly."""
        if self.sets is None:
            return [code for code, value in enumerate(self.every) if has(value, element)]
        elements, missing = self.sets.elements, self.values.missing
        at = elements.index(element) if element in elements else None
        found: list[int] = [] if at is None else np.flatnonzero(self.sets.bits >> at & 1).tolist()
        return [*found, self.codes.count] if has(missing, element) else found

    @cached_property
    def _in_order(self) -> tuple[Rows, npt.NDArray[np.intp]]:
        """The rows by code, and where those of each code start."""
        order = np.argsort(self.codes.of_rows, kind="stable")
        return order, np.concatenate(([0], np.cumsum(self.counts)))

    def rows_where(self, table: Bools) -> Rows:
        """The rows whose codes are true in a table; in no order."""
        codes = np.flatnonzero(table)
        if len(codes) > 16 or 8 * self.counts[codes].sum() > len(self.codes.of_rows):
            return np.flatnonzero(table[self.codes.of_rows])
        order, starts = self._in_order
        pieces = [order[starts[code] : starts[code + 1]] for code in codes.tolist()]
        return np.concatenate(pieces) if pieces else np.zeros(0, np.intp)

    def part(self, name: str) -> Column:
        """The column of a part of records."""
        return Column(self.codes, known([_part(value, name) for value in self.every]))


def known(values: Sequence[Any]) -> Values:
    """Values that are all known; the last one is that of missing ones."""
    made = Values(pa.nulls(len(values) - 1), values[-1], read=_unread)
    made.known.update(enumerate(values[:-1]))
    return made


def constant(rows: int, value: Value | Absent) -> Column:
    """A field that is the same everywhere."""
    return Column(Codes(np.zeros(rows, np.uint8), 0), known([value]))


def column_of(one: FieldReader, array: pa.Array, *, strict: bool, compared: bool) -> Column:
    """A column of a field. `compared`: whether some rule asks whether a value is equal to another."""
    default = one.field.default
    if _is_plain_text(one, array.type):
        codes = codes_of(array) if compared or _repeats(array) else all_different(array)
        raw = codes.different(array)
        odd, is_ascii = _lengths(raw)
        return Column(codes, Values(raw, default, is_ascii=is_ascii), odd, are_all_known=compared)
    sets = sets_of(one, array, strict=strict)
    if sets is not None:
        return Column(sets.codes, Values(pa.array(sets.bits), default, sets.of_bits), sets=sets)
    codes = codes_of(array)
    raw = codes.different(array)
    if codes.count > FEW and _is_between_readable(one, raw):
        return _sorted_column(one, codes, raw)
    values, odd = _read_all(one, raw, one.pointer, strict=strict)
    return Column(codes, known([default if value is None else value for value in [*values, None]]), odd)


def old_column_of(one: FieldReader, array: pa.Array, *, strict: bool) -> Column:
    """A column of the values that a field had before the event; `ABSENT` where none is told."""
    codes = codes_of(array)
    values, odd = _read_all(one, codes.different(array), f"/before{one.pointer}", strict=strict)
    return Column(codes, known([*values, ABSENT]), odd)


def _read_all(one: FieldReader, raw: pa.Array, pointer: str, *, strict: bool) -> tuple[list[Value], Bools | None]:
    """The values of all codes as the door reads them, and which of them it does not let through."""
    values: list[Value] = []
    odd = np.zeros(len(raw) + 1, np.bool_)
    for code, value in enumerate(raw.to_pylist()):
        log = Log(strict)
        try:
            values.append(one.read(value, pointer, log))
        except OverBudgetError:
            values.append(None)
            odd[code] = True
        odd[code] |= bool(log.problems)
    return values, odd if odd.any() else None


def _is_plain_text(one: FieldReader, kind: pa.DataType) -> bool:
    """Whether the door lets every text through as it is, if it is not too long."""
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    return is_text and one.field.type is Simple.TEXT and one.field.format is None and one.field.pattern is None


def _repeats(texts: pa.Array) -> bool:
    """Whether texts are likely to occur more than once."""
    sample = texts.slice(0, SAMPLE)
    return len(sample) < SAMPLE or 2 * len(sample.unique()) < SAMPLE


def _lengths(texts: pa.Array) -> tuple[Bools | None, bool]:
    """Which texts are too long to be looked at, and whether all are ASCII."""
    lengths = pc.fill_null(pc.utf8_length(texts), 0).to_numpy(zero_copy_only=False)
    is_ascii = lengths.sum() == (pc.sum(pc.binary_length(texts)).as_py() or 0)
    odd = np.append(lengths > MAX_TEXT, [False]) if lengths.max(initial=0) > MAX_TEXT else None
    return odd, bool(is_ascii)


def _is_between_readable(one: FieldReader, raw: pa.Array) -> bool:
    """Whether the door lets through all values since it lets through the lowest and the highest, and keeps their order."""
    kind, wanted = raw.type, one.field.type
    if pa.types.is_integer(kind):
        fits = wanted in {Simple.INTEGER, Simple.DECIMAL}
    elif pa.types.is_float32(kind) or pa.types.is_float64(kind):
        sizes = np.abs(raw.to_numpy(zero_copy_only=False))
        fits = wanted is Simple.DECIMAL and bool(np.all((sizes == 0) | (sizes > 1e-30)))
    elif pa.types.is_timestamp(kind):
        fits = wanted is Simple.DATETIME and kind.tz is not None
    else:
        fits = False
    if not fits:
        return False
    lowest, highest = pc.min_max(raw).as_py().values()
    if pa.types.is_timestamp(kind) and lowest.year < FIRST_EVEN_YEAR:
        return False
    _, odd = _read_all(one, pa.array([lowest, highest], kind), "", strict=False)
    return odd is None


def _sorted_column(one: FieldReader, codes: Codes, raw: pa.Array) -> Column:
    order = pc.array_sort_indices(raw).to_numpy()
    ranks = np.empty(codes.count + 1, codes.of_rows.dtype)
    ranks[order] = np.arange(codes.count)
    ranks[codes.count] = codes.count
    by_rank = Codes(ranks[codes.of_rows], codes.count)

    def read(value: object) -> Value:
        return one.read(value, one.pointer, Log())

    return Column(
        by_rank, Values(raw.take(pa.array(order)), one.field.default, read), is_sorted=True, are_all_known=False
    )


def _part(value: Any, name: str) -> Value:
    return value.get(name) if isinstance(value, Mapping) else None


def _unread(value: object) -> Value:
    raise TypeError(f"a value that nobody has read: {value!r}")
