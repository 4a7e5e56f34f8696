"""Values in texts that people read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ruleflow.formats.masking import mask
from ruleflow.plan.closures import Compute
from ruleflow.plan.snapshot import Snapshot
from ruleflow.types.durations import CalendarDays, WorkingDays, duration_text


def text_of(parts: tuple[str | Compute, ...], zone: ZoneInfo) -> Compute:
    """A text out of literal parts and values; what is missing is empty."""
    if all(isinstance(part, str) for part in parts):
        fixed = "".join(part for part in parts if isinstance(part, str))
        return lambda _: fixed

    def value(facts: Snapshot) -> str:
        return "".join(part if isinstance(part, str) else shown(part(facts), zone) for part in parts)

    return value


def masked(value: Compute, zone: ZoneInfo) -> Compute:
    """The value as people write it, with all but its last characters hidden."""

    def hidden(facts: Snapshot) -> str | None:
        found = value(facts)
        return None if found is None else mask(shown(found, zone))

    return hidden


def shown(value: Any, zone: ZoneInfo) -> str:
    """A value as people write it: `2.5`, `2026-03-01 18:00`, `1h30m`, `vip, wholesale`; missing is empty."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        case date() | str() | int():
            return str(value)
        case time():
            return value.strftime("%H:%M")
        case timedelta():
            return duration_text(value)
        case CalendarDays():
            return f"{value.days} day{'' if value.days == 1 else 's'}"
        case WorkingDays():
            return f"{value.days} working day{'' if value.days == 1 else 's'}"
        case frozenset():
            return ", ".join(sorted(shown(one, zone) for one in value))
        case tuple():
            return ", ".join(shown(one, zone) for one in value)
        case Mapping():
            return ", ".join(f"{key}: {shown(one, zone)}" for key, one in value.items())
        case _:
            return format(value, "f")
