"""What the page on promises shows is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ruleflow.analysis.verify import verify
from ruleflow.checker.outcome import outcome_paths
from ruleflow.project.project import Project
from ruleflow.review.report.verification import render_text
from ruleflow.testing.render import RENDERERS
from ruleflow.testing.run import run_tests
from tests.projects import findings, loaded

PAGE = (Path(__file__).parents[3] / "docs" / "properties.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```(?P<kind>[a-z ]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
SHORT = [found["text"] for found in _BLOCK.finditer(PAGE) if found["kind"] == "yaml"]
VOCABULARY = """
segments: [vip]
fields: {contact.plan: {type: choice, options: [free, paid]}}
sla: {vip: {targets: {first_reply: 1h}}}
"""


def block(kind: str) -> str:
    """The only block of a kind."""
    (text,) = (found["text"] for found in _BLOCK.finditer(PAGE) if found["kind"] == kind)
    return text


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project of the page, with its tests."""
    files = {"templates/welcome.md": "---\nsubject: Hi\n---\nHi\n", "tests/a.test.yaml": block("yaml tests")}
    return loaded(tmp_path_factory.mktemp("page"), block("yaml project"), files=files)


@pytest.mark.parametrize("text", SHORT)
def test_every_short_example_is_right(tmp_path: Path, text: str) -> None:
    """Each passes the checker."""
    assert () == findings(tmp_path, VOCABULARY + text)


def test_the_project_is_right_and_its_tests_break_what_the_page_says(project: Project) -> None:
    """No finding; the report of the tests is the one on the page."""
    assert () == project.warnings
    assert block("text") == RENDERERS["text"](run_tests(project), "", "").partition("\n\n0 passed")[0] + "\n"


def test_what_is_proved_and_what_fails_is_what_the_page_says(project: Project) -> None:
    """The answer of `ruleflow verify` is the one on the page."""
    assert block("text verify") == render_text(verify(project.plan))


def test_every_property_of_the_page_is_kept_by_some_test_and_most_are_broken(project: Project) -> None:
    """What the report names, and what it does not."""
    broken = set(re.findall(r"property `([a-z_]+)`", block("text")))
    known = {one.id for one in project.model.properties}
    assert {"questions_are_routed", "vip_answered_fast"} == known - broken
    assert broken < known


def test_every_part_of_a_decision_is_named(project: Project) -> None:
    """The names of the table are those of the checker, and none is left out."""
    own = [path for path in outcome_paths(project.model) if path.removeprefix("outcome.") not in project.model.fields]
    short = {path: path.rpartition(".")[2] for path in own}
    for path, name in short.items():
        if path.startswith("outcome.sla.") and name.endswith("_days"):
            continue
        assert f"`{path}`" in PAGE or f"`.{name}`" in PAGE, path
