"""The journal: where a worker writes a decision before it answers, and the keeper takes it from into the store.

A file is a row of frames: the length of the content in four bytes, its CRC-32 in four, the content as MessagePack. What a
process that is killed leaves unfinished was never answered. A worker goes on to a new file when one is large; the keeper
notes in the store, together with the records, how far it has read, so each record gets there exactly once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import msgspec

from ruleflow.service.settings import MIB
from ruleflow.store.records import Record

SUFFIX = ".log"
LARGE = 8 * MIB
"""The size in bytes at which a file is finished."""
_HEAD = 8
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Record)


class FileJournal:
    """The journal of one worker. Not for several threads.

    `room` bounds the bytes that this worker may have waiting in files; `sync` makes each record last through a power cut,
    not only through the death of the process, at the price of a disk's round trip.
    """

    __slots__ = ("_bytes", "_file", "_folder", "_large", "_name", "_number", "_refused", "_room", "_sync", "_waiting")

    def __init__(self, folder: Path, name: str, room: int, *, sync: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder, self._name, self._room, self._sync = folder, name, room, sync
        self._large = max(1, min(LARGE, room // 4))
        self._number = self._bytes = self._waiting = self._refused = 0
        self._file = self._open()

    def append(self, record: Record) -> bool:
        """Write a record; False where there is no room, or the disk refuses, and then nothing of it is left."""
        content = _ENCODER.encode(record)
        frame = len(content).to_bytes(4, "little") + crc32(content).to_bytes(4, "little") + content
        if self._waiting + len(frame) > self._room and not self._has_room(len(frame)):
            self._refused = len(frame)
            return False
        try:
            if self._bytes >= self._large:
                self._next_file()
            self._write(frame)
        except OSError:
            return False
        self._bytes += len(frame)
        self._waiting += len(frame)
        return True

    def has_room(self) -> bool:
        """Whether the record that was refused last, if any was, could be written now."""
        if self._refused and self._has_room(self._refused):
            self._refused = 0
        return not self._refused

    def close(self) -> None:
        """Finish the file."""
        os.close(self._file)

    def _write(self, frame: bytes) -> None:
        written = 0
        try:
            while written < len(frame):
                written += os.write(self._file, frame[written:])
            if self._sync:
                os.fsync(self._file)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._file, self._bytes)
            raise

    def _has_room(self, more: int) -> bool:
        """Count again what waits: the keeper removes what it has taken."""
        if self._bytes >= self._large:
            with suppress(OSError):
                self._next_file()
        self._waiting = sum(_size(place) for place in self._folder.glob(f"{self._name}-*{SUFFIX}"))
        return self._waiting + more <= self._room

    def _next_file(self) -> None:
        number = self._number + 1
        file = self._open(number)
        os.close(self._file)
        self._file, self._number, self._bytes = file, number, 0

    def _open(self, number: int = 0) -> int:
        place = self._folder / f"{self._name}-{number:06}{SUFFIX}"
        file = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        flock(file, LOCK_EX)
        return file


class Portion(NamedTuple):
    """Records from a file; `offset` is where the next begin. `broken_end`: where what stands there, no record, ends; or 0."""

    records: Sequence[Record]
    offset: int
    broken_end: int = 0


def journal_files(folder: Path) -> list[Path]:
    """The files of all workers; those of one worker in order."""
    return sorted(folder.glob(f"*{SUFFIX}"))


def is_left(file: Path) -> bool:
    """Whether no process writes a file any more: a worker holds its own, even one that has outlived its parent process."""
    with file.open("rb") as opened:
        try:
            flock(opened, LOCK_SH | LOCK_NB)
        except BlockingIOError:
            return False
    return True


def writer_of(file: Path) -> str:
    """The name of the worker whose file this is."""
    return file.name.rpartition("-")[0]


def read_portion(file: Path, offset: int, *, most: int = 4 * MIB) -> Portion:
    """The records after an offset, of about `most` bytes; what is not whole yet is left for the next time."""
    with file.open("rb") as opened:
        opened.seek(offset)
        raw = opened.read(most)
        if len(raw) == most:
            raw += opened.read(_missing(raw))
    records: list[Record] = []
    whole = 0
    for end, content in _frames(raw):
        record = _record(content)
        if record is None:
            return Portion(records, offset + whole, offset + end)
        records.append(record)
        whole = end
    return Portion(records, offset + whole)


def find_in_journals(folder: Path, decision_id: str) -> Record | None:
    """A decision that the store may not have yet: the newest one with this id."""
    wanted, found = decision_id.encode(), None
    for file in journal_files(folder):
        try:
            raw = file.read_bytes()
        except FileNotFoundError:  # taken into the store meanwhile
            continue
        for _, content in _frames(raw) if wanted in raw else ():
            record = _record(content)
            found = record if record is not None and record.decision_id == decision_id else found
    return found


def _frames(raw: bytes) -> Iterator[tuple[int, memoryview | None]]:
    """The whole frames of bytes: where each ends, and its content; None where that is not what its checksum says."""
    view, at = memoryview(raw), 0
    while (end := _end(raw, at)) <= len(raw):
        content = view[at + _HEAD : end]
        yield end, content if crc32(content) == int.from_bytes(view[at + 4 : at + _HEAD], "little") else None
        at = end


def _end(raw: bytes, at: int) -> int:
    """Where the frame ends that begins at `at`; beyond the bytes where it is not whole."""
    if at + _HEAD > len(raw):
        return len(raw) + 1
    return at + _HEAD + int.from_bytes(raw[at : at + 4], "little")


def _missing(raw: bytes) -> int:
    """How many bytes the last frame lacks that was cut by reading; none where not even its length can be read."""
    at = 0
    while (end := _end(raw, at)) <= len(raw):
        at = end
    return end - len(raw) if at + _HEAD <= len(raw) else 0


def _record(content: memoryview | None) -> Record | None:
    try:
        return None if content is None else _DECODER.decode(content)
    except msgspec.MsgspecError:
        return None


def _size(place: Path) -> int:
    try:
        return place.stat().st_size
    except FileNotFoundError:
        return 0
