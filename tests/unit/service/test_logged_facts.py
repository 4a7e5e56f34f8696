"""What is logged of facts: enough to decide again, and no secret."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleflow.engine.canonical import canonical_json
from ruleflow.project.errors import FactsError
from ruleflow.project.fact_files import read_json
from ruleflow.project.project import Project
from ruleflow.service.logged_facts import logged_facts
from tests.projects import NOON, loaded
from tests.random_projects import facts, projects
from tests.unit.service.serving import EXAMPLES, example

SECRETS = """
fields:
  ticket.pin: {type: text, secret: true}
  ticket.codes: {type: list, of: text, secret: true}
  ticket.sum: {type: decimal, secret: true}
  ticket.agreed: {type: boolean, secret: true}
  contact.cards: {type: list, of: {number: {type: text, secret: true}, kind: text}}
  contact.address: {type: text}
"""


def test_only_what_is_declared_is_logged(tmp_path: Path) -> None:
    """Objects, fields and parts of records that nobody declared are left out; null and empty values stay."""
    project = loaded(tmp_path, SECRETS)
    raw = {
        "ticket": {"id": "T-1", "subject": None, "password": "x", "tags": []},
        "contact": {"cards": [{"kind": "visa", "owner": "Aino"}], "nested": {"deep": 1}},
        "other": {"ticket": 1},
        "before": {"ticket": {"priority": "", "password": "y"}, "other": 1},
    }
    assert logged_facts(project.door)(raw) == (
        {
            "ticket": {"id": "T-1", "subject": None, "tags": []},
            "contact": {"cards": [{"kind": "visa"}]},
            "before": {"ticket": {"priority": ""}},
        },
        (),
    )


def test_secrets_are_masked_and_pointed_at(tmp_path: Path) -> None:
    """Secret fields, items, parts of records, entries of a history and earlier values show no more than their ends."""
    project = loaded(tmp_path, SECRETS)
    raw = {
        "ticket": {
            "pin": "123456789012",
            "codes": ["secret-code-one", ""],
            "sum": Decimal("1234567.5"),
            "agreed": True,
            "history": [{"at": "2026-03-01T10:00Z", "event": "changed", "pin": "123456789012"}],
        },
        "contact": {"cards": [{"number": "4111111111111111", "kind": "visa"}, {"number": None}]},
        "before": {"ticket": {"pin": "210987654321", "sum": None}},
    }
    found, masked = logged_facts(project.door)(raw)
    assert found == {
        "ticket": {
            "pin": "•••••••••012",
            "codes": ["••••••••••••one", ""],
            "sum": "•••••••.5",
            "agreed": "•",
            "history": [{"at": "2026-03-01T10:00Z", "event": "changed", "pin": "•••••••••012"}],
        },
        "contact": {"cards": [{"number": "••••••••••••1111", "kind": "visa"}, {"number": None}]},
        "before": {"ticket": {"pin": "•••••••••321", "sum": None}},
    }
    assert sorted(masked) == [
        "/before/ticket/pin",
        "/contact/cards/0/number",
        "/ticket/agreed",
        "/ticket/codes/0",
        "/ticket/history/0/pin",
        "/ticket/pin",
        "/ticket/sum",
    ]


def test_what_is_secret_of_a_ticket_is_secret_of_earlier_ones(tmp_path: Path) -> None:
    """`contact.tickets` shows no subject where `ticket.subject` is a secret."""
    project = loaded(tmp_path, "fields: {ticket.subject: {type: text, secret: true}}\n")
    raw = {"contact": {"tickets": [{"id": "T-1", "subject": "My card is 4111"}]}}
    found, masked = logged_facts(project.door)(raw)
    assert masked == ("/contact/tickets/0/subject",)
    assert "My card" not in str(found)


def assert_decides_alike(project: Project, event: str, raw: dict[str, Any]) -> None:
    """Deciding what was logged of facts gives the very bytes that the facts gave."""
    try:
        decision = project.decide(event, raw, now=NOON)
    except FactsError:
        return
    found, masked = logged_facts(project.door)(raw)
    assert masked == ()
    again: Any = read_json(canonical_json(found))
    assert project.decide(event, again, now=NOON).to_json() == decision.to_json()


UNDECLARED = st.dictionaries(st.sampled_from(["ticket", "contact", "before", "else"]), st.just({"undeclared": "x"}))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(project=projects(), raws=st.lists(facts(), min_size=1, max_size=5), more=UNDECLARED)
def test_logged_facts_decide_alike(
    tmp_path_factory: pytest.TempPathFactory,
    project: tuple[str, str],
    raws: list[dict[str, Any]],
    more: dict[str, dict[str, str]],
) -> None:
    """Of any project and facts, with things that nobody declared among them, the log holds what decides."""
    root, rules = project
    opened = loaded(tmp_path_factory.mktemp("random"), rules, root)
    for raw in raws:
        whole = {**more, **{name: {**more.get(name, {}), **own} for name, own in raw.items()}}
        for event in ("ticket.created", "ticket.updated"):
            assert_decides_alike(opened, event, whole)


@pytest.mark.parametrize("name", ["first-steps", "service-levels"])
def test_examples_decide_alike(name: str) -> None:
    """The tickets of the examples are logged so that they can be decided again."""
    project = example(name)
    raw = json.loads((EXAMPLES / name / "ticket.json").read_bytes())
    for event in project.model.events:
        assert_decides_alike(project, event, raw)


@pytest.mark.parametrize("name", ["client-fields", "client-segments", "contact-groups", "contracts", "service-levels"])
def test_tests_of_examples_decide_alike(name: str) -> None:
    """So are the facts of every test of the examples, but where they have secrets."""
    project = example(name)
    cases = [case for test in project.model.tests for case in test.cases]
    raws: list[tuple[str, Any]] = [(case.event, read_json(canonical_json(case.given))) for case in cases]
    plain = [(event, raw) for event, raw in raws if not logged_facts(project.door)(raw)[1]]
    assert len(plain) > len(raws) / 2
    for event, raw in plain:
        assert_decides_alike(project, event, raw)
