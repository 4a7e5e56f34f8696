"""Load for an HTTP service on this machine: connections that are kept, as many requests as they take, or so many a second."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any


@dataclass(slots=True)
class Load:
    """What came of a load: requests answered, seconds, those answered with anything but 200, and how long each took."""

    answered: int = 0
    failed: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)


class _Connection(asyncio.Protocol):
    """One connection: one request at a time. `done` is called with it once its answer has come."""

    def __init__(self, load: Load, done: deque[_Connection] | None, requests: Sequence[bytes], first: int) -> None:
        self._load, self._free, self._requests, self._next = load, done, requests, first
        self._got = bytearray()
        self._whole = 0
        self.asked_at = 0.0
        self.waiting: deque[float] | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def ask(self, due: float) -> None:
        """Send the next request; its time counts from when it was due."""
        self.asked_at = due
        self.transport.write(self._requests[self._next % len(self._requests)])
        self._next += 1

    def data_received(self, data: bytes) -> None:
        self._got += data
        if not self._whole:
            end = self._got.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._got[:end]).lower()
            length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
            self._whole = end + 4 + int(length)
        if len(self._got) >= self._whole:
            self._load.answered += 1
            self._load.failed += not self._got.startswith(b"HTTP/1.1 200")
            self._load.latencies.append(perf_counter() - self.asked_at)
            self._got.clear()
            self._whole = 0
            self.go_on()

    def go_on(self) -> None:
        """Ask what is due, or be free until something is; without a plan ask at once."""
        if self._free is None:
            self.ask(perf_counter())
        elif self.waiting:
            self.ask(self.waiting.popleft())
        else:
            self._free.append(self)


async def as_many_as_can(port: int, requests: Sequence[bytes], seconds: float, connections: int) -> Load:
    """Each connection asks again as soon as it is answered."""
    load = Load()
    opened = await _opened(port, load, None, requests, connections)
    begin = perf_counter()
    for one in opened:
        one.ask(perf_counter())
    await asyncio.sleep(seconds)
    load.seconds = perf_counter() - begin
    _close(opened)
    return load


async def so_many_a_second(port: int, requests: Sequence[bytes], seconds: float, connections: int, rate: float) -> Load:
    """A request is due every so often, answered or not; one that finds no free connection waits, and that counts."""
    load = Load()
    free: deque[_Connection] = deque()
    opened = await _opened(port, load, free, requests, connections)
    waiting: deque[float] = deque()
    for one in opened:
        one.waiting = waiting
    free.extend(opened)
    begin = perf_counter()
    for number in range(int(seconds * rate)):
        due = begin + number / rate
        if (pause := due - perf_counter()) > 0:
            await asyncio.sleep(pause)
        if free:
            free.popleft().ask(due)
        else:
            waiting.append(due)
    while len(free) < len(opened) and perf_counter() < begin + seconds + 10:  # noqa: ASYNC110 - for 10 s at most
        await asyncio.sleep(0.01)
    load.seconds = perf_counter() - begin
    _close(opened)
    return load


async def _opened(
    port: int, load: Load, free: deque[_Connection] | None, requests: Sequence[bytes], connections: int
) -> list[_Connection]:
    loop = asyncio.get_running_loop()
    apart = max(1, len(requests) // connections)
    made = [_Connection(load, free, requests, number * apart) for number in range(connections)]
    for one in made:
        await loop.create_connection(lambda one=one: one, "127.0.0.1", port)  # type: ignore[misc]
    return made


def _close(opened: Sequence[_Connection]) -> None:
    for one in opened:
        one.transport.close()
