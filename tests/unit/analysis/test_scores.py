"""Proofs, searches and comparisons see through scores where they can, and leave the others open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pysat")

from ruleflow.analysis.verdicts import Proof
from ruleflow.analysis.verify import verify
from tests.projects import NOON, loaded

TEXT = """
scores:
  abc: {value: contact.lifetime_value, bins: {'>= 1000': a, '>= 200': b, else: c}}
  kind: {classes: {x: contact.country is 'FI', else: y}}
  total: {sum: {score.abc is a: 3, contact.order_count: 1}}
segments: {rich: {when: score.abc is a}}
rules:
  - {id: rich, stage: route, on: ticket.created, when: contact.segments has rich, then: [{set: {ticket.priority: urgent}}]}
  - {id: many, stage: route, on: ticket.created, when: score.total > 5, then: [{add_tags: [many]}]}
properties:
  - {id: p, on: ticket.created, for: FOR, expect: outcome.ticket.priority is urgent}
assume: ticket.priority is normal
"""


def proof(folder: Path, for_: str) -> Proof:
    """Whether it is proved that such tickets become urgent."""
    project = loaded(folder, TEXT.replace("FOR", for_))
    return verify(project.plan).promises[0].proof


@pytest.mark.parametrize(
    ("for_", "proved"),
    [
        ("contact.lifetime_value >= 1000", True),
        ("contact.lifetime_value >= 999", False),
        ("score.abc >= a", True),
        ("score.abc >= b", False),
        ("score.kind is x and contact.lifetime_value > 2000", True),
        ("score.total > 5", False),
    ],
)
def test_a_bound_is_seen_by_proofs(tmp_path: Path, for_: str, *, proved: bool) -> None:
    """On both sides of it; of a sum nothing is proved that does not hold."""
    assert proved is (proof(tmp_path, for_) is Proof.PROVED)


def nearest(folder: Path, rule: str, contact: dict[str, Any]) -> list[list[str]]:
    """The facts that would have to change, way by way."""
    project = loaded(folder, TEXT.replace("FOR", "ticket.id is present"))
    found = project.explain("ticket.created", {"contact": contact}, rule=rule, now=NOON, nearest=True).to_dict()[
        "nearest"
    ]
    return [[f"{one['fact']} {one['to']}" for one in way] for way in found["ways"]]


def test_the_least_change_goes_to_a_bound(tmp_path: Path) -> None:
    """And through a sum to what it adds up."""
    assert ["contact.lifetime_value 1000"] in nearest(tmp_path / "a", "rich", {"lifetime_value": 300})
    assert any("contact.order_count" in way[0] for way in nearest(tmp_path / "b", "many", {"order_count": 5}))


def test_a_score_of_segments_in_a_segment_is_no_circle(tmp_path: Path) -> None:
    """The points are given for one segment, and another is made of the points: conditions on it can be told apart."""
    text = """
segments: {vip: {}, best: {when: score.points is a}}
scores:
  points: {sum: {contact.segments has vip: 5, contact.order_count: 1}, bins: {'>= 5': a, else: b}}
properties:
  - {id: p, on: ticket.created, for: score.points is a and ticket.priority is high, expect: score.points is a}
"""
    assert Proof.PROVED is verify(loaded(tmp_path, text).plan).promises[0].proof
