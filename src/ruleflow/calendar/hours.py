"""Opening hours as people write them: `09:00-13:00`, `22:00-06:00`, `mon-fri`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 86_400

Stretch = tuple[int, int]
"""Seconds from midnight of the day it starts on; the end may lie beyond 86,400."""

_TIME = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])(?::([0-5][0-9]))?")
_LONG_NAMES = {name[:3]: name for name in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")}


def read_time(value: object) -> int | None:
    """Seconds from midnight of `09:00`, `9:00`, `09:00:30`, `24:00` or a `time`; None for anything else."""
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second
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
    for part in key.split(","):
        ends = [_day(name) for name in re.split(r"\s*[-–]\s*", part.strip())]
        if len(ends) > 2 or None in ends:
            return None
        first, last = ends[0], ends[-1]
        days.extend(_between(first, last) if first is not None and last is not None else ())
    return tuple(days)


def _day(name: str) -> int | None:
    short = name.lower()[:3]
    good = short in WEEKDAYS and name.lower() in {short, _LONG_NAMES[short]}
    return WEEKDAYS.index(short) if good else None


def _between(first: int, last: int) -> Iterator[int]:
    day = first
    yield day
    while day != last:
        day = (day + 1) % 7
        yield day


def overlap(stretches: list[Stretch]) -> bool:
    """Whether two stretches of one day share time."""
    ordered = sorted(stretches)
    return any(end > later for (_, end), (later, _) in zip(ordered, ordered[1:], strict=False))
