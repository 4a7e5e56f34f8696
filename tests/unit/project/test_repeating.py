"""Deciding again what was logged comes to the same; where it does not, it is said what is otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleflow.engine.canonical import canonical_json
from ruleflow.project.project import Project
from ruleflow.project.repeating import Difference, Repetition, differences, repeat, without
from ruleflow.service.logged_facts import logged_facts
from tests.projects import NOON, loaded

RULES = """
fields:
  ticket.card: {type: text, format: payment_card, secret: true}
  ticket.pin: {type: text, secret: true}
  ticket.amount: decimal
rules:
  - {id: big, stage: route, on: [ticket.created], when: ticket.amount > 0.1, then: [{set: {ticket.priority: high}}]}
  - {id: paid, stage: route, on: [ticket.created], when: ticket.card is present, then: [{add_tags: [paid]}]}
  - {id: pin, stage: route, on: [ticket.created], when: ticket.pin is present, then: [{add_tags: [pin]}]}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return loaded(tmp_path_factory.mktemp("p"), RULES)


def logged(project: Project, ticket: dict[str, Any]) -> tuple[bytes, tuple[str, ...], bytes]:
    """What the service logs of a decision: facts, what of them is masked, the decision."""
    decision = project.decide("ticket.created", {"ticket": ticket}, now=NOON)
    facts, masked = logged_facts(project.door)({"ticket": ticket})
    return canonical_json(facts), masked, decision.to_json()


def repeated(project: Project, ticket: dict[str, Any]) -> Repetition:
    facts, masked, decision = logged(project, ticket)
    return repeat(project, "ticket.created", facts, NOON, masked, decision)


def test_the_same_facts_come_to_the_same_bytes(project: Project) -> None:
    """Numbers keep their digits; what the project does not declare was never looked at."""
    assert repeated(project, {"amount": 0.30000000000000004, "unheard_of": 1}) == Repetition(same=True)


def test_masked_facts_change_the_id_and_nothing_else(project: Project) -> None:
    """A mask is a text like another where no format is asked for."""
    found = repeated(project, {"amount": 1, "pin": "1234 5678"})
    assert found.same
    assert found.left_out == ()
    assert ["/decision_id"] == [one.pointer for one in found.differences]


def test_masked_facts_that_the_project_refuses_are_left_out(project: Project) -> None:
    """Then rules that ask for them come out otherwise, and that is said."""
    found = repeated(project, {"amount": 1, "card": "4111111111111111"})
    assert not found.same
    assert found.left_out == ("/ticket/card",)
    both = repeated(project, {"amount": 1, "card": "4111111111111111", "pin": "1234 5678"})
    assert both.left_out == ("/ticket/card",)
    assert Difference("/matched", '["big", "paid"]', '["big"]') in found.differences


def test_other_rules_come_out_otherwise(project: Project, tmp_path: Path) -> None:
    """Each value that differs is listed, where it stands."""
    facts, masked, decision = logged(project, {"amount": 1})
    other = loaded(tmp_path, RULES.replace("high", "urgent"))
    found = repeat(other, "ticket.created", facts, NOON, masked, decision)
    assert not found.same
    assert Difference("/outcome/ticket/priority", '"high"', '"urgent"') in found.differences


def test_facts_that_are_refused_now(project: Project) -> None:
    """Nothing is decided, and it is said why."""
    found = repeat(project, "ticket.created", b'{"ticket": {"amount": "much"}}', NOON, (), b"{}")
    assert (found.same, found.differences) == (False, ())
    assert "/ticket/amount" in found.refused
    assert "not JSON" in repeat(project, "ticket.created", b"{", NOON, (), b"{}").refused


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text("a/~", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("a/~b", max_size=2), inner, max_size=3),
    max_leaves=8,
)


def pointers(document: Any, pointer: str = "") -> list[str]:
    """Every pointer into a document, below the whole of it."""
    if isinstance(document, dict):
        parts = [(f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}", one) for name, one in document.items()]
    elif isinstance(document, list):
        parts = [(f"{pointer}/{n}", one) for n, one in enumerate(document)]
    else:
        parts = []
    return [found for part, one in parts for found in [part, *pointers(one, part)]]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(DOCUMENTS, DOCUMENTS)
def test_documents_differ_where_they_are_not_equal(before: Any, now: Any) -> None:
    """`true` is not 1; equal ones have no difference, others have one, and its pointer leads into one of them."""
    assert [] == [*differences(before, before)]
    found = [*differences(before, now)]
    assert bool(found) == (canonical_json(before) != canonical_json(now) and not _equal(before, now))
    known = {"", *pointers(before), *pointers(now)}
    assert {one.pointer for one in found} <= known


def _equal(before: Any, now: Any) -> bool:
    """Whether two documents are the same, whatever the order of names."""
    if isinstance(before, dict) and isinstance(now, dict):
        return before.keys() == now.keys() and all(_equal(before[name], now[name]) for name in before)
    if isinstance(before, list) and isinstance(now, list):
        return len(before) == len(now) and all(map(_equal, before, now))
    return type(before) is type(now) and bool(before == now)


@given(DOCUMENTS, st.data())
def test_what_a_pointer_points_at_is_left_out(document: Any, data: st.DataObject) -> None:
    """All else stays; a pointer that leads nowhere does nothing."""
    assert document == without(document, ["/nothing/here"])
    known = pointers(document)
    if known:
        pointer = data.draw(st.sampled_from(known))
        below = [one for one in known if one == pointer or one.startswith(f"{pointer}/")]
        assert len(known) - len(below) == len(pointers(without(document, [pointer])))
