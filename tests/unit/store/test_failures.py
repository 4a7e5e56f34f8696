"""A database that goes away in the middle is told in words; nothing is half written, and it is used again when it is back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from ruleflow.store import journals, log, sqlite
from ruleflow.store.errors import StoreError
from ruleflow.store.opening import Store, open_store, sqlite_url
from ruleflow.store.records import Record
from tests.postgres import PASSWORD, Server
from tests.records import PLAIN, many


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ruleflow.db"


@pytest.fixture
def impatient(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store in a file that waits for no one."""
    monkeypatch.setattr(sqlite, "BUSY_S", 0.05)
    opened = open_store(sqlite_url(path))
    yield opened
    opened.close()


def set_pragma(store: Store, pragma: str) -> None:
    """Set it for the connection that is used next: one after the other, there is only one."""
    with store.reading() as connection:
        connection.exec_driver_sql(f"PRAGMA {pragma}")


def test_a_file_that_is_locked(impatient: Store, path: Path) -> None:
    """Others write for too long; reading goes on meanwhile."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"ruleflow.db is locked by another process; it is tried again"):
        log.append(impatient, [PLAIN], journal="one.log", offset=9)
    assert log.find(impatient, "d-1") is None
    other.execute("ROLLBACK")
    other.close()
    log.append(impatient, [PLAIN], journal="one.log", offset=9)
    assert len(log.find_all(impatient, "d-1")) == 1


def test_a_file_that_others_read_while_it_is_set_up(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Logging ahead is turned on when nobody is in the file; that is waited for, but not for ever."""
    monkeypatch.setattr(sqlite, "BUSY_S", 0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE notes (text)")
    other.execute("BEGIN")
    other.execute("SELECT * FROM notes").fetchall()
    with pytest.raises(StoreError, match=r"ruleflow.db is locked by another process"):
        open_store(sqlite_url(path))
    other.execute("COMMIT")
    other.close()
    open_store(sqlite_url(path)).close()


def test_a_file_that_is_read_only(impatient: Store) -> None:
    """What is in it can be read."""
    log.append(impatient, [PLAIN])
    set_pragma(impatient, "query_only = ON")
    with pytest.raises(StoreError, match=r"cannot be written: the file or its folder is read-only"):
        log.append(impatient, [PLAIN])
    assert log.find(impatient, "d-1") is not None
    set_pragma(impatient, "query_only = OFF")
    log.append(impatient, [PLAIN])
    assert len(log.find_all(impatient, "d-1")) == 2


def test_a_disk_that_is_full(impatient: Store) -> None:
    """The batch is undone, its offset too; with room again it goes in once."""
    set_pragma(impatient, "max_page_count = 1")
    with pytest.raises(StoreError, match=r"cannot be written: the disk is full"):
        log.append(impatient, many(500), journal="one.log", offset=9)
    assert journals.offsets(impatient) == {}
    set_pragma(impatient, "max_page_count = 1000000")
    log.append(impatient, many(500), journal="one.log", offset=9)
    assert len(log.search(impatient, log.Query(limit=1_000)).rows) == 500


def test_a_file_that_was_overwritten(impatient: Store, path: Path) -> None:
    """Damage is told as such."""
    log.append(impatient, many(200))
    impatient.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"is damaged; restore it from a backup"):
        log.search(impatient, log.Query())


def test_a_server_that_stops_and_starts_again(postgresql: Server) -> None:
    """Connections that were in the pool are not used any more."""
    store = open_store(postgresql.new_database())
    log.append(store, [PLAIN], journal="one.log", offset=9)
    postgresql.stop()
    try:
        for _ in range(2):
            with pytest.raises(StoreError, match=r"/postgres cannot be reached") as caught:
                log.append(store, [PLAIN], journal="one.log", offset=18)
            assert PASSWORD not in str(caught.value)
    finally:
        postgresql.start()
    log.append(store, [PLAIN], journal="one.log", offset=18)
    assert len(log.find_all(store, "d-1")) == 2
    store.close()


def test_a_connection_that_ends_in_the_middle_of_a_batch(postgresql: Server) -> None:
    """Nothing of the batch is kept; it goes in with the next try."""
    store = open_store(postgresql.new_database())

    def end(connection: Connection, _records: Sequence[Record]) -> None:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(StoreError, match=r"is shutting down, or has ended the connection"):
        log.append(store, [PLAIN], journal="one.log", offset=9, also=end)
    log.append(store, [PLAIN], journal="one.log", offset=9)
    assert len(log.find_all(store, "d-1")) == 1
    store.close()


def _in_transaction(store: Store, run: Callable[[Connection], None]) -> None:
    with store.writing() as connection:
        run(connection)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("SELECT set_config('statement_timeout', '10', true); SELECT pg_sleep(5)", "took too long to answer"),
        ("SET TRANSACTION READ ONLY; DELETE FROM journals", "is read-only"),
        ("DROP TABLE decision_rules", "lacks a table of ruleflow"),
        ("SELECT * FROM nothing", "lacks a table of ruleflow"),
        ("DO $$ BEGIN RAISE SQLSTATE '53100'; END $$", "the disk is full"),
        ("DO $$ BEGIN RAISE SQLSTATE '42501'; END $$", "refuses this user the right to do this"),
    ],
)
def test_what_the_server_refuses_is_told_in_words(postgresql: Server, statement: str, words: str) -> None:
    """With the server's reason, and without the values."""
    store = open_store(postgresql.new_database())

    def run(connection: Connection) -> None:
        for part in [statement] if statement.startswith("DO") else statement.split("; "):
            connection.exec_driver_sql(part)
        log._append(connection, [PLAIN])

    with pytest.raises(StoreError, match=words):
        _in_transaction(store, run)
    log.append(store, [PLAIN])
    store.close()


def test_a_server_that_is_locked_does_not_hold_us_up_for_ever(postgresql: Server) -> None:
    """The limit of the URL wins over ours."""
    url = postgresql.new_database()
    store, other = open_store(url + "&options=-c%20lock_timeout=50"), open_store(url)
    with other.writing() as connection:
        connection.execute(text("LOCK TABLE last_seq"))
        with pytest.raises(StoreError, match="is locked by another process"):
            log.append(store, [PLAIN])
    log.append(store, [PLAIN])
    store.close()
    other.close()


def test_all_connections_in_use(impatient: Store) -> None:
    """More threads than connections wait, but not for ever."""
    impatient.engine.pool._timeout = 0.01  # type: ignore[attr-defined]
    held = [impatient.engine.connect() for _ in range(18)]
    with pytest.raises(StoreError, match="has no connection free; all are in use"):
        log.find(impatient, "d-1")
    for connection in held:
        connection.close()
    assert log.find(impatient, "d-1") is None
