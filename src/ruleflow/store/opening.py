"""Opening the store: a SQLite file or a PostgreSQL database, its tables made or brought up to date."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.exc import ArgumentError

from ruleflow.store import postgresql, sqlite
from ruleflow.store.database import Store
from ruleflow.store.errors import StoreError
from ruleflow.store.migrating import bring_up_to_date, check_version

__all__ = ["Store", "open_store", "sqlite_url"]

POSTGRESQL = frozenset({"postgresql", "postgres", "postgresql+psycopg"})


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file, whatever characters its path has."""
    return URL.create("sqlite", database=str(path.absolute())).render_as_string()


def open_store(url: str, *, migrate: bool = True, check: bool = True) -> Store:
    """Open the store at a URL, `sqlite:///…` or `postgresql://…`; without `migrate` its tables must be there already.

    Without `check`, too, the caller knows that they are, and a PostgreSQL that does not answer is no error yet.

    Many processes may open it at once: one makes the tables, the others wait. Raises `StoreError`: it cannot be reached,
    it is locked, it was made by a newer ruleflow.
    """
    parsed = _parsed(url)
    store = _sqlite_store(parsed, make=migrate) if parsed.drivername == "sqlite" else _postgresql_store(parsed)
    try:
        if migrate:
            bring_up_to_date(store)
        elif check:
            check_version(store)
    except BaseException:
        store.close()
        raise
    return store


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # The library's message repeats the URL, and with it the password; so nothing is chained.
        raise StoreError("the URL of the database is not written right; see postgresql://user@host/name") from None
    if parsed.drivername != "sqlite" and parsed.drivername not in POSTGRESQL:
        raise StoreError(f"`{parsed.drivername}` is no database for ruleflow; use postgresql://… or sqlite:///…")
    if parsed.drivername == "sqlite" and not parsed.database:
        raise StoreError("the URL of a SQLite database names its file: sqlite:////var/lib/ruleflow/ruleflow.db")
    return parsed


def _sqlite_store(url: URL, *, make: bool) -> Store:
    path = Path(url.database or "")
    if not path.is_file() and not make:
        raise StoreError(f"there is no decision log at {path}; name the folder of the service with --state")
    try:
        # SQLite would make the file for everybody to read; the files beside it get the same mode.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT if make else os.O_RDONLY, 0o600))
    except OSError as error:
        raise StoreError(f"{path} cannot be opened: {error.strerror}") from error
    engine = create_engine(URL.create("sqlite", database=str(path)), hide_parameters=True, pool_size=8)
    sqlite.prepare(engine)
    return Store(engine, str(path))


def _postgresql_store(url: URL) -> Store:
    postgresql.ask_for_driver()
    shown = url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=8,
        pool_timeout=10,
        connect_args=postgresql.connect_args(url),
    )
    return Store(engine, shown)
