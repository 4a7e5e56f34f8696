"""The page about lint lists what lint looks at, and its example gives what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ruleflow.diagnostics.codes import CODES, is_linted
from tests.unit.lint.linting import linted


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    """The text of the page."""
    return (repository / "docs" / "linting.md").read_text(encoding="utf-8")


def test_every_check_is_listed(page: str) -> None:
    """A line for each code of lint, with its title."""
    listed = dict(re.findall(r"^\| \[(RF\d+)\]\(codes/RF\d+\.md\) \| (.*?) \|", page, re.MULTILINE))
    assert {one.number: one.title for one in CODES.values() if is_linted(one)} == listed


def test_the_example_is_silenced(page: str, tmp_path: Path) -> None:
    """The comment of the example silences what is there, and nothing else is found."""
    (example,) = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    found = linted(tmp_path, example.replace("    when:", "    stage: classify\n    when:"))
    assert [("RF803", "the auditors want to read both limits")] == [(one.code.number, one.silenced) for one in found]
