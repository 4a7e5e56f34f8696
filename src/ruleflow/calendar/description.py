"""From the description of a calendar, as a project or a program writes it, to its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ruleflow.calendar.days_off import read_holidays
from ruleflow.calendar.hours import DAY, WEEKDAYS, Stretch, join, overlapping, read_days, read_stretch, read_time
from ruleflow.calendar.parts import Parts, Week, wall_midnight
from ruleflow.calendar.problems import CalendarProblem, LoadFile, Path
from ruleflow.calendar.reading import Reader, read_date
from ruleflow.calendar.zones import zone, zone_names
from ruleflow.diagnostics.suggest import nearest, quoted

KEYS = ("timezone", "hours", "always", "holidays", "exceptions", "breaks", "title")
_NO_HOURS: Week = ((),) * 7
_DAYS = "days are `mon`, `tue`, … `sun`, ranges `mon-fri`, lists `sat, sun`"
_HOURS = "write `09:00-17:00`; `24:00` ends a day, `22:00-06:00` runs past midnight"
_BREAK = "for instance `{date: 2026-03-02, from: '12:00', to: '13:00'}`"


@dataclass(frozen=True, slots=True)
class Description:
    """A description without faults. `title` may be empty."""

    parts: Parts
    title: str


def read_description(given: object, load_ics: LoadFile | None = None) -> Description | tuple[CalendarProblem, ...]:
    """The parts of a calendar, or everything that is wrong with its description."""
    reader = Reader(load_ics)
    if not isinstance(given, Mapping):
        reader.wrong((), "a calendar needs a mapping of keys", "for instance `{hours: {mon-fri: ['09:00-17:00']}}`")
        return tuple(reader.problems)
    for key in given:
        if key not in KEYS:
            reader.unknown_key((), key, KEYS, "a calendar")
    timezone = _timezone(given.get("timezone"), reader)
    off = read_holidays(given.get("holidays"), zone(timezone), reader)
    parts = Parts(
        timezone,
        _week(given, reader),
        frozenset(off.days),
        tuple(off.countries),
        _exceptions(given.get("exceptions"), reader),
        tuple(join([*off.stretches, *_breaks(given.get("breaks"), reader)])),
    )
    title = _title(given.get("title"), reader)
    return tuple(reader.problems) or Description(parts, title)


def _timezone(value: object, reader: Reader) -> str:
    name = "UTC" if value is None else str(value)
    if zone(name) is not None:
        return name
    near = nearest(name, zone_names())
    help_ = f"did you mean `{near}`?" if near else "zones look like `Europe/Helsinki`"
    reader.wrong(("timezone",), f"{quoted(name)} is not a time zone", help_)
    return "UTC"


def _title(value: object, reader: Reader) -> str:
    if value is not None and not isinstance(value, str):
        reader.wrong(("title",), "`title` needs a text")
    return value if isinstance(value, str) else ""


def _week(given: Mapping[Any, Any], reader: Reader) -> Week:
    always, hours = given.get("always"), given.get("hours")
    if always is not None and not isinstance(always, bool):
        reader.wrong(("always",), "`always` is `true` or left out")
    if always is True:
        if hours is not None:
            reader.wrong(("hours",), "a calendar that is always open has no hours", "remove `hours`, or `always`")
        return (((0, DAY),),) * 7
    if hours is None:
        return _NO_HOURS
    if not isinstance(hours, Mapping):
        reader.wrong(("hours",), "`hours` needs a mapping of days", "for instance `{mon-fri: ['09:00-17:00']}`")
        return _NO_HOURS
    return _week_of(hours, reader)


def _week_of(hours: Mapping[Any, Any], reader: Reader) -> Week:
    week: list[tuple[Stretch, ...] | None] = [None] * 7
    for key, value in hours.items():
        path: Path = ("hours", str(key))
        days = read_days(str(key))
        stretches = _stretches(value, path, reader)
        if days is None:
            reader.wrong(path, f"{quoted(str(key))} is not a day", _DAYS)
        twice = [
            WEEKDAYS[day] for at, day in enumerate(days or ()) if week[day] is not None or day in (days or ())[:at]
        ]
        if twice:
            reader.wrong(path, f"`{twice[0]}` has hours twice", "name each day once; hours of one day make one list")
        for day in days or ():
            week[day] = stretches
    return tuple(day or () for day in week)


def _stretches(value: object, path: Path, reader: Reader) -> tuple[Stretch, ...]:
    """The hours of a day, in their order. A text alone is one stretch; nothing is none."""
    several = isinstance(value, list | tuple)
    found: dict[int, Stretch] = {}
    for at, item in enumerate(value if isinstance(value, list | tuple) else () if value is None else (value,)):
        stretch = read_stretch(item)
        if stretch is None:
            reader.wrong((*path, at) if several else path, f"{quoted(str(item))} is not a stretch of hours", _HOURS)
        else:
            found[at] = stretch
    shared = overlapping(found.items())
    if shared is not None:
        one, other = (f"`{clock(found[at])}`" for at in shared)
        help_ = "join them, or let one end where the other begins"
        reader.wrong((*path, shared[1]), f"{other} overlaps {one} of the same day", help_)
    return tuple(sorted(found.values()))


def _exceptions(value: object, reader: Reader) -> tuple[tuple[Any, tuple[Stretch, ...]], ...]:
    found: dict[Any, tuple[Stretch, ...]] = {}
    if value is not None and not isinstance(value, Mapping):
        help_ = "for instance `{2026-12-31: ['09:00-15:00']}`"
        reader.wrong(("exceptions",), "`exceptions` needs a mapping of dates", help_)
        return ()
    for key, hours in (value or {}).items():
        path: Path = ("exceptions", str(key))
        day = read_date(key)
        stretches = _stretches(hours, path, reader)
        if day is None:
            reader.wrong(path, f"{quoted(str(key))} is not a date", "write `2026-12-31`")
        elif day in found:
            reader.wrong(path, f"`{day}` has hours twice", "name each date once")
        else:
            found[day] = stretches
    return tuple(sorted(found.items()))


def _breaks(value: object, reader: Reader) -> list[Stretch]:
    if value is not None and not isinstance(value, list | tuple):
        reader.wrong(("breaks",), "`breaks` needs a list", f"{_BREAK}, in `[ ]`")
        return []
    found = [_break(item, ("breaks", at), reader) for at, item in enumerate(value or ())]
    return [one for one in found if one is not None]


def _break(item: object, path: Path, reader: Reader) -> Stretch | None:
    if not isinstance(item, Mapping) or not {"date", "from", "to"} <= set(item):
        reader.wrong(path, "a break has `date`, `from` and `to`", _BREAK)
        return None
    for key in item:
        if key not in {"date", "from", "to"}:
            reader.unknown_key(path, key, ("date", "from", "to"), "a break")
    day, start, end = read_date(item["date"]), read_time(item["from"]), read_time(item["to"])
    if day is None:
        reader.wrong((*path, "date"), f"{quoted(str(item['date']))} is not a date", "write `2026-03-02`")
    for key, time in (("from", start), ("to", end)):
        if time is None:
            reader.wrong((*path, key), f"{quoted(str(item[key]))} is not a time", "write `12:00`; `24:00` ends a day")
    if day is None or start is None or end is None:
        return None
    if end <= start:
        reader.wrong(
            (*path, "to"), "a break ends after it begins, on the same day", "make two breaks, one for each day"
        )
        return None
    return wall_midnight(day) + start, wall_midnight(day) + end


def clock(stretch: Stretch) -> str:
    """A stretch of a day as it is written."""
    return "-".join(_time(second if second <= DAY else second - DAY) for second in stretch)


def _time(second: int) -> str:
    text = f"{second // 3600:02}:{second // 60 % 60:02}"
    return f"{text}:{second % 60:02}" if second % 60 else text
