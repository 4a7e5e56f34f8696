"""The clock of the store, and days of the calendar as numbers."""

from __future__ import annotations

import time

SECOND = 1_000_000
DAY = 86_400 * SECOND
"""In microseconds."""


def now() -> int:
    """Microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def day_of(at: int) -> int:
    """Days since 1970, UTC."""
    return at // DAY
