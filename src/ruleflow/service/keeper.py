"""The keeper: one thread of the parent process that takes decisions from the journals into the store.

While the store cannot be reached the journals grow, and nothing is lost; the keeper tries again, less and less often.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copy2
from threading import Event
from typing import Any

from ruleflow.service.journal import Portion, is_left, journal_files, read_portion, writer_of
from ruleflow.service.logs import log
from ruleflow.store import journals
from ruleflow.store import log as decisions
from ruleflow.store.errors import StoreError
from ruleflow.store.opening import Store
from ruleflow.store.records import Record

PAUSE = 1.0
"""Seconds between two looks at journals: many records at once cost the database half of what they cost one by one."""
LONGEST_PAUSE = 5.0
"""Seconds between two tries while the store cannot be reached."""

Also = Callable[[Any, Sequence[Record]], None]
"""What else is written, in the same transaction as the records."""


@dataclass(slots=True)
class Keeper:
    """Takes journals into the store. `error` is why the store does not answer, '' where it does; `waiting` counts bytes.

    `writers` gives the names of the workers that live: the last file of any other is finished.
    """

    store: Store
    folder: Path
    writers: Callable[[], frozenset[str]]
    also: Also | None = None
    error: str = ""
    waiting: int = 0
    _offsets: dict[str, int] = field(default_factory=dict)
    _are_sure: bool = False

    def run(self, stop: Event) -> None:
        """Work until told to stop; then once more, so that nothing is left where that can be helped."""
        pause, self._are_sure = PAUSE, False
        while not stop.wait(pause):
            pause = self._turn(pause)
        self._turn(pause)

    def _turn(self, pause: float) -> float:
        """Take what there is; how long to wait then."""
        try:
            self.drain()
        except StoreError as error:
            if str(error) != self.error:
                log().error("the store does not answer; decisions wait in the journal", reason=str(error))
            self.error, self._are_sure = str(error), False
            return min(LONGEST_PAUSE, max(pause, PAUSE) * 2)
        except OSError as error:
            log().error("a journal cannot be read", reason=str(error))
            self._are_sure = False
            return LONGEST_PAUSE
        if self.error:
            log().info("the store answers again")
            self.error = ""
        return PAUSE

    def drain(self) -> int:
        """Take all that is in the journals now; the number of records. Raises `StoreError`."""
        writers = self.writers()
        files = journal_files(self.folder)
        self._count(files)
        offsets = self._known(files)
        finished = _finished(files, writers)
        moved = 0
        for file in files:
            is_finished = file in finished and is_left(file)
            moved += self._take(file, offsets)
            if is_finished and self._is_done(file, offsets.get(file.name, 0), file.stat().st_size):
                file.unlink()
                journals.forget(self.store, file.name)
                offsets.pop(file.name, None)
        self._count(journal_files(self.folder))
        return moved

    def _count(self, files: Sequence[Path]) -> None:
        """Count what waits, for as much as is known of what was taken."""
        self.waiting = sum(file.stat().st_size - self._offsets.get(file.name, 0) for file in files)

    def _known(self, files: Sequence[Path]) -> dict[str, int]:
        """How far each file has been taken; read from the store at first, and after it failed."""
        if not self._are_sure:
            stored = journals.offsets(self.store)
            here = {file.name for file in files}
            self._offsets = {name: at for name, at in stored.items() if name in here}
            self._are_sure = True
        return self._offsets

    def _take(self, file: Path, offsets: dict[str, int]) -> int:
        moved = 0
        while True:
            at = offsets.get(file.name, 0)
            if file.stat().st_size <= at:
                return moved
            portion = read_portion(file, at)
            if portion.records:
                decisions.append(self.store, portion.records, file.name, portion.offset, self.also)
                offsets[file.name] = portion.offset
                moved += len(portion.records)
            if portion.broken_end:
                _set_aside(file, portion)
                offsets[file.name] = portion.broken_end
            elif not portion.records:
                return moved

    def _is_done(self, file: Path, offset: int, size: int) -> bool:
        """Whether all of a finished file is in the store. What a killed process left unfinished was never answered."""
        if offset < size and not read_portion(file, offset).records:
            log().warning("a journal ends in what is no record; it is kept", file=file.name, bytes=size - offset)
            with file.open("rb") as opened:
                opened.seek(offset)
                file.with_suffix(".rest").write_bytes(opened.read())
            return True
        return offset >= size


def _set_aside(file: Path, portion: Portion) -> None:
    """Keep a copy of a file that holds what nobody wrote, for people to look at; the records after it are taken."""
    log().error("a journal is damaged; a copy is kept", file=file.name, at=portion.offset)
    copy2(file, file.with_suffix(".damaged"))


def _finished(files: Sequence[Path], living: frozenset[str]) -> frozenset[Path]:
    """The files that nobody writes any more: all of dead workers, all but the last of living ones."""
    last: Mapping[str, Path] = {writer_of(file): file for file in files}
    return frozenset(file for file in files if writer_of(file) not in living or last[writer_of(file)] != file)
