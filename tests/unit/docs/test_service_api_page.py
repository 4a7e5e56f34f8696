"""What the page on the HTTP interface shows is what the service answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.service.examples import settled, with_a_log
from tests.unit.service.serving import Serving

PAGE = (Path(__file__).parents[3] / "docs" / "service-api.md").read_text(encoding="utf-8")
SHOWN = re.findall(
    r"^```sh\ncurl -s '?localhost:8080([^\s']+)'?(?: --json '([^']*)')?\n```\n\n```json\n(.*?)^```",
    PAGE,
    re.MULTILINE | re.DOTALL,
)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    found = with_a_log(tmp_path_factory.mktemp("log"))
    yield found
    found.service.store.close()


@pytest.mark.parametrize(("path", "body", "expected"), SHOWN)
def test_what_is_shown_is_answered(here: Serving, path: str, body: str, expected: str) -> None:
    """Each answer on the page is the answer of today, but for ids and times that differ each time."""
    answer = here.ask(path, json.loads(body) if body else None)
    assert json.loads(expected) == settled(answer.json())


def test_every_request_is_shown_with_its_answer() -> None:
    """No command on the page stands without its answer."""
    assert PAGE.count("curl -s") == len(SHOWN) == 6


def test_every_operation_and_every_type_of_problem_is_named(here: Serving) -> None:
    """The page names all paths, and all types that the code gives to problems."""
    service = Path(__file__).parents[3] / "src" / "ruleflow" / "service"
    sources = "".join(file.read_text(encoding="utf-8") for file in service.rglob("*.py"))
    types = set(re.findall(r'(?<!\w)(?:Problem|unavailable)\([^()]*?"([a-z]+(?:-[a-z]+)+)"', sources))
    assert {"log-full", "too-costly", "key-used-before"} <= types
    assert {one for one in types if f"`{one}`" not in PAGE} == set()
    assert {path for path in here.ask("/openapi.json").json()["paths"] if f"{path}`" not in PAGE} == set()
