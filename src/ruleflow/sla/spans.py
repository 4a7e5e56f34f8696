"""How long after an instant: open time, working days, the end of a working day, calendar days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from ruleflow.calendar.calendar import Calendar
from ruleflow.model.vocabulary import EndOfWorkingDay, OpenTime, TimeSpan
from ruleflow.types.durations import CalendarDays, WorkingDays, duration_text


def around_the_clock(zone: ZoneInfo) -> Calendar:
    """The calendar that is meant where none is named."""
    return Calendar.from_dict({"always": True, "timezone": zone.key})


def after(span: TimeSpan, since: datetime, calendar: Calendar) -> datetime | None:
    """The instant, in UTC, so long after (before, where it is negative) another. None: never."""
    return repeated(span, since, 1, calendar)


def repeated(span: TimeSpan, since: datetime, times: int, calendar: Calendar) -> datetime | None:
    """The instant, in UTC, at which a span has passed so many times. None: never.

    The end of a working day is that of the day of `since`, or of the next one, whatever `times` says.
    """
    match span:
        case OpenTime(seconds):
            found = calendar.add(since, timedelta(seconds=seconds * times))
        case WorkingDays(days):
            found = calendar.add_working_days(since, days * times)
        case CalendarDays(days):
            found = _same_clock_time(since, days * times, calendar.zone)
        case EndOfWorkingDay():
            found = calendar.end_of_working_day(since)
        case _:
            assert_never(span)
    return None if found is None else found.astimezone(UTC)


def span_text(span: TimeSpan) -> str:
    """As an admin writes it: `8h`, `1 working day`, `end of working day`."""
    match span:
        case OpenTime(seconds):
            return duration_text(timedelta(seconds=seconds))
        case WorkingDays(days):
            return f"{days} working day{'' if abs(days) == 1 else 's'}"
        case CalendarDays(days):
            return f"{days} day{'' if abs(days) == 1 else 's'}"
        case EndOfWorkingDay():
            return span.value
        case _:
            assert_never(span)


def stamp(at: datetime) -> str:
    """An instant as keys of timers name it, in UTC: `2026-03-01T15:00:00Z`."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _same_clock_time(since: datetime, days: int, zone: ZoneInfo) -> datetime | None:
    local = since.astimezone(zone)
    try:
        return (local.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=zone, fold=local.fold).astimezone(UTC)
    except OverflowError:
        return None
