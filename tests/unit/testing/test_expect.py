"""What a test expects is a subset of the decision, except where lists must be equal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from ruleflow.testing.expect import mismatches

DECISION: dict[str, Any] = {
    "matched": ["a", "b"],
    "shadow": [],
    "actions": [{"type": "note", "text": "x"}, {"type": "route", "team": "t"}],
    "outcome": {
        "ticket": {"tags": ["p", "q"], "amount": Decimal("2.50"), "flag": True},
        "route": {"team": "t"},
        "sla": None,
    },
}


@pytest.mark.parametrize(
    "expected",
    [
        {},
        {"matched": ["a", "b"]},
        {"actions": [{"type": "route"}]},
        {"actions": [{"team": "t"}, {"text": "x"}]},
        {"outcome": {"ticket": {"tags": ["q", "p"]}}},
        {"outcome": {"ticket": {"amount": Decimal("2.5"), "flag": True}}},
        {"outcome": {"sla": None, "nothing": None}},
        {"not_matched": ["c"]},
    ],
)
def test_what_matches(expected: dict[str, Any]) -> None:
    """Subsets of mappings, items in any order, equal numbers."""
    assert () == mismatches(expected, DECISION)


@pytest.mark.parametrize(
    ("expected", "path"),
    [
        ({"matched": ["a"]}, "matched"),
        ({"matched": ["b", "a"]}, "matched"),
        ({"shadow": ["a"]}, "shadow"),
        ({"actions": [{"type": "route"}, {"type": "route"}]}, "actions"),
        ({"outcome": {"ticket": {"tags": ["p"]}}}, "outcome.ticket.tags"),
        ({"outcome": {"ticket": {"flag": 1}}}, "outcome.ticket.flag"),
        ({"outcome": {"ticket": {"amount": "2.5"}}}, "outcome.ticket.amount"),
        ({"outcome": {"route": None}}, "outcome.route"),
        ({"outcome": {"route": {"agent": "a"}}}, "outcome.route.agent"),
        ({"not_matched": ["a"]}, "not_matched"),
    ],
)
def test_what_does_not(expected: dict[str, Any], path: str) -> None:
    """Each difference is named by its path."""
    assert [path] == [one.path for one in mismatches(expected, DECISION)]
