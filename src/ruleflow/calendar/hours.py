"""Opening hours as people write them: `09:00-13:00`, `22:00-06:00`, `mon-fri`. And stretches of the clock on the wall."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import time
from itertools import pairwise

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 86_400

Stretch = tuple[int, int]
"""Two moments in seconds, the second later and not in it. Hours of a day count from its midnight and may end beyond 86,400."""

_TIME = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])(?::([0-5][0-9]))?")
_LONG_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMES = {name: at for names in (WEEKDAYS, _LONG_NAMES) for at, name in enumerate(names)}


def read_time(value: object) -> int | None:
    """Seconds from midnight of `09:00`, `9:00`, `09:00:30`, `24:00` or a `time` of whole seconds without a zone; else None."""
    if isinstance(value, time):
        whole = not value.microsecond and value.tzinfo is None
        return value.hour * 3600 + value.minute * 60 + value.second if whole else None
    found = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    seconds = int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3] or 0)
    return seconds if seconds <= DAY else None


def read_stretch(value: object) -> Stretch | None:
    """`09:00-17:00`, or two times; one that does not end after it starts runs past midnight."""
    pair = re.split(r"\s*[-–]\s*", value.strip()) if isinstance(value, str) else value
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        return None
    start, end = read_time(pair[0]), read_time(pair[1])
    if start is None or end is None or start == DAY:
        return None
    return start, end if end > start else end + DAY


def read_days(key: str) -> tuple[int, ...] | None:
    """The days of `mon`, `monday`, `mon-fri` or `sat, sun`, Monday is 0; None where a name is no day."""
    days: list[int] = []
    for part in key.lower().split(","):
        ends = [_NAMES.get(name) for name in re.split(r"\s*[-–]\s*", part.strip())]
        first, last = ends[0], ends[-1]
        if len(ends) > 2 or first is None or last is None:
            return None
        days.extend((first + step) % 7 for step in range((last - first) % 7 + 1))
    return tuple(days)


def overlapping(stretches: Iterable[tuple[int, Stretch]]) -> tuple[int, int] | None:
    """The places of two stretches, given with their places, that share time: the one that starts later comes second."""
    ordered = sorted(stretches, key=lambda one: (one[1], one[0]))
    for (at, (_, end)), (later_at, (later, _)) in pairwise(ordered):
        if end > later:
            return at, later_at
    return None


def join(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
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


def without(stretch: Stretch, breaks: Iterable[Stretch]) -> Iterator[Stretch]:
    """What is left of a stretch when breaks, in order and apart, are taken out."""
    start, end = stretch
    for pause, back in breaks:
        if back <= start or pause >= end:
            continue
        if pause > start:
            yield start, pause
        start = back
    if start < end:
        yield start, end
