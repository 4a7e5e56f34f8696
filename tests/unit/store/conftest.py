"""What the tests of the store share: each runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ruleflow.store.opening import Store, open_store, sqlite_url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store may be made."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "ruleflow.db")
    new: str = request.getfixturevalue("postgresql").new_database()
    return new


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A new, empty store."""
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """A new, empty store in a file, for what only SQLite does."""
    opened = open_store(sqlite_url(tmp_path / "only.db"))
    yield opened
    opened.close()
