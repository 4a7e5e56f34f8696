"""`Idempotency-Key`: sent twice, carried out once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ruleflow.project.project import Project
from ruleflow.service import repeats
from ruleflow.store import idempotency
from ruleflow.store.errors import StoreError
from ruleflow.store.idempotency import Busy
from ruleflow.store.opening import Store, open_store, sqlite_url
from tests.unit.service.serving import Serving, example, faults_of, problem_of, serving

ASKED = {"event": "ticket.created", "facts": {"ticket": {"id": "T-1"}}}


@pytest.fixture(scope="module")
def project() -> Project:
    return example("first-steps")


@pytest.fixture
def here(project: Project, tmp_path: Path) -> Iterator[Serving]:
    store = open_store(sqlite_url(tmp_path / "ruleflow.db"))
    yield serving(project, store=store)
    store.close()


@pytest.mark.parametrize(("path", "body"), [("/v1/decide", ASKED), ("/v1/decide/batch", {"items": [ASKED]})])
def test_a_repetition_gets_the_same_answer(here: Serving, path: str, body: Any) -> None:
    """The second request is answered as the first was, and nothing is decided or logged again."""
    first, again = (here.ask(path, body, idempotency_key="k1") for _ in range(2))
    assert (first.status_code, again.status_code, again.content) == (200, 200, first.content)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert len(here.journal.records) == 1


def test_without_a_key_each_request_counts(here: Serving) -> None:
    """Nothing is kept that nobody asked for."""
    for _ in range(2):
        here.ask("/v1/decide", ASKED)
    assert len(here.journal.records) == 2


def test_a_key_is_for_one_request(here: Serving) -> None:
    """Another body, or another operation, under the same key is a mistake of the caller."""
    here.ask("/v1/decide", ASKED, idempotency_key="k1")
    other = here.ask("/v1/decide", {**ASKED, "event": "ticket.updated"}, idempotency_key="k1")
    assert (other.status_code, problem_of(other)["type"]) == (422, "urn:ruleflow:problem:key-used-before")
    assert here.ask("/v1/decide/batch", {"items": []}, idempotency_key="k1").status_code == 422


def test_what_was_refused_may_be_sent_again_corrected(here: Serving) -> None:
    """A refusal decided nothing, so it does not use up the key."""
    refused = here.ask("/v1/decide", {**ASKED, "facts": {"ticket": 1}}, idempotency_key="k1")
    assert refused.status_code == 422
    assert here.ask("/v1/decide", ASKED, idempotency_key="k1").status_code == 200


def test_a_repetition_in_the_meantime_is_told_to_wait(here: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the first is being answered the second is neither carried out nor made to wait."""
    monkeypatch.setattr(idempotency, "begin", lambda *_: Busy())
    answer = here.ask("/v1/decide", ASKED, idempotency_key="k1")
    assert (answer.status_code, answer.headers["retry-after"]) == (409, "1")


def test_without_the_store_a_repetition_cannot_be_told(here: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather nothing than twice; without a key the request is decided all the same."""

    def fail(*_: Any) -> None:
        raise StoreError("gone")

    monkeypatch.setattr(idempotency, "begin", fail)
    assert here.ask("/v1/decide", ASKED, idempotency_key="k1").status_code == 503
    assert here.ask("/v1/decide", ASKED).status_code == 200


def test_a_decision_is_answered_though_its_key_cannot_be_kept(here: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is logged is answered, when the store goes away in between."""

    def fail(*_: Any) -> None:
        raise StoreError("gone")

    monkeypatch.setattr(idempotency, "finish", fail)
    assert here.ask("/v1/decide", ASKED, idempotency_key="k1").status_code == 200


@pytest.mark.parametrize("key", ["", "two words", "x" * 256, "ä"])
def test_a_key_that_cannot_be_read_is_refused(here: Serving, key: str) -> None:
    """A caller that counts on its key should know."""
    answer = here.client.post("/v1/decide", json=ASKED, headers=[(b"idempotency-key", key.encode())])
    assert (answer.status_code, faults_of(answer)) == (400, [("Idempotency-Key", "wrong-header")])


def test_callers_have_their_own_keys(here: Serving) -> None:
    """The same key of two callers is two keys."""
    store: Store = here.service.store
    assert repeats.KEPT == 24 * 3600 * 1_000_000
    first = idempotency.begin(store, "one", "k", "print", 1, repeats.KEPT)
    assert idempotency.begin(store, "two", "k", "print", 1, repeats.KEPT) == first
