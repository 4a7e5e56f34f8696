"""Values as bytes that compare as the values do, so that what sorts millions of records compares nothing but bytes.

Each part of a key ends in itself: no part begins another one, so keys are joined end to end. Missing values come last
whichever the direction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from ruleflow.plan.snapshot import Snapshot
from ruleflow.plan.views import PlannedKey
from ruleflow.types.terms import NUMBERS, Choice, Simple, Type, describe
from ruleflow.types.text import fold

Encode = Callable[[Any], bytes]

MISSING = b"\x01"
_PRESENT = b"\x00"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_WIDTH, _ZERO = 12, 1 << 95
"""Whole numbers that every instant and duration fits into."""
_FAR = 1 << 31
"""More than any exponent of a Decimal."""
_TURNED = bytes(255 - byte for byte in range(256))
# UTF-8 has no bytes above 0xF4, so one may be added to each, or each be taken from 0xFE, to leave room for an end.
_UP = bytes(min(byte + 1, 255) for byte in range(256))
_DOWN = bytes(max(254 - byte, 0) for byte in range(256))


def key_of(keys: Sequence[PlannedKey]) -> Callable[[Snapshot], bytes]:
    """The key of a record by what it is sorted by; b'' where that is nothing. May raise `BudgetError`."""
    encoded = [(key.compute, encoder(key.type, descending=key.descending)) for key in keys]
    if len(encoded) == 1:
        ((compute, encode),) = encoded
        return lambda facts: encode(compute(facts))
    return lambda facts: b"".join([encode(compute(facts)) for compute, encode in encoded])


def encoder(kind: Type, *, descending: bool) -> Encode:
    """Turns values of a type into bytes that compare as they do, or the other way round where it is `descending`.

    Texts compare by their folded form, code point by code point; options by their place, and those that the
    project does not know are as good as missing.
    """
    if kind is Simple.TEXT:
        return partial(_text, descending)
    if kind in NUMBERS:
        return partial(_number, descending)
    return partial(_whole, _counter(kind), descending)


def _text(descending: bool, value: str | None) -> bytes:  # noqa: FBT001 - a part of an encoder
    if value is None:
        return MISSING
    written = fold(value).encode("utf-8", "surrogatepass")
    return _PRESENT + (written.translate(_DOWN) + b"\xff" if descending else written.translate(_UP) + b"\x00")


def _whole(count: Callable[[Any], int | None], descending: bool, value: Any) -> bytes:  # noqa: FBT001 - a part of an encoder
    number = None if value is None else count(value)
    if number is None:
        return MISSING
    return _PRESENT + (_ZERO - number if descending else _ZERO + number).to_bytes(_WIDTH, "big")


def _number(descending: bool, value: int | Decimal | None) -> bytes:  # noqa: FBT001 - a part of an encoder
    """A sign, the place of the first digit, the digits; of a number below zero all of it turned round."""
    if value is None:
        return MISSING
    if not value:
        return _PRESENT + b"\x01"
    if isinstance(value, int):
        digits, is_negative = str(abs(value)), value < 0
        place = len(digits)
    else:
        sign, figures, exponent = value.as_tuple()
        digits, is_negative = "".join(map(str, figures)), sign == 1
        place = len(digits) + int(exponent)
    written = (_FAR + place).to_bytes(4, "big") + digits.rstrip("0").encode() + b"\x00"
    if is_negative is not descending:
        return _PRESENT + b"\x00" + written.translate(_TURNED)
    return _PRESENT + b"\x02" + written


def _counter(kind: Type) -> Callable[[Any], int | None]:
    """How values that are no texts and no numbers are counted."""
    if isinstance(kind, Choice):
        return {option: place for place, option in enumerate(kind.options)}.get
    if not isinstance(kind, Simple):
        raise TypeError(f"{describe(kind)} has no order")  # the checker lets no such key through
    return _COUNTERS[kind]


def _clock(value: time) -> int:
    return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond


_COUNTERS: dict[Simple, Callable[[Any], int]] = {
    Simple.BOOLEAN: int,
    Simple.DATETIME: lambda value: (value - _EPOCH) // _MICROSECOND,
    Simple.DATE: date.toordinal,
    Simple.TIME: _clock,
    Simple.DURATION: lambda value: value // _MICROSECOND,
    Simple.CALENDAR_DAYS: lambda value: int(value.days),
    Simple.WORKING_DAYS: lambda value: int(value.days),
}
