"""Dates, times and durations as people write them outside expressions. Strict forms only; anything else is None."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TypeVar

_T = TypeVar("_T")

FIRST_YEAR, LAST_YEAR = 2, 9_998
"""The years of instants: each of theirs has a local time in every zone."""

_DURATION = re.compile(r"(?=[0-9])(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2})?")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)


def duration_of(text: str) -> timedelta | None:
    """`15m`, `4h`, `1h30m`, `45s`, in this order of units."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def date_of(text: str) -> date | None:
    """`2026-03-01`, a day that exists."""
    return _tried(date.fromisoformat, text) if _DATE.fullmatch(text) else None


def time_of(text: str) -> time | None:
    """`18:00` or `18:00:30`."""
    return _tried(time.fromisoformat, text) if _TIME.fullmatch(text) else None


def instant_of(text: str, zone: tzinfo) -> datetime | None:
    """`2026-03-01T18:00`, with seconds or not; in UTC. Without an offset it is meant in `zone`. None also where nothing is counted."""
    if not _INSTANT.fullmatch(text):
        return None
    found = _tried(datetime.fromisoformat, text)
    if found is None:
        return None
    try:
        at = (found if found.tzinfo is not None else found.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        return None
    return at if FIRST_YEAR <= at.year <= LAST_YEAR else None


def moment_of(text: str, zone: tzinfo) -> datetime | None:
    """An instant, or a date as its midnight in `zone`; in UTC."""
    return instant_of(text if date_of(text) is None else f"{text}T00:00", zone)


def _tried(read: Callable[[str], _T], text: str) -> _T | None:
    try:
        return read(text)
    except ValueError:
        return None
