"""Days on which a calendar is closed: by country, by date, from an iCalendar file. The only door to those libraries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

FAR = 30
"""Years around its start for which a repeating event of a file is counted."""


@lru_cache(maxsize=4096)
def public_holidays(country: str, region: str, year: int) -> frozenset[date]:
    """The public holidays of a year, moved ones where they are kept; `region` '' for the whole country."""
    from holidays import country_holidays

    return frozenset(country_holidays(country, subdiv=region or None, years=year).keys())


def known_countries() -> dict[str, list[str]]:
    """The regions of every country there is, by ISO codes."""
    from holidays.utils import list_supported_countries

    return dict(list_supported_countries(include_aliases=True))


def closed_days(content: bytes) -> frozenset[date] | None:
    """The days of the all-day events of an iCalendar file; events with a clock time close nothing. None: not such a file."""
    from icalendar import Calendar as IcsCalendar

    try:
        found = IcsCalendar.from_ical(content)
        return frozenset(day for event in found.walk("VEVENT") for day in _days_of(event))
    except (ValueError, KeyError, AttributeError, TypeError, IndexError):
        return None


def _days_of(event: object) -> Iterator[date]:
    start = event.decoded("DTSTART")  # type: ignore[attr-defined]
    if isinstance(start, datetime) or not isinstance(start, date):
        return
    end = event.decoded("DTEND", start + timedelta(days=1))  # type: ignore[attr-defined]
    length = max(1, min(366, (end - start).days))
    for first in _starts(event, start):
        yield from (first + timedelta(days=one) for one in range(length))


def _starts(event: object, start: date) -> Iterator[date]:
    """The first day of each repetition."""
    rule = event.get("RRULE")  # type: ignore[attr-defined]
    if rule is None:
        yield start
        return
    from dateutil.rrule import rrulestr

    first = datetime(start.year, start.month, start.day)  # noqa: DTZ001 - a day, not an instant
    last = first.replace(year=min(9998, first.year + FAR), day=min(first.day, 28))
    text = rule.to_ical().decode().replace("Z", "")
    for found in rrulestr(text, dtstart=first, ignoretz=True).between(first, last, inc=True)[:10_000]:
        yield found.date()
