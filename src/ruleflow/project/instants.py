"""The instant that a decision is asked for."""

from __future__ import annotations

from datetime import UTC, datetime

from ruleflow.types.literals import FIRST_YEAR, LAST_YEAR


def instant(now: object) -> datetime:
    """An instant that a caller gave, in UTC; None is the clock of this machine. Raises `ValueError` for one without a zone."""
    if now is None:
        return datetime.now(UTC)
    if not isinstance(now, datetime) or now.tzinfo is None:
        example = "datetime(2026, 3, 1, 18, 0, tzinfo=ZoneInfo('Europe/Helsinki'))"
        raise ValueError(f"`now` is a datetime with a time zone: {example}")
    if not FIRST_YEAR <= now.year <= LAST_YEAR or not FIRST_YEAR <= now.astimezone(UTC).year <= LAST_YEAR:
        raise ValueError(f"`now` lies between the years {FIRST_YEAR} and {LAST_YEAR}")
    return now.astimezone(UTC)
