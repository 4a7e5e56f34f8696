"""What the page on scores shows is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ruleflow.model.standard_vocabulary import standard_vocabulary
from tests.projects import NOON, findings, loaded

PAGE = (Path(__file__).parents[3] / "docs" / "scores.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_right(tmp_path: Path, example: str) -> None:
    """No finding, not even a warning."""
    assert [] == [one.message for one in findings(tmp_path, example)]


def test_every_fact_is_a_standard_field() -> None:
    """What the page says of facts is what every project has."""
    named = set(re.findall(r"contact\.[a-z_]+", PAGE))
    assert set() == named - set(standard_vocabulary().fields)


def test_the_explanation_is_that_of_the_engine(tmp_path: Path) -> None:
    """Word for word."""
    rule = "rules:\n  - {id: r, stage: notify, when: score.recency >= 4, then: [{stop: true}]}\n"
    project = loaded(tmp_path, f"{EXAMPLES[0]}{rule}")
    facts = {"contact": {"last_purchase_at": "2025-01-26T12:00:00Z"}}
    text = project.explain("ticket.created", facts, rule="r", now=NOON).to_text()
    shown = next(block for block in re.findall(r"^```text\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
    assert shown in f"{text}\n"
