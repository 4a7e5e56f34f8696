"""Instants as other programs write them, by a pattern in letters: `DD.MM.YYYY hh:mm`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from zoneinfo import ZoneInfo

from ruleflow.types.literals import FIRST_YEAR, LAST_YEAR, moment_of

ISO, SECONDS, MILLISECONDS = "iso", "seconds", "milliseconds"
WORDS = (ISO, SECONDS, MILLISECONDS)
"""Forms that have a name: `2026-03-01T18:00`, and the time since 1970 in UTC."""

_LETTERS = {
    "YYYY": "%Y", "YY": "%y", "MMM": "%b", "MM": "%m", "DD": "%d", "hh": "%H", "mm": "%M", "ss": "%S", "AM": "%p",
    "ZZ": "%z",
}  # fmt: skip
_LETTER = re.compile("|".join(sorted(_LETTERS, key=len, reverse=True)))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Moments = Callable[[object], datetime | None]
"""Reads a cell; the instant in UTC, or None where it is none."""


@dataclass(frozen=True, slots=True)
class Form:
    """How instants are written, and in which zone those without an offset are meant."""

    pattern: str = ISO
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))


def pattern_problem(pattern: str) -> str:
    """What is wrong with a pattern, '' where nothing is."""
    if pattern in WORDS:
        return ""
    named = _LETTER.findall(pattern)
    if "%" in pattern:
        return "it is written with `%`"
    missing = [one for one, forms in (("the year", ("YYYY", "YY")), ("the month", ("MM", "MMM")), ("the day", ("DD",)))
               if not set(forms) & set(named)]  # fmt: skip
    if missing:
        return f"it does not say where {' and '.join(missing)} {'stands' if len(missing) == 1 else 'stand'}"
    return "a part stands twice in it" if len(set(named)) < len(named) else ""


@lru_cache(maxsize=64)
def moments(form: Form) -> Moments:
    """The reader of a form. A time that the clocks skipped or showed twice is read as the earlier offset says."""
    read_text = _text_reader(form)
    cached = lru_cache(maxsize=4_096)(read_text)

    def read(cell: object) -> datetime | None:
        if isinstance(cell, str):
            return cached(cell)
        if isinstance(cell, datetime):
            return _in_utc(cell, form.zone)
        if isinstance(cell, date):
            return moment_of(cell.isoformat(), form.zone)
        is_number = isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool)
        return read_text(str(cell)) if is_number and form.pattern in {SECONDS, MILLISECONDS} else None

    return read


def _text_reader(form: Form) -> Callable[[str], datetime | None]:
    if form.pattern == ISO:
        return lambda text: moment_of(text, form.zone)
    if form.pattern in {SECONDS, MILLISECONDS}:
        return lambda text: _since_1970(text, 1_000_000 if form.pattern == SECONDS else 1_000)
    pattern = _python_pattern(form.pattern)

    def read(text: str) -> datetime | None:
        try:
            return _in_utc(datetime.strptime(text, pattern), form.zone)  # noqa: DTZ007 - the form has the zone
        except ValueError:
            return None

    return read


def _python_pattern(pattern: str) -> str:
    """The pattern as `strptime` wants it; the hour is of twelve where the pattern has AM."""
    hour = "%I" if "AM" in pattern else "%H"
    return _LETTER.sub(lambda found: hour if found[0] == "hh" else _LETTERS[found[0]], pattern)


def _since_1970(text: str, unit: int) -> datetime | None:
    try:
        return _in_utc(_EPOCH + timedelta(microseconds=int(Decimal(text) * unit)), ZoneInfo("UTC"))
    except (InvalidOperation, ValueError, OverflowError):
        return None


def _in_utc(found: datetime, zone: ZoneInfo) -> datetime | None:
    try:
        at = (found if found.tzinfo is not None else found.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        return None
    return at if FIRST_YEAR <= at.year <= LAST_YEAR else None
