"""Sorting more than memory holds: sorted runs on disk, merged (Knuth, The Art of Computer Programming, volume 3, 5.4).

The runs are files without names: whatever ends the process, the system takes them away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from heapq import merge
from itertools import islice
from operator import itemgetter
from struct import Struct
from tempfile import TemporaryFile, gettempdir
from typing import IO

Pair = tuple[bytes, bytes]
"""A key and its record; pairs are sorted by key, those with equal keys stay in order."""

MEMORY = 128 * 1024 * 1024
"""Bytes of pairs that are held."""
_OF_A_PAIR = 200
"""Bytes that Python takes for a pair beside its contents."""
_FAN = 32
"""Runs that are merged at once, each read through a buffer."""
_BUFFER = 256 * 1024
_LENGTHS = Struct(">QQ")
_BY_KEY = itemgetter(0)


class SpillError(OSError):
    """There is no room on disk for what memory does not hold."""


@dataclass(slots=True)
class ExternalSort:
    """Pairs, given one by one and then taken in order, the first `limit` of them. Close it when done.

    With a limit that memory holds nothing goes to disk: what cannot be among the first is not even kept.
    """

    limit: int | None = None
    memory: int = MEMORY
    _held: list[Pair] = field(default_factory=list)
    _size: int = 0
    _last: bytes | None = None
    _runs: list[tuple[int, IO[bytes]]] = field(default_factory=list)
    """Runs in the order of what is in them, each with how often it was merged."""

    def wants(self, key: bytes) -> bool:
        """Whether a record with this key may still be among the first `limit`."""
        return self._last is None or key < self._last

    def add(self, key: bytes, record: bytes) -> None:
        """Take a pair. Raises `SpillError`."""
        if not self.wants(key):
            return
        self._held.append((key, record))
        self._size += len(key) + len(record) + _OF_A_PAIR
        if self._size > self.memory or (self.limit is not None and len(self._held) >= 2 * self.limit + 1_000):
            self._tidy()
            if self._size > self.memory // 2:
                self._spill()

    def sorted(self) -> Iterator[Pair]:
        """The pairs in order, once. Raises `SpillError`."""
        self._tidy()
        found = merge(*(_read(file) for _, file in self._runs), self._held, key=_BY_KEY) if self._runs else self._held
        return islice(found, self.limit)

    def close(self) -> None:
        """Give back memory and room on disk."""
        self._held.clear()
        while self._runs:
            with suppress(OSError):
                self._runs.pop()[1].close()

    def _tidy(self) -> None:
        """Sort what is held, and let go of what is beyond the limit."""
        self._held.sort(key=_BY_KEY)
        if self.limit is not None and len(self._held) >= self.limit:
            del self._held[self.limit :]
            last = self._held[-1][0]
            self._last = last if self._last is None else min(last, self._last)
            self._size = sum(len(key) + len(record) + _OF_A_PAIR for key, record in self._held)

    def _spill(self) -> None:
        self._runs.append((0, _written(self._held)))
        self._held, self._size = [], 0
        while len(self._runs) >= _FAN and self._runs[-_FAN][0] == self._runs[-1][0]:
            together = self._runs[-_FAN:]
            pairs = islice(merge(*(_read(file) for _, file in together), key=_BY_KEY), self.limit)
            merged = _written(pairs)
            for _, file in together:
                file.close()
            self._runs[-_FAN:] = [(together[0][0] + 1, merged)]


def _written(pairs: Iterable[Pair]) -> IO[bytes]:
    try:
        file = TemporaryFile(buffering=_BUFFER, prefix="ruleflow-")  # noqa: SIM115 - its owner closes it
        for key, record in pairs:
            file.write(_LENGTHS.pack(len(key), len(record)))
            file.write(key)
            file.write(record)
        file.flush()
    except OSError as error:
        raise SpillError(f"there is no room in {gettempdir()} to sort so many records: {error.strerror}") from error
    return file


def _read(file: IO[bytes]) -> Iterator[Pair]:
    file.seek(0)
    while head := file.read(_LENGTHS.size):
        key, record = _LENGTHS.unpack(head)
        yield file.read(key), file.read(record)
