"""A service that runs: it decides, keeps what it has answered, takes changes over, refuses broken ones, ends in order."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ruleflow.store import log as decisions
from ruleflow.store.opening import open_store, sqlite_url
from tests.service.running import EXAMPLE, Running, ids, running, ticket


def eventually(holds: Callable[[], Any], seconds: float = 20) -> Any:
    """What comes to be true within some seconds."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("served") / "support"
    shutil.copytree(EXAMPLE, place)
    return place


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[Running]:
    with running(str(folder), "--workers", "2") as found:
        yield found


def stored(folder: Path) -> set[str]:
    """The ids of the decisions in the store."""
    store = open_store(sqlite_url(folder / ".ruleflow" / "ruleflow.db"))
    try:
        return {one.decision_id for one in decisions.search(store, decisions.Query(limit=10_000)).rows}
    finally:
        store.close()


def test_a_ticket_is_decided_as_the_library_decides_it(service: Running, folder: Path) -> None:
    """The answer is the decision, to the byte, and says which version of the project made it."""
    import ruleflow

    project = ruleflow.load(folder)
    now = "2026-03-02T12:05:00+02:00"
    answer = service.post("/v1/decide", {"event": "ticket.created", "facts": ticket(1), "now": now})
    from datetime import datetime

    expected = project.decide("ticket.created", ticket(1), now=datetime.fromisoformat(now))
    assert (200, expected.to_json()) == (answer.status_code, answer.content)
    assert project.digest == answer.headers["ruleflow-digest"]


def test_every_answer_is_in_the_store(service: Running, folder: Path) -> None:
    """What was answered is found in the store a moment later, each decision once."""
    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(
                lambda number: service.post("/v1/decide", {"event": "ticket.created", "facts": ticket(number)}),
                range(100, 200),
            )
        )
    assert [] == [one.text for one in answers if one.status_code != 200]
    expected = set(ids(answers))
    eventually(lambda: expected <= stored(folder))


def test_a_worker_that_is_killed_loses_nothing_and_is_replaced(service: Running, folder: Path) -> None:
    """While workers are killed, all that was answered gets into the store."""
    kept: list[str] = []

    def ask(number: int) -> None:
        try:
            kept.extend(ids([service.post("/v1/decide", {"event": "ticket.created", "facts": ticket(number)})]))
        except Exception:  # noqa: BLE001 - not answered
            return

    before = service.workers()
    with ThreadPoolExecutor(8) as threads:
        asked = threads.map(ask, range(1_000, 1_200))
        time.sleep(0.2)
        os.kill(before[0], signal.SIGKILL)
        list(asked)
    eventually(lambda: len(service.workers()) == 2 and before[0] not in service.workers())
    assert len(kept) > 100
    eventually(lambda: set(kept) <= stored(folder))
    assert 200 == service.post("/v1/decide", {"event": "ticket.created", "facts": ticket(1)}).status_code


def test_a_change_is_taken_over_without_a_dropped_request(service: Running, folder: Path) -> None:
    """While the project changes every request is answered, by the old version or by the new one."""
    rules = folder / "ruleflow.yaml"
    text = rules.read_text(encoding="utf-8")
    old = service.get("/v1/project").json()["digest"] if service.get("/v1/project").status_code == 200 else ""
    seen: set[str] = set()
    failed: list[int] = []
    stop = False

    def ask() -> None:
        number = 5_000
        while not stop:
            number += 1
            answer = service.post("/v1/decide", {"event": "ticket.created", "facts": ticket(number)})
            if answer.status_code != 200:
                failed.append(answer.status_code)
            seen.add(answer.headers["ruleflow-digest"])

    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(ask) for _ in range(2)]
        eventually(lambda: len(seen) == 1)
        rules.write_text(f"{text}\n# a change\n", encoding="utf-8")
        eventually(lambda: len(seen) == 2)
        stop = True
        for one in asked:
            one.result()
    rules.write_text(text, encoding="utf-8")
    assert [] == failed
    assert old == "" or old in seen


def test_a_broken_project_is_refused_and_the_old_one_decides(service: Running, folder: Path) -> None:
    """A mistake in a rule is told by the health of the service; tickets are decided as before."""
    rules = folder / "ruleflow.yaml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text + "\nnonsense: [\n", encoding="utf-8")
    try:
        eventually(lambda: any("a change is refused" in line for line in service.err))
        answer = service.post("/v1/decide", {"event": "ticket.created", "facts": ticket(1)})
        assert 200 == answer.status_code
        eventually(lambda: "has errors and is not served" in service.get("/readyz").text)
        assert 200 == service.get("/readyz").status_code
    finally:
        rules.write_text(text, encoding="utf-8")
    eventually(lambda: any("sound again" in line for line in service.err))


def test_it_ends_in_order(folder: Path, tmp_path: Path) -> None:
    """On SIGTERM what was asked is answered, all is in the store, and the exit code is 0."""
    with running(str(folder), "--workers", "1", "--state", str(tmp_path / "state")) as service:
        answer = service.post("/v1/decide", {"event": "ticket.created", "facts": ticket(7)})
        assert 0 == service.stop()
    store = open_store(sqlite_url(tmp_path / "state" / "ruleflow.db"))
    assert decisions.find(store, answer.json()["decision_id"]) is not None
    store.close()
    assert [] == list((tmp_path / "state" / "journal").glob("*.log"))
