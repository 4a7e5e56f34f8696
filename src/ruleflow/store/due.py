"""Timers whose time has come: claimed by one process, settled by it, or left to another when it dies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, or_, select, update

from ruleflow.store.database import Store
from ruleflow.store.schema import TICKETS
from ruleflow.store.timers import Ticket, Timer, chunks, ticket_of, timers_state

_C = TICKETS.c
_ORDER = (_C.project, _C.ticket_id)
"""In which rows are locked by whoever locks several, so that no two wait for each other."""


class Settled(NamedTuple):
    """A claimed ticket, and the columns that change; None: the ticket is gone."""

    ticket: Ticket
    state: Mapping[str, Any] | None


class MovedError(Exception):
    """Tickets changed since they were claimed, or were claimed by another; nothing was written. `ids` are the others."""

    def __init__(self, ids: frozenset[int]) -> None:
        super().__init__("tickets changed since they were claimed")
        self.ids = ids


def claim_due(
    store: Store, projects: Collection[str], now: int, *, owner: str, lease: int, limit: int
) -> tuple[Ticket, ...]:
    """Claim tickets with a timer that is due, the longest due first, until `now + lease`. Raises `StoreError`.

    Nobody else gets them before that; all timers of a ticket go with it.
    """
    token = f"{owner}/{uuid4().hex[:12]}"
    picked = (
        select(_C.id)
        .where(_C.wake_at <= now, _C.project.in_(projects), _is_free(now, lease))
        .order_by(_C.wake_at, _C.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    claim = (
        update(TICKETS)
        .where(_C.id.in_(select(picked.c.id)))
        .values(claimed_by=token, claimed_until=now + lease)
        .returning(TICKETS)
    )
    with store.writing() as connection:
        found = [ticket_of(row) for row in connection.execute(claim)]
    return tuple(sorted(found, key=lambda ticket: (ticket.wake_at or 0, ticket.id)))


def next_due(store: Store, projects: Collection[str], now: int, *, lease: int) -> int | None:
    """When the next ticket that nobody has claimed is due; None: none. Raises `StoreError`."""
    with store.reading() as connection:
        asked = select(func.min(_C.wake_at)).where(_C.project.in_(projects), _is_free(now, lease))
        found: int | None = connection.execute(asked).scalar()
    return found


def settle(connection: Connection, settled: Sequence[Settled]) -> None:
    """Write what became of claimed tickets, and let go of them. Raises `MovedError` where that is true of some no more."""
    held: set[tuple[int, str, int]] = set()
    settled = sorted(settled, key=lambda one: _name(one.ticket))
    for part in chunks(settled):
        ids = [one.ticket.id for one in part]
        asked = select(_C.id, _C.claimed_by, _C.version).where(_C.id.in_(ids)).order_by(*_ORDER).with_for_update()
        held |= {(row.id, row.claimed_by, row.version) for row in connection.execute(asked)}
    kept = frozenset(
        one.ticket.id for one in settled if (one.ticket.id, one.ticket.claimed_by, one.ticket.version) in held
    )
    if len(kept) < len(settled):
        raise MovedError(kept)
    for gone in chunks([one.ticket.id for one in settled if one.state is None]):
        connection.execute(delete(TICKETS).where(_C.id.in_(gone)))
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for one in settled:
        if one.state is not None:
            by_columns.setdefault(tuple(one.state), []).append({**one.state, "of": one.ticket.id})
    for names, rows in by_columns.items():
        values: dict[str, Any] = {name: bindparam(name) for name in names}
        changed = update(TICKETS).where(_C.id == bindparam("of"))
        connection.execute(changed.values(**values, version=_C.version + 1, claimed_by="", claimed_until=0), rows)


def release(store: Store, tickets: Sequence[Ticket]) -> None:
    """Let go of claimed tickets, with nothing done. Raises `StoreError`."""
    with store.writing() as connection:
        free = update(TICKETS).where(_C.id == bindparam("of"), _C.claimed_by == bindparam("token"))
        connection.execute(
            free.values(claimed_by="", claimed_until=0),
            [{"of": ticket.id, "token": ticket.claimed_by} for ticket in sorted(tickets, key=_name)],
        )


def free_all(store: Store) -> None:
    """At the start, let go of what a service that died has claimed, where no other can have claimed it: in SQLite.

    Elsewhere claims end by themselves. Raises `StoreError`.
    """
    if store.engine.dialect.name == "sqlite":
        with store.writing() as connection:
            connection.execute(update(TICKETS).where(_C.claimed_until > 0).values(claimed_by="", claimed_until=0))


def outdated(store: Store, project: str, digest: str, now: int, *, lease: int, limit: int) -> tuple[Ticket, ...]:
    """Tickets whose timers another version of their project listed. Raises `StoreError`."""
    other = or_(_C.digest < digest, _C.digest > digest)
    asked = select(TICKETS).where(_C.project == project, other, _is_free(now, lease)).limit(limit)
    with store.reading() as connection:
        return tuple(ticket_of(row) for row in connection.execute(asked))


def replan(store: Store, digest: str, planned: Sequence[tuple[Ticket, Sequence[Timer] | None]]) -> None:
    """Replace the timers of tickets that did not change meanwhile, and let go of them; None leaves timers as they are.

    Raises `StoreError`.
    """
    planned = sorted(planned, key=lambda one: _name(one[0]))
    kept = [_seen(ticket) for ticket, timers in planned if timers is None]
    replaced = [_seen(ticket) | timers_state(timers) for ticket, timers in planned if timers is not None]
    mine = update(TICKETS).where(
        _C.id == bindparam("of"), _C.version == bindparam("seen"), _C.claimed_by == bindparam("token")
    )
    mine = mine.values(digest=digest, version=_C.version + 1, claimed_by="", claimed_until=0)
    with store.writing() as connection:
        if kept:
            connection.execute(mine, kept)
        if replaced:
            values: dict[str, Any] = {name: bindparam(name) for name in ("timers", "due_at", "wake_at")}
            connection.execute(mine.values(**values, attempts=0, problems=b""), replaced)


def pending(store: Store, *, ticket_id: str = "", project: str = "", limit: int = 100) -> tuple[Ticket, ...]:
    """Tickets that have timers, the next one due first. Raises `StoreError`."""
    asked = select(TICKETS).where(_C.due_at.is_not(None), *_of(project, ticket_id))
    with store.reading() as connection:
        return tuple(ticket_of(row) for row in connection.execute(asked.order_by(_C.due_at, _C.id).limit(limit)))


def parked(store: Store) -> int:
    """How many tickets have timers that wait for a hand, since their facts were refused. Raises `StoreError`."""
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(TICKETS).where(_IS_PARKED)).scalar_one()


def retry(store: Store, *, ticket_id: str = "", project: str = "") -> int:
    """Look again at the timers of tickets whose facts were refused; how many there are. Raises `StoreError`."""
    again = update(TICKETS).where(_IS_PARKED, *_of(project, ticket_id))
    with store.writing() as connection:
        found = connection.execute(again.values(wake_at=_C.due_at, attempts=0, problems=b"", version=_C.version + 1))
        return found.rowcount


def forget(store: Store, before: int, *, limit: int = 1_000) -> int:
    """Remove tickets without timers that nobody asked about since an instant; how many went. Raises `StoreError`."""
    is_old = _C.due_at.is_(None) & (_C.updated_at < before)
    old = select(_C.id).where(is_old).limit(limit)
    with store.writing() as connection:
        # Asked again, for a decision about one of them may have come in between.
        return connection.execute(delete(TICKETS).where(_C.id.in_(old), is_old)).rowcount


_IS_PARKED = _C.wake_at.is_(None) & _C.due_at.is_not(None)


def _seen(ticket: Ticket) -> dict[str, Any]:
    """Which row it was, and how it stood."""
    return {"of": ticket.id, "seen": ticket.version, "token": ticket.claimed_by}


def _name(ticket: Ticket) -> tuple[str, str]:
    return ticket.project, ticket.ticket_id


def _is_free(now: int, lease: int) -> ColumnElement[bool]:
    """Whether nobody holds a ticket. A claim that lasts longer than any was made before the clock was set back."""
    return or_(_C.claimed_until <= now, _C.claimed_until > now + 2 * lease)


def _of(project: str, ticket_id: str) -> list[ColumnElement[bool]]:
    return [*([_C.project == project] if project else []), *([_C.ticket_id == ticket_id] if ticket_id else [])]
