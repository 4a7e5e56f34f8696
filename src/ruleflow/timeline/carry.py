"""The facts of a ticket after something happened to it, and after a decision about it was carried out.

This is what a helpdesk does: it keeps the ticket's history, notes when it was solved or closed, writes what rules write.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ruleflow.engine.facts import Facts
from ruleflow.engine.stages import Run
from ruleflow.plan.service_levels import HISTORY
from ruleflow.types.values import Value

FIRED = "event.fired"
_STAMPS = {"solved": "ticket.solved_at", "closed": "ticket.closed_at"}
_TOLD = {"ticket.created": "created", "ticket.replied": "replied", "message.received": "replied"}


def happened(
    event: str, read: Facts, named: Collection[str], before: Facts | None, at: datetime, tracked: Collection[str]
) -> Facts:
    """The facts of an event, on top of those before it: what the event names, and what it leaves as it was.

    `read` are the facts as the event tells them; `named` says which of them it really names. Values that changed are
    noted in the history and, where the event does not say so itself, as the values before it.
    """
    values = dict(read.values)
    old: dict[str, Value] = {}
    if before is not None:
        stays = {path: value for path, value in before.values.items() if not _is_named(path, named) and _stays(path)}
        values = {path: value for path, value in values.items() if _is_named(path, named) or not _stays(path)} | stays
        paths = (before.values.keys() | values.keys()) - {HISTORY}
        changed = [path for path in paths if _stays(path) and before.values.get(path) != values.get(path)]
        old = {path: before.values.get(path) for path in changed}
    if "ticket.status" in old:
        values = _stamped(values, named, at)
    if event.startswith(("ticket.", "message.")):
        if event == "ticket.created":
            values.setdefault("ticket.created_at", at)
        if not _is_named("ticket.updated_at", named):
            values["ticket.updated_at"] = at
        if not _is_named(HISTORY, named):
            values[HISTORY] = (*_history(before), _entry(event, values, old, at, tracked))
    return replace(read, values=values, before=old | dict(read.before))


def carried_out(facts: Facts, run: Run, at: datetime, tracked: Collection[str]) -> Facts:
    """The facts once a decision about them is carried out."""
    values = dict(run.values)
    changed = [path for path in tracked if values.get(path) != facts.values.get(path)]
    if "ticket.status" in changed:
        values = _stamped(values, (), at)
    if changed:
        entry: dict[str, Value] = {"at": at, "event": "changed", "by": "system", **_named_values(changed, values)}
        values[HISTORY] = (*_history(facts), entry)
    fired = values.get(FIRED)
    known = fired if isinstance(fired, frozenset) else frozenset()
    kept = {path: value for path, value in values.items() if not path.startswith("event.")}
    kept[FIRED] = known | set(run.fired)
    return Facts(kept, {}, facts.over_budget)


def _stamped(values: Mapping[str, Value], named: Collection[str], at: datetime) -> dict[str, Value]:
    """The facts, where a ticket that is now solved or closed says since when."""
    stamp = _STAMPS.get(str(values.get("ticket.status")))
    return dict(values) if stamp is None or _is_named(stamp, named) else {**values, stamp: at}


def paths_named(given: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """The paths that facts as JSON name; `before` is no fact of its own."""
    for key, value in given.items():
        path = f"{above}.{key}" if above else key
        if isinstance(value, Mapping) and value and path != "before":
            yield from paths_named(value, path)
        else:
            yield path


def _stays(path: str) -> bool:
    """Whether a fact outlives its event."""
    return not path.startswith("event.") or path == FIRED


def _is_named(path: str, named: Collection[str]) -> bool:
    return any(path == one or path.startswith(f"{one}.") or one.startswith(f"{path}.") for one in named)


def _history(facts: Facts | None) -> tuple[Value, ...]:
    found = facts.values.get(HISTORY) if facts is not None else None
    return found if isinstance(found, tuple) else ()


def _entry(
    event: str, values: Mapping[str, Value], old: Mapping[str, Value], at: datetime, tracked: Collection[str]
) -> Mapping[str, Value]:
    """An event as the history tells it: what it was, who did it, and the values that are new."""
    kind = _TOLD.get(event, "changed")
    by = values.get("event.by") or ("contact" if event == "message.received" else None)
    paths = [path for path in tracked if (path in values if kind == "created" else path in old)]
    entry: dict[str, Value] = {"at": at, "event": kind, **_named_values(paths, values)}
    return entry if by is None else entry | {"by": by}


def _named_values(paths: Collection[str], values: Mapping[str, Value]) -> dict[str, Value]:
    return {path.removeprefix("ticket."): values.get(path) for path in paths}
