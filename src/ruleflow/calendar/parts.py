"""What a calendar is made of, and the hours that a day has by it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ruleflow.calendar.holidays import KNOWN_YEARS, public_holidays
from ruleflow.calendar.hours import DAY, Stretch, without

EPOCH_DAY = date(1970, 1, 1).toordinal()

Week = tuple[tuple[Stretch, ...], ...]
"""The hours of seven days, Monday first."""


@dataclass(frozen=True)
class Parts:
    """A calendar as data, comparable and hashable.

    `countries` are pairs of a country and a region ('' for none). `exceptions` are in the order of their dates.
    `breaks` are in order and apart, in seconds of the clock on the wall since 1970 (`wall_midnight`).
    """

    timezone: str = "UTC"
    week: Week = ((),) * 7
    closed: frozenset[date] = frozenset()
    countries: tuple[tuple[str, str], ...] = ()
    exceptions: tuple[tuple[date, tuple[Stretch, ...]], ...] = ()
    breaks: tuple[Stretch, ...] = ()

    @property
    def never_closes(self) -> bool:
        """Round the clock, every day."""
        plain = not (self.closed or self.countries or self.exceptions or self.breaks)
        return plain and all(day == ((0, DAY),) for day in self.week)

    @cached_property
    def listed_years(self) -> frozenset[int]:
        """The years whose hours differ from the plain week by a date that is listed, or that lie next to such a date."""
        days = {day.toordinal() for day in self.closed} | {day.toordinal() for day, _ in self.exceptions}
        spans = [(day - 2, day + 2) for day in days]
        spans += [(start // DAY + EPOCH_DAY - 2, end // DAY + EPOCH_DAY + 2) for start, end in self.breaks]
        return frozenset(year for first, last in spans for year in range(_year(first), _year(last) + 1))

    def hours_of(self, day: date) -> tuple[Stretch, ...]:
        """The open stretches that start on a day, breaks taken out, in seconds of the clock on the wall since 1970."""
        midnight = wall_midnight(day)
        hours = [(midnight + start, midnight + end) for start, end in self._hours(day)]
        if not hours or not self.breaks:
            return tuple(hours)
        near = self.breaks[
            max(0, bisect_right(self.breaks, (hours[0][0], 0)) - 1) : bisect_left(self.breaks, (hours[-1][1], 0))
        ]
        return tuple(left for stretch in hours for left in without(stretch, near))

    def _hours(self, day: date) -> tuple[Stretch, ...]:
        hours = self._exceptions.get(day, self.week[day.weekday()])
        return () if hours and self._is_holiday(day) else hours

    def _is_holiday(self, day: date) -> bool:
        if day in self.closed:
            return True
        return day.year in KNOWN_YEARS and any(day in public_holidays(*one, day.year) for one in self.countries)

    @cached_property
    def _exceptions(self) -> dict[date, tuple[Stretch, ...]]:
        return dict(self.exceptions)


def wall_midnight(day: date) -> int:
    """Seconds from 1970 to the midnight that begins a day, by a clock on the wall that knows no changes."""
    return (day.toordinal() - EPOCH_DAY) * DAY


def _year(ordinal: int) -> int:
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal())).year
