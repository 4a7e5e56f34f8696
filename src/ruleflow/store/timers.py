"""The timers of tickets: what the newest decision about each says of the future, until somebody asks for it.

A row for each ticket has the facts of its newest decision, what that came to, its timers, and the keys that are done. Its
`version` grows with every change, so that what was decided on the row as it was before is not taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Row, bindparam, select, update

from ruleflow.store.bulk import upsert
from ruleflow.store.instants import micros_of
from ruleflow.store.records import Record
from ruleflow.store.rows import kept_name
from ruleflow.store.schema import TICKETS

MOST_FIRED = 5_000
"""Keys kept for a ticket, the newest; a fact may list no more than twice as many."""
_CHUNK = 500
_T = TypeVar("_T")


class Timer(msgspec.Struct, frozen=True, omit_defaults=True):
    """A timer as a decision lists it."""

    due_at: str
    key: str
    event: str
    rule: str | None = None
    metric: str | None = None

    @property
    def at(self) -> int:
        """Its instant in microseconds."""
        return micros_of(datetime.fromisoformat(self.due_at))


class CameTo(msgspec.Struct, frozen=True):
    """What a decision came to, as far as it changes the facts that the helpdesk has next."""

    outcome: msgspec.Raw = msgspec.Raw(b"{}")
    actions: msgspec.Raw = msgspec.Raw(b"[]")


class _Decision(msgspec.Struct, frozen=True):
    """What is read of a decision."""

    timers: tuple[Timer, ...] = ()
    fired: tuple[str, ...] = ()
    outcome: msgspec.Raw = msgspec.Raw(b"{}")
    actions: msgspec.Raw = msgspec.Raw(b"[]")


class _Event(msgspec.Struct, frozen=True):
    fired: tuple[str, ...] = ()


class _Facts(msgspec.Struct, frozen=True):
    """What is read of facts: the keys that the caller says are done."""

    event: _Event = _Event()


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket with its timers, the next one first. `event` and `at` belong to the decision that `facts` come from.

    `updated_at` is when the helpdesk last asked about it; `wake_at` when its timers are looked at next: None where it has
    none, or where `problems` (JSON) say why it waits for a hand. `attempts`: how often fresh facts were asked for in vain.
    """

    id: int
    project: str
    ticket_id: str
    digest: str
    event: str
    at: int
    updated_at: int
    facts: bytes
    masked: tuple[str, ...]
    came_to: bytes
    timers: tuple[Timer, ...]
    fired: tuple[str, ...]
    due_at: int | None
    wake_at: int | None
    attempts: int
    problems: bytes
    version: int
    claimed_by: str


_TEXTS = msgspec.json.Decoder(tuple[str, ...])
_TIMERS = msgspec.json.Decoder(tuple[Timer, ...])
_DECISION = msgspec.json.Decoder(_Decision)
_FACTS = msgspec.json.Decoder(_Facts)


def ticket_of(row: Row[Any]) -> Ticket:
    """A row of the table."""
    found = dict(row._mapping)  # noqa: SLF001 - the public name of a row's columns by name
    del found["claimed_until"]
    found |= {name: _TEXTS.decode(found[name]) for name in ("masked", "fired")}
    return Ticket(**found | {"timers": _TIMERS.decode(found["timers"])})


def note(connection: Connection, records: Sequence[Record]) -> None:
    """Keep the timers of decisions as they are logged, in the same transaction; those without a ticket are left out.

    Of each ticket the decision that was asked for last stands, whenever it comes; what any of them fired is done.
    """
    by_project: dict[str, dict[str, list[Record]]] = {}
    for record in records:
        if record.ticket_id:
            by_project.setdefault(record.project, {}).setdefault(kept_name(record.ticket_id), []).append(record)
    for project, tickets in sorted(by_project.items()):
        for ids in chunks(sorted(tickets)):
            changes = [_noted(row, tickets[row.ticket_id]) for row in _locked(connection, project, ids)]
            _write(connection, [one for one in changes if one is not None])


def chunks(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """The values in pieces that one statement can name."""
    return (values[at : at + _CHUNK] for at in range(0, len(values), _CHUNK))


def state_of(record: Record, fired: Iterable[str]) -> dict[str, Any]:
    """The columns that a decision about a ticket changes. `fired`: the keys that are done, with its own."""
    decided = _DECISION.decode(record.decision)
    due_at = min((timer.at for timer in decided.timers), default=None)
    return {
        "digest": record.digest,
        "event": record.event,
        "at": record.at,
        "facts": record.facts,
        "masked": msgspec.json.encode(record.masked),
        "came_to": msgspec.json.encode(CameTo(decided.outcome, decided.actions)),
        **timers_state(decided.timers),
        "fired": msgspec.json.encode(tuple(fired)),
        "due_at": due_at,
        "wake_at": due_at,
        "attempts": 0,
        "problems": b"",
    }


def timers_state(timers: Sequence[Timer]) -> dict[str, Any]:
    """The columns that timers change. One whose key is done stays: at its instant it is found out what comes after it."""
    due_at = min((timer.at for timer in timers), default=None)
    return {"timers": msgspec.json.encode(timers), "due_at": due_at, "wake_at": due_at}


def keys_done(known: Iterable[str], records: Iterable[Record]) -> tuple[str, ...]:
    """The keys that are done after decisions, the newest last."""
    done = dict.fromkeys(known)
    for record in records:
        for key in (*_told_fired(record.facts), *_DECISION.decode(record.decision).fired):
            done.pop(key, None)
            done[key] = None
    return tuple(done)[-MOST_FIRED:]


def _told_fired(facts: bytes) -> tuple[str, ...]:
    """The keys that the facts say are done; a door that let them in may have let them in as something else."""
    try:
        return _FACTS.decode(facts).event.fired
    except msgspec.MsgspecError:
        return ()


def _noted(row: Row[Any], records: Sequence[Record]) -> dict[str, Any] | None:
    """What becomes of a row after decisions about its ticket; None: nothing."""
    known = _TEXTS.decode(row.fired)
    fired = keys_done(known, records)
    newest = max(reversed(records), key=lambda record: record.received_at)
    changed: Mapping[str, Any] = {"fired": msgspec.json.encode(fired)}
    if newest.received_at >= row.updated_at:
        changed = {**state_of(newest, fired), "updated_at": newest.received_at}
    elif fired == known:
        return None
    columns = {name: row._mapping[name] for name in _NOTED}  # noqa: SLF001 - the public name of a row's columns by name
    return {**columns, **changed, "of": row.id, "version": row.version + 1}


def _locked(connection: Connection, project: str, ids: Sequence[str]) -> Sequence[Row[Any]]:
    """The rows of tickets, made where there are none, held until the transaction ends, always in the same order."""
    mine = (TICKETS.c.project == project) & TICKETS.c.ticket_id.in_(ids)
    ask = select(TICKETS).where(mine).order_by(TICKETS.c.ticket_id).with_for_update()
    found = connection.execute(ask).all()
    if len(found) < len(ids):
        known = {row.ticket_id for row in found}
        new = [{**_EMPTY, "project": project, "ticket_id": one} for one in ids if one not in known]
        connection.execute(upsert(connection, TICKETS).on_conflict_do_nothing(), new)
        found = connection.execute(ask).all()
    return found


def _write(connection: Connection, changes: Sequence[Mapping[str, Any]]) -> None:
    if changes:
        values: dict[str, Any] = {name: bindparam(name) for name in (*_NOTED, "version")}
        connection.execute(update(TICKETS).where(TICKETS.c.id == bindparam("of")).values(values), list(changes))


_EMPTY = {
    "digest": "",
    "event": "",
    "at": 0,
    "updated_at": -(2**62),
    "facts": b"{}",
    "masked": b"[]",
    "came_to": b"{}",
    "timers": b"[]",
    "fired": b"[]",
    "due_at": None,
    "wake_at": None,
    "attempts": 0,
    "problems": b"",
    "version": 0,
    "claimed_by": "",
    "claimed_until": 0,
}
_NOTED = tuple(name for name in _EMPTY if name not in {"version", "claimed_by", "claimed_until"})
