"""What is to be delivered to the webhook: written with the decision it tells of, kept until it is there or given up.

The deliveries of one ticket go out one after the other; a later one waits until the one before is delivered or dead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, exists, func, insert, or_, select, update

from ruleflow.store.database import Store
from ruleflow.store.schema import DELIVERIES

WAITING, DELIVERED, DEAD = "waiting", "delivered", "dead"
_C = DELIVERIES.c


class NewDelivery(NamedTuple):
    """What is to be delivered; `id` stays the same however often it is sent."""

    id: str
    project: str
    ticket_id: str
    decision_id: str
    body: bytes
    created_at: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as it stands. `next_at` is when it is tried next, while it waits; `last_error` '' : nothing went wrong."""

    seq: int
    id: str
    project: str
    ticket_id: str
    decision_id: str
    body: bytes
    created_at: int
    state: str
    attempts: int
    next_at: int
    last_error: str
    delivered_at: int | None
    claimed_by: str


class Sent(NamedTuple):
    """What became of a claimed delivery after a try."""

    delivery: Delivery
    state: str
    next_at: int
    last_error: str = ""
    delivered_at: int | None = None


def add(connection: Connection, new: Sequence[NewDelivery]) -> None:
    """Put deliveries in the queue, in the transaction that logs their decisions."""
    rows = [{**_NEW, **one._asdict(), "next_at": one.created_at} for one in new]
    if rows:
        connection.execute(insert(DELIVERIES), rows)


def claim(store: Store, now: int, *, owner: str, lease: int, limit: int) -> tuple[Delivery, ...]:
    """Claim deliveries to be tried now, the oldest first, until `now + lease`; one of a ticket at most. Raises `StoreError`."""
    picked = (
        select(_C.seq)
        .where(_is_ready(now), _is_free(now, lease), ~_has_earlier())
        .order_by(_C.next_at, _C.seq)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    mine = update(DELIVERIES).where(_C.seq.in_(select(picked.c.seq)))
    mine = mine.values(claimed_by=f"{owner}/{uuid4().hex[:12]}", claimed_until=now + lease)
    with store.writing() as connection:
        found = [_delivery(row) for row in connection.execute(mine.returning(DELIVERIES))]
    return tuple(sorted(found, key=lambda delivery: delivery.seq))


def settle(store: Store, sent: Sequence[Sent]) -> None:
    """Write what became of claimed deliveries; those claimed by another meanwhile are left to it. Raises `StoreError`."""
    rows = [
        {
            "of": one.delivery.seq,
            "token": one.delivery.claimed_by,
            "state": one.state,
            "next_at": one.next_at,
            "last_error": one.last_error,
            "delivered_at": one.delivered_at,
            "attempts": one.delivery.attempts + 1,
        }
        for one in sent
    ]
    names = ("state", "next_at", "last_error", "delivered_at", "attempts")
    mine = update(DELIVERIES).where(_C.seq == bindparam("of"), _C.claimed_by == bindparam("token"))
    mine = mine.values(**{name: bindparam(name) for name in names}, claimed_by="", claimed_until=0)
    with store.writing() as connection:
        connection.execute(mine, rows)


def release(store: Store, claimed: Sequence[Delivery]) -> None:
    """Let go of claimed deliveries that were not tried. Raises `StoreError`."""
    free = update(DELIVERIES).where(_C.seq == bindparam("of"), _C.claimed_by == bindparam("token"))
    with store.writing() as connection:
        connection.execute(
            free.values(claimed_by="", claimed_until=0),
            [{"of": delivery.seq, "token": delivery.claimed_by} for delivery in claimed],
        )


def free_all(store: Store) -> None:
    """At the start, let go of what a service that died was sending, where no other can be sending it: in SQLite.

    Elsewhere claims end by themselves. Raises `StoreError`.
    """
    if store.engine.dialect.name == "sqlite":
        with store.writing() as connection:
            held = update(DELIVERIES).where(_C.state == WAITING, _C.claimed_until > 0)
            connection.execute(held.values(claimed_by="", claimed_until=0))


def find(store: Store, delivery_id: str) -> Delivery | None:
    """The delivery with an id. Raises `StoreError`."""
    with store.reading() as connection:
        row = connection.execute(select(DELIVERIES).where(_C.id == delivery_id)).one_or_none()
    return None if row is None else _delivery(row)


def search(
    store: Store, *, state: str = "", ticket_id: str = "", before: int | None = None, limit: int = 100
) -> tuple[Delivery, ...]:
    """Deliveries, the newest first; `before` is the `seq` of the last one seen. Raises `StoreError`."""
    asked = select(DELIVERIES)
    for value, column in ((state, _C.state), (ticket_id, _C.ticket_id)):
        asked = asked.where(column == value) if value else asked
    asked = asked if before is None else asked.where(_C.seq < before)
    with store.reading() as connection:
        return tuple(_delivery(row) for row in connection.execute(asked.order_by(_C.seq.desc()).limit(limit)))


def counts(store: Store) -> Mapping[str, int]:
    """How many deliveries are in each state. Raises `StoreError`."""
    asked = select(_C.state, func.count()).group_by(_C.state)
    with store.reading() as connection:
        found = {row.state: row[1] for row in connection.execute(asked)}
    return {WAITING: 0, DELIVERED: 0, DEAD: 0} | found


def retry(store: Store, now: int, delivery_id: str = "") -> int:
    """Try a delivery again that is not there yet, '' : all that are dead; how many there are. Raises `StoreError`."""
    wanted = (_C.id == delivery_id) & (_C.state != DELIVERED) if delivery_id else _C.state == DEAD
    again = update(DELIVERIES).where(wanted)
    with store.writing() as connection:
        return connection.execute(again.values(state=WAITING, attempts=0, next_at=now)).rowcount


def dismiss(store: Store, delivery_id: str) -> bool:
    """Remove a dead delivery; whether there was one. Raises `StoreError`."""
    with store.writing() as connection:
        gone = connection.execute(delete(DELIVERIES).where(_C.id == delivery_id, _C.state == DEAD))
        return gone.rowcount > 0


def prune(store: Store, delivered_before: int, *, limit: int = 1_000) -> int:
    """Remove what was delivered before an instant, `limit` at most; how many went. Raises `StoreError`."""
    old = select(_C.seq).where(_C.state == DELIVERED, _C.delivered_at < delivered_before).limit(limit)
    with store.writing() as connection:
        return connection.execute(delete(DELIVERIES).where(_C.seq.in_(old))).rowcount


_NEW: Mapping[str, Any] = {
    "state": WAITING,
    "attempts": 0,
    "last_error": "",
    "delivered_at": None,
    "claimed_by": "",
    "claimed_until": 0,
}


def _delivery(row: Row[Any]) -> Delivery:
    found = dict(row._mapping)  # noqa: SLF001 - the public name of a row's columns by name
    del found["claimed_until"]
    return Delivery(**found)


def _is_ready(now: int) -> ColumnElement[bool]:
    return (_C.state == WAITING) & (_C.next_at <= now)


def _is_free(now: int, lease: int) -> ColumnElement[bool]:
    """Whether nobody holds it. A claim that lasts longer than any was made before the clock was set back."""
    return or_(_C.claimed_until <= now, _C.claimed_until > now + 2 * lease)


def _has_earlier() -> ColumnElement[bool]:
    """Whether another delivery of the same ticket goes first."""
    first = DELIVERIES.alias("earlier")
    return exists().where(
        first.c.project == _C.project,
        first.c.ticket_id == _C.ticket_id,
        first.c.state == WAITING,
        first.c.seq < _C.seq,
    )
