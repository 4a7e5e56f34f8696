"""Other processes of ours that answer beside this one: frames of MessagePack over pipes, answers in order.

What a process cannot answer, since it died or found another project, is answered here, so nothing is lost.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from typing import IO, Any, TypeVar

import msgspec

_LENGTH = 8

T = TypeVar("T")


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(
    module: str,
    head: Sequence[Any],
    questions: Iterable[T],
    ask: Callable[[Worker, T], Any],
    here: Callable[[T], Any],
    count: int,
) -> Iterator[Any]:
    """The answers to questions in order, by `count` processes, which end with them; `here` answers what `ask` gives None for.

    Questions are read ahead, two for each process.
    """
    workers = [Worker(module, head) for _ in range(count)]
    idle: SimpleQueue[Worker] = SimpleQueue()
    for worker in workers:
        idle.put(worker)

    def answer(question: T) -> Any:
        worker = idle.get()
        try:
            found = ask(worker, question)
        finally:
            idle.put(worker)
        return here(question) if found is None else found

    pending: deque[Future[Any]] = deque()
    with ThreadPoolExecutor(count) as threads:
        try:
            for question in questions:
                pending.append(threads.submit(answer, question))
                if len(pending) > 2 * count:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            threads.shutdown(cancel_futures=True)
            for worker in workers:
                worker.stop()


class Worker:
    """One process, `python -m MODULE`, that is told `head` first; `ask` gives None once it is of no use any more."""

    def __init__(self, module: str, head: Sequence[Any]) -> None:
        command = [sys.executable, "-m", module]
        search = os.pathsep.join(filter(None, sys.path))
        self._process: subprocess.Popen[bytes] | None = subprocess.Popen(  # noqa: S603 - ourselves
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": search}
        )
        self._tell(head)

    def ask(self, question: Sequence[Any]) -> Any:
        """The answer of the process; None where it gives none."""
        self._tell(question)
        if self._process is None or self._process.stdout is None:
            return None
        answer = read_frame(self._process.stdout)
        if answer is None:
            self.stop()
        return answer

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
        try:
            process.communicate(timeout=1)
        except (OSError, subprocess.TimeoutExpired):
            process.kill()
            with suppress(OSError):
                process.communicate()


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
