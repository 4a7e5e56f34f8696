"""A PostgreSQL server of the tests' own, started when a test first asks for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest

FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/pgsql/bin")
USER = "ruleflow"
PASSWORD = "s3cret-pässword"  # noqa: S105 - of a server that lives as long as the tests


@dataclass(frozen=True, slots=True)
class Server:
    """A server that only this machine reaches, by a socket in its folder."""

    binaries: Path
    folder: Path
    numbers: Iterator[int]

    def start(self) -> None:
        """Start it; returns once it answers."""
        flags = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off -c shared_buffers=16MB"
        self._run("pg_ctl", "start", "-w", "-D", self.data, "-l", str(self.folder / "log"), "-o", flags)

    def stop(self) -> None:
        """Stop it; connections end."""
        self._run("pg_ctl", "stop", "-w", "-m", "fast", "-D", self.data)

    def make(self) -> None:
        """Make the files of the server."""
        self._run("initdb", "-D", self.data, "-U", USER, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")

    def new_database(self) -> str:
        """The URL of a new, empty place for tables: a schema, which is made faster than a database of its own."""
        name = f"s{next(self.numbers)}"
        self.sql(f"CREATE SCHEMA {name}")
        return f"{self.url('postgres')}&options=-c%20search_path%3D{name}"

    def url(self, name: str) -> str:
        """The URL of a database with a name."""
        return f"postgresql://{USER}:{quote(PASSWORD)}@/{name}?host={quote(str(self.folder))}"

    def sql(self, statement: str) -> None:
        """Run a statement as the owner of everything."""
        import psycopg

        with psycopg.connect(host=str(self.folder), user=USER, dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    @property
    def data(self) -> str:
        """The folder of its files."""
        return str(self.folder / "data")

    def _run(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [*_as_ordinary_user(), str(self.binaries / name), *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{name}: {done.stderr}"


@contextmanager
def running_server() -> Iterator[Server]:
    """A server while it is needed; skips the test where PostgreSQL is not installed."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed: no initdb on the path or where distributions put it")
    # Short, for the path of a socket must be, and where the server's own user may read.
    folder = Path(tempfile.mkdtemp(prefix="rf-pg-", dir="/tmp"))
    if _as_ordinary_user():
        shutil.chown(folder, "postgres")
    server = Server(binaries, folder, count())
    with _cleared_away(server):
        server.make()
        server.start()
        yield server


@contextmanager
def _cleared_away(server: Server) -> Iterator[None]:
    """See to it that the server ends and its folder goes, though this process may be killed.

    A shell waits for the end of its input, which comes when we close it, or die. Nothing is written to the disk any more.
    """
    stop = [*_as_ordinary_user(), str(server.binaries / "pg_ctl"), "stop", "-m", "immediate", "-D", server.data]
    waiting = subprocess.Popen(
        ["sh", "-c", 'cd /; read -r _; "$@"; rm -rf "$0"', str(server.folder), *stop],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        waiting.communicate()


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = [
        folder for pattern in FOLDERS for folder in Path("/").glob(pattern.lstrip("/")) if (folder / "initdb").is_file()
    ]
    return max(folders, default=None, key=lambda folder: [int(part) for part in folder.parts if part.isdigit()])


def _as_ordinary_user() -> tuple[str, ...]:
    """What a command begins with: PostgreSQL refuses to run as root."""
    return ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups") if os.geteuid() == 0 else ()
