"""The clock of the store, and days of the calendar as numbers."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

SECOND = 1_000_000
DAY = 86_400 * SECOND
"""In microseconds."""
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def microseconds() -> int:
    """Now, in microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def micros_of(at: datetime) -> int:
    """An instant in microseconds since 1970, UTC."""
    return (at - _EPOCH) // _MICROSECOND


def moment_of(at: int) -> datetime:
    """The instant of microseconds since 1970, in UTC."""
    return _EPOCH + at * _MICROSECOND


def day_of(at: int) -> int:
    """Days since 1970, UTC."""
    return at // DAY
