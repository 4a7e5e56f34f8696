"""Opening hours as a value, and questions about open time.

Conventions: stretches are half-open, so the instant of closing is closed; time that is used up exactly at closing is due
at closing; no time at all gives the start back; an end before its start gives a negative time; negative time walks back.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ruleflow.calendar.description import LoadFile, Parts, read_parts
from ruleflow.calendar.hours import DAY
from ruleflow.calendar.index import EPOCH, SECOND, OpenIndex, build_index, stretches_of
from ruleflow.calendar.problems import CalendarError, CalendarProblem
from ruleflow.calendar.zones import zone

__all__ = ["Calendar", "CalendarError", "CalendarProblem", "read_calendar"]

FIRST_YEAR, LAST_YEAR = 2, 9_997
REACH = 120
"""Years after which a calendar that has not opened is taken never to open again."""
_MICROSECOND = timedelta(microseconds=1)


@dataclass(slots=True)
class _Kept:
    """The index made so far; replaced whole by a wider one, so that readers need no lock."""

    index: OpenIndex | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours in a time zone. Equal to another of the same hours; safe to use from many threads."""

    parts: Parts
    zone: ZoneInfo = field(compare=False, repr=False)
    _kept: _Kept = field(default_factory=_Kept, compare=False, repr=False)

    @staticmethod
    def from_dict(given: Mapping[str, Any]) -> Calendar:
        """A calendar from the keys that a project uses: `timezone`, `hours`, `always`, `holidays`, `exceptions`, `breaks`.

        Raises `CalendarError` with everything that is wrong. `.ics` files are not read here.
        """
        made = read_calendar(given)
        if isinstance(made, Calendar):
            return made
        raise CalendarError(made)

    def is_open(self, at: datetime) -> bool:
        """Whether an instant (aware) is inside opening hours."""
        instant = _micros(at)
        return self._index(instant).stretch_at(instant) >= 0

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The open time from one instant to another; negative when the second comes first."""
        low, high = _micros(start), _micros(end)
        index = self._index(low, high)
        return timedelta(microseconds=index.opened(high) - index.opened(low))

    def add(self, start: datetime, duration: timedelta) -> datetime | None:
        """The instant at which that much open time has passed, in the calendar's zone; None when it never will have."""
        at, amount = _micros(start), duration // _MICROSECOND
        if amount == 0:
            return start.astimezone(self.zone)
        if self._never_closes():
            return self._instant(at + amount)
        return self._forward(at, amount) if amount > 0 else self._backward(at, -amount)

    def next_open(self, at: datetime) -> datetime | None:
        """The instant itself when it is open, else the next opening; None when there is none."""
        instant = _micros(at)
        for index in self._wider(instant, ahead=True):
            if index.stretch_at(instant) >= 0:
                return at.astimezone(self.zone)
            following = next((start for start in _after(index.starts, instant)), None)
            if following is not None:
                return self._instant(following)
        return None

    def next_close(self, at: datetime) -> datetime | None:
        """The next closing after an instant; None when there is none (always open, or never open again)."""
        instant = _micros(at)
        for index in self._wider(instant, ahead=True):
            following = next((end for end in _after(index.ends, instant)), None)
            if following is not None and following < _year_start(index.last_year + 1) - 2 * 86_400 * SECOND:
                return self._instant(following)
        return None

    def periods(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """The open stretches between two instants, cut to them; those that touch are one."""
        low, high = _micros(start), _micros(end)
        index = self._index(low, high)
        cut = ((max(low, first), min(high, last)) for first, last in zip(index.starts, index.ends, strict=True))
        return [(self._instant(first), self._instant(last)) for first, last in cut if first < last]

    def is_working_day(self, day: date) -> bool:
        """Whether hours start on a day."""
        return bool(stretches_of(self.parts, day))

    def add_working_days(self, start: datetime, days: int) -> datetime | None:
        """The same clock time, so many working days on (or back); counted from the day after `start`. None: never."""
        local = start.astimezone(self.zone)
        if days == 0:
            return local
        day = self._working_day(local.date(), days)
        return None if day is None else datetime.combine(day, local.time(), tzinfo=self.zone)

    def end_of_working_day(self, start: datetime) -> datetime | None:
        """The last closing of the day of an instant, when that is still to come; else of the next working day. None: never."""
        local = start.astimezone(self.zone)
        closing = self._closing(local.date())
        if closing is not None and closing > start:
            return closing
        day = self._working_day(local.date(), 1)
        return None if day is None else self._closing(day)

    def _never_closes(self) -> bool:
        parts = self.parts
        return not (parts.closed or parts.countries or parts.exceptions or parts.breaks) and all(
            day == ((0, DAY),) for day in parts.week
        )

    def _closing(self, day: date) -> datetime | None:
        stretches = stretches_of(self.parts, day)
        if not stretches:
            return None
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the clock on the wall
        return (midnight + timedelta(seconds=stretches[-1][1])).replace(tzinfo=self.zone)

    def _working_day(self, day: date, days: int) -> date | None:
        step = timedelta(days=1 if days > 0 else -1)
        left, idle = abs(days), 0
        while left:
            day += step
            idle = 0 if self.is_working_day(day) else idle + 1
            left -= not idle
            if idle > 366 * REACH or not FIRST_YEAR <= day.year <= LAST_YEAR:
                return None
        return day

    def _forward(self, at: int, amount: int) -> datetime | None:
        for index in self._wider(at, ahead=True):
            target = index.opened(at) + amount
            if target <= index.total:
                return self._instant(index.forward(target))
        return None

    def _backward(self, at: int, amount: int) -> datetime | None:
        for index in self._wider(at, ahead=False):
            target = index.opened(at) - amount
            if target >= 0 and index.starts and target < index.total:
                return self._instant(index.backward(target))
        return None

    def _wider(self, at: int, *, ahead: bool) -> Iterator[OpenIndex]:
        """The index around an instant, then ever wider ones; it ends when a long time was added in which nothing opens."""
        index = self._index(at)
        yield index
        reach, opened = 8, index.total
        while FIRST_YEAR < index.first_year and index.last_year < LAST_YEAR:
            first = index.first_year if ahead else max(FIRST_YEAR, index.first_year - reach)
            last = min(LAST_YEAR, index.last_year + reach) if ahead else index.last_year
            index = self._grown(first, last)
            yield index
            if index.total == opened and reach >= REACH:
                return
            reach, opened = reach * 2, index.total

    def _index(self, *instants: int) -> OpenIndex:
        """An index that covers some instants, with a year on either side."""
        years = [_year(instant) for instant in instants]
        return self._grown(max(FIRST_YEAR, min(years) - 1), min(LAST_YEAR, max(years) + 1))

    def _grown(self, first: int, last: int) -> OpenIndex:
        index = self._kept.index
        if index is not None:
            if index.first_year <= first and last <= index.last_year:
                return index
            first, last = min(first, index.first_year), max(last, index.last_year)
        else:
            first, last = max(FIRST_YEAR, first - 1), min(LAST_YEAR, last + 3)
        made = build_index(self.parts, self.zone, first, last)
        self._kept.index = made
        return made

    def _instant(self, micros: int) -> datetime:
        return (EPOCH + timedelta(microseconds=micros)).astimezone(self.zone)


def read_calendar(given: Mapping[str, Any], load: LoadFile | None = None) -> Calendar | tuple[CalendarProblem, ...]:
    """A calendar from its description, or everything that is wrong with it. `load` gives the `.ics` files that it names."""
    parts = read_parts(given, load)
    if not isinstance(parts, Parts):
        return parts
    found = zone(parts.timezone)
    if found is None:
        return (CalendarProblem(("timezone",), f"`{parts.timezone}` is not a time zone"),)
    return Calendar(parts, found)


def _micros(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError("a calendar is asked about an instant with a time zone; this one has none")
    return (at - EPOCH) // _MICROSECOND


def _year(micros: int) -> int:
    return (EPOCH + timedelta(microseconds=micros)).year


def _year_start(year: int) -> int:
    return _micros(datetime(year, 1, 1, tzinfo=EPOCH.tzinfo))


def _after(places: tuple[int, ...], instant: int) -> Iterator[int]:
    at = bisect_right(places, instant)
    return iter(places[at : at + 1])
