"""Processes of a service are killed in the middle of everything: what was answered is in the store, once."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.service.asking import asking, eventually, kept_once, stored
from tests.service.running import EXAMPLE, running

WRITER = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
connection.execute("BEGIN IMMEDIATE")
connection.execute("DELETE FROM decisions")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("served") / "support"
    shutil.copytree(EXAMPLE, place)
    return place


def is_gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has waited for counts as ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_parent_that_is_killed_takes_its_workers_along_and_loses_nothing(folder: Path, tmp_path: Path) -> None:
    """Killed while requests come: the workers end by themselves, and the next start stores all that was answered."""
    state = tmp_path / "state"
    arguments = [str(folder), "--workers", "2", "--state", str(state)]
    with running(*arguments) as service:
        workers = service.workers()
        with asking(service) as asked:
            eventually(lambda: len(asked.ids) > 200)
            service.process.kill()
            eventually(lambda: all(map(is_gone, workers)))
    assert {200} == set(asked.statuses)
    with running(*arguments):
        eventually(lambda: kept_once(asked.ids, stored(state)))


def test_all_that_are_killed_at_once_lose_nothing(folder: Path, tmp_path: Path) -> None:
    """As when the machine stops: parent and workers, in the middle of whatever they do."""
    state = tmp_path / "state"
    with running(str(folder), "--workers", "2", "--state", str(state)) as service, asking(service) as asked:
        eventually(lambda: len(asked.ids) > 300)
        for pid in (*service.workers(), service.process.pid):
            os.kill(pid, signal.SIGKILL)
    with running(str(folder), "--workers", "1", "--state", str(state)):
        eventually(lambda: kept_once(asked.ids, stored(state)))


def test_workers_that_are_killed_again_and_again_lose_nothing(folder: Path, tmp_path: Path) -> None:
    """Others take their place, requests are answered meanwhile, and each answer is stored once."""
    state = tmp_path / "state"
    with running(str(folder), "--workers", "2", "--state", str(state)) as service, asking(service) as asked:
        for _ in range(3):
            eventually(lambda: len(service.workers()) == 2)
            before = len(asked.ids)
            os.kill(service.workers()[0], signal.SIGKILL)
            eventually(lambda before=before: len(asked.ids) > before + 50)  # type: ignore[misc]
        eventually(lambda: len(service.workers()) == 2)
        time.sleep(0.5)
    assert {200} == set(asked.statuses)
    assert kept_once(asked.ids, stored(state))


def test_a_database_that_another_process_left_in_mid_transaction_goes_on(folder: Path, tmp_path: Path) -> None:
    """A writer that dies before it has written all leaves nothing behind that stops the service."""
    state = tmp_path / "state"
    with running(str(folder), "--workers", "1", "--state", str(state)) as service:
        with asking(service) as asked:
            eventually(lambda: len(asked.ids) > 50)
        killed = subprocess.run([sys.executable, "-c", WRITER, str(state / "ruleflow.db")], check=False)
        assert -signal.SIGKILL == killed.returncode
        eventually(lambda: kept_once(asked.ids, stored(state)))
        assert 0 == service.stop()
