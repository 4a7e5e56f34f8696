"""Public holidays of countries and their regions. The only door to the `holidays` package."""

from __future__ import annotations

import warnings
from datetime import date
from functools import lru_cache
from threading import Lock

KNOWN_YEARS = range(1801, 2101)
"""The years whose public holidays are counted; nobody knows those of later ones."""

_warnings_held = Lock()


Year = tuple[str, str, int]
"""A country, a region of it ('' for the whole), a year."""

_known: dict[Year, frozenset[date]] = {}


def public_holidays(country: str, region: str, year: int) -> frozenset[date]:
    """The public holidays of a year, with the days they are moved to; `region` '' for the whole country."""
    found = _known.get((country, region, year))
    if found is None:
        found = _known[country, region, year] = _counted(country, region, year)
    return found


def remember(year: Year, days: frozenset[date]) -> None:
    """Take over what `public_holidays` gave before, by the same version of `holidays`: the package loads in 0.4 s."""
    _known.setdefault(year, days)


def _counted(country: str, region: str, year: int) -> frozenset[date]:
    from holidays import country_holidays

    with _warnings_held, warnings.catch_warnings():
        # Some countries announce that the library has not all years; it is no news to a helpdesk's agent.
        warnings.simplefilter("ignore")
        found = country_holidays(country, subdiv=region or None, years=year)
        return frozenset(day for day in found if day.year == year)


@lru_cache(maxsize=1)
def known_countries() -> frozenset[str]:
    """The codes of every country there is, of two letters and of three."""
    from holidays.registry import COUNTRIES

    return frozenset(code for names in COUNTRIES.values() for code in names[1:] if len(code) <= 3)


@lru_cache(maxsize=64)
def regions_of(country: str) -> dict[str, str]:
    """The codes of a known country's regions, by themselves and then by the names people give them."""
    from holidays import country_holidays

    found = country_holidays(country)
    return {code: code for code in found.subdivisions} | dict(found.subdivisions_aliases)


@lru_cache(maxsize=1)
def country_names() -> dict[str, str]:
    """The codes of countries by their English names, in lower case, `_` for spaces: for those who write the name."""
    from holidays.registry import COUNTRIES

    return {name: codes[1] for name, codes in COUNTRIES.items()}
