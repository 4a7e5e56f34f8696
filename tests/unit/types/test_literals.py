"""Dates, times and durations as they are written outside expressions."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from ruleflow.types.literals import date_of, duration_of, instant_of, time_of

HELSINKI = ZoneInfo("Europe/Helsinki")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("15m", 15), ("4h", 240), ("1h30m", 90), ("90s", 1.5), ("0h", 0), ("1h0m30s", 60.5)],
)
def test_durations(text: str, minutes: float) -> None:
    """Hours, minutes and seconds in this order, whole numbers each."""
    assert timedelta(minutes=minutes) == duration_of(text)


@pytest.mark.parametrize("text", ["", "h", "1d", "2 days", "1.5h", "30m1h", "-1h", "1H", "4 h", "1000000000h", "١h"])
def test_no_durations(text: str) -> None:
    """Anything else is none."""
    assert duration_of(text) is None


def test_dates() -> None:
    """Year, month, day, of a day that exists."""
    assert date(2026, 3, 1) == date_of("2026-03-01")
    assert [None] * 5 == [date_of(text) for text in ("2026-3-1", "2026-02-30", "20260301", "2026-W09-7", "01.03.2026")]


def test_times() -> None:
    """Hours and minutes, with seconds or not."""
    assert (time(18), time(18, 0, 30)) == (time_of("18:00"), time_of("18:00:30"))
    assert [None] * 4 == [time_of(text) for text in ("24:00", "8:00", "18", "18:00+03:00")]


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-03-01T18:00", 16),
        ("2026-03-01 18:00:00", 16),
        ("2026-03-01T18:00Z", 18),
        ("2026-03-01T18:00+03:00", 15),
        ("2026-03-01T18:00:00.000+02:00", 16),
    ],
)
def test_instants(text: str, hour: int) -> None:
    """An instant is in UTC; without an offset it is meant in the zone."""
    assert datetime(2026, 3, 1, hour, tzinfo=UTC) == instant_of(text, HELSINKI)


@pytest.mark.parametrize(
    "text", ["2026-03-01", "2026-02-30T10:00", "2026-03-01T25:00", "2026-03-01T18", "now", "0001-01-01T00:00+23:00"]
)
def test_no_instants(text: str) -> None:
    """A date alone, an hour that does not exist, an instant before the year 1: none."""
    assert instant_of(text, HELSINKI) is None
