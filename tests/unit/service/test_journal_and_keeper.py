"""Journals and their keeper, whatever happens in whatever order: what was acknowledged is stored once, in order."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ruleflow.service import keeper as keeping
from ruleflow.service.journal import FileJournal, journal_files, read_portion
from ruleflow.service.keeper import Keeper
from ruleflow.store import journals, log
from ruleflow.store.errors import StoreError
from ruleflow.store.opening import open_store, sqlite_url
from tests.unit.service.test_journal import record

WORKERS = st.integers(0, 2)


class KilledError(BaseException):
    """The process ends here."""


class Service(RuleBasedStateMachine):
    """Three workers, and a keeper that dies at any call of the store, before it or after it."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        self.folder = self.place / "journal"
        self.store = open_store(sqlite_url(self.place / "store.db"))
        self.started = 0
        self.numbers = 0
        self.acknowledged: dict[str, list[str]] = {}
        self.journals = [self._start() for _ in range(3)]
        self.keeper = self._keeper()

    def _start(self) -> tuple[str, FileJournal]:
        self.started += 1
        name = f"{self.started:06}-1"
        self.acknowledged[name] = []
        return name, FileJournal(self.folder, name, room=20_000)

    def _keeper(self) -> Keeper:
        return Keeper(self.store, self.folder, lambda: frozenset(name for name, _ in self.journals))

    @rule(worker=WORKERS, many=st.integers(1, 8), size=st.sampled_from([10, 900, 6_000]))
    def decide(self, worker: int, many: int, size: int) -> None:
        """A worker writes records, until there is no more room."""
        name, journal = self.journals[worker]
        for _ in range(many):
            self.numbers += 1
            if journal.append(record(self.numbers, b"x" * size)):
                self.acknowledged[name].append(f"{self.numbers:032x}")

    @rule(worker=WORKERS, unfinished=st.binary(max_size=60))
    def kill_worker(self, worker: int, unfinished: bytes) -> None:
        """A worker is killed within a record, whose length was written, and another takes its place."""
        name, journal = self.journals[worker]
        journal.close()
        with journal_files_of(self.folder, name)[-1].open("ab") as file:
            file.write(((1_000).to_bytes(4, "little") + unfinished)[: len(unfinished)])
        self.journals[worker] = self._start()

    @rule()
    def drain(self) -> None:
        self.keeper.drain()

    @rule(
        worker=WORKERS,
        at=st.integers(0, 3),
        after=st.booleans(),
        kills=st.booleans(),
        most=st.sampled_from([8, 3_000, 1_000_000]),
    )
    def fail(self, worker: int, at: int, *, after: bool, kills: bool, most: int) -> None:
        """The keeper takes what there is; at some call of the store that fails, or the process is killed."""
        self.decide(worker, many=2, size=10)
        error = KilledError() if kills else StoreError("gone")
        calls = iter(range(1_000))

        def failing(call: Callable[..., Any]) -> Callable[..., Any]:
            def called(*arguments: Any) -> Any:
                is_it = next(calls) == at
                if is_it and not after:
                    raise error
                found = call(*arguments)
                if is_it:
                    raise error
                return found

            return called

        with (
            patch.object(log, "append", failing(log.append)),
            patch.object(journals, "offsets", failing(journals.offsets)),
            patch.object(journals, "forget", failing(journals.forget)),
            patch.object(keeping, "read_portion", lambda file, offset: read_portion(file, offset, most=most)),
        ):
            try:
                self.keeper._turn(1.0)
            except KilledError:
                self.keeper = self._keeper()

    @invariant()
    def nothing_is_stored_twice_or_out_of_order(self) -> None:
        """Of each worker the store has the first so many records that were acknowledged."""
        stored = self._stored()
        for expected in self.acknowledged.values():
            found = [one for one in stored if one in set(expected)]
            assert expected[: len(found)] == found
        assert len(set(stored)) == len(stored)

    def teardown(self) -> None:
        """In the end all workers are gone, and everything is in the store."""
        for _, journal in self.journals:
            journal.close()
        self.journals = []
        self._keeper().drain()
        assert sorted(one for several in self.acknowledged.values() for one in several) == sorted(self._stored())
        assert [] == journal_files(self.folder)
        self.store.close()
        shutil.rmtree(self.place)

    def _stored(self) -> list[str]:
        page = log.search(self.store, log.Query(limit=1_000, newest_first=False))
        return [one.decision_id for one in page.rows]


def journal_files_of(folder: Path, name: str) -> list[Path]:
    return [file for file in journal_files(folder) if file.name.startswith(name)]


TestService = Service.TestCase
TestService.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
