"""A search finds what a walk over all records finds, in order, page after page; and it uses indexes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from ruleflow.store import log, searching
from ruleflow.store.log import Query
from ruleflow.store.opening import Store
from ruleflow.store.records import Record
from tests.records import SECOND, START, many, record

EVENTS = ("ticket.created", "ticket.updated", "sla.breached")
RULES = ("vip", "tag", "late", "rare")


def random_records(seed: int, count: int = 120) -> list[Record]:
    """Records of a few projects, events, tickets and callers, not quite in order of time."""
    draw = random.Random(seed)
    return [
        record(
            project=draw.choice(("support", "support", "hr")),
            decision_id=f"d-{draw.randrange(40)}",
            event=draw.choice(EVENTS),
            ticket_id=draw.choice(("", "T-1", "T-10", "T-2", "Ж-1", "d-1", "T_1", "T%")),
            caller=draw.choice(("helpdesk", "timer", "")),
            received_at=START + (n + draw.randrange(5)) * SECOND,
            matched=tuple(rule for rule in RULES if draw.random() < 0.3),
            shadow=("new",) if draw.random() < 0.2 else (),
        )
        for n in range(count)
    ]


def random_query(draw: random.Random) -> Query:
    def maybe(*values: str) -> str:
        return draw.choice(values) if draw.random() < 0.35 else ""

    return Query(
        project=maybe("support", "hr", "none"),
        rule=maybe(*RULES, "new", "none"),
        event=maybe(*EVENTS),
        ticket_id=maybe("T-1", "Ж-1"),
        caller=maybe("helpdesk", "timer"),
        text=maybe("T", "T-1", "d-1", "Ж", "T%", "_", "zzz"),
        since=START + draw.randrange(120) * SECOND if draw.random() < 0.3 else None,
        until=START + draw.randrange(120) * SECOND if draw.random() < 0.3 else None,
        limit=draw.choice((1, 7, 50)),
        newest_first=draw.random() < 0.7,
    )


def expected_numbers(records: list[Record], query: Query) -> list[int]:
    """The numbers that a walk over all records finds."""
    found = [
        (kept.received_at, seq)
        for seq, kept in enumerate(records, 1)
        if query.project in {"", kept.project}
        and query.rule in {"", *kept.matched, *kept.shadow}
        and query.event in {"", kept.event}
        and query.ticket_id in {"", kept.ticket_id}
        and query.caller in {"", kept.caller}
        and (kept.ticket_id.startswith(query.text) or kept.decision_id.startswith(query.text))
        and (query.since is None or kept.received_at >= query.since)
        and (query.until is None or kept.received_at < query.until)
    ]
    return [seq for _, seq in sorted(found, reverse=query.newest_first)]


def pages(store: Store, query: Query) -> Iterator[tuple[int, ...]]:
    """The numbers on each page."""
    while True:
        page = log.search(store, query)
        yield tuple(row.seq for row in page.rows)
        if page.before is None:
            return
        query = replace(query, before=page.before)


@pytest.mark.parametrize("few", [0, 15, searching.FEW])
def test_a_search_finds_what_a_walk_over_all_finds(store: Store, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    """However many decisions pass a filter, and wherever pages are cut."""
    monkeypatch.setattr(searching, "FEW", few)
    records = random_records(few)
    log.append(store, records)
    draw = random.Random(few)
    for _ in range(40):
        query = random_query(draw)
        found = list(pages(store, query))
        assert expected_numbers(records, query) == [seq for page in found for seq in page], query
        assert all(len(page) == query.limit for page in found[:-1])


def test_pages_go_on_where_they_ended_though_rows_come_and_go(store: Store) -> None:
    """New decisions do not move the next page; where its beginning is pruned, nothing older is left."""
    log.append(store, many(10))
    first = log.search(store, Query(limit=4))
    log.append(store, many(3, received_at=START + 60 * SECOND))
    second = log.search(store, Query(limit=4, before=first.before))
    assert [6, 5, 4, 3] == [row.seq for row in second.rows]
    log.prune(store, START + 8 * SECOND)
    assert log.search(store, Query(limit=4, before=second.before)).rows == ()


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(rule="vip"),
        Query(rule="vip", project="support"),
        Query(project="support"),
        Query(event="ticket.created", project="support"),
        Query(caller="helpdesk"),
        Query(ticket_id="T-1"),
        Query(text="T-1"),
        Query(since=START, until=START + SECOND),
        Query(project="support", before=40, newest_first=False),
    ],
)
def test_sqlite_sorts_nothing_where_many_pass_each_filter(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, query: Query
) -> None:
    """The plan goes through an index in the order of the page; nor is there a filter that it goes through a table for."""
    log.append(sqlite_store, random_records(1))
    for few in (0, 1_000):
        monkeypatch.setattr(searching, "FEW", few)
        with sqlite_store.reading() as connection:
            statement = searching._page(connection, query)
            sql = str(statement.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
            plan = [row[-1] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {sql}".replace(":", "\\:")))]
        assert [] == [step for step in plan if step.startswith("SCAN") and "INDEX" not in step]
        assert few > 0 or not any("TEMP B-TREE" in step for step in plan)
