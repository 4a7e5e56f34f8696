"""Open time as sums over UTC stretches, so that any question is a bisection.

All instants are whole microseconds since 1970 in UTC. A stretch is half-open.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from ruleflow.calendar.description import Parts
from ruleflow.calendar.holidays import public_holidays
from ruleflow.calendar.hours import DAY, Stretch

SECOND = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """The open stretches of some whole years. `before[k]` is the open time of all stretches before the k-th."""

    first_year: int
    last_year: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    before: tuple[int, ...]

    def opened(self, at: int) -> int:
        """The open time from the beginning of the index until an instant."""
        k = bisect_right(self.starts, at) - 1
        return 0 if k < 0 else self.before[k] + min(at, self.ends[k]) - self.starts[k]

    @property
    def total(self) -> int:
        """The open time of all of it."""
        return self.before[-1] + self.ends[-1] - self.starts[-1] if self.starts else 0

    def stretch_at(self, at: int) -> int:
        """The number of the stretch that an instant lies in, or -1."""
        k = bisect_right(self.starts, at) - 1
        return k if k >= 0 and at < self.ends[k] else -1

    def forward(self, target: int) -> int:
        """The first instant until which the open time is `target`, more than zero and at most `total`."""
        k = bisect_left(self.before, target) - 1
        return self.starts[k] + target - self.before[k]

    def backward(self, target: int) -> int:
        """The last instant until which the open time is `target`, at least zero and less than `total`."""
        k = bisect_right(self.before, target) - 1
        return self.starts[k] + target - self.before[k]


def build_index(parts: Parts, zone: ZoneInfo, first_year: int, last_year: int) -> OpenIndex:
    """The index of some years, both in. About two milliseconds a year."""
    local = _join(_local_stretches(parts, first_year, last_year))
    joined = tuple(_join(_to_utc(local, _offsets(zone, first_year, last_year))))
    starts = tuple(start for start, _ in joined)
    lengths = (end - start for start, end in joined)
    before = tuple(accumulate(lengths, initial=0))[:-1]
    return OpenIndex(first_year, last_year, starts, tuple(end for _, end in joined), before)


def stretches_of(parts: Parts, day: date) -> tuple[Stretch, ...]:
    """The hours that start on a day, breaks not yet taken out. A holiday wins over an exception."""
    if day in parts.closed or any(day in public_holidays(*country, day.year) for country in parts.countries):
        return ()
    return parts.exceptions.get(day, parts.week[day.weekday()])


def _local_stretches(parts: Parts, first_year: int, last_year: int) -> Iterator[Stretch]:
    """Stretches in seconds of the clock on the wall, counted from 1970 as if no zone had offsets."""
    day = date(first_year, 1, 1)
    end = date(last_year, 12, 31)
    breaks = sorted(
        ((one.toordinal() - _EPOCH_DAY) * DAY + start, (one.toordinal() - _EPOCH_DAY) * DAY + stop)
        for one, stretches in parts.breaks.items()
        for start, stop in stretches
    )
    for ordinal in range(day.toordinal(), end.toordinal() + 1):
        midnight = (ordinal - _EPOCH_DAY) * DAY
        for start, stop in stretches_of(parts, date.fromordinal(ordinal)):
            yield from _without(midnight + start, midnight + stop, breaks)


def _without(start: int, stop: int, breaks: list[Stretch]) -> Iterator[Stretch]:
    """What is left of a stretch when breaks are taken out."""
    for pause, end in breaks:
        if end <= start or pause >= stop:
            continue
        if pause > start:
            yield start, pause
        start = max(start, end)
    if start < stop:
        yield start, stop


def _join(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Stretches in order, those that touch or overlap made one."""
    current: Stretch | None = None
    for start, end in sorted(stretches):
        if current is not None and start <= current[1]:
            current = (current[0], max(current[1], end))
            continue
        if current is not None:
            yield current
        current = (start, end)
    if current is not None:
        yield current


Offset = tuple[int, int, int]
"""From this UTC second, until this one, the clock on the wall is so many seconds ahead of UTC."""


def _offsets(zone: ZoneInfo, first_year: int, last_year: int) -> list[Offset]:
    """The stretches of constant offset of some years, with a margin of two days."""
    at = _second(datetime(first_year, 1, 1, tzinfo=UTC)) - 2 * DAY
    end = _second(datetime(last_year, 12, 31, tzinfo=UTC)) + 3 * DAY
    found: list[Offset] = []
    since, offset = at, _offset(zone, at)
    while at < end:
        following = min(at + 7 * DAY, end)
        if _offset(zone, following) != offset:
            change = _first_change(zone, at, following, offset)
            found.append((since, change, offset))
            since, offset, at = change, _offset(zone, change), change
        else:
            at = following
    return [*found, (since, end, offset)]


def _first_change(zone: ZoneInfo, low: int, high: int, offset: int) -> int:
    """The first second in `(low, high]` at which the offset is another."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, middle) == offset else (low, middle)
    return high


def _offset(zone: ZoneInfo, second: int) -> int:
    found = (EPOCH + timedelta(seconds=second)).astimezone(zone).utcoffset()
    return 0 if found is None else int(found.total_seconds())


def _second(at: datetime) -> int:
    return int((at - EPOCH).total_seconds())


def _to_utc(local: Iterable[Stretch], offsets: list[Offset]) -> Iterator[Stretch]:
    """Stretches of the wall clock in UTC microseconds: open whenever the clock shows a time inside.

    An hour that the clock skips is open for nobody; one that it shows twice is open twice.
    """
    first = 0
    for start, end in local:
        while first + 1 < len(offsets) and offsets[first][1] + DAY < start:
            first += 1
        for since, until, offset in offsets[first:]:
            if since - DAY > end:
                break
            low, high = max(start - offset, since), min(end - offset, until)
            if low < high:
                yield low * SECOND, high * SECOND
