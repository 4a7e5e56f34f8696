"""A request that comes again gets the first one's answer; of many at once, one is carried out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from ruleflow.store import idempotency, log
from ruleflow.store.idempotency import Begun, Busy, Mismatched, Repeated, abandon, begin, finish
from ruleflow.store.opening import Store, open_store
from tests.records import DAY, PLAIN, SECOND, START


def test_a_repeated_request_gets_the_first_answer(store: Store) -> None:
    """Status and body, to the byte."""
    assert begin(store, "helpdesk", "k", "f", START, DAY) == Begun()
    assert begin(store, "helpdesk", "k", "f", START + 1, DAY) == Busy()
    finish(store, "helpdesk", "k", 200, b'{"\x00\xff"')
    assert begin(store, "helpdesk", "k", "f", START + 2, DAY) == Repeated(200, b'{"\x00\xff"')


def test_a_key_stands_for_one_request_of_one_caller(store: Store) -> None:
    """Another request under the key is told apart; another caller has keys of its own."""
    begin(store, "helpdesk", "k", "f", START, DAY)
    assert begin(store, "helpdesk", "k", "other", START, DAY) == Mismatched()
    assert begin(store, "shop", "k", "other", START, DAY) == Begun()


def test_a_request_that_failed_may_be_tried_again(store: Store) -> None:
    """Abandoned, its key is free; an answer that is kept is not lost by that."""
    begin(store, "helpdesk", "k", "f", START, DAY)
    abandon(store, "helpdesk", "k")
    assert begin(store, "helpdesk", "k", "f", START, DAY) == Begun()
    finish(store, "helpdesk", "k", 200, b"{}")
    abandon(store, "helpdesk", "k")
    assert begin(store, "helpdesk", "k", "f", START, DAY) == Repeated(200, b"{}")


def test_answers_are_kept_for_a_while(store: Store) -> None:
    """After that the request is carried out anew."""
    begin(store, "helpdesk", "k", "f", START, DAY)
    finish(store, "helpdesk", "k", 200, b"{}")
    assert begin(store, "helpdesk", "k", "f", START + DAY - 1, DAY) == Repeated(200, b"{}")
    assert begin(store, "helpdesk", "k", "other", START + DAY, DAY) == Begun()


def test_a_request_whose_process_was_killed_does_not_stay_busy(store: Store) -> None:
    """After two minutes nobody will answer it any more."""
    begin(store, "helpdesk", "k", "f", START, DAY)
    late = START + idempotency.ANSWERED_WITHIN
    assert begin(store, "helpdesk", "k", "f", late - SECOND, DAY) == Busy()
    assert begin(store, "helpdesk", "k", "f", late, DAY) == Begun()


def test_of_many_at_once_one_begins(url: str) -> None:
    """Each with a connection of its own, as from several processes."""
    stores = [open_store(url) for _ in range(6)]
    with ThreadPoolExecutor(len(stores)) as pool:
        found = list(pool.map(lambda store: begin(store, "helpdesk", "k", "f", START, DAY), stores))
    assert sorted(type(one).__name__ for one in found) == ["Begun", *["Busy"] * 5]
    for store in stores:
        store.close()


def test_expired_answers_are_pruned(store: Store) -> None:
    """So they do not pile up, also where decisions are kept for ever; others stay, and so do decisions."""
    log.append(store, [PLAIN])
    begin(store, "helpdesk", "old", "f", START, DAY)
    far = 4_000_000_000 * SECOND
    begin(store, "helpdesk", "new", "f", far, DAY)
    assert log.prune(store, 0) == 0
    assert log.find(store, "d-1") is not None
    finish(store, "helpdesk", "old", 200, b"{}")
    assert begin(store, "helpdesk", "old", "f", START, DAY) == Begun()
    assert begin(store, "helpdesk", "new", "f", far, DAY) == Busy()
