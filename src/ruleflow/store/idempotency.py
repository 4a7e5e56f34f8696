"""Requests that may come again: the first one is carried out, its repetitions get the same answer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from ruleflow.store.bulk import upsert
from ruleflow.store.database import Store
from ruleflow.store.instants import SECOND
from ruleflow.store.schema import IDEMPOTENCY

ANSWERED_WITHIN = 120 * SECOND
"""A request that is not answered by then never will be: its process was killed. The next one is carried out."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The request is ours to carry out; `finish` or `abandon` must follow."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """The request was answered before, so."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Mismatched:
    """The key was used for another request."""


@dataclass(frozen=True, slots=True)
class Busy:
    """The same request is being carried out right now."""


def begin(
    store: Store, caller: str, key: str, fingerprint: str, now: int, ttl: int
) -> Begun | Repeated | Mismatched | Busy:
    """Claim a key of a caller for a request; of many processes that try at once, one gets `Begun`.

    `fingerprint` tells requests apart; `ttl` is how many microseconds the answer is kept.
    """
    with store.writing() as connection:
        connection.execute(delete(IDEMPOTENCY).where(_is(caller, key), _is_over(now)))
        new = upsert(connection, IDEMPOTENCY).values(
            caller=caller, key=key, fingerprint=fingerprint, begun_at=now, expires_at=now + ttl
        )
        if connection.execute(new.on_conflict_do_nothing().returning(IDEMPOTENCY.c.key)).first() is not None:
            return Begun()
        return _found(connection, caller, key, fingerprint)


def finish(store: Store, caller: str, key: str, status: int, body: bytes) -> None:
    """Keep the answer for repetitions."""
    with store.writing() as connection:
        connection.execute(update(IDEMPOTENCY).where(_is(caller, key)).values(status=status, body=body))


def abandon(store: Store, caller: str, key: str) -> None:
    """Let go of a key whose request was not carried out."""
    with store.writing() as connection:
        connection.execute(delete(IDEMPOTENCY).where(_is(caller, key), IDEMPOTENCY.c.status.is_(None)))


def _found(connection: Connection, caller: str, key: str, fingerprint: str) -> Repeated | Mismatched | Busy:
    row = connection.execute(select(IDEMPOTENCY).where(_is(caller, key))).one_or_none()
    if row is None:  # let go of in this very moment
        return Busy()
    if row.fingerprint != fingerprint:
        return Mismatched()
    return Busy() if row.status is None else Repeated(row.status, bytes(row.body))


def _is(caller: str, key: str) -> ColumnElement[bool]:
    return and_(IDEMPOTENCY.c.caller == caller, IDEMPOTENCY.c.key == key)


def _is_over(now: int) -> ColumnElement[bool]:
    table = IDEMPOTENCY.c
    unanswered = and_(table.status.is_(None), table.begun_at <= now - ANSWERED_WITHIN)
    return (table.expires_at <= now) | unanswered
