"""Searching the log, page after page, however long it is.

Each filter has an index in order of time. A filter that few decisions pass gives their numbers, and only these are looked at;
where many pass every filter, they are gone through in order until the page is full. Only decisions that pass several
filters by the thousands one by one, but hardly ever together, make a search go through the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, literal, or_, select, tuple_, union_all

from ruleflow.store.database import Store
from ruleflow.store.records import Logged
from ruleflow.store.rows import kept_name, logged
from ruleflow.store.schema import DECISION_RULES, DECISIONS

FEW = 1_000
"""So many decisions are looked at one by one."""

LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; '' or None: no matter. All that is given must hold.

    `text` is the beginning of the id of a ticket or a decision. `since` and `until` (exclusive) are about when decisions were
    asked for, which is also their order. `before` is what the page before said.
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


@dataclass(frozen=True, slots=True)
class _Span:
    """Between which instants, and beyond which decision, `(received_at, seq)`."""

    since: int | None
    until: int | None
    beyond: tuple[int, int] | None
    newest_first: bool

    def holds(self, at: ColumnElement[int], seq: ColumnElement[int]) -> list[ColumnElement[bool]]:
        """The conditions, for the columns of a table."""
        found = [] if self.since is None else [at >= self.since]
        if self.until is not None:
            found.append(at < self.until)
        if self.beyond is not None:
            here, there = tuple_(at, seq), tuple_(*map(literal, self.beyond))
            found.append(here < there if self.newest_first else here > there)
        return found


def search(store: Store, query: Query) -> Page:
    """The decisions that a query is about, at most `limit`."""
    with store.reading() as connection:
        rows = connection.execute(_page(connection, query)).all()
    shown = tuple(logged(row) for row in rows[: query.limit])
    return Page(shown, shown[-1].seq if len(rows) > query.limit else None)


def _page(connection: Connection, query: Query) -> Select[Any]:
    """One row more than wanted, which tells whether there is another page."""
    span = _Span(query.since, query.until, _ended(connection, query), query.newest_first)
    few = _few(connection, query, span)
    table, by = DECISIONS.c, DECISION_RULES.c
    if few is not None:
        found = select(DECISIONS).where(table.seq.in_(few), *_rest(query), *_rule(query), *_text(query))
        return _ordered(found, query, table.received_at, table.seq)
    if query.rule:
        found = select(DECISIONS).join_from(DECISION_RULES, DECISIONS, table.seq == by.seq)
        found = found.where(by.rule == query.rule, *_rest(query), *_text(query), *span.holds(by.received_at, by.seq))
        return _ordered(found, query, by.received_at, by.seq)
    leading = next(iter(_equal(query)), None)
    found = select(DECISIONS).where(*_rest(query, leading), *_text(query), *span.holds(table.received_at, table.seq))
    return _ordered(found, query, table.received_at, table.seq)


def _ended(connection: Connection, query: Query) -> tuple[int, int] | None:
    """Where the last page ended. If that decision is pruned since, so is all that is older."""
    if query.before is None:
        return None
    at = connection.execute(select(DECISIONS.c.received_at).where(DECISIONS.c.seq == query.before)).scalar()
    return (at or 0, query.before)


def _few(connection: Connection, query: Query, span: _Span) -> Sequence[int] | None:
    """The numbers of all decisions that pass some filter, where these are few; None where many pass each."""
    for numbers in _numbers(query, span):
        found = connection.execute(numbers.limit(FEW + 1)).scalars().all()
        if len(found) <= FEW:
            return found
    return None


def _numbers(query: Query, span: _Span) -> Iterator[Select[int]]:
    """The numbers of decisions that pass a filter, by each filter alone."""
    table, by = DECISIONS.c, DECISION_RULES.c
    within = span.holds(table.received_at, table.seq)
    for column, value in _equal(query).items():
        yield select(table.seq).where(column == value, *within)
    if query.rule:
        yield select(by.seq).where(by.rule == query.rule, *span.holds(by.received_at, by.seq))
    if query.text:
        start = kept_name(query.text)
        # Each half by its own index; who is in both is looked at once all the same.
        halves = [
            select(table.seq).where(_begins(column, start), *within).limit(FEW + 1).subquery()
            for column in (table.ticket_id, table.decision_id)
        ]
        yield select(union_all(*(select(half.c.seq) for half in halves)).subquery().c.seq)


def _equal(query: Query) -> dict[ColumnElement[str], str]:
    """What columns must be equal to, the ones first that tell most."""
    table = DECISIONS.c
    wanted = {
        table.ticket_id: kept_name(query.ticket_id),
        table.event: query.event,
        table.caller: kept_name(query.caller),
        table.project: query.project,
    }
    return {column: value for column, value in wanted.items() if value}


def _rest(query: Query, leading: ColumnElement[str] | None = None) -> list[ColumnElement[bool]]:
    """The filters on columns. All but the leading one are kept from the planner, which knows nothing of how many pass."""
    return [
        (column if column is leading else func.coalesce(column, "")) == value for column, value in _equal(query).items()
    ]


def _rule(query: Query) -> list[ColumnElement[bool]]:
    table, by = DECISIONS.c, DECISION_RULES.c
    same = and_(by.rule == query.rule, by.received_at == table.received_at, by.seq == table.seq)
    return [exists().where(same)] if query.rule else []


def _text(query: Query) -> list[ColumnElement[bool]]:
    start = kept_name(query.text)
    either = [_begins(func.coalesce(column, ""), start) for column in (DECISIONS.c.ticket_id, DECISIONS.c.decision_id)]
    return [or_(*either)] if start else []


def _begins(column: ColumnElement[str], start: str) -> ColumnElement[bool]:
    return and_(column >= start, column < start + LAST_CHARACTER)


def _ordered(found: Select[Any], query: Query, at: ColumnElement[int], seq: ColumnElement[int]) -> Select[Any]:
    order = (at.desc(), seq.desc()) if query.newest_first else (at, seq)
    return found.order_by(*order).limit(query.limit + 1)
