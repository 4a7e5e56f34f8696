"""Closures from an iCalendar file. The only door to the `icalendar` package.

All-day events close their days, as holidays do. Events with clock times close that stretch, as breaks do; one that has no
end closes nothing. Cancelled events count for nothing; single occurrences that were moved or left out are minded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from ruleflow.calendar.hours import Stretch
from ruleflow.calendar.parts import wall_midnight
from ruleflow.calendar.zones import zone as zone_of

HORIZON = datetime(2100, 12, 31, 23, 59, 59)  # noqa: DTZ001 - a day, not an instant
"""Until when a repeating event is counted."""
MOST = 50_000
"""More days or stretches than this are not counted but refused."""
_DAY = timedelta(days=1)
_FREQUENCIES = {"YEARLY", "MONTHLY", "WEEKLY", "DAILY"}
_BROKEN = (ValueError, KeyError, AttributeError, TypeError, IndexError, OverflowError, OSError)


@dataclass(frozen=True, slots=True)
class Closures:
    """Whole days, and stretches in seconds of the clock on the wall since 1970."""

    days: frozenset[date] = frozenset()
    stretches: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class _Event:
    """Its first occurrence by its own clock on the wall. `zone` None: the clock of whoever looks."""

    start: datetime
    length: timedelta
    whole_days: bool
    zone: ZoneInfo | None


class _TooOftenError(ValueError):
    pass


def read_ics(content: bytes, zone: ZoneInfo | None) -> Closures | str:
    """The closures of a file by the clock of `zone`; or a clause that says what is wrong with it."""
    from icalendar import Calendar as IcsCalendar

    try:
        events: list[Any] = list(IcsCalendar.from_ical(content).walk("VEVENT"))
        components = [one for one in events if _counts(one)]
        moved = {(str(one.get("UID")), _wall(one["RECURRENCE-ID"].dt)) for one in components if "RECURRENCE-ID" in one}
        found = list(islice(_all(components, moved, zone or ZoneInfo("UTC")), MOST + 1))
    except _TooOftenError as error:
        return str(error)
    except _BROKEN:
        return "is not an iCalendar file"
    if len(found) > MOST:
        return f"closes more than {MOST:,} times"
    days = frozenset(one for one in found if isinstance(one, date))
    return Closures(days, tuple(one for one in found if not isinstance(one, date)))


def _counts(component: Any) -> bool:
    if component.errors:
        raise ValueError(component.errors)
    return str(component.get("STATUS", "")).upper() != "CANCELLED"


def _all(components: list[Any], moved: set[tuple[str, datetime]], zone: ZoneInfo) -> Iterator[date | Stretch]:
    for component in components:
        event = _read_event(component)
        alone = "RECURRENCE-ID" in component
        uid = str(component.get("UID"))
        for start in (event.start,) if alone else _starts(component, event):
            if alone or (uid, start) not in moved:
                yield from _closed(event, start, zone)


def _read_event(component: Any) -> _Event:
    given = component["DTSTART"].dt
    start, whole_days = _wall(given), not isinstance(given, datetime)
    if "DTEND" in component:
        length = _wall(component["DTEND"].dt) - start
    elif "DURATION" in component:
        length = component["DURATION"].dt
    else:
        length = _DAY if whole_days else timedelta()
    if length < timedelta():
        raise ValueError("an event ends before it begins")
    return _Event(start, max(length, _DAY) if whole_days else length, whole_days, _zone(given))


def _starts(component: Any, event: _Event) -> Iterator[datetime]:
    """The beginnings of all occurrences, by the event's clock on the wall."""
    left_out = set(_dates(component, "EXDATE"))
    rules = component.get("RRULE")
    repeated = (
        (start for rule in _several(rules) for start in _repetitions(rule, event)) if rules is not None else iter(())
    )
    seen: set[datetime] = set()
    for source in ((event.start,), _dates(component, "RDATE"), repeated):
        for start in source:
            if start not in left_out and start not in seen:
                seen.add(start)
                yield start


def _repetitions(rule: Any, event: _Event) -> Iterator[datetime]:
    from dateutil.rrule import rrulestr

    if str(rule.get("FREQ", [""])[0]) not in _FREQUENCIES or any(
        f"BY{unit}" in rule for unit in ("HOUR", "MINUTE", "SECOND")
    ):
        raise _TooOftenError("has an event that repeats more often than daily")
    until = _until(rule, event)
    text = ";".join(part for part in rule.to_ical().decode().split(";") if not part.startswith("UNTIL="))
    repeated = rrulestr(text, dtstart=event.start, ignoretz=True)
    # A rule cannot have both COUNT and UNTIL; without COUNT, UNTIL keeps one that never comes true from searching on.
    ends = "COUNT" not in rule
    return takewhile(lambda start: start <= until, iter(repeated.replace(until=until) if ends else repeated))


def _until(rule: Any, event: _Event) -> datetime:
    """The last moment of a repetition, by the event's clock on the wall."""
    given = (rule.get("UNTIL") or [HORIZON])[0]
    if isinstance(given, datetime) and given.tzinfo is not None and event.zone is not None:
        given = given.astimezone(event.zone)
    wall = _wall(given)
    return min(HORIZON, wall if isinstance(given, datetime) else wall + _DAY - timedelta(seconds=1))


def _closed(event: _Event, start: datetime, zone: ZoneInfo) -> Iterator[date | Stretch]:
    """What one occurrence closes."""
    end = start + event.length
    if event.whole_days:
        yield from (start.date() + one * _DAY for one in range(min(event.length.days, MOST + 1)))
    elif end > start:
        yield _seconds(start, event.zone, zone), _seconds(end, event.zone, zone)


def _seconds(wall: datetime, own: ZoneInfo | None, zone: ZoneInfo) -> int:
    there = wall if own is None else wall.replace(tzinfo=own).astimezone(zone)
    return wall_midnight(there.date()) + there.hour * 3600 + there.minute * 60 + there.second


def _zone(given: date | datetime) -> ZoneInfo | None:
    """The zone of a beginning, out of our own data where the file names one that we know."""
    if not isinstance(given, datetime) or given.tzinfo is None:
        return None
    key = getattr(given.tzinfo, "key", None)
    return zone_of(key) if isinstance(key, str) and zone_of(key) else _fixed(given)


def _fixed(given: datetime) -> Any:
    return UTC if given.utcoffset() == timedelta() else given.tzinfo


def _wall(given: date | datetime) -> datetime:
    """What the clock on the wall shows; midnight for a day."""
    return given.replace(tzinfo=None) if isinstance(given, datetime) else datetime(given.year, given.month, given.day)  # noqa: DTZ001


def _dates(component: Any, name: str) -> list[datetime]:
    return [
        _wall(one.dt if hasattr(one, "dt") else one) for found in _several(component.get(name)) for one in found.dts
    ]


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
