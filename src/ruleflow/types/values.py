"""What a value is while a decision runs: one Python representation for each type. Missing is None."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import TypeAlias

from ruleflow.types.durations import CalendarDays, WorkingDays

Value: TypeAlias = (
    bool
    | int
    | Decimal
    | str
    | datetime
    | date
    | time
    | timedelta
    | CalendarDays
    | WorkingDays
    | frozenset["Value"]
    | tuple["Value", ...]
    | Mapping[str, "Value"]
    | None
)

NUMBERS = Context(prec=34, traps=[DivisionByZero, InvalidOperation, Overflow])
"""How numbers are added and divided: 34 digits, whatever the caller's thread has set."""


def plain_number(number: Decimal) -> int | Decimal:
    """A number in its one representation: an int when it is whole and not huge, else a normalised Decimal."""
    if number == number.to_integral_value() and number.adjusted() < MAX_DIGITS:
        return int(number)
    return number.normalize(NUMBERS)


MAX_DIGITS = 40
"""A number with more digits than this is refused at the door."""
