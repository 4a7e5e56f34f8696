"""Decisions that were logged, as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from ruleflow.service.console.asked import AbsentError, Asked
from ruleflow.store.log import find
from ruleflow.store.records import Record


def logged_entry(asked: Asked, decision_id: str) -> tuple[str, int, dict[str, Any]]:
    """Event, instant (µs) and facts of a logged decision. Raises `AbsentError`."""
    found = find(asked.service.store, decision_id)
    if found is None:
        raise AbsentError(decision_id)
    return found.event, found.at, facts_of(found)


def facts_of(record: Record) -> dict[str, Any]:
    """The facts that were logged, without the secrets, of which only a mask is kept."""
    facts = msgspec.json.decode(record.facts)
    for pointer in record.masked:
        _drop(facts, pointer.split("/")[1:])
    return facts if isinstance(facts, dict) else {}


def _drop(facts: Any, keys: Sequence[str]) -> None:
    """Take away what a JSON pointer leads to; an item of a list stays in its place as nothing."""
    inside = facts
    for key in keys[:-1]:
        inside = _step(inside, _unescaped(key))
    last = _unescaped(keys[-1]) if keys else ""
    if isinstance(inside, dict):
        inside.pop(last, None)
    elif isinstance(inside, list) and last.isdecimal() and int(last) < len(inside):
        inside[int(last)] = None


def _step(inside: Any, key: str) -> Any:
    if isinstance(inside, Mapping):
        return inside.get(key)
    return inside[int(key)] if isinstance(inside, list) and key.isdecimal() and int(key) < len(inside) else None


def _unescaped(key: str) -> str:
    return key.replace("~1", "/").replace("~0", "~")
