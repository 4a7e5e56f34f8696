"""What the cells of a file of purchases say: each different value is read once.

Nothing is guessed: what cannot be read surely is counted as unreadable, since a date or a number that is taken for another
one would place a customer wrongly without a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from ruleflow.types.literals import FIRST_YEAR, LAST_YEAR

MONEY = pa.decimal128(38, 6)
"""How totals are kept: exact, six digits after the point."""
INSTANT = pa.timestamp("us", "UTC")

_POINT = re.compile(r"[-+]?[0-9]{1,18}(\.[0-9]{1,30})?")
_COMMA = re.compile(r"[-+]?([0-9]{1,3}([. \u00a0\u202f][0-9]{3}){1,5}|[0-9]{1,18})(,[0-9]{1,30})?")
_SPACES = re.compile(r"[. \u00a0\u202f]")
_MILLIONTH = Decimal(1).scaleb(-6)
_EXACT = Context(prec=60)


def read_cells(column: pa.ChunkedArray, read: Callable[[Any], Any], kind: pa.DataType) -> pa.Array:
    """A column read value by value; null where `read` gives None."""
    codes = column.combine_chunks().dictionary_encode() if not pa.types.is_dictionary(column.type) else column
    if isinstance(codes, pa.ChunkedArray):
        codes = codes.unify_dictionaries().combine_chunks()
    if isinstance(codes, pa.ChunkedArray):  # no rows
        return pa.array([], kind)
    values = pa.array([None if one is None else read(one) for one in codes.dictionary.to_pylist()], kind)
    return values.take(codes.indices)


def customer_of(value: Any) -> str | None:
    """The id of a customer; None where there is none. A whole number that was kept as a decimal has no `.0`."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else None if value != value else str(value)  # noqa: PLR0124 - NaN
    return str(value).strip() or None


def number_reader(*, decimal_comma: bool) -> Callable[[Any], Decimal | None]:
    """Reads numbers: with a point, or with a comma where `decimal_comma` (then thousands may stand apart)."""

    def read(value: Any) -> Decimal | None:
        if isinstance(value, bool):
            return None
        text = repr(value) if isinstance(value, float) else str(value).strip()
        if decimal_comma and isinstance(value, str):
            if not _COMMA.fullmatch(text):
                return None
            text = _SPACES.sub("", text).replace(",", ".")
        elif not _POINT.fullmatch(text):
            return None
        return Decimal(text).quantize(_MILLIONTH, ROUND_HALF_EVEN, _EXACT)

    return read


def instant_reader(zone: ZoneInfo, date_format: str) -> Callable[[Any], datetime | None]:
    """Reads instants: ISO 8601, or as `date_format` says. Without an offset they are of `zone`; a date is its first moment."""

    def read(value: Any) -> datetime | None:
        try:
            found = _instant(value, date_format)
            at = found.replace(tzinfo=zone) if found.tzinfo is None else found
            return at.astimezone(UTC) if FIRST_YEAR <= at.year <= LAST_YEAR else None
        except (ValueError, OverflowError):
            return None

    return read


def _instant(value: Any, date_format: str) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    text = str(value).strip()
    # What has no offset gets that of the project where this is called.
    return datetime.strptime(text, date_format) if date_format else datetime.fromisoformat(text)  # noqa: DTZ007
