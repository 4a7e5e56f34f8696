"""Other processes that decide beside this one, so that many tickets use every core.

Each is `python -m ruleflow.project.worker`, which opens the project by its folder and sees that it is the same one. They
are asked in batches of lines over pipes, in MessagePack; answers come in order. What a process cannot answer, since it
died or found another project, is answered here, so nothing is lost.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

import msgspec

from ruleflow.project.questions import Answer, Question

BATCH = 256
"""Lines that are asked at once."""
WORTHWHILE = 2_000
"""With fewer lines other processes are not started."""
_LENGTH = 8

Numbered = tuple[int, list[bytes]]
"""The number of the first line, and lines."""


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def batches(lines: Iterable[bytes], size: int = BATCH) -> Iterator[Numbered]:
    """Lines in batches, with their numbers from 1."""
    left, first = iter(lines), 1
    while batch := list(islice(left, size)):
        yield first, batch
        first += len(batch)


def answered_by_workers(
    folder: Path,
    digest: str,
    question: Question,
    lines: Iterable[Numbered],
    here: Callable[[Numbered], list[Answer]],
    count: int,
) -> Iterator[list[Answer]]:
    """The answers to batches of lines in order, by `count` processes; `here` answers what they cannot."""
    workers = [_Worker(folder, digest, question) for _ in range(count)]
    idle: SimpleQueue[_Worker] = SimpleQueue()
    for worker in workers:
        idle.put(worker)

    def ask(batch: Numbered) -> list[Answer]:
        worker = idle.get()
        try:
            answers = worker.ask(batch)
        finally:
            idle.put(worker)
        return here(batch) if answers is None else answers

    pending: deque[Future[list[Answer]]] = deque()
    with ThreadPoolExecutor(count) as threads:
        try:
            for batch in lines:
                pending.append(threads.submit(ask, batch))
                if len(pending) > 2 * count:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            threads.shutdown(cancel_futures=True)
            for worker in workers:
                worker.stop()


class _Worker:
    """One process; `ask` gives None once it is of no use any more."""

    def __init__(self, folder: Path, digest: str, question: Question) -> None:
        now = None if question.now is None else question.now.isoformat()
        command = [sys.executable, "-m", "ruleflow.project.worker"]
        search = os.pathsep.join(filter(None, sys.path))
        self._process: subprocess.Popen[bytes] | None = subprocess.Popen(  # noqa: S603 - ourselves
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": search}
        )
        self._tell([str(folder.resolve()), digest, question.event, now, question.strict])

    def ask(self, batch: Numbered) -> list[Answer] | None:
        """The answers to lines; None where the process gives none."""
        self._tell(batch)
        if self._process is None or self._process.stdout is None:
            return None
        answers = read_frame(self._process.stdout)
        if answers is None:
            self.stop()
            return None
        return [Answer(*one) for one in answers]

    def _tell(self, content: Sequence[Any]) -> None:
        if self._process is None or self._process.stdin is None:
            return
        try:
            write_frame(self._process.stdin, content)
        except OSError:
            self.stop()

    def stop(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        with process:
            with suppress(OSError, subprocess.TimeoutExpired):
                process.communicate(timeout=1)
            process.kill()


def write_frame(pipe: IO[bytes], content: object) -> None:
    """Write a value as MessagePack behind its length."""
    packed = msgspec.msgpack.encode(content)
    pipe.write(len(packed).to_bytes(_LENGTH, "big") + packed)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> Any:
    """The next value; None at the end, or where it was cut off."""
    length = int.from_bytes(pipe.read(_LENGTH), "big")
    packed = pipe.read(length) if length else b""
    return msgspec.msgpack.decode(packed) if length and len(packed) == length else None
