"""Dates and times in forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time

ORDERS: Mapping[str, re.Pattern[str]] = {
    "YYYY-MM-DD": re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"),
    "YYYY/MM/DD": re.compile(r"(?P<year>[0-9]{4})/(?P<month>[0-9]{2})/(?P<day>[0-9]{2})"),
    "DD-MM-YYYY": re.compile(r"(?P<day>[0-9]{2})-(?P<month>[0-9]{2})-(?P<year>[0-9]{4})"),
}
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


def read_date(text: str, order: str) -> date | None:
    """A day that exists, written in one of `ORDERS`; None for anything else."""
    found = ORDERS[order].fullmatch(text)
    if found is None:
        return None
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def date_check(order: str) -> Callable[[str], str | None] | None:
    """The check of dates in an order; None for an order that there is not."""
    if order not in ORDERS:
        return None
    example = {"YYYY-MM-DD": "2026-03-01", "YYYY/MM/DD": "2026/03/01", "DD-MM-YYYY": "01-03-2026"}[order]
    return lambda text: None if read_date(text, order) is not None else f"needs a date such as `{example}`"


def read_time(text: str) -> time | None:
    """`HH:MM`, 00:00 to 23:59; None for anything else."""
    return time.fromisoformat(text) if _TIME.fullmatch(text) else None


def time_of_day(text: str) -> str | None:
    """Whether a text is a time."""
    return None if read_time(text) is not None else "needs a time such as `18:30`"
