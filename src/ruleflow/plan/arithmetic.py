"""Adding and the rest, exact; a missing side makes the result missing, and so does a division by zero."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, Overflow
from typing import Any
from zoneinfo import ZoneInfo

from ruleflow.plan.snapshot import BudgetError
from ruleflow.types.durations import CalendarDays
from ruleflow.types.values import NUMBERS, Value, plain_number

_MICROSECOND = timedelta(microseconds=1)
_NUMBERS: dict[str, Callable[[Any, Any], Decimal]] = {
    "+": NUMBERS.add,
    "-": NUMBERS.subtract,
    "*": NUMBERS.multiply,
    "/": NUMBERS.divide,
    "%": NUMBERS.remainder,
}


def compute(operator: str, left: Any, right: Any, zone: ZoneInfo) -> Value:
    """`left operator right`, for values of types that the checker lets through."""
    if left is None or right is None:
        return None
    try:
        return _compute(operator, left, right, zone)
    except Overflow as error:
        raise BudgetError("", f"the result of `{operator}` is too large") from error
    except OverflowError:
        return None


def _compute(operator: str, left: Any, right: Any, zone: ZoneInfo) -> Value:
    if isinstance(left, int | Decimal) and isinstance(right, int | Decimal):
        return _numbers(operator, left, right)
    if isinstance(left, CalendarDays) or isinstance(right, CalendarDays):
        return _days(operator, left, right, zone)
    if isinstance(left, date) and isinstance(right, date) and not isinstance(left, datetime):
        return CalendarDays((left - right).days)
    if isinstance(left, datetime):
        return left - right if operator == "-" else left + right  # type: ignore[no-any-return]
    return _durations(operator, left, right)


def _numbers(operator: str, left: int | Decimal, right: int | Decimal) -> Value:
    if operator in "/%" and not right:
        return None
    try:
        return plain_number(_NUMBERS[operator](left, right))
    except ArithmeticError as error:
        if isinstance(error, Overflow):
            raise
        return None


def _days(operator: str, left: Any, right: Any, zone: ZoneInfo) -> Value:
    if isinstance(left, CalendarDays):
        return CalendarDays(left.days + right.days if operator == "+" else left.days - right.days)
    step = timedelta(days=right.days if operator == "+" else -right.days)
    if not isinstance(left, datetime):
        return left + step  # type: ignore[no-any-return]
    local = left.astimezone(zone)
    return (local.replace(tzinfo=None) + step).replace(tzinfo=zone, fold=local.fold).astimezone(UTC)


def _durations(operator: str, left: Any, right: Any) -> Value:
    match operator:
        case "+":
            return left + right  # type: ignore[no-any-return]
        case "-":
            return left - right  # type: ignore[no-any-return]
        case "*":
            return _scaled(left, right) if isinstance(left, timedelta) else _scaled(right, left)
        case "/" if isinstance(right, timedelta):
            return plain_number(NUMBERS.divide(left // _MICROSECOND, right // _MICROSECOND)) if right else None
        case "/":
            return _scaled(left, NUMBERS.divide(1, right)) if right else None
        case _:
            return left % right if right else None


def _scaled(duration: timedelta, factor: int | Decimal) -> timedelta:
    return timedelta(microseconds=int(NUMBERS.multiply(duration // _MICROSECOND, factor).to_integral_value()))


def opposite(value: Any) -> Value:
    """`-value`."""
    if value is None:
        return None
    if isinstance(value, CalendarDays):
        return CalendarDays(-value.days)
    return -value  # type: ignore[no-any-return]
