"""Open time as sums over UTC stretches, so that any question is a bisection.

All instants are whole microseconds since 1970 in UTC; stretches are half-open. The sums are kept by year and made when a
year is first asked about. Far years, for which no date is listed and no clock change or public holiday is known one by
one, repeat: they are told apart only by the weekday they begin on and by their length, and cost next to nothing. So a
question that spans all time is answered exactly, and `never` is found by having looked everywhere.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from ruleflow.calendar.hours import DAY, Stretch, join
from ruleflow.calendar.offsets import EPOCH, offsets, to_utc
from ruleflow.calendar.parts import Parts

SECOND = 1_000_000
MICROSECOND = timedelta(microseconds=1)
FIRST_YEAR, LAST_YEAR = 2, 9_998
"""Beyond these years everything is closed; within them each instant has a local time in every zone."""

_ONE_BY_ONE = range(1_800, 2_102)
"""Zones change their clocks by a list from 1844 to 2086; before and after they follow one rule. A year more than holidays have."""
_BEFORE, _AFTER = range(1_772, 1_800), range(2_102, 2_130)
"""28 years without a secular exception: they begin on every weekday, as common and as leap years."""


@dataclass(frozen=True, slots=True)
class YearHours:
    """The open stretches of one UTC year, from its beginning. `before[k]` is the open time of all stretches before the k-th.

    `days` are the numbers of the days (0 is January 1st, by the local date) on which some open time starts.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    before: tuple[int, ...]
    total: int
    days: tuple[int, ...]

    def opened(self, at: int) -> int:
        """The open time from the beginning of the year until an instant, which may also lie outside."""
        k = bisect_right(self.starts, at) - 1
        return 0 if k < 0 else self.before[k] + min(at, self.ends[k]) - self.starts[k]


@dataclass(frozen=True, slots=True)
class Span:
    """Some whole years in a row: where each begins, and the sums of open time and of working days before each.

    The tuples of numbers have one item more than there are years.
    """

    first_year: int
    years: tuple[YearHours, ...]
    begins: tuple[int, ...]
    opened_before: tuple[int, ...]
    days_before: tuple[int, ...]

    @property
    def last_year(self) -> int:
        return self.first_year + len(self.years) - 1

    @property
    def total(self) -> int:
        """The open time of all of it."""
        return self.opened_before[-1]

    def is_open(self, at: int) -> bool:
        """Whether an instant lies in a stretch."""
        y = bisect_right(self.begins, at) - 1
        year, at = self.years[y], at - self.begins[y]
        k = bisect_right(year.starts, at) - 1
        return k >= 0 and at < year.ends[k]

    def opened(self, at: int) -> int:
        """The open time from the beginning of the span until an instant, which may also lie outside."""
        y = bisect_right(self.begins, at, 1, len(self.years)) - 1
        return self.opened_before[y] + self.years[y].opened(at - self.begins[y])

    def first_instant(self, target: int) -> int:
        """The first instant until which the open time is `target`, more than zero and at most `total`."""
        y = bisect_left(self.opened_before, target) - 1
        year, rest = self.years[y], target - self.opened_before[y]
        k = bisect_left(year.before, rest) - 1
        return self.begins[y] + year.starts[k] + rest - year.before[k]

    def last_instant(self, target: int) -> int:
        """The last instant until which the open time is `target`, at least zero and less than `total`."""
        y = bisect_right(self.opened_before, target) - 1
        year, rest = self.years[y], target - self.opened_before[y]
        k = bisect_right(year.before, rest) - 1
        return self.begins[y] + year.starts[k] + rest - year.before[k]

    def stretches(self, low: int, high: int) -> list[Stretch]:
        """The open stretches between two instants, cut to them; what touches at a new year is one."""
        found: list[Stretch] = []
        for begin, year in zip(self.begins, self.years, strict=False):
            first, last = bisect_right(year.ends, low - begin), bisect_left(year.starts, high - begin)
            found += ((max(low, begin + year.starts[k]), min(high, begin + year.ends[k])) for k in range(first, last))
        return list(join(found))

    def closing(self, at: int) -> int | None:
        """The end of the open time that an open instant lies in; None when it is not over where the span ends."""
        first = bisect_right(self.begins, at) - 1
        k = bisect_right(self.years[first].starts, at - self.begins[first]) - 1
        for y in range(first, len(self.years)):
            year = self.years[y]
            if k >= len(year.starts) or (y > first and year.starts[k] > 0):
                return self.begins[y]
            end = self.begins[y] + year.ends[k]
            if end < self.begins[y + 1]:
                return end
            k = 0
        return None

    @property
    def working_days(self) -> int:
        """How many working days there are in all of it."""
        return self.days_before[-1]

    def is_working_day(self, day: date) -> bool:
        """Whether a day of the span is one."""
        return self.working_days_until(day) > self.working_days_before(day)

    def working_days_before(self, day: date) -> int:
        """How many working days there are from the beginning of the span until a day in it, which does not count."""
        y = day.year - self.first_year
        return self.days_before[y] + bisect_left(self.years[y].days, _number(day))

    def working_days_until(self, day: date) -> int:
        """The same, and the day counts."""
        y = day.year - self.first_year
        return self.days_before[y] + bisect_right(self.years[y].days, _number(day))

    def working_day(self, count: int) -> date:
        """The working day with which there are so many, from 1 to as many as the span has."""
        y = bisect_left(self.days_before, count) - 1
        number = self.years[y].days[count - self.days_before[y] - 1]
        return date.fromordinal(date(self.first_year + y, 1, 1).toordinal() + number)


@dataclass(slots=True)
class OpenIndex:
    """The sums of a calendar, made as they are needed.

    Safe to use from many threads: a span is never changed, only replaced by a wider one, and two threads that make the
    same one make equal ones.
    """

    parts: Parts
    zone: ZoneInfo
    _span: Span | None = None
    _years: dict[tuple[int, ...], YearHours] = field(default_factory=dict)

    def around(self, instant: int) -> Span:
        """A span that an instant lies in; one of the first or last year that is counted when it lies in none."""
        span = self._span
        if span is not None and span.begins[0] <= instant < span.begins[-1]:
            return span
        year = _year_of(instant)
        return self.of_years(year, year)

    def covering(self, low: int, high: int) -> Span:
        """A span from one instant to another, as far as their years are counted."""
        span = self._span
        if span is not None and span.begins[0] <= low and high < span.begins[-1]:
            return span
        return self.of_years(_year_of(low), _year_of(high))

    def of_years(self, first: int, last: int) -> Span:
        """A span with two years in it."""
        span = self._span
        if span is not None:
            if span.first_year <= first and last <= span.last_year:
                return span
            first, last = min(first, span.first_year), max(last, span.last_year)
        years = tuple(self._year(year) for year in range(first, last + 1))
        self._span = made = Span(
            first,
            years,
            tuple(_begin(year) * SECOND for year in range(first, last + 2)),
            tuple(accumulate((year.total for year in years), initial=0)),
            tuple(accumulate((len(year.days) for year in years), initial=0)),
        )
        return made

    def wider(self, span: Span, *, ahead: bool) -> Span | None:
        """A span about twice as long, grown in one direction; None when there are no more years that way."""
        grown = len(span.years)
        if ahead and span.last_year < LAST_YEAR:
            return self.of_years(span.first_year, min(LAST_YEAR, span.last_year + grown))
        if not ahead and span.first_year > FIRST_YEAR:
            return self.of_years(max(FIRST_YEAR, span.first_year - grown), span.last_year)
        return None

    def _year(self, year: int) -> YearHours:
        if year in _ONE_BY_ONE or year in self.parts.listed_years:
            return self._kept((year,), lambda: year)
        weekday, length = date(year, 1, 1).weekday(), _begin(year + 1) - _begin(year)
        alike = _BEFORE if year < _ONE_BY_ONE.start else _AFTER
        return self._kept(
            (alike.start, weekday, length),
            lambda: next(
                one for one in alike if date(one, 1, 1).weekday() == weekday and _begin(one + 1) - _begin(one) == length
            ),
        )

    def _kept(self, key: tuple[int, ...], year: Callable[[], int]) -> YearHours:
        found = self._years.get(key)
        if found is None:
            found = self._years[key] = hours_of_year(self.parts, self.zone, year())
        return found


def hours_of_year(parts: Parts, zone: ZoneInfo, year: int) -> YearHours:
    """The sums of one year, without reading any others. About a millisecond."""
    begin, end = _begin(year), _begin(year + 1)
    changes = offsets(zone, begin - 3 * DAY, end + 3 * DAY)
    first = date(year, 1, 1).toordinal()
    length = (end - begin) // DAY
    open_: list[Stretch] = []
    days: list[int] = []
    # Hours may end on the day after next, and local days begin up to 16 hours beside those of UTC.
    for number in range(-2, length + 1):
        pieces = list(to_utc(parts.hours_of(date.fromordinal(first + number)), changes))
        open_ += pieces
        if pieces and 0 <= number < length:
            days.append(number)
    cut = [(max(0, start - begin) * SECOND, (min(end, stop) - begin) * SECOND) for start, stop in join(open_)]
    cut = [(start, stop) for start, stop in cut if start < stop]
    before = tuple(accumulate((stop - start for start, stop in cut), initial=0))
    return YearHours(
        tuple(start for start, _ in cut), tuple(stop for _, stop in cut), before[:-1], before[-1], tuple(days)
    )


def _begin(year: int) -> int:
    """The UTC second at which a year begins."""
    return (date(year, 1, 1).toordinal() - _EPOCH_DAY) * DAY


def _year_of(instant: int) -> int:
    """The year of an instant, or the nearest that is counted."""
    return (EPOCH + timedelta(microseconds=min(max(instant, FIRST_INSTANT), END_OF_TIME - 1))).year


def _number(day: date) -> int:
    return day.toordinal() - date(day.year, 1, 1).toordinal()


_EPOCH_DAY = EPOCH.toordinal()
FIRST_INSTANT, END_OF_TIME = _begin(FIRST_YEAR) * SECOND, _begin(LAST_YEAR + 1) * SECOND
