"""The three kinds of duration, which do not mix by accident.

Exact time (`4h`) is a `timedelta`. Calendar days (`2 days`) keep the clock time of a zone, so they may last 23 or 25
hours. Working days (`2 working days`) are open days of a calendar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, order=True)
class CalendarDays:
    """A number of calendar days: the same clock time, that many dates on."""

    days: int


@dataclass(frozen=True, slots=True, order=True)
class WorkingDays:
    """A number of open days of a calendar; which calendar is said where it is used."""

    days: int


def duration_text(value: timedelta) -> str:
    """`1h30m`, `45s`, `0m`; with a minus where it is negative."""
    seconds = int(abs(value).total_seconds())
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [f"{amount}{unit}" for amount, unit in ((hours, "h"), (minutes, "m"), (seconds, "s")) if amount]
    return ("-" if value < timedelta() else "") + ("".join(parts) or "0m")
