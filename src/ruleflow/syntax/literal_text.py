"""Values as they are written in an expression, in the one form that the formatter knows."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import assert_never

from ruleflow.syntax.expressions import LiteralValue
from ruleflow.types.durations import CalendarDays, WorkingDays

_MOST = 999_999
"""The greatest amount of one unit of a duration."""
_ESCAPED = frozenset("\\'\"nt")


def literal_text(value: LiteralValue, *, grouped: bool = False) -> str:
    """The text that is read as this value; `grouped` numbers have `_` between thousands, which no year should."""
    group = "_" if grouped else ""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return f"{value:{group}}"
        case Decimal():
            whole, _, fraction = f"{value:f}".partition(".")
            return f"{int(whole):{group}}.{fraction or '0'}"
        case str():
            return quoted_text(value)
        case timedelta():
            return _duration(value)
        case CalendarDays():
            return _days(value.days, "day")
        case WorkingDays():
            return _days(value.days, "working day")
        case datetime() | date() | time():
            return f"@{_moment(value)}"
        case _:
            assert_never(value)


def quoted_text(text: str) -> str:
    r"""A text in quotes: single ones, or double ones where it has single ones inside. `\d` stays as it is."""
    quote = '"' if "'" in text and '"' not in text else "'"
    parts = []
    for at, character in enumerate(text):
        following = text[at + 1 : at + 2]
        if character == quote or (character == "\\" and (not following or following in _ESCAPED)):
            parts.append("\\")
        elif character == "\\" and following in "\n\t":
            parts.append("\\")  # the break becomes `\n`, whose backslash must not pair with this one
        parts.append({"\n": "\\n", "\t": "\\t"}.get(character, character))
    return f"{quote}{''.join(parts)}{quote}"


def _duration(value: timedelta) -> str:
    rest = int(value.total_seconds())
    parts = []
    for seconds, unit in ((3600, "h"), (60, "m"), (1, "s")):
        amount = min(rest // seconds, _MOST)
        rest -= amount * seconds
        parts.append(f"{amount}{unit}" if amount else "")
    return "".join(parts) or "0m"


def _days(days: int, unit: str) -> str:
    return f"{days:_} {unit}{'' if days == 1 else 's'}"


def _moment(value: datetime | date | time) -> str:
    text = value.isoformat()
    if isinstance(value, (datetime, time)) and not value.second and not value.microsecond:
        text = value.isoformat(timespec="minutes")
    return f"{text.removesuffix('+00:00')}Z" if text.endswith("+00:00") else text
