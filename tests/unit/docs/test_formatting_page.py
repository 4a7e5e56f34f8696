"""What the page on formatting shows is what the formatter does; and what the other pages show is no trouble to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ruleflow.cli.app import COMMANDS
from ruleflow.diagnostics.collector import Collector
from ruleflow.fmt.expressions import Vocabulary
from ruleflow.fmt.format import Left, format_file
from ruleflow.model.access import text
from ruleflow.model.standard_actions import STANDARD_ACTIONS
from ruleflow.model.standard_vocabulary import standard_vocabulary
from ruleflow.source import Source
from ruleflow.syntax.nodes import Sequence
from ruleflow.syntax.yaml_reader import read_yaml

REPOSITORY = Path(__file__).parents[3]
VOCABULARY = Vocabulary(STANDARD_ACTIONS, standard_vocabulary().fields)
_BLOCK = re.compile(r"^```yaml ?(?P<kind>\w*)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]


def blocks(page: Path) -> list[tuple[str, str]]:
    """The YAML on a page, with what stands behind `yaml`."""
    return [(found["kind"], found["text"]) for found in _BLOCK.finditer(page.read_text(encoding="utf-8"))]


def test_the_example_is_what_comes_out() -> None:
    """Before and after, and after again."""
    shown = dict(blocks(REPOSITORY / "docs" / "formatting.md"))
    assert shown["after"] == format_file(Source("rules/a.yaml", shown["before"]), VOCABULARY)
    assert shown["after"] == format_file(Source("rules/a.yaml", shown["after"]), VOCABULARY)


def test_the_hooks_are_those_of_the_page() -> None:
    """Each hook that the page names is defined, and calls a command that there is."""
    defined = read_yaml(
        Source("hooks", (REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")), Collector()
    )
    assert isinstance(defined, Sequence)
    named = re.findall(r"- id: (\S+)", dict(blocks(REPOSITORY / "docs" / "formatting.md"))["hooks"])
    assert named == [text(hook, "id") for hook in defined.items]
    assert all(text(hook, "entry").removeprefix("ruleflow ") in COMMANDS for hook in defined.items)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_whatever_a_page_shows_can_be_formatted(page: Path) -> None:
    """Each example of the pages is formatted with its meaning proved, or left because it shows a mistake."""
    for _, shown in blocks(page):
        after = format_file(Source("ruleflow.yaml", shown), VOCABULARY)
        assert not (isinstance(after, Left) and after.is_ours), (after, shown)
