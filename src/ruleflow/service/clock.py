"""The clock of the service."""

from __future__ import annotations

import time


def microseconds() -> int:
    """Now, in microseconds since 1970, UTC."""
    return time.time_ns() // 1000
