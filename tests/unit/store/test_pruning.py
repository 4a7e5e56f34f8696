"""What is old goes, with all that only it needed."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from ruleflow.store import counts, log, projects, pruning
from ruleflow.store.log import Query
from ruleflow.store.opening import Store
from ruleflow.store.schema import DECISION_RULES, DIGESTS
from tests.records import SECOND, START, many, record


def test_old_decisions_go_in_batches(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the rows of their rules; younger ones stay, and counts of rules do."""
    monkeypatch.setattr(pruning, "BATCH", 4)
    log.append(store, many(20, shadow=("new",)))
    assert log.prune(store, START + 15 * SECOND) == 15
    assert [20, 19, 18, 17, 16] == [row.seq for row in log.search(store, Query()).rows]
    assert [20, 19, 18, 17, 16] == [row.seq for row in log.search(store, Query(rule="new")).rows]
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(DECISION_RULES)).scalar_one() == 10
    assert counts.fired(store, "support")["vip-first"].matched == 20
    assert log.prune(store, START + 15 * SECOND) == 0


def test_decisions_that_no_rule_matched_go_as_well(store: Store) -> None:
    """There is nothing but the rows themselves."""
    log.append(store, many(3, matched=()))
    assert log.prune(store, START + 2 * SECOND) == 2
    assert [3] == [row.seq for row in log.search(store, Query()).rows]


def test_projects_go_with_their_last_decision(store: Store) -> None:
    """A bundle stays while a decision refers to it, and the newest stays in any case."""
    for digest in ("a", "b", "c"):
        projects.keep(store, "support", digest, digest.encode())
    projects.keep(store, "hr", "z", b"z")
    log.append(store, [record(digest="a"), record(digest="b", received_at=START + 5 * SECOND)])
    log.prune(store, START + SECOND)
    assert ["c", "b"] == [version.digest for version in projects.versions(store, "support")]
    log.prune(store, START + 9 * SECOND)
    assert ["c"] == [version.digest for version in projects.versions(store, "support")]
    assert ["z"] == [version.digest for version in projects.versions(store, "hr")]
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(DIGESTS)).scalar_one() == 0


def test_a_version_that_is_served_again_is_the_newest(store: Store) -> None:
    """Going back to an older state of the rules does not lose it."""
    projects.keep(store, "support", "a", b"a")
    projects.keep(store, "support", "b", b"b")
    projects.keep(store, "support", "a", b"a")
    assert ["a", "b"] == [version.digest for version in projects.versions(store, "support")]
    assert projects.content_of(store, "a") == b"a"
    assert projects.content_of(store, "none") is None
    log.prune(store, START)
    assert ["a"] == [version.digest for version in projects.versions(store, "support")]


def test_a_bundle_may_be_large(store: Store) -> None:
    """Bytes of any kind, megabytes of them."""
    content = bytes(range(256)) * 20_000
    projects.keep(store, "support", "a", content)
    assert projects.content_of(store, "a") == content
