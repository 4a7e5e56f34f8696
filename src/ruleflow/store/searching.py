"""Searching the log, page after page, each found by an index however long the log is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, and_, literal, or_, select, tuple_

from ruleflow.store.database import Store
from ruleflow.store.records import Logged
from ruleflow.store.rows import kept_name, logged
from ruleflow.store.schema import DECISION_RULES, DECISIONS

LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; '' or None: no matter. All that is given must hold.

    `text` is the beginning of a ticket's id, a decision's id or a request's id. `since` and `until` (exclusive) are about when
    decisions were asked for, which is also their order. `before` is the number that the page before ended with.
    """

    project: str = ""
    rule: str = ""
    event: str = ""
    ticket_id: str = ""
    caller: str = ""
    text: str = ""
    since: int | None = None
    until: int | None = None
    before: int | None = None
    limit: int = 50
    newest_first: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """Some decisions in order. `before` goes into the query for the next page; None: this is the last one."""

    rows: tuple[Logged, ...]
    before: int | None


def search(store: Store, query: Query) -> Page:
    """The decisions that a query is about, at most `limit`."""
    with store.reading() as connection:
        rows = connection.execute(_select(connection, query)).all()
    shown = tuple(logged(row) for row in rows[: query.limit])
    return Page(shown, shown[-1].seq if len(rows) > query.limit else None)


def _select(connection: Connection, query: Query) -> Select[tuple[object, ...]]:
    """One row more than wanted, which tells whether there is another page."""
    at, seq, conditions = DECISIONS.c.received_at, DECISIONS.c.seq, _conditions(query)
    source = select(DECISIONS)
    if query.rule:
        at, seq = DECISION_RULES.c.received_at, DECISION_RULES.c.seq
        source = source.join_from(DECISION_RULES, DECISIONS, DECISIONS.c.seq == seq)
        conditions.append(DECISION_RULES.c.rule == query.rule)
    if query.since is not None:
        conditions.append(at >= query.since)
    if query.until is not None:
        conditions.append(at < query.until)
    if query.before is not None:
        conditions.append(_beyond(connection, query, at, seq))
    order = (at.desc(), seq.desc()) if query.newest_first else (at, seq)
    return source.where(*conditions).order_by(*order).limit(query.limit + 1)


def _conditions(query: Query) -> list[ColumnElement[bool]]:
    table = DECISIONS.c
    wanted = [
        (table.project, query.project),
        (table.event, query.event),
        (table.ticket_id, kept_name(query.ticket_id)),
        (table.caller, kept_name(query.caller)),
    ]
    found = [column == value for column, value in wanted if value]
    if query.text:
        start = kept_name(query.text)
        found.append(
            or_(*(_begins(column, start) for column in (table.ticket_id, table.decision_id, table.request_id)))
        )
    return found


def _begins(column: ColumnElement[str], start: str) -> ColumnElement[bool]:
    return and_(column >= start, column < start + LAST_CHARACTER)


def _beyond(
    connection: Connection, query: Query, at: ColumnElement[int], seq: ColumnElement[int]
) -> ColumnElement[bool]:
    """What comes after the row that the last page ended with. Once that is pruned, so is all that is older."""
    ended = connection.execute(select(DECISIONS.c.received_at).where(DECISIONS.c.seq == query.before)).scalar() or 0
    here, there = tuple_(at, seq), tuple_(literal(ended), literal(query.before))
    return here < there if query.newest_first else here > there
