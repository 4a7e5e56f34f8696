"""What the tests of timers share: a store of each kind, and a project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ruleflow.project.project import Project
from ruleflow.service.timer_decisions import Timed
from ruleflow.store.database import Store
from ruleflow.store.opening import open_store, sqlite_url
from tests.unit.service.timers.tickets import a_project


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


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with time rules and service levels."""
    return a_project(tmp_path_factory.mktemp("support"))


@pytest.fixture(scope="session")
def timed(project: Project) -> Timed:
    """The same, ready to fire."""
    return Timed.of(project)
