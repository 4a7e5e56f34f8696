"""From the description of a calendar, as a project or a program writes it, to its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ruleflow.calendar.holidays import closed_days, known_countries
from ruleflow.calendar.hours import DAY, Stretch, overlap, read_days, read_stretch, read_time
from ruleflow.calendar.problems import CalendarProblem, Path
from ruleflow.calendar.zones import zone, zone_names
from ruleflow.diagnostics.suggest import listing, nearest

LoadFile = Callable[[str], bytes | None]
"""Gives the content of a file that a calendar names; None where there is none."""

KEYS = ("timezone", "hours", "always", "holidays", "exceptions", "breaks", "title")
Week = tuple[tuple[Stretch, ...], ...]
_NO_HOURS: Week = ((),) * 7
_DAYS = "days are `mon`, `tue`, … `sun`, ranges `mon-fri`, lists `sat, sun`"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a calendar is made of. `week` has seven days, Monday first; stretches are in seconds from midnight."""

    timezone: str
    week: Week
    closed: frozenset[date]
    countries: tuple[tuple[str, str], ...]
    exceptions: Mapping[date, tuple[Stretch, ...]]
    breaks: Mapping[date, tuple[Stretch, ...]]


@dataclass(slots=True)
class _Reader:
    load: LoadFile | None
    problems: list[CalendarProblem] = field(default_factory=list)

    def wrong(self, path: Path, message: str, help_: str = "") -> None:
        self.problems.append(CalendarProblem(path, message, help_))


def read_parts(given: Mapping[str, Any], load: LoadFile | None = None) -> Parts | tuple[CalendarProblem, ...]:
    """The parts of a calendar, or everything that is wrong with its description."""
    reader = _Reader(load)
    for key in given:
        if key not in KEYS:
            near = nearest(str(key), KEYS)
            reader.wrong((key,), f"`{key}` is not a key of a calendar", f"did you mean `{near}`?" if near else f"the keys are {listing(KEYS)}")
    closed, countries = _holidays(given.get("holidays"), reader)
    parts = Parts(
        _timezone(given.get("timezone"), reader),
        _week(given, reader),
        closed,
        countries,
        _exceptions(given.get("exceptions"), reader),
        _breaks(given.get("breaks"), reader),
    )
    return tuple(reader.problems) if reader.problems else parts


def _timezone(value: Any, reader: _Reader) -> str:
    if value is None:
        return "UTC"
    name = str(value)
    if zone(name) is None:
        near = nearest(name, zone_names())
        reader.wrong(("timezone",), f"`{name}` is not a time zone", f"did you mean `{near}`?" if near else "zones look like `Europe/Helsinki`")
    return name


def _week(given: Mapping[str, Any], reader: _Reader) -> Week:
    always, hours = given.get("always"), given.get("hours")
    if always not in {None, True, False}:
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


def _week_of(hours: Mapping[Any, Any], reader: _Reader) -> Week:
    week: list[tuple[Stretch, ...] | None] = [None] * 7
    for key, value in hours.items():
        days = read_days(str(key))
        if days is None:
            reader.wrong(("hours", key), f"`{key}` is not a day", _DAYS)
            continue
        stretches = _stretches(value, ("hours", key), reader)
        for day in days:
            if week[day] is not None:
                reader.wrong(("hours", key), "a day has hours twice", "name each day once")
            week[day] = stretches
    return tuple(day or () for day in week)


def _stretches(value: Any, path: Path, reader: _Reader) -> tuple[Stretch, ...]:
    items = value if isinstance(value, list | tuple) else [] if value is None else [value]
    found: list[Stretch] = []
    for at, item in enumerate(items):
        stretch = read_stretch(item)
        if stretch is None:
            reader.wrong((*path, at) if isinstance(value, list | tuple) else path, f"`{item}` is not a stretch of hours", "write `09:00-17:00`; `24:00` ends a day, `22:00-06:00` runs past midnight")
        else:
            found.append(stretch)
    if overlap(found):
        reader.wrong(path, "hours of one day overlap", "join them, or let one end where the other begins")
    return tuple(sorted(found))


def _holidays(value: Any, reader: _Reader) -> tuple[frozenset[date], tuple[tuple[str, str], ...]]:
    days: set[date] = set()
    countries: list[tuple[str, str]] = []
    several = isinstance(value, list | tuple)
    for at, item in enumerate(value if several else [] if value is None else [value]):
        path: Path = ("holidays", at) if several else ("holidays",)
        if isinstance(item, Mapping):
            _holiday_source(item, path, days, countries, reader)
        elif (day := _date(item)) is not None:
            days.add(day)
        else:
            reader.wrong(path, f"`{item}` is not a date", "write `2026-12-25`, `{country: FI}` or `{ics: holidays.ics}`")
    return frozenset(days), tuple(countries)


def _holiday_source(item: Mapping[Any, Any], path: Path, days: set[date], countries: list[tuple[str, str]], reader: _Reader) -> None:
    if "ics" in item and set(item) == {"ics"}:
        content = reader.load(str(item["ics"])) if reader.load is not None else None
        found = closed_days(content) if content is not None else None
        if content is None:
            reader.wrong((*path, "ics"), f"there is no file `{item['ics']}`", "the path is read from the folder of the project")
        elif found is None:
            reader.wrong((*path, "ics"), f"`{item['ics']}` is not an iCalendar file")
        days.update(found or ())
    elif "country" in item and set(item) <= {"country", "region"}:
        country, region = str(item["country"]), str(item.get("region") or "")
        if _known_country(country, region, path, reader):
            countries.append((country, region))
    else:
        reader.wrong(path, "holidays come by `country` (and `region`), by date, or from an `ics` file")


def _known_country(country: str, region: str, path: Path, reader: _Reader) -> bool:
    known = known_countries()
    if country not in known:
        near = nearest(country, known)
        reader.wrong((*path, "country"), f"`{country}` is not a country whose holidays are known", f"did you mean `{near}`?" if near else "write its ISO code, such as `FI`")
        return False
    if region and region not in known[country]:
        near = nearest(region, known[country])
        help_ = f"did you mean `{near}`?" if near else f"the regions are {listing(known[country])}"
        reader.wrong((*path, "region"), f"`{region}` is not a region of `{country}`", help_)
        return False
    return True


def _exceptions(value: Any, reader: _Reader) -> dict[date, tuple[Stretch, ...]]:
    found: dict[date, tuple[Stretch, ...]] = {}
    if value is not None and not isinstance(value, Mapping):
        reader.wrong(("exceptions",), "`exceptions` needs a mapping of dates", "for instance `{2026-12-31: ['09:00-15:00']}`")
        return found
    for key, hours in (value or {}).items():
        day = _date(key)
        if day is None:
            reader.wrong(("exceptions", key), f"`{key}` is not a date", "write `2026-12-31`")
        else:
            found[day] = _stretches(hours, ("exceptions", key), reader)
    return found


def _breaks(value: Any, reader: _Reader) -> dict[date, tuple[Stretch, ...]]:
    found: dict[date, tuple[Stretch, ...]] = {}
    if value is not None and not isinstance(value, list | tuple):
        reader.wrong(("breaks",), "`breaks` needs a list", "for instance `[{date: 2026-03-02, from: '12:00', to: '13:00'}]`")
        return found
    for at, item in enumerate(value or ()):
        for day, stretch in _break(item, ("breaks", at), reader):
            found[day] = (*found.get(day, ()), stretch)
    return found


def _break(item: Any, path: Path, reader: _Reader) -> Iterator[tuple[date, Stretch]]:
    if not isinstance(item, Mapping) or set(item) != {"date", "from", "to"}:
        reader.wrong(path, "a break has `date`, `from` and `to`", "for instance `{date: 2026-03-02, from: '12:00', to: '13:00'}`")
        return
    day, start, end = _date(item["date"]), read_time(item["from"]), read_time(item["to"])
    if day is None:
        reader.wrong((*path, "date"), f"`{item['date']}` is not a date", "write `2026-03-02`")
    elif start is None or end is None or end <= start:
        reader.wrong(path, "a break ends after it begins, on the same day", "write times such as `12:00` and `13:00`")
    else:
        yield day, (start, end)


def _date(value: Any) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None
