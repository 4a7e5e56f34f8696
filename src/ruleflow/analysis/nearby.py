"""The values that a fact may get in place of its own, the nearest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from ruleflow.analysis.cells import UNKNOWN
from ruleflow.analysis.space import Cells, Elements, Text, Variable
from ruleflow.analysis.tickets import MADE_UP
from ruleflow.formats.formats import TextFormat

SAMPLES = (
    "some text",
    "anna@example.com",
    "https://example.com",
    "202-555-0143",
    "+12025550143",
    "192.0.2.1",
    "42",
    "sometext",
    "12:30",
    "2026-03-02",
    "02-03-2026",
    "03-02-2026",
    "02.03.2026",
    "03/02/2026",
)
"""Texts of which most formats take one."""
MOST_VALUES = 200
"""Values of one fact that are tried, the nearest first."""


def values_near(was: Any, variable: Variable, chosen: Any, form: TextFormat | None) -> Iterator[Any]:
    """What a fact may be instead of what it `was` (None: missing), as far as rules tell it apart.

    Of a text and of a set there are only such that have what was `chosen`; `form` is what a text must look like.
    """
    match variable:
        case Cells():
            yield from _of_cells(was, variable)
        case Text() if isinstance(chosen, str):
            if was is not None and chosen.strip(" q"):
                yield f"{was} {chosen}"
            samples = [text for text in SAMPLES if form is None or form.check(text) is None]
            yield from samples if not chosen.strip(" q") else ()
            yield chosen
            yield from samples
        case Elements() if isinstance(chosen, list) and was is not None:
            yield [*sorted(was, key=repr), *(one for one in chosen if one not in was)]


def _of_cells(was: Any, variable: Cells) -> Iterator[Any]:
    values = variable.values
    own = [*values, *(one for value in values for one in _beside(value))] if len(values) < MOST_VALUES // 2 else values
    places = {one: at for at, one in enumerate(values)}
    known = sorted((one for one in dict.fromkeys(own) if one != was), key=lambda one: _distance(was, one, places))
    yield from (MADE_UP if one == UNKNOWN else one for one in known[:MOST_VALUES])


def _beside(value: Any) -> Iterator[Any]:
    """Values next to one that read better than those half way to the next."""
    match value:
        case bool():
            return
        case Decimal():
            yield from (value + 1, value - 1, value + Decimal("0.01"), value - Decimal("0.01"))
        case int():
            yield from (value + 1, value - 1)
        case datetime() if not value.microsecond:
            yield from _shifted(value, timedelta(minutes=1))


def _shifted(value: datetime, by: timedelta) -> Iterator[datetime]:
    try:
        yield from (value + by, value - by)
    except OverflowError:
        return


def _distance(was: Any, value: Any, places: Mapping[Any, int]) -> tuple[Any, ...]:
    """How far a value lies from another: what nobody knows, nothing, and odd instants are far."""
    is_odd = isinstance(value, datetime) and value.microsecond != 0
    rank = (value == UNKNOWN, value is None, is_odd)
    match was, value:
        case (int() | Decimal(), int() | Decimal()) | (date(), date()) | (timedelta(), timedelta()):
            return (*rank, abs(value - was))
        case _ if was in places and value in places and not isinstance(value, int | Decimal | date | timedelta):
            return (*rank, abs(places[value] - places[was]) if was is not None else places[value])
        case _:
            return (*rank, places.get(value, len(places)))
