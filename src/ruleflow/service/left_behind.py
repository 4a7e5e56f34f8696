"""The facts of a ticket after a decision, where nobody says what they are: as they came, with what the decision did.

This is what a helpdesk does that carries decisions out (`ruleflow.timeline.carry`), on JSON as it was logged: it writes what
rules write, notes what happened in the ticket's history, and when the ticket was solved or closed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any, NamedTuple

from ruleflow.model.model import Model
from ruleflow.project.fact_files import read_json
from ruleflow.store.instants import moment_of
from ruleflow.store.timers import Ticket

_STAMPS = {"solved": "solved_at", "closed": "closed_at"}
_TOLD = {"ticket.created": "created", "ticket.replied": "replied", "message.received": "replied"}
_ROUTED = ("team", "agent")


class LastFacts(NamedTuple):
    """Facts to decide on anew. `lacking`: the JSON pointers of secrets, which are not kept and so are missing."""

    facts: dict[str, Any]
    lacking: tuple[str, ...]


def last_facts(ticket: Ticket, model: Model, tracked: Collection[str]) -> LastFacts:
    """The facts of a ticket after its last decision; `tracked` are the fields whose values its history tells."""
    came = _read(ticket.facts)
    lacking = without_secrets(came, ticket.masked)
    event, before = _object(came, "event"), _object(came, "before")
    facts = {name: value for name, value in came.items() if name not in {"event", "before"}}
    held = facts["ticket"] = _object(facts, "ticket")
    at = _text(moment_of(ticket.at))
    names = [path.removeprefix("ticket.") for path in tracked]
    old = {name: value for name, value in _object(before, "ticket").items() if name in names}
    _happened(held, ticket.event, event, at, old, names)
    unwritten = {name: held.get(name) for name in names}
    written = _read(ticket.came_to)
    lacking += _write(facts, written.get("outcome", {}), model)
    _act(held, written.get("actions", ()))
    changed = {name: value for name, value in unwritten.items() if held.get(name) != value}
    if "status" in changed:
        held.pop(_STAMPS.get(str(held.get("status")), ""), None)
        _stamp(held, at)
    if changed:
        _note(held, {"at": at, "event": "changed", "by": "system"}, changed)
    return LastFacts(facts, tuple(dict.fromkeys(lacking)))


def without_secrets(facts: dict[str, Any], masked: Iterable[str]) -> list[str]:
    """Take what was masked out of facts: a rule had better see nothing than dots. The pointers of what is gone."""
    gone = []
    for pointer in masked:
        *above, name = pointer.removeprefix("/").split("/")
        while above and name.isdigit():  # one of several in a list: they go together
            name = above.pop()
        place: Any = facts
        for key in above:
            place = place[int(key)] if isinstance(place, list) and key.isdigit() else _get(place, key)
        if isinstance(place, dict) and place.pop(name, None) is not None:
            gone.append("/" + "/".join((*above, name)))
    return gone


def _happened(
    held: dict[str, Any], event: str, about: Mapping[str, Any], at: str, old: Mapping[str, Any], names: Sequence[str]
) -> None:
    """Note the event that was decided about: its entry in the history, when the ticket was made or changed."""
    if not event.startswith(("ticket.", "message.")):
        return
    if event == "ticket.created":
        held["created_at"] = held.get("created_at") or at
    held["updated_at"] = held.get("updated_at") or at
    if "status" in old:
        _stamp(held, at)
    kind = _TOLD.get(event, "changed")
    by = about.get("by") or ("contact" if event == "message.received" else None)
    entry = {"at": at, "event": kind} | ({} if by is None else {"by": by})
    if kind == "created":
        if not held.get("history"):
            held["history"] = [entry | {name: held[name] for name in names if held.get(name) is not None}]
    elif kind == "replied" or old:
        _note(held, entry, old)


def _stamp(held: dict[str, Any], at: str) -> None:
    """Note since when a ticket is solved or closed, where it does not say so itself."""
    stamp = _STAMPS.get(str(held.get("status")))
    if stamp is not None:
        held[stamp] = held.get(stamp) or at


def _note(held: dict[str, Any], entry: Mapping[str, Any], old: Mapping[str, Any]) -> None:
    """Put an entry into the history, with the values now of fields that had others before.

    A field that the history says nothing of yet has had its old value since the beginning.
    """
    history = list(held.get("history") or ())
    start = _start(held, history)
    told = {name for one in history if isinstance(one, dict) for name in one}
    since = {name: value for name, value in old.items() if name not in told and value is not None}
    if since and start is not None:
        history.append({"at": start, "event": "changed", **since})
    held["history"] = [*history, {**entry, **{name: _said(held.get(name)) for name in old}}]


def _start(held: Mapping[str, Any], history: Sequence[Any]) -> Any:
    told = [one for one in history if isinstance(one, dict) and one.get("at")]
    created = next((one["at"] for one in told if one.get("event") == "created"), None)
    return created or held.get("created_at") or min((str(one["at"]) for one in told), default=None)


def _said(value: Any) -> Any:
    """A value in a history, where an empty text says that there is none any more."""
    return "" if value is None else value


def _write(facts: dict[str, Any], outcome: Mapping[str, Any], model: Model) -> list[str]:
    """Put the fields that rules wrote into the facts; the pointers of secrets, which are missing from now on."""
    lacking = []
    for path, declared in model.fields.items():
        *groups, name = path.split(".")
        written: Any = outcome
        for group in groups:
            written = _get(written, group)
        if not isinstance(written, dict) or name not in written or path.startswith("event."):
            continue
        place = facts
        for group in groups:
            if not isinstance(place.get(group), dict):
                place[group] = {}
            place = place[group]
        if declared.secret:
            place.pop(name, None)
            lacking.append("/" + path.replace(".", "/"))
        else:
            place[name] = deepcopy(written[name])
    return lacking


def _act(held: dict[str, Any], actions: Iterable[Mapping[str, Any]]) -> None:
    """What routes and SLA policies do to the ticket."""
    for action in actions:
        match action.get("type"):
            case "route":
                held.update({name: action.get(name) for name in _ROUTED})
            case "set_sla":
                held["sla"] = action.get("policy")


def _read(kept: bytes) -> dict[str, Any]:
    """JSON as it was kept; numbers with a point are Decimals."""
    found = read_json(kept)
    return found if isinstance(found, dict) else {}


def _object(given: Any, name: str) -> dict[str, Any]:
    found = _get(given, name)
    return found if isinstance(found, dict) else {}


def _get(given: Any, name: str) -> Any:
    return given.get(name) if isinstance(given, dict) else None


def _text(at: datetime) -> str:
    return at.isoformat()
