"""Workers under orders that change just when workers are started, or that one could not carry out."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from ruleflow.service import processes
from ruleflow.service.orders import Order
from ruleflow.service.processes import Workers
from ruleflow.service.settings import Settings

OLD, NEW = (Order("support", digest, Path(digest), "a folder", 0) for digest in ("old", "new"))


@dataclass
class Process:
    """A worker that does nothing; `told` is what it was told to serve."""

    name: str
    told: list[Any]
    lives: bool = True
    started: float = 0.0
    exit_code: int = -9
    failed_at: float | None = None
    threads: list[Thread] = field(default_factory=list)

    def serve(self, orders: Any) -> None:
        self.told.append(orders)


def workers() -> Workers:
    listening: Any = None
    return Workers(Settings(Path(), ""), listening, [OLD])


def test_a_worker_that_is_started_during_a_swap_gets_the_new_projects(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that died is replaced while another thread tells all what to serve from now on."""
    found = workers()

    def start(_: Settings, __: Any, name: str, orders: Any) -> Process:
        made = Process(name, [orders])
        made.threads.append(Thread(target=found.serve, args=([NEW],)))
        made.threads[0].start()
        made.threads[0].join(0.1)
        return made

    monkeypatch.setattr(processes, "Worker", start)
    found.see_to()
    held: list[Any] = found.living
    (worker,) = held
    worker.threads[0].join()
    assert [[OLD], [NEW]] == worker.told


def test_a_worker_that_failed_is_told_again_after_a_while() -> None:
    """Its bundle could not be read, perhaps for a moment only."""
    found, worker = workers(), Process("1-1", [])
    held: list[Any] = found.living
    held.append(worker)
    worker.failed_at = time.monotonic()
    found.see_to()
    assert [] == worker.told
    worker.failed_at -= 60
    found.see_to()
    found.see_to()
    assert [[OLD]] == worker.told
