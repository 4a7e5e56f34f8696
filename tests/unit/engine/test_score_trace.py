"""What an explanation says of a score."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.projects import NOON, loaded

TEXT = """
fields: {contact.pin: {type: integer, secret: true}}
scores:
  recency: {value: days_since(max (contact.purchases of it.at)), bins: {<= 30: 5, else: 1}}
  narrow: {value: contact.order_count, bins: {<= 3: 1}}
  hidden: {value: contact.pin, bins: {<= 5000: 1, else: 2}}
  total: {sum: {score.recency: 2, contact.order_count: 1, contact.country is 'FI': 10, contact.country is 'SE': 5}}
  word: {join: [score.recency, contact.order_count]}
  kind: {classes: {a: contact.order_count > 9, else: b}}
  unfitted: {value: contact.order_count, fit: {quantiles: [1, 2]}}
rules:
  - {id: r, stage: notify, on: ticket.created, when: "WHEN", then: [{stop: true}]}
"""
RECENCY = "score.recency is 5, because days_since(max (contact.purchases of it.at)) is 12, which is <= 30"
CONTACT = {"purchases": [{"at": "2026-02-18T12:00:00Z"}], "order_count": 4, "country": "FI", "pin": 1234}


def note(folder: Path, when: str, **more: Any) -> str:
    """The note on a condition."""
    project = loaded(folder, TEXT.replace("WHEN", when))
    found = project.explain("ticket.created", {"contact": {**CONTACT, **more}}, rule="r", now=NOON)
    return str(found.to_dict()["rule"]["condition"].get("note", ""))


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("score.recency >= 4", RECENCY),
        ("score.narrow is 1", "score.narrow is missing, because contact.order_count is 4, which fits no bin"),
        ("score.kind is a", "score.kind is b, because no class before it fits"),
        ("score.unfitted is 1", "score.unfitted is missing, because it has no bins yet"),
        (
            "score.total > 3",
            f"score.total is 24, because 2 × 5 (score.recency) + 4 (contact.order_count) + 10 (contact.country is 'FI') is 24; {RECENCY}",
        ),
        (
            "score.word is '54'",
            f"score.word is 54, because it joins score.recency is 5 and contact.order_count is 4; {RECENCY}",
        ),
    ],
)
def test_a_score_tells_why_it_is_what_it_is(tmp_path: Path, when: str, said: str) -> None:
    """The value that it was made of, and the bin; then the scores behind it."""
    assert said == note(tmp_path, when)


def test_a_class_tells_the_condition_that_holds(tmp_path: Path) -> None:
    """The first one that does."""
    assert "score.kind is a, because contact.order_count > 9" == note(tmp_path, "score.kind is a", order_count=10)


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    """A value that is missing fits no bin, not even `else`."""
    said = note(tmp_path, "score.recency is 1", purchases=[])
    assert said.endswith("is missing, which fits no bin")


def test_a_secret_is_masked(tmp_path: Path) -> None:
    """The bin is told, the value is not."""
    said = note(tmp_path, "score.hidden is 1")
    assert "1234" not in said
    assert said.endswith("which is <= 5000")
