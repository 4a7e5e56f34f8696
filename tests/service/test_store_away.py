"""The database goes away and comes back, the disk is full, there is no more room: what is answered is logged, and once."""

from __future__ import annotations

import json
import resource
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import Server
from tests.service.asking import asking, eventually, kept_once, stored, stored_in
from tests.service.running import EXAMPLE, Running, running, ticket


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("served") / "support"
    shutil.copytree(EXAMPLE, place)
    return place


def large(number: int) -> dict[str, Any]:
    """A request whose record takes 64 KB of the journal."""
    facts = ticket(number)
    return {"event": "ticket.created", "facts": {"ticket": {**facts["ticket"], "subject": f"{number} " + "x" * 64_000}}}


def status_of(state: Path) -> Any:
    return json.loads((state / "status.json").read_bytes())


def unlogged(service: Running) -> float:
    """How many decisions the service says it answered without a log entry."""
    lines = service.get("/metrics").text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("ruleflow_decisions_unlogged_total"))


@contextmanager
def locked(file: Path, seconds: float) -> Iterator[None]:
    """A SQLite file that another process writes to, for so long at least."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=20)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        end = time.monotonic() + seconds
        yield
        time.sleep(max(0.0, end - time.monotonic()))
        connection.execute("ROLLBACK")


def test_while_postgresql_is_away_decisions_go_on(folder: Path, tmp_path: Path, postgresql: Server) -> None:
    """The status says that it is away; once it is back, all that was answered meanwhile is in it, once."""
    url, state = postgresql.new_database(), tmp_path / "state"
    arguments = [str(folder), "--workers", "2", "--state", str(state), "--database", url]
    with running(*arguments) as service, asking(service) as asked:
        eventually(lambda: len(asked.ids) > 50)
        postgresql.stop()
        try:
            eventually(lambda: status_of(state)["store_error"])
            before = len(asked.ids)
            eventually(lambda: len(asked.ids) > before + 50)
            eventually(lambda: status_of(state)["undrained_bytes"] > 0)
        finally:
            postgresql.start()
        eventually(lambda: not status_of(state)["store_error"])
    assert {200} == set(asked.statuses)
    assert kept_once(asked.ids, stored_in(url))


def test_without_room_nothing_is_answered_that_is_not_logged(folder: Path, tmp_path: Path, postgresql: Server) -> None:
    """The journal is full while the database is away: 503, unready, and nothing decided; back it is as before."""
    url, state = postgresql.new_database(), tmp_path / "state"
    arguments = [str(folder), "--workers", "1", "--state", str(state), "--database", url, "--log-room", "1"]
    with running(*arguments) as service:
        answers = [service.post("/v1/decide", large(0))]
        postgresql.stop()
        try:
            while (answer := service.post("/v1/decide", large(len(answers)))).status_code == 200:
                answers.append(answer)
            assert (503, "urn:ruleflow:problem:log-full") == (answer.status_code, answer.json()["type"])
            assert 10 < len(answers) < 17
            eventually(lambda: "no more room" in service.get("/readyz").text)
            assert 503 == service.get("/readyz").status_code
        finally:
            postgresql.start()
        again = eventually(lambda: (one := service.post("/v1/decide", large(100))).status_code == 200 and one)
        assert 200 == service.get("/readyz").status_code
    ids = [one.json()["decision_id"] for one in (*answers, again)]
    assert kept_once(ids, stored_in(url))
    assert len(ids) == sum(stored_in(url).values())


def test_without_room_a_service_may_shed(folder: Path, tmp_path: Path) -> None:
    """With `--when-full shed` tickets are decided all the same, and those that were not logged are counted."""
    state = tmp_path / "state"
    arguments = [str(folder), "--workers", "1", "--state", str(state), "--log-room", "1", "--when-full", "shed"]
    with running(*arguments) as service:
        with locked(state / "ruleflow.db", 0):
            answers = [service.post("/v1/decide", large(number)) for number in range(20)]
            counted = unlogged(service)
        assert [200] * 20 == [one.status_code for one in answers]
        assert counted > 0
        eventually(lambda: 20 == sum(stored(state).values()) + counted)


def test_a_database_that_another_process_writes_to_for_long_keeps_nobody_waiting(folder: Path, tmp_path: Path) -> None:
    """SQLite is locked for seconds: decisions are answered, and are in it when it is free again."""
    state = tmp_path / "state"
    with running(str(folder), "--workers", "1", "--state", str(state)) as service, asking(service) as asked:
        eventually(lambda: len(asked.ids) > 50)
        with locked(state / "ruleflow.db", 2):
            before = len(asked.ids)
            eventually(lambda: len(asked.ids) > before + 100)
    assert {200} == set(asked.statuses)
    assert kept_once(asked.ids, stored(state))


def test_a_full_disk_loses_nothing(folder: Path, tmp_path: Path) -> None:
    """The journal takes half a record and no more: 503, and nothing of it is left; with room again all is as before."""
    state = tmp_path / "state"
    with running(str(folder), "--workers", "1", "--state", str(state)) as service:
        (worker,) = service.workers()
        answers = [service.post("/v1/decide", large(0))]
        (journal,) = (state / "journal").glob("*.log")
        _, hard = resource.prlimit(worker, resource.RLIMIT_FSIZE)
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (journal.stat().st_size + 30_000, hard))
        full = service.post("/v1/decide", large(1))
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (hard, hard))
        assert (503, "urn:ruleflow:problem:log-full") == (full.status_code, full.json()["type"])
        answers += [service.post("/v1/decide", large(number)) for number in range(2, 5)]
        assert [200] * 4 == [one.status_code for one in answers]
    assert {one.json()["decision_id"]: 1 for one in answers} == stored(state)
