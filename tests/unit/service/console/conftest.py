"""A console for the tests of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.consoles import Console, make_console


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    """A console with an empty store."""
    made = make_console(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def browser(console: Console) -> TestClient:
    """Somebody who looks at it."""
    return console.browser
