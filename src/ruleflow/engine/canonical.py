"""JSON with one way to write each value, so that the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from ruleflow.types.durations import CalendarDays, WorkingDays, duration_text

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_IN_ORDER = msgspec.json.Encoder(decimal_format="number", order="deterministic")


def canonical_json(value: object) -> bytes:
    """The value as JSON in UTF-8 without white space; keys in the order given; Decimals with all their digits.

    Half a surrogate pair, which facts may hold where nothing looks at them, is written as `?`.
    """
    try:
        return _ENCODER.encode(value)
    except UnicodeEncodeError:
        return _ENCODER.encode(_whole(value))


def fingerprint(value: object) -> str:
    """32 hexadecimal digits that follow from a value of facts, whatever the order of its keys and sets."""
    try:
        content = _IN_ORDER.encode(value)
    except UnicodeEncodeError:
        content = _IN_ORDER.encode(_whole(value))
    return sha256(content).hexdigest()[:32]


def _whole(value: object) -> object:
    """The value without halves of surrogate pairs."""
    match value:
        case str():
            return value.encode(errors="replace").decode()
        case list() | tuple() | frozenset():
            return [_whole(one) for one in value]
        case Mapping():
            return {_whole(key): _whole(one) for key, one in value.items()}
        case msgspec.Struct():
            return msgspec.structs.replace(
                value, **{name: _whole(one) for name, one in msgspec.structs.asdict(value).items()}
            )
        case _:
            return value


def key_text(value: Any) -> str:
    """A value inside a key: instants in UTC, texts as they are, anything else as JSON."""
    said = plain(value, ZoneInfo("UTC"))
    return said if isinstance(said, str) else canonical_json(said).decode()


def plain(value: Any, zone: ZoneInfo) -> Any:
    """A value of a decision as JSON has it; instants with the offset of `zone`, sets sorted."""
    written = _PLAIN.get(value.__class__)
    if written is not None:
        return written(value, zone)
    return {key: plain(one, zone) for key, one in value.items()} if isinstance(value, Mapping) else value


def _itself(value: Any, _: ZoneInfo) -> Any:
    return value


def _set(value: frozenset[Any], zone: ZoneInfo) -> list[Any]:
    found = [one if one.__class__ is str else plain(one, zone) for one in value]
    return sorted(found, key=repr) if len(found) > 1 else found


_PLAIN: Mapping[type, Callable[[Any, ZoneInfo], Any]] = {
    str: _itself,
    int: _itself,
    bool: _itself,
    type(None): _itself,
    datetime: lambda value, zone: value.astimezone(zone).isoformat(),
    date: lambda value, _: value.isoformat(),
    time: lambda value, _: value.isoformat(),
    timedelta: lambda value, _: duration_text(value),
    CalendarDays: lambda value, _: f"{value.days} days",
    WorkingDays: lambda value, _: f"{value.days} working days",
    frozenset: _set,
    tuple: lambda value, zone: [plain(one, zone) for one in value],
    list: lambda value, zone: [plain(one, zone) for one in value],
    dict: lambda value, zone: {key: plain(one, zone) for key, one in value.items()},
}
"""How the values of each class are written; anything else is a mapping, or JSON already."""
