"""The `holidays` of a calendar: by country, by date, from `.ics` files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from ruleflow.calendar.holidays import country_names, known_countries, regions_of
from ruleflow.calendar.hours import Stretch
from ruleflow.calendar.ics_file import Closures, read_ics
from ruleflow.calendar.problems import Path
from ruleflow.calendar.reading import Reader, read_date
from ruleflow.diagnostics.suggest import listing, nearest, quoted

_FORMS = "write `2026-12-25`, `{country: FI}`, `{country: DE, region: BY}` or `{ics: holidays.ics}`"
_KEYS = ("country", "region", "ics")


@dataclass(slots=True)
class DaysOff:
    """Whole days, countries with their regions ('' for none), and stretches of the clock on the wall since 1970."""

    days: set[date] = field(default_factory=set)
    countries: list[tuple[str, str]] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)


def read_holidays(value: object, zone: ZoneInfo | None, reader: Reader) -> DaysOff:
    """One source of days off or a list of them. `zone` is that of the calendar: events of a file are put into it."""
    off = DaysOff()
    several = isinstance(value, list | tuple)
    for at, item in enumerate(value if isinstance(value, list | tuple) else () if value is None else (value,)):
        path: Path = ("holidays", at) if several else ("holidays",)
        day = read_date(item)
        if isinstance(item, Mapping):
            _source(item, path, zone, off, reader)
        elif day is not None:
            off.days.add(day)
        else:
            reader.wrong(path, f"{quoted(str(item))} is not a date", _FORMS)
    return off


def _source(item: Mapping[Any, Any], path: Path, zone: ZoneInfo | None, off: DaysOff, reader: Reader) -> None:
    unknown = [key for key in item if key not in _KEYS]
    for key in unknown:
        reader.unknown_key(path, key, _KEYS, "holidays")
    if ("ics" in item) == ("country" in item) or ("ics" in item and "region" in item):
        if not unknown:
            reader.wrong(path, "holidays come by `country` (and `region`), by date, or from an `ics` file", _FORMS)
    elif "ics" in item:
        closures = _file(str(item["ics"]), (*path, "ics"), zone, reader)
        off.days |= closures.days
        off.stretches += closures.stretches
    else:
        found = _country(str(item["country"]), str(item.get("region") or ""), path, reader)
        if found is not None and found not in off.countries:
            off.countries.append(found)


def _file(name: str, path: Path, zone: ZoneInfo | None, reader: Reader) -> Closures:
    content = None if reader.load_ics is None else reader.load_ics(name)
    if content is None:
        no_files = reader.load_ics is None
        help_ = (
            "pass `load_ics`, a function that gives its bytes"
            if no_files
            else "the path is read from the project's folder"
        )
        reader.wrong(
            path, f"{quoted(name)} cannot be read here" if no_files else f"there is no file {quoted(name)}", help_
        )
        return Closures()
    read = read_ics(content, zone)
    if isinstance(read, Closures):
        return read
    reader.wrong(path, f"{quoted(name)} {read}", "export it once more from the program that keeps it")
    return Closures()


def _country(country: str, region: str, path: Path, reader: Reader) -> tuple[str, str] | None:
    """A country and the code of its region, '' for none; None where one of them is not known."""
    if country not in known_countries():
        near = _near_country(country)
        help_ = f"did you mean `{near}`?" if near else "write its ISO code, such as `FI`"
        reader.wrong((*path, "country"), f"{quoted(country)} is not a country whose holidays are known", help_)
        return None
    regions = regions_of(country)
    if not region or region in regions:
        return country, regions.get(region, "")
    near = nearest(region, regions)
    codes = listing(dict.fromkeys(regions.values()))
    help_ = f"the regions are {codes}" if codes else "leave `region` out: it has none"
    message = f"{quoted(region)} is not a region of `{country}`"
    reader.wrong((*path, "region"), message, f"did you mean `{near}`?" if near else help_)
    return None


def _near_country(country: str) -> str | None:
    """The code of a country written in small letters, or by its English name."""
    if country.upper() in known_countries():
        return country.upper()
    names = country_names()
    name = nearest(country, names)
    return None if name is None else names[name]
