"""Conditions that mean the same in a plain way have one canonical form."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleflow.plan.conditions import (
    FALSE,
    TRUE,
    All,
    Any,
    Condition,
    Equals,
    HasElement,
    IsMissing,
    Negated,
    OneOf,
    Opaque,
    Range,
    atoms,
)
from tests.projects import loaded

VOCABULARY = """
segments: [vip, partner]
calendars: {office: {hours: {mon: ['09:00-17:00']}}}
definitions: {urgent_one: ticket.priority is urgent}
"""


def condition(folder: Path, when: str) -> Condition:
    """The canonical form of a condition."""
    rule = f"rules:\n  - id: r\n    stage: classify\n    on: ticket.created\n    when: |\n      {when}\n    then: [{{stop: true}}]\n"
    (stage, *_) = [stage for stage in loaded(folder, VOCABULARY + rule).plan.stages if stage.events]
    return stage.events["ticket.created"].rules[0].condition


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ticket.priority is high", "high is ticket.priority"),
        ("ticket.priority is high or ticket.priority is low", "ticket.priority in [low, high]"),
        ("ticket.priority is not high", "not ticket.priority is high"),
        ("ticket.priority not in [high]", "ticket.priority is not high"),
        ("not (ticket.tags has 'a' and ticket.tags has 'b')", "not ticket.tags has 'a' or not ticket.tags has 'b'"),
        ("contact.segments has none of [vip, partner]", "not contact.segments has any of [vip, partner]"),
        (
            "(ticket.subject contains 'A' and ticket.tags has 'x') and true",
            "ticket.subject contains 'a' and ticket.tags has 'x'",
        ),
        ("ticket.priority >= high", "high <= ticket.priority"),
        ("urgent_one", "ticket.priority is urgent"),
        ("contact.email is not present", "contact.email is missing"),
        ("now outside office", "not now during office"),
        ("ticket.tags has 'x' and ticket.tags has 'x'", "ticket.tags has 'x'"),
        ("not not ticket.tags has 'x'", "ticket.tags has 'x'"),
    ],
)
def test_same_meaning_same_form(tmp_path: Path, one: str, other: str) -> None:
    """Order of sides, double negation, definitions and the spelling of a test make no difference."""
    assert condition(tmp_path / "1", one) == condition(tmp_path / "2", other)


def test_atoms(tmp_path: Path) -> None:
    """Each atom is one field against constants; whatever is not is opaque."""
    assert Equals("ticket.priority", "high") == condition(tmp_path / "a", "ticket.priority is high")
    assert OneOf("ticket.priority", frozenset({"high", "low"})) == condition(
        tmp_path / "b", "ticket.priority in [high, low]"
    )
    assert Range("contact.lifetime_value", 1, 5) == condition(tmp_path / "c", "contact.lifetime_value between 1 and 5")
    assert Range("ticket.priority", 2, None, options=("low", "normal", "high", "urgent")) == condition(
        tmp_path / "d", "ticket.priority >= high"
    )
    assert Negated(IsMissing("contact.email")) == condition(tmp_path / "e", "contact.email is present")
    assert Any((HasElement("contact.segments", "vip"), HasElement("contact.segments", "partner"))) == condition(
        tmp_path / "f", "contact.segments has any of [vip, partner]"
    )
    assert isinstance(condition(tmp_path / "g", "ticket.created_at is ticket.updated_at"), Opaque)
    found = condition(tmp_path / "h", "ticket.tags has 'a' and (ticket.tags has 'b' or not ticket.tags has 'c')")
    assert isinstance(found, All)
    assert ["a", "b", "c"] == [atom.value for atom in atoms(found) if isinstance(atom, HasElement)]


def test_constants_fold(tmp_path: Path) -> None:
    """`true` and `false` leave nothing behind."""
    assert TRUE == condition(tmp_path / "a", "true or ticket.tags has 'a'")
    assert FALSE == condition(tmp_path / "b", "false and ticket.tags has 'a'")
    assert TRUE == condition(tmp_path / "c", "not false")


def test_the_plan_can_be_read(tmp_path: Path) -> None:
    """A dump of the plan names stages, events, rules and conditions."""
    text = (
        "rules: [{id: r, stage: classify, on: ticket.created, when: ticket.priority is high, then: [{stop: true}]}]\n"
    )
    assert (
        "stage classify (hit all)\n  ticket.created\n    r: Equals(path='ticket.priority', value='high')"
        in loaded(tmp_path, text).plan.dump()
    )
