"""The workers as the parent process sees them: started, told what to serve, started again when they die, ended."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Condition, Lock, Thread

import msgspec

from ruleflow.service.logs import log
from ruleflow.service.orders import Order, Orders, Serving, Start, line_of, said_in
from ruleflow.service.settings import Settings
from ruleflow.store.instants import microseconds

LONGEST_WAIT = 120.0
"""Seconds that a worker may take to open its projects."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


class Worker:
    """One process. `serving` is what it said last: the digests of the projects that it serves.

    `failed_at`: since then, on the monotonic clock, it serves other projects than it was told to.
    """

    def __init__(self, settings: Settings, listening: socket.socket, name: str, orders: Sequence[Order]) -> None:
        search = os.pathsep.join(filter(None, sys.path))
        self.name = name
        self.started = time.monotonic()
        self.serving: Mapping[str, str] | None = None
        self.failed_at: float | None = None
        self._answers = 0
        self._said = Condition()
        # A group of its own: Ctrl-C on the terminal is for the parent, which ends its workers in order.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ruleflow.service.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[listening.fileno()],
            env={**os.environ, "PYTHONPATH": search},
            start_new_session=True,
        )
        self._tell(Start(settings, name, listening.fileno(), tuple(orders)))
        Thread(target=self._listen, daemon=True).start()

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def serve(self, orders: Sequence[Order], *, ending: bool = False) -> None:
        """Tell it what to serve from now on, and whether the end is near; it answers when it does."""
        self._tell(Orders(tuple(orders), ending))

    def wait(self, answers: int, until: float) -> bool:
        """Wait for its answers to have come, up to an instant of the monotonic clock; whether they have."""
        with self._said:
            return self._said.wait_for(lambda: self._answers >= answers or not self.lives, until - time.monotonic())

    def finish(self) -> None:
        """Let it end: it answers what it was asked, and nothing more."""
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()

    def ended(self, until: float) -> None:
        """Wait for its end; where it does not come in time it is killed."""
        try:
            self._process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            log().warning("a worker does not end, and is killed", worker=self.name)
            self._process.kill()
            self._process.wait()

    def _tell(self, what: Start | Orders) -> None:
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.write(line_of(what))
                self._process.stdin.flush()

    def _listen(self) -> None:
        """Take what it says until it says no more; what no worker says was printed by something else in its process."""
        for line in self._process.stdout or ():
            with suppress(msgspec.MsgspecError), self._said:
                said = said_in(line, Serving)
                self.serving, self._answers = said.digests, self._answers + 1
                self.failed_at = time.monotonic() if said.failed else None
                self._said.notify_all()
        with self._said:
            self._said.notify_all()


@dataclass(slots=True)
class Workers:
    """All workers of a service on one socket. `orders` are what they serve.

    For several threads: a worker that is started while the orders change gets the new ones.
    """

    settings: Settings
    listening: socket.socket
    orders: Sequence[Order]
    living: list[Worker] = field(default_factory=list)
    _started: int = 0
    _pause: float = _FIRST_PAUSE
    _next_start: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def start(self) -> bool:
        """Start all, and wait until they serve; whether they do."""
        self.living = [self._new() for _ in range(self.settings.workers)]
        until = time.monotonic() + LONGEST_WAIT
        return all(worker.wait(1, until) and worker.lives for worker in self.living)

    def serve(self, orders: Sequence[Order]) -> None:
        """Let all serve other projects. Each goes on with what it has until it has opened the new ones."""
        with self._lock:
            self.orders = orders
            for worker in self.living:
                worker.serve(orders)

    def see_to(self) -> None:
        """Start a worker for each that died, ever more slowly while they die at once; tell again what one failed to do."""
        now = time.monotonic()
        with self._lock:
            for worker in [one for one in self.living if not one.lives]:
                log().error("a worker died", worker=worker.name, exit_code=worker.exit_code)
                self.living.remove(worker)
                lived_well = now - worker.started > 10 * _LONGEST_PAUSE
                self._pause = _FIRST_PAUSE if lived_well else min(2 * self._pause, _LONGEST_PAUSE)
                self._next_start = now + self._pause
            while len(self.living) < self.settings.workers and now >= self._next_start:
                self.living.append(self._new())
            for worker in self.living:
                if worker.failed_at is not None and now - worker.failed_at > _LONGEST_PAUSE:
                    worker.failed_at = now
                    worker.serve(self.orders)

    def let_go(self) -> None:
        """Let all send their callers elsewhere: each answer closes its connection."""
        with self._lock:
            for worker in self.living:
                worker.serve(self.orders, ending=True)

    def names(self) -> frozenset[str]:
        """The names of those whose journals may still grow."""
        with self._lock:
            return frozenset(worker.name for worker in self.living if worker.lives)

    def stop(self, grace: float) -> None:
        """Let all finish what they were asked, at most for `grace` seconds."""
        until = time.monotonic() + grace
        for worker in self.living:
            worker.finish()
        for worker in self.living:
            worker.ended(until)

    def _new(self) -> Worker:
        self._started += 1
        return Worker(self.settings, self.listening, f"{microseconds()}-{self._started}", self.orders)
