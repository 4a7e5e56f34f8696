"""What a review says of scores."""

from __future__ import annotations

from pathlib import Path

from ruleflow.project.project import load
from ruleflow.review.compare import edits_of
from ruleflow.review.report.words import edit_lines
from tests.projects import write_project

OLD = """
scores:
  recency: {value: days_since(contact.last_purchase_at), bins: {<= 13: 5, else: 1}}
  total: {sum: {score.recency: 2, contact.country is 'FI': 3}}
  kind: {classes: {a: contact.order_count > 9, else: b}}
  word: {join: [score.recency, score.total]}
"""
NEW = OLD.replace("<= 13", "<= 14").replace("'FI': 3", "'FI': 4").replace("> 9", "> 8").replace(", score.total]", "]")


def test_changes_of_scores_are_told_part_by_part(tmp_path: Path) -> None:
    """Bounds, weights, classes and what is joined, as they are written."""
    old, new = (
        load(write_project(tmp_path / name, {"a.yaml": text})).plan.checked for name, text in (("o", OLD), ("n", NEW))
    )
    lines = [line.text for edit in edits_of(old, new) for line in edit_lines(edit)]
    assert [
        "bins: − <= 13: 5, + <= 14: 5",
        "sum: − 3 × contact.country is 'FI', + 4 × contact.country is 'FI'",
        "classes: − a: contact.order_count > 9, + a: contact.order_count > 8",
        "join: − score.total",
    ] == lines
