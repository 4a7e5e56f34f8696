"""A store opens whatever the number of processes; what cannot be opened is told in words."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from ruleflow.store import log, migrating, migrations, schema
from ruleflow.store.errors import StoreError
from ruleflow.store.opening import Store, open_store, sqlite_url
from tests.postgres import PASSWORD, Server
from tests.records import PLAIN

OPEN = "import sys; from ruleflow.store.opening import open_store; from ruleflow.store import log; "
APPEND = (
    "import msgspec; from ruleflow.store.records import Record; "
    "store = open_store(sys.argv[1]); "
    "log.append(store, [msgspec.msgpack.decode(bytes.fromhex(sys.argv[2]), type=Record)]); store.close()"
)


def test_a_store_can_be_opened_again(url: str) -> None:
    """What was logged is there; nothing is made anew."""
    for expected in (1, 2):
        opened = open_store(url)
        log.append(opened, [PLAIN])
        assert len(log.find_all(opened, "d-1")) == expected
        opened.close()


def test_many_processes_may_open_a_new_store_at_once(url: str) -> None:
    """One makes the tables, the others wait for it."""
    started = [
        subprocess.Popen([sys.executable, "-c", OPEN + APPEND, url, msgspec.msgpack.encode(PLAIN).hex()])
        for _ in range(3)
    ]
    assert [process.wait() for process in started] == [0, 0, 0]
    opened = open_store(url, migrate=False)
    assert len(log.find_all(opened, "d-1")) == 3
    opened.close()


def test_the_tables_are_those_that_the_code_knows(store: Store) -> None:
    """The migrations make them all, with their indexes; and the newest migration is the version of the code."""
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": schema.VERSION_TABLE})
        assert [] == compare_metadata(context, schema.METADATA)
    folder = Path(migrations.__file__).parent
    assert ScriptDirectory(str(folder)).get_heads() == [schema.VERSION]


def test_a_store_of_a_newer_ruleflow_is_refused(url: str) -> None:
    """Whether it is to be brought up to date or only to be read."""
    opened = open_store(url)
    with opened.writing() as connection:
        connection.execute(text("UPDATE ruleflow_version SET version_num = '9001'"))
    opened.close()
    for migrate in (True, False):
        with pytest.raises(StoreError, match=r"was set up by a newer ruleflow \(its tables are version 9001") as caught:
            open_store(url, migrate=migrate)
        assert PASSWORD not in str(caught.value)


def test_a_database_without_tables_is_not_read(url: str, tmp_path: Path) -> None:
    """It is said when they are made."""
    (tmp_path / "ruleflow.db").touch()
    with pytest.raises(StoreError, match="is not set up for this ruleflow; `ruleflow serve` does that"):
        open_store(url, migrate=False)


def test_a_file_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    """So are the files that SQLite puts beside it; and it logs ahead."""
    path = tmp_path / "ruleflow.db"
    opened = open_store(sqlite_url(path))
    log.append(opened, [PLAIN])
    modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in tmp_path.iterdir()}
    assert modes == {"ruleflow.db": 0o600, "ruleflow.db-wal": 0o600, "ruleflow.db-shm": 0o600}
    with opened.reading() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 10_000}
    opened.close()


@pytest.mark.parametrize("name", ["a b?c%d#e", "журнал", "quote'\"", "🙂.db"])
def test_a_path_may_have_any_characters(tmp_path: Path, name: str) -> None:
    """They are not taken for parts of a URL."""
    open_store(sqlite_url(tmp_path / name)).close()
    assert (tmp_path / name).is_file()


def test_a_file_that_is_not_there_is_made_only_where_that_is_asked(tmp_path: Path) -> None:
    """Looking into a log never makes an empty one; nor is a folder made."""
    path = tmp_path / "none.db"
    with pytest.raises(StoreError, match=f"there is no decision log at {path}"):
        open_store(sqlite_url(path), migrate=False)
    assert not path.exists()
    with pytest.raises(StoreError, match="cannot be opened: No such file or directory"):
        open_store(sqlite_url(tmp_path / "none" / "ruleflow.db"))


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    """And left as it is."""
    path = tmp_path / "notes.txt"
    path.write_bytes(b"dear diary, " * 100)
    with pytest.raises(StoreError, match=r"notes.txt is no SQLite database"):
        open_store(sqlite_url(path))
    assert path.read_bytes() == b"dear diary, " * 100


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://me:s3cret@host/db", "`mysql` is no database for ruleflow"),
        ("me:s3cret@host", "is not written right"),
        ("postgresql://me:s3cret@host:port/db", "is not written right"),
        ("sqlite://", "names its file"),
        ("", "is not written right"),
    ],
)
def test_a_url_that_is_not_right_is_told_without_the_password(url: str, words: str) -> None:
    """Not even the cause of the error repeats it."""
    with pytest.raises(StoreError, match=words) as caught:
        open_store(url)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_no_server_is_told_without_the_password(tmp_path: Path) -> None:
    """Where nobody listens."""
    with pytest.raises(StoreError, match=r"postgresql://me:\*\*\*@/db cannot be reached") as caught:
        open_store(f"postgresql://me:s3cret@/db?host={tmp_path}&password=other")
    assert "s3cret" not in str(caught.value)
    assert "other" not in str(caught.value)


def test_a_server_that_is_away_is_no_error_yet_where_nothing_is_checked(tmp_path: Path) -> None:
    """A worker starts while PostgreSQL is away; who asks for something is told."""
    store = open_store(f"postgresql://me@/db?host={tmp_path}", migrate=False, check=False)
    with pytest.raises(StoreError, match="cannot be reached"), store.reading():
        pass
    store.close()


@pytest.mark.parametrize("parameter", ["bogus=1", "connect_timeout=soon", "options=-c%20nothing=1"])
def test_a_parameter_that_is_not_right_is_told(postgresql: Server, parameter: str) -> None:
    """In the words of the driver or of the server."""
    with pytest.raises(StoreError, match=r"bogus|connect_timeout|nothing") as caught:
        open_store(f"{postgresql.new_database()}&{parameter}")
    assert PASSWORD not in str(caught.value)


def test_tables_of_an_older_ruleflow_are_brought_up_to_date(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was logged stays."""
    with monkeypatch.context() as older:
        older.setattr(migrating, "VERSION", "0001")
        old = open_store(url)
    log.append(old, [PLAIN])
    old.close()
    with pytest.raises(StoreError, match="is not set up for this ruleflow"):
        open_store(url, migrate=False)
    new = open_store(url)
    assert log.find(new, "d-1") is not None
    new.close()
    open_store(url, migrate=False).close()


def test_a_database_that_is_not_there_is_told(postgresql: Server) -> None:
    """In the words of the server."""
    with pytest.raises(StoreError, match=r'nothing cannot be reached .*database "nothing" does not exist') as caught:
        open_store(postgresql.url("nothing"))
    assert PASSWORD not in str(caught.value)


def test_without_the_driver_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"pip install 'ruleflow\[postgres\]'"):
        open_store("postgresql://host/db")


def test_opening_a_store_that_is_up_to_date_imports_no_migrations(tmp_path: Path) -> None:
    """Workers start fast."""
    url = sqlite_url(tmp_path / "ruleflow.db")
    open_store(url).close()
    code = f"{OPEN} open_store(sys.argv[1]); print('alembic' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code, url], capture_output=True, text=True, check=True).stdout
    assert shown == "False\n"
