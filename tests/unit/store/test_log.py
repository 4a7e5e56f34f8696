"""What is logged is found again, once, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, func, insert, select

from ruleflow.store import counts, journals, log
from ruleflow.store.counts import Count
from ruleflow.store.errors import StoreError
from ruleflow.store.opening import Store, open_store
from ruleflow.store.records import Logged, Record
from ruleflow.store.rows import LONGEST
from ruleflow.store.schema import DECISION_RULES, DECISIONS, JOURNALS
from tests.records import DAY, PLAIN, SECOND, START, many, record


def count_rows(store: Store) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(DECISIONS)).scalar_one()


def without_numbers(found: Logged | None) -> dict[str, object]:
    assert found is not None
    return {name: getattr(found, name) for name in Record.__struct_fields__}


def test_a_record_comes_back_as_it_was(store: Store) -> None:
    """Every field is as it was written, to the byte."""
    log.append(store, [PLAIN])
    assert {name: getattr(PLAIN, name) for name in Record.__struct_fields__} == without_numbers(log.find(store, "d-1"))


def test_a_decision_nobody_logged_is_not_found(store: Store) -> None:
    """An unknown id is None, and no rows."""
    log.append(store, [PLAIN])
    assert log.find(store, "d-2") is None
    assert log.find_all(store, "d-2") == ()


def test_the_same_decision_twice_is_two_rows_and_the_latest_is_found(store: Store) -> None:
    """The same facts at the same instant have the same id."""
    log.append(store, [record(request_id="first"), record(request_id="second", received_at=START + 1)])
    assert [found.request_id for found in log.find_all(store, "d-1")] == ["second", "first"]
    found = log.find(store, "d-1")
    assert found is not None
    assert found.request_id == "second"


def test_numbers_go_up_from_batch_to_batch_and_are_never_given_twice(store: Store) -> None:
    """Not even after everything was pruned."""
    log.append(store, many(3))
    log.prune(store, START + DAY)
    log.append(store, many(2))
    assert [row.seq for row in log.search(store, log.Query(newest_first=False)).rows] == [4, 5]


@pytest.mark.parametrize(
    "text", ["a\0b", "я" * 5_000, "🙂" * 5_000, "", "'; DROP TABLE decisions; --", "tab\tline\n\\N"]
)
def test_whatever_a_ticket_is_called_it_is_logged_and_found_by_that(store: Store, text: str) -> None:
    """An id that a database refuses would hold up every decision after it."""
    log.append(store, [record(ticket_id=text, caller=text, request_id=text)])
    found = log.search(store, log.Query(ticket_id=text, caller=text)).rows
    assert [text[:LONGEST].replace("\0", "␀")] == [row.ticket_id for row in found]


def test_a_journal_that_is_drained_again_stores_nothing_twice(store: Store) -> None:
    """A keeper that was killed after its transaction starts from where the store says; a second keeper is no harm."""
    log.append(store, many(3), journal="one.log", offset=300)
    log.append(store, many(3), journal="one.log", offset=300)
    log.append(store, many(2), journal="one.log", offset=200)
    assert count_rows(store) == 3
    log.append(store, many(2), journal="one.log", offset=500)
    log.append(store, many(1), journal="two.log", offset=100)
    assert count_rows(store) == 6
    assert journals.offsets(store) == {"one.log": 500, "two.log": 100}
    assert counts.fired(store, "support")["vip-first"].matched == 6


def test_a_journal_that_is_removed_is_forgotten(store: Store) -> None:
    """Its name may stand for another file later."""
    log.append(store, many(1), journal="one.log", offset=100)
    journals.forget(store, "one.log")
    assert journals.offsets(store) == {}


def test_what_else_is_written_stands_or_falls_with_the_rows(store: Store) -> None:
    """`also` sees the records, in the transaction."""

    def note(connection: Connection, records: Sequence[Record]) -> None:
        connection.execute(insert(JOURNALS).values(name="noted", drained=len(records)))

    def fail(connection: Connection, records: Sequence[Record]) -> None:
        note(connection, records)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        log.append(store, many(2), journal="one.log", offset=200, also=fail)
    assert count_rows(store) == 0
    assert journals.offsets(store) == {}
    assert counts.fired(store, "support") == {}
    log.append(store, many(2), also=note)
    assert count_rows(store) == 2
    assert journals.offsets(store) == {"noted": 2}


def test_a_failed_statement_leaves_nothing_behind_and_the_next_call_works(store: Store) -> None:
    """What the database refuses is told as `StoreError`, without the values."""
    log.append(store, many(1))

    def repeat(connection: Connection, records: Sequence[Record]) -> None:
        connection.execute(insert(JOURNALS).values(name="secret-name", drained=1))
        connection.execute(insert(JOURNALS).values(name="secret-name", drained=1))

    with pytest.raises(StoreError) as caught:
        log.append(store, many(2), also=repeat)
    assert "secret" not in str(caught.value)
    log.append(store, many(2))
    assert count_rows(store) == 3


def test_rules_are_counted_by_day(store: Store) -> None:
    """`since` means that day, whole; a rule in shadow mode is counted apart."""
    log.append(store, [record(matched=("a", "b")), record(matched=("a",), shadow=("b",), received_at=START + SECOND)])
    log.append(store, [record(matched=("a",), received_at=START + DAY), record(project="hr", matched=("a",))])
    assert counts.fired(store, "support") == {"a": Count(3, 0, START + DAY), "b": Count(1, 1, START + SECOND)}
    assert counts.fired(store, "support", START + DAY + 5 * SECOND) == {"a": Count(1, 0, START + DAY)}
    assert counts.fired(store, "nobody") == {}


def test_the_last_time_of_a_rule_never_goes_back(store: Store) -> None:
    """Journals of several workers are drained one after the other, so later batches may be older."""
    log.append(store, [record(received_at=START + 9)])
    log.append(store, [record(received_at=START + 3)])
    assert counts.fired(store, "support")["vip-first"] == Count(2, 0, START + 9)


def test_a_rule_that_matches_and_is_listed_twice_has_one_row(store: Store) -> None:
    """Whatever lists a record holds, the key of a row is there once."""
    log.append(store, [record(matched=("a", "a"), shadow=("a",))])
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(DECISION_RULES)).scalar_one() == 1


def test_nothing_to_log_still_notes_the_offset(store: Store) -> None:
    """A journal may end in frames that hold no record."""
    log.append(store, [], journal="one.log", offset=8)
    assert journals.offsets(store) == {"one.log": 8}


def test_many_write_at_once_and_nothing_is_lost(url: str) -> None:
    """Several replicas append for the same rules while old decisions are pruned; numbers stay unique."""
    stores = [open_store(url) for _ in range(3)]

    def write(replica: int) -> None:
        for batch in range(8):
            log.append(stores[replica], many(20, matched=("a", "b")), f"{replica}.log", batch + 1)

    def prune() -> None:
        for _ in range(4):
            log.prune(stores[2], START + SECOND)

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(write, 0), pool.submit(write, 1), pool.submit(prune)]:
            done.result()
    log.prune(stores[2], START + SECOND)
    assert count_rows(stores[0]) == 2 * 8 * 19
    assert counts.fired(stores[0], "support")["b"].matched == 2 * 8 * 20
    assert len(log.search(stores[0], log.Query(rule="a", limit=1_000)).rows) == 2 * 8 * 19
    for store in stores:
        store.close()
