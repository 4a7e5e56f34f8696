"""Opening hours as a value, and questions about open time.

Conventions: stretches are half-open, so the instant of closing is closed; time that is used up exactly at closing is due
at closing (and going back, at opening); no time at all gives the start back; an end before its start gives a negative
time; negative time walks back; hours past midnight belong to the day they start on. The hours are those of the clock on
the wall: what it skips is open for nobody, what it shows twice is open twice, and durations are real elapsed time.

Instants are aware; naive ones raise `ValueError`. Answers are in the calendar's zone, to the microsecond; subtract and
compare them in UTC, for Python takes two datetimes of one zone by the clock on the wall. Years 2 to 9998 are counted;
beyond them everything is closed. None means never.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from ruleflow.calendar.hours import DAY
from ruleflow.calendar.index import (
    END_OF_TIME,
    FIRST_INSTANT,
    FIRST_YEAR,
    LAST_YEAR,
    MICROSECOND,
    SECOND,
    OpenIndex,
    Span,
)
from ruleflow.calendar.offsets import EPOCH, offsets, to_utc
from ruleflow.calendar.parts import Parts, wall_midnight
from ruleflow.calendar.problems import CalendarError, CalendarProblem, LoadFile
from ruleflow.calendar.zones import versions, zone

__all__ = ["Calendar", "CalendarError", "CalendarProblem", "read_calendar"]

_ONE_DAY = timedelta(days=1)
_Date: TypeAlias = date


@dataclass(frozen=True, slots=True, init=False)
class Calendar:
    """Opening hours in a time zone. Equal to another of the same hours and zone; safe to use from many threads.

    The first question about a year costs about a millisecond; later ones are bisections.
    """

    parts: Parts
    title: str = field(compare=False)
    _index: OpenIndex = field(compare=False, repr=False)

    def __init__(self, parts: Parts, title: str = "") -> None:
        """`parts` name a zone that exists."""
        found = zone(parts.timezone)
        if found is None:
            raise CalendarError((CalendarProblem(("timezone",), f"`{parts.timezone}` is not a time zone"),))
        object.__setattr__(self, "parts", parts)
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "_index", OpenIndex(parts, found))

    def __reduce__(self) -> tuple[type[Calendar], tuple[Parts, str]]:
        return Calendar, (self.parts, self.title)

    @staticmethod
    def from_dict(given: Mapping[str, Any], load_ics: LoadFile | None = None) -> Calendar:
        """A calendar from the keys that a project uses.

        `timezone` (UTC if left out), `hours` or `always`, `holidays`, `exceptions`, `breaks`, `title`. Dates and times
        are text or Python's. `load_ics` gives the bytes of an `.ics` file that `holidays` names, or None.
        Raises `CalendarError` with everything that is wrong.
        """
        made = read_calendar(given, load_ics)
        if isinstance(made, Calendar):
            return made
        raise CalendarError(made)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the hours."""
        return self._index.zone

    @property
    def version(self) -> str:
        """A digest of the hours and of the data they are counted with: the releases of `tzdata` and `holidays`."""
        parts = self.parts
        content = (
            parts.timezone,
            parts.week,
            sorted(map(str, parts.closed)),
            parts.countries,
            [(str(day), hours) for day, hours in parts.exceptions],
            parts.breaks,
            sorted(versions().items()),
        )
        return sha256(repr(content).encode()).hexdigest()[:16]

    def is_open(self, at: datetime) -> bool:
        """Whether an instant is inside opening hours."""
        instant = _micros(at)
        return FIRST_INSTANT <= instant < END_OF_TIME and self._index.around(instant).is_open(instant)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The open time from one instant to another; negative when the second comes first."""
        low, high = _micros(start), _micros(end)
        span = self._index.covering(min(low, high), max(low, high))
        return timedelta(microseconds=span.opened(high) - span.opened(low))

    def add(self, start: datetime, duration: timedelta) -> datetime | None:
        """The first instant at which that much open time has passed since `start`; going back, the last. None: never."""
        instant, amount = _micros(start), duration // MICROSECOND
        if amount == 0:
            return self._local(start)
        return self._forward(instant, amount) if amount > 0 else self._backward(instant, -amount)

    def next_open(self, at: datetime) -> datetime | None:
        """The instant itself when it is open, else the next opening. None: never."""
        instant = _micros(at)
        span: Span | None = self._index.around(instant) if instant < END_OF_TIME else None
        while span is not None:
            opened = span.opened(instant)
            if opened < span.total:
                return self._instant(span.last_instant(opened))
            span = self._index.wider(span, ahead=True)
        return None

    def next_close(self, at: datetime) -> datetime | None:
        """The next closing after an instant. None: always open from then on, or never again."""
        opening = None if self.parts.never_closes else self.next_open(at)
        if opening is None:
            return None
        instant = _micros(opening)
        span: Span | None = self._index.around(instant)
        while span is not None:
            closing = span.closing(instant)
            if closing is not None:
                return self._instant(closing)
            span = self._index.wider(span, ahead=True)
        return None

    def periods(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """The open stretches between two instants, cut to them and in order; those that touch are one.

        Empty when the end is not after the start. Cost and length grow with the stretches.
        """
        low, high = max(_micros(start), FIRST_INSTANT), min(_micros(end), END_OF_TIME)
        found = self._index.covering(low, high).stretches(low, high) if low < high else []
        return [(self._instant(first), self._instant(last)) for first, last in found]

    def is_working_day(self, day: date) -> bool:
        """Whether any open time starts on a day."""
        counted = FIRST_YEAR <= day.year <= LAST_YEAR
        return counted and self._index.of_years(day.year, day.year).is_working_day(day)

    def add_working_days(self, start: datetime, days: int) -> datetime | None:
        """The same clock time, so many working days later (or earlier). None: never.

        The date of `start` does not count, be it a working day or not; 0 gives `start`. A clock time that the clock
        skips on that day is as much later.
        """
        if days == 0:
            return self._local(start)
        if not FIRST_INSTANT <= _micros(start) < END_OF_TIME:
            return None
        local = start.astimezone(self.zone)
        day = self._working_day(local.date(), days)
        if day is None:
            return None
        there = datetime.combine(day, local.time().replace(fold=0), tzinfo=self.zone)
        return there.astimezone(UTC).astimezone(self.zone)

    def end_of_working_day(self, start: datetime) -> datetime | None:
        """The last closing of the working day of an instant; of the next one when there is none or it is past. None: never.

        Past midnight, while the hours of the day before still last, that day is meant.
        """
        instant = _micros(start)
        if not FIRST_INSTANT <= instant < END_OF_TIME:
            return None
        today = start.astimezone(self.zone).date()
        for day in (today - _ONE_DAY, today):
            closing = self._closing(day)
            if closing is not None and closing > instant:
                return self._instant(closing)
        following = self._working_day(today, 1)
        closing = None if following is None else self._closing(following)
        return None if closing is None else self._instant(closing)

    def _forward(self, instant: int, amount: int) -> datetime | None:
        span: Span | None = self._index.around(instant) if instant < END_OF_TIME else None
        while span is not None:
            target = span.opened(instant) + amount
            if target <= span.total:
                return self._instant(span.first_instant(target))
            span = self._index.wider(span, ahead=True)
        return None

    def _backward(self, instant: int, amount: int) -> datetime | None:
        span: Span | None = self._index.around(instant) if instant >= FIRST_INSTANT else None
        while span is not None:
            target = span.opened(instant) - amount
            if target >= 0:
                return self._instant(span.last_instant(target))
            span = self._index.wider(span, ahead=False)
        return None

    def _working_day(self, day: _Date, days: int) -> _Date | None:
        """The working day so many after (or before) a day."""
        counted = FIRST_YEAR <= day.year <= LAST_YEAR
        span: Span | None = self._index.of_years(day.year, day.year) if counted else None
        while span is not None:
            passed = span.working_days_until(day) if days > 0 else span.working_days_before(day) + 1
            if 0 < passed + days <= span.working_days:
                return span.working_day(passed + days)
            span = self._index.wider(span, ahead=days > 0)
        return None

    def _closing(self, day: _Date) -> int | None:
        """The instant at which the hours of a day are over."""
        hours, midnight = self.parts.hours_of(day), wall_midnight(day)
        changes = offsets(self.zone, midnight - DAY, midnight + 3 * DAY) if hours else ()
        return max((end * SECOND for _, end in to_utc(hours, changes)), default=None)

    def _instant(self, micros: int) -> datetime:
        return (EPOCH + timedelta(0, 0, micros)).astimezone(self._index.zone)

    def _local(self, at: datetime) -> datetime:
        """An instant in the calendar's zone; as it is at the very ends of time, where it has no local time."""
        counted = FIRST_INSTANT <= _micros(at) < END_OF_TIME
        return at.astimezone(self.zone) if counted else at


def read_calendar(given: Mapping[str, Any], load_ics: LoadFile | None = None) -> Calendar | tuple[CalendarProblem, ...]:
    """A calendar from its description, or everything that is wrong with it. `load_ics` gives the `.ics` files it names."""
    from ruleflow.calendar.description import read_description

    read = read_description(given, load_ics)
    return read if isinstance(read, tuple) else Calendar(read.parts, read.title)


def _micros(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError("a calendar is asked about an instant with a time zone; this one has none")
    return (at - EPOCH) // MICROSECOND
