"""Bringing the tables of a store up to date, safe when many processes try at once."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from ruleflow.store import sqlite
from ruleflow.store.database import Store
from ruleflow.store.errors import StoreError
from ruleflow.store.failures import told
from ruleflow.store.schema import VERSION, VERSION_TABLE

_LOCK = 8_247_617_475_364_810_615
"""A number that nobody else is likely to lock in a shared PostgreSQL: `ruleflow` as bytes."""


def check_version(store: Store) -> None:
    """Raises `StoreError` where the tables are not those of this ruleflow."""
    with store.reading() as connection:
        found = _version(connection)
    _refuse_newer(store, found)
    if found != VERSION:
        raise StoreError(
            f"{store.url_shown} is not set up for this ruleflow; `ruleflow serve` does that when it starts"
        )


def bring_up_to_date(store: Store) -> None:
    """Make the tables, or change those of an older ruleflow. Raises `StoreError` where a newer one made them."""
    on_sqlite = store.engine.dialect.name == "sqlite"
    with store.reading() as connection:
        found = _version(connection)
    if found == VERSION:
        return  # The tool for migrations takes half a second to import.
    _refuse_newer(store, found)
    if on_sqlite:
        try:
            sqlite.use_write_ahead_log(store.engine)
        except store.failures as error:
            raise told(error, store.url_shown) from error
    with store.writing() as connection:
        if not on_sqlite:
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _refuse_newer(store, _version(connection))
        _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "ruleflow.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, VERSION)


def _version(connection: Connection) -> str | None:
    """The version of the tables; None where there are none."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - our own name


def _refuse_newer(store: Store, found: str | None) -> None:
    if found is not None and found > VERSION:
        raise StoreError(
            f"{store.url_shown} was set up by a newer ruleflow (its tables are version {found}, this one knows {VERSION}); "
            "install that one, or restore a backup from before"
        )
