"""An open database, and its transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from ruleflow.store.failures import told


@dataclass(frozen=True, slots=True)
class Store:
    """An open store; safe to use from several threads. `url_shown` is where it is, without the password."""

    engine: Engine
    url_shown: str

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads. Raises `StoreError` in place of what the database raises."""
        try:
            with self.engine.connect() as connection, connection.begin():
                yield connection
        except self.failures as error:
            raise told(error, self.url_shown) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: all of it is kept, or nothing where anything is raised. Raises `StoreError`."""
        try:
            with self.engine.connect() as connection:
                writer = connection.execution_options(writes=True)
                with writer.begin():
                    yield writer
        except self.failures as error:
            raise told(error, self.url_shown) from error

    @property
    def failures(self) -> tuple[type[Exception], ...]:
        """What is raised where the database fails: by SQLAlchemy, or by the driver, which `COPY` is sent to.

        Any other error of SQLAlchemy's is a mistake of ours.
        """
        return DBAPIError, NoConnection, self.engine.dialect.loaded_dbapi.Error

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()
