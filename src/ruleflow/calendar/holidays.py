"""Public holidays of countries and their regions. The only door to the `holidays` package."""

from __future__ import annotations

import warnings
from datetime import date
from functools import lru_cache
from threading import Lock

KNOWN_YEARS = range(1801, 2101)
"""The years whose public holidays are counted; nobody knows those of later ones."""

_warnings_held = Lock()


@lru_cache(maxsize=4096)
def public_holidays(country: str, region: str, year: int) -> frozenset[date]:
    """The public holidays of a year, with the days they are moved to; `region` '' for the whole country."""
    from holidays import country_holidays

    with _warnings_held, warnings.catch_warnings():
        # Some countries announce that the library has not all years; it is no news to a helpdesk's agent.
        warnings.simplefilter("ignore")
        found = country_holidays(country, subdiv=region or None, years=year)
        return frozenset(day for day in found if day.year == year)


@lru_cache(maxsize=1)
def known_countries() -> dict[str, tuple[str, ...]]:
    """The regions of every country there is, by codes; a region is known by its code and by its name."""
    from holidays.utils import list_supported_countries

    return {country: tuple(regions) for country, regions in list_supported_countries(include_aliases=True).items()}


@lru_cache(maxsize=1)
def country_names() -> dict[str, str]:
    """The codes of countries by their English names, in lower case, `_` for spaces: for those who write the name."""
    from holidays.registry import COUNTRIES

    return {name: codes[1] for name, codes in COUNTRIES.items()}
