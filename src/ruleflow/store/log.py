"""The log of decisions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, func, select, update

from ruleflow.store import counts, journals
from ruleflow.store.bulk import insert_many, upsert
from ruleflow.store.database import Store
from ruleflow.store.instants import microseconds
from ruleflow.store.pruning import prune
from ruleflow.store.records import Logged, Record
from ruleflow.store.rows import kept_name, logged, row_of
from ruleflow.store.schema import DECISION_RULES, DECISIONS, DIGESTS, LAST_SEQ
from ruleflow.store.searching import Page, Query, search

__all__ = ["Page", "Query", "append", "find", "find_all", "last_of", "prune", "search"]


def append(
    store: Store,
    records: Sequence[Record],
    journal: str = "",
    offset: int = 0,
    also: Callable[[Connection, Sequence[Record]], None] | None = None,
) -> None:
    """Log records in one transaction: rows, counts of rules, how far the journal is drained, and what `also` writes.

    Where the journal was drained to `offset` before, nothing is written at all: each record is logged exactly once. Raises
    `StoreError`; then nothing is written either.
    """
    with store.writing() as connection:
        if journal and not journals.advance(connection, journal, offset):
            return
        if records:
            _append(connection, records)
        if also is not None:
            also(connection, records)


def find(store: Store, decision_id: str) -> Logged | None:
    """The decision with an id that was logged last; None where there is none."""
    return next(iter(find_all(store, decision_id, limit=1)), None)


def find_all(store: Store, decision_id: str, limit: int = 100) -> tuple[Logged, ...]:
    """The decisions with an id, the newest first: the same facts decided at the same instant have the same id."""
    wanted = (
        select(DECISIONS)
        .where(DECISIONS.c.decision_id == decision_id)
        .order_by(DECISIONS.c.received_at.desc(), DECISIONS.c.seq.desc())
        .limit(limit)
    )
    with store.reading() as connection:
        return tuple(logged(row) for row in connection.execute(wanted))


def last_of(store: Store, caller: str) -> int | None:
    """When a caller last asked for a decision that is still in the log; None: it has none."""
    wanted = select(func.max(DECISIONS.c.received_at)).where(DECISIONS.c.caller == kept_name(caller))
    with store.reading() as connection:
        last: int | None = connection.execute(wanted).scalar()
    return last


def _append(connection: Connection, records: Sequence[Record]) -> None:
    first = _numbers(connection, len(records))
    at = microseconds()
    insert_many(connection, DECISIONS, [row_of(record, first + n, at) for n, record in enumerate(records)])
    matches = [
        (rule, record.received_at, first + n)
        for n, record in enumerate(records)
        for rule in {*record.matched, *record.shadow}
    ]
    insert_many(connection, DECISION_RULES, matches)
    counts.add(connection, records)
    _note_digests(connection, records)


def _numbers(connection: Connection, many: int) -> int:
    """The first of so many new numbers."""
    last: int = connection.execute(
        update(LAST_SEQ).values(seq=LAST_SEQ.c.seq + many).returning(LAST_SEQ.c.seq)
    ).scalar_one()
    return last - many + 1


def _note_digests(connection: Connection, records: Sequence[Record]) -> None:
    last: dict[str, int] = {}
    for record in records:
        last[record.digest] = max(record.received_at, last.get(record.digest, 0))
    new = upsert(connection, DIGESTS)
    connection.execute(
        new.on_conflict_do_update(
            index_elements=["digest"],
            set_={"last_at": new.excluded.last_at},
            where=DIGESTS.c.last_at < new.excluded.last_at,
        ),
        [{"digest": digest, "last_at": at} for digest, at in last.items()],
    )
