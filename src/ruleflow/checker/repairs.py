"""The next step for a value of one type where another is wanted."""

from __future__ import annotations

from ruleflow.checker import errors
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.source import Span
from ruleflow.syntax.expressions import Expr
from ruleflow.types.terms import Choice, ListOf, SetOf, Simple, Type

DURATIONS = frozenset({Simple.DURATION, Simple.CALENDAR_DAYS, Simple.WORKING_DAYS})
"""The three kinds of duration, which do not mix."""


def unlike(span: Span, one: Expr, other: Expr, left: Type, right: Type) -> Diagnostic:
    """The finding for two values that can never be equal, with what to write instead."""
    if {left, right} <= DURATIONS:
        return errors.mixed_durations(span, left, right)
    return errors.unlike(span, left, right, repair(other, right, (left,)) or repair(one, left, (right,)))


def repair(expr: Expr, found: Type, wanted: tuple[Type, ...]) -> tuple[str, ...]:
    """The next step for a value of one type where another is wanted; empty where there is no good guess."""
    source = expr.span.text
    match found, wanted[0]:
        case Simple.DATE, Simple.DATETIME:
            return (f"say the time as well: `{source}T00:00`, or compare dates: `date_of(…)`",)
        case Simple.DATETIME, Simple.DATE:
            return (f"take its date: `date_of({source})`",)
        case Simple.TEXT, (Simple.INTEGER | Simple.DECIMAL):
            bare = source.strip("'\"")
            return (
                f"a number stands without quotes: `{bare}`"
                if bare != source
                else f"read the number in it: `number({source})`",
            )
        case ((Simple.INTEGER | Simple.DECIMAL), (Simple.TEXT | Choice())):
            return (f"a text stands in quotes: `'{source}'`",)
        case ((Simple.INTEGER | Simple.DECIMAL), Simple.DURATION):
            return (f"say the unit: `{source}m` or `{source}h`",)
        case Simple.TEXT, (Simple.DATE | Simple.DATETIME | Simple.TIME):
            return ("a date stands after an @, without quotes: `@2026-03-01`, `@18:00`, `@2026-03-01T18:00`",)
        case Simple.TEXT, Simple.DURATION:
            return ("a duration stands without quotes: `4h`, `1h30m`",)
        case ((Simple.CALENDAR_DAYS | Simple.WORKING_DAYS), Simple.DURATION):
            return ("write exact time, such as `48h`",)
        case ((SetOf() | ListOf()), _):
            return (f"ask what is in it: `{source} has …`",)
        case _, Simple.BOOLEAN:
            return (f"ask something of it: `{source} is …`, `{source} is present`",)
        case _:
            return ()
