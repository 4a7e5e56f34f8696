"""What becomes of a delivery after an answer, and when it is tried again."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from hashlib import sha256

FIRST, LONGEST = 5.0, 7200.0
"""Seconds until the second try, and between any two at most; each wait is twice the one before."""
MOST_TRIES = 22
"""About a day."""
FEW_TRIES = 8
"""About ten minutes, for answers that will hardly change."""
LONGEST_ASKED = 86_400.0
"""Seconds that an answer may ask us to wait."""
_GONE = 410
_PASSING = frozenset({408, 425, 429})


class Fate(Enum):
    """What becomes of a delivery."""

    DELIVERED = "delivered"
    AGAIN = "waiting"
    DEAD = "dead"


def fate_of(status: int, tries: int) -> Fate:
    """What an answer means after so many tries, this one counted; `status` 0: there was none."""
    if 200 <= status < 300:
        return Fate.DELIVERED
    if status == _GONE:
        return Fate.DEAD
    passing = status < 100 or status >= 500 or status in _PASSING
    return Fate.AGAIN if tries < (MOST_TRIES if passing else FEW_TRIES) else Fate.DEAD


def wait_s(delivery_id: str, tries: int, asked: float = 0.0) -> float:
    """Seconds until the next try: doubled each time, a fifth more or less, the same for the same delivery.

    `asked`: what the answer asked for; it is minded where it is longer.
    """
    drawn = int.from_bytes(sha256(f"{delivery_id}/{tries}".encode()).digest()[:4]) / 2**32
    wait = min(LONGEST, FIRST * 2.0 ** min(tries - 1, 30)) * (0.8 + 0.4 * drawn)
    return max(wait, min(asked, LONGEST_ASKED))


def asked_wait(value: str, now: datetime) -> float:
    """The seconds of a `Retry-After` header, a number or a date; 0 where it says nothing that can be read."""
    text = value.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())
