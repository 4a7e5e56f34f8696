"""What SQLite needs to be told: a log ahead of the file, short waits, and who means to write."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, Engine, event

BUSY_S = 10.0
"""Seconds to wait for another process to finish writing."""

CACHE_KIB = 32 * 1024
"""Memory for pages, for each connection that needs so many: rows come in order, and their index entries all over the place."""
AHEAD_PAGES = 8_000
"""Pages of 4 KiB in the log before they are written to their places: one that changed often is then written once."""


def prepare(engine: Engine) -> None:
    """Have each connection of an engine set up, and its transactions begun by us: Python's own would begin late."""
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)


def _set_up(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {int(BUSY_S * 1000)}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    cursor.execute(f"PRAGMA wal_autocheckpoint = {AHEAD_PAGES}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Who writes waits for the others here; a lock that is asked for midway would be refused at once."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def use_write_ahead_log(engine: Engine) -> None:
    """Turn on write-ahead logging, which the file remembers. SQLite does not wait for others here, so we do."""
    raw = engine.raw_connection()
    try:
        until = time.monotonic() + BUSY_S
        while True:
            try:
                raw.cursor().execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorname not in {"SQLITE_BUSY", "SQLITE_LOCKED"} or time.monotonic() > until:
                    raise
                time.sleep(0.02)
            else:
                return
    finally:
        raw.close()
