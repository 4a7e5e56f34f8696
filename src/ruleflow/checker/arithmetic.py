"""What may be added, subtracted, multiplied and divided, and of which type the result is."""

from __future__ import annotations

from ruleflow.checker import errors
from ruleflow.checker.repairs import DURATIONS
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.syntax.expressions import Arithmetic
from ruleflow.types.terms import NUMBERS, Simple, Type

_RESULTS: dict[tuple[str, Type, Type], Type] = {
    ("+", Simple.DURATION, Simple.DURATION): Simple.DURATION,
    ("-", Simple.DURATION, Simple.DURATION): Simple.DURATION,
    ("*", Simple.DURATION, Simple.DECIMAL): Simple.DURATION,
    ("*", Simple.DECIMAL, Simple.DURATION): Simple.DURATION,
    ("/", Simple.DURATION, Simple.DECIMAL): Simple.DURATION,
    ("/", Simple.DURATION, Simple.DURATION): Simple.DECIMAL,
    ("%", Simple.DURATION, Simple.DURATION): Simple.DURATION,
    ("+", Simple.DATETIME, Simple.DURATION): Simple.DATETIME,
    ("-", Simple.DATETIME, Simple.DURATION): Simple.DATETIME,
    ("-", Simple.DATETIME, Simple.DATETIME): Simple.DURATION,
    ("+", Simple.DATETIME, Simple.CALENDAR_DAYS): Simple.DATETIME,
    ("-", Simple.DATETIME, Simple.CALENDAR_DAYS): Simple.DATETIME,
    ("+", Simple.DATE, Simple.CALENDAR_DAYS): Simple.DATE,
    ("-", Simple.DATE, Simple.CALENDAR_DAYS): Simple.DATE,
    ("-", Simple.DATE, Simple.DATE): Simple.CALENDAR_DAYS,
    ("+", Simple.CALENDAR_DAYS, Simple.CALENDAR_DAYS): Simple.CALENDAR_DAYS,
    ("-", Simple.CALENDAR_DAYS, Simple.CALENDAR_DAYS): Simple.CALENDAR_DAYS,
}


def result_of(operator: str, left: Type, right: Type) -> Type | None:
    """The type of a result; None where the two do not go together."""
    if left in NUMBERS and right in NUMBERS:
        whole = left is right is Simple.INTEGER and operator != "/"
        return Simple.INTEGER if whole else Simple.DECIMAL
    return _RESULTS.get((operator, _wide(left), _wide(right)))


def _wide(kind: Type) -> Type:
    return Simple.DECIMAL if kind in NUMBERS else kind


def no_result(expr: Arithmetic, left: Type, right: Type) -> Diagnostic:
    """The finding for two values that do not go together."""
    if left in DURATIONS and right in DURATIONS:
        return errors.mixed_durations(expr.span, left, right)
    return errors.bad_arithmetic(expr.span, expr.operator, left, right)
