"""The keeper: each record gets from the journals into the store exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ruleflow.service import keeper as keeping
from ruleflow.service.journal import FileJournal, journal_files, read_portion
from ruleflow.service.keeper import Keeper
from ruleflow.store import journals, log
from ruleflow.store.errors import StoreError
from ruleflow.store.opening import Store, open_store, sqlite_url
from tests.unit.service.test_journal import record


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = open_store(sqlite_url(tmp_path / "ruleflow.db"))
    yield found
    found.close()


def in_store(store: Store) -> list[str]:
    return sorted(one.decision_id for one in log.search(store, log.Query(limit=1_000)).rows)


def journal_of(folder: Path, numbers: range, name: str = "1-1") -> FileJournal:
    journal = FileJournal(folder, name, room=100_000)
    for number in numbers:
        assert journal.append(record(number, b"x" * 1_000))
    return journal


def expected(numbers: range) -> list[str]:
    return [f"{number:032x}" for number in numbers]


def test_what_is_in_the_journals_gets_into_the_store_once(tmp_path: Path, store: Store) -> None:
    """All records of all workers are stored; a second time there is nothing to do."""
    folder = tmp_path / "journal"
    journal_of(folder, range(50), "1-1").close()
    journal_of(folder, range(50, 90), "1-2").close()
    keeper = Keeper(store, folder, lambda: frozenset({"1-1", "1-2"}))
    assert (90, 0) == (keeper.drain(), keeper.drain())
    assert expected(range(90)) == in_store(store)


def test_files_that_nobody_writes_any_more_go_once_they_are_stored(tmp_path: Path, store: Store) -> None:
    """Of a living worker the last file stays; those of dead ones all go, and nothing is known of them any more."""
    folder = tmp_path / "journal"
    journal_of(folder, range(60), "1-1").close()
    journal_of(folder, range(60, 70), "1-2").close()
    assert len(journal_files(folder)) > 2
    Keeper(store, folder, lambda: frozenset({"1-2"})).drain()
    assert ["1-2-000000.log"] == [file.name for file in journal_files(folder)]
    assert {"1-2-000000.log"} == set(journals.offsets(store))


def test_a_store_that_fails_in_between_gets_nothing_twice(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever record it fails at, after it is back each one is stored once."""
    folder = tmp_path / "journal"
    journal_of(folder, range(60)).close()
    keeper = Keeper(store, folder, frozenset)
    append = log.append
    calls: list[int] = []

    def failing(*arguments: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise StoreError("the store is gone")
        append(*arguments)

    monkeypatch.setattr(log, "append", failing)
    monkeypatch.setattr(keeping, "read_portion", lambda file, at: read_portion(file, at, most=5_000))
    pauses = [keeper._turn(keeping.PAUSE)]
    assert "the store is gone" == keeper.error
    pauses.append(keeper._turn(pauses[-1]))
    assert [2 * keeping.PAUSE, keeping.PAUSE] == pauses
    assert "" == keeper.error
    assert expected(range(60)) == in_store(store)


def test_another_keeper_goes_on_where_the_last_one_was_killed(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A keeper that died after storing and before removing a file leaves nothing to be stored again."""
    folder = tmp_path / "journal"
    journal_of(folder, range(60)).close()

    def killed(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "unlink", killed)
    with pytest.raises(KeyboardInterrupt):
        Keeper(store, folder, frozenset).drain()
    monkeypatch.undo()
    Keeper(store, folder, frozenset).drain()
    assert expected(range(60)) == in_store(store)
    assert [] == journal_files(folder)


def test_a_damaged_record_is_set_aside_and_those_after_it_are_stored(tmp_path: Path, store: Store) -> None:
    """A copy of the file is kept for people; nothing else is lost."""
    folder = tmp_path / "journal"
    journal_of(folder, range(10)).close()
    file = journal_files(folder)[0]
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2 + 100] ^= 1
    file.write_bytes(raw)
    Keeper(store, folder, frozenset).drain()
    assert 9 == len(in_store(store))
    assert 1 == len(list(folder.glob("*.damaged")))
    assert [] == journal_files(folder)


def test_what_was_never_finished_does_not_keep_a_file(tmp_path: Path, store: Store) -> None:
    """A record that a killed worker had not written whole was never answered: it is not stored."""
    folder = tmp_path / "journal"
    journal_of(folder, range(3)).close()
    file = journal_files(folder)[0]
    file.write_bytes(file.read_bytes()[:-10])
    Keeper(store, folder, frozenset).drain()
    assert expected(range(2)) == in_store(store)
    assert [] == journal_files(folder)
    assert 1 == len(list(folder.glob("*.rest")))


def test_a_file_that_a_process_still_holds_is_kept(tmp_path: Path, store: Store) -> None:
    """A worker that has outlived its parent process writes to its journal after a new parent has drained it."""
    folder = tmp_path / "journal"
    journal = journal_of(folder, range(3))
    keeper = Keeper(store, folder, frozenset)
    keeper.drain()
    assert journal.append(record(3))
    journal.close()
    keeper.drain()
    assert expected(range(4)) == in_store(store)
    assert [] == journal_files(folder)


def test_what_waits_is_counted_while_the_store_is_away(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Health and metrics tell it just then."""
    folder = tmp_path / "journal"
    journal = journal_of(folder, range(3))
    keeper = Keeper(store, folder, lambda: frozenset({"1-1"}))
    keeper._turn(keeping.PAUSE)
    assert 0 == keeper.waiting
    journal.append(record(3))

    def failing(*_: Any) -> None:
        raise StoreError("the store is gone")

    monkeypatch.setattr(log, "append", failing)
    for _ in range(2):
        keeper._turn(keeping.PAUSE)
    journal.close()
    assert 0 < keeper.waiting < 1_000
