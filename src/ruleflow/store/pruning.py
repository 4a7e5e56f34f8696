"""Forgetting: old decisions, answers to repeated requests that nobody will repeat, projects that nothing refers to."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy import Connection, Row, bindparam, delete, func, literal, select, tuple_

from ruleflow.store.database import Store
from ruleflow.store.instants import microseconds
from ruleflow.store.rows import names_from_json
from ruleflow.store.schema import BUNDLES, DECISION_RULES, DECISIONS, DIGESTS, IDEMPOTENCY

BATCH = 1_000
"""Decisions that go in one transaction."""
PAUSE_S = 0.01
"""Between two transactions, so that others get to write."""


def prune(store: Store, older_than: int) -> int:
    """Forget decisions that were asked for before an instant; how many these were.

    Many short transactions, so decisions are logged meanwhile. Bundles go which no decision refers to any more, except for
    the newest of each project; counts of rules stay.
    """
    gone = 0
    while batch := _prune_decisions(store, older_than):
        gone += batch
        time.sleep(PAUSE_S)
    with store.writing() as connection:
        connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.expires_at <= microseconds()))
        _prune_bundles(connection, older_than)
    return gone


def _prune_decisions(store: Store, older_than: int) -> int:
    table = DECISIONS.c
    oldest = (
        select(table.seq, table.received_at, table.matched, table.shadow)
        .where(table.received_at < older_than)
        .order_by(table.received_at, table.seq)
        .limit(BATCH)
    )
    with store.writing() as connection:
        rows = connection.execute(oldest).all()
        if rows:
            _delete(connection, rows)
    return len(rows)


def _delete(connection: Connection, rows: Sequence[Row[int, int, str, str]]) -> None:
    """Delete the oldest rows, which these are. What is older still, of a rule of theirs, is about to go as well."""
    rules = {rule for _, _, *both in rows for names in both for rule in names_from_json(names)}
    table, last = DECISION_RULES.c, rows[-1]
    if rules:
        old = tuple_(table.received_at, table.seq) <= tuple_(literal(last.received_at), literal(last.seq))
        one = delete(DECISION_RULES).where(table.rule == bindparam("of"), old)
        connection.execute(one, [{"of": rule} for rule in sorted(rules)])
    connection.execute(delete(DECISIONS).where(DECISIONS.c.seq.in_([row.seq for row in rows])))


def _prune_bundles(connection: Connection, older_than: int) -> None:
    connection.execute(delete(DIGESTS).where(DIGESTS.c.last_at < older_than))
    same = BUNDLES.alias()
    newest = select(func.max(same.c.kept_at)).where(same.c.project == BUNDLES.c.project).scalar_subquery()
    in_use = select(DIGESTS.c.digest)
    connection.execute(delete(BUNDLES).where(BUNDLES.c.digest.not_in(in_use), BUNDLES.c.kept_at < newest))
