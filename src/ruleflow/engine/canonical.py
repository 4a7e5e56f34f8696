"""JSON with one way to write each value, so that the same input gives the same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ruleflow.types.durations import CalendarDays, WorkingDays, duration_text

_NUMBER = re.compile(r'"\\u0000([-0-9.]+)"')


def canonical_json(value: object) -> bytes:
    """The value as JSON in UTF-8 without white space; keys in the order given; Decimals with all their digits."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_decimal)
    return _NUMBER.sub(r"\1", text).encode("utf-8", errors="surrogatepass")


def _decimal(value: object) -> str:
    """A Decimal as a marked text, which becomes a bare number; JSON itself knows only floats."""
    if isinstance(value, Decimal):
        return f"\0{value:f}"
    raise TypeError(f"a {type(value).__name__} is no JSON")


def key_text(value: Any) -> str:
    """A value inside a key: instants in UTC, texts as they are, anything else as JSON."""
    said = plain(value, ZoneInfo("UTC"))
    return said if isinstance(said, str) else canonical_json(said).decode("utf-8", errors="replace")


def plain(value: Any, zone: ZoneInfo) -> Any:
    """A value of a decision as JSON has it; instants with the offset of `zone`, sets sorted."""
    match value:
        case datetime():
            return value.astimezone(zone).isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return duration_text(value)
        case CalendarDays() | WorkingDays():
            return f"{value.days} {'working ' if isinstance(value, WorkingDays) else ''}days"
        case frozenset():
            return sorted((plain(one, zone) for one in value), key=repr)
        case tuple() | list():
            return [plain(one, zone) for one in value]
        case Mapping():
            return {key: plain(one, zone) for key, one in value.items()}
        case _:
            return value
