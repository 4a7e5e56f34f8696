"""For a rule the smallest ticket that makes it fire, or why there is none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ruleflow.analysis.nearest import Situation
from ruleflow.analysis.reaching import events_of_rule, reach
from ruleflow.analysis.tickets import Engine
from ruleflow.engine.gates import in_rollout
from ruleflow.plan.compile import compile_plan
from ruleflow.plan.plan import Plan
from tests.properties.test_plan_decides_as_reference import checked_project

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROOT = """ruleflow: 1
stages: [one]
segments: {vip: {}}
fields: {ticket.amount: {type: integer}, ticket.kind: {type: choice, options: [a, b], required: true}}
"""


def plan_of(rule: str) -> Plan:
    """A project of one rule, `r`."""
    return compile_plan(checked_project(ROOT, f"rules: [{{id: r, stage: one, then: [{{note: x}}], {rule}}}]\n"))


@pytest.mark.parametrize(
    ("rule", "event", "facts"),
    [
        ("on: ticket.created, when: ticket.amount >= 5", "ticket.created", {"ticket": {"kind": "a", "amount": 5}}),
        ("on: ticket.created, when: ticket.kind is b", "ticket.created", {"ticket": {"kind": "b"}}),
        ("on: ticket.created, mode: shadow", "ticket.created", {"ticket": {"kind": "a"}}),
        (
            "on: ticket.updated, when: ticket.amount changed from 5",
            "ticket.updated",
            {"ticket": {"kind": "a"}, "before": {"ticket": {"amount": 5}}},
        ),
        (
            "on: ticket.created, when: count (contact.tickets where it.status is open) >= 2",
            "ticket.created",
            {"ticket": {"kind": "a"}, "contact": {"tickets": [{"status": "open"}, {"status": "open"}]}},
        ),
    ],
)
def test_the_smallest_ticket(rule: str, event: str, facts: dict[str, Any]) -> None:
    """It has what is required and what the rule asks for, and nothing else; lists only as many records as it takes."""
    assert Situation(event, facts, NOW) == reach(plan_of(rule), event, "r", NOW)


def test_a_rule_for_a_share_of_tickets_gets_one_of_them() -> None:
    """The ticket has an id that lies in the share."""
    found = reach(plan_of("on: ticket.created, rollout: 3%"), "ticket.created", "r", NOW)
    assert isinstance(found, Situation)
    assert in_rollout("r", found.facts["ticket"]["id"], 3)


def test_a_time_rule_gets_a_ticket_that_has_waited() -> None:
    """The instant stays what it is; the ticket has waited for long enough."""
    plan = plan_of("after: {time: 6h, since: ticket.updated_at}")
    found = reach(plan, "timer", "r", NOW)
    assert isinstance(found, Situation)
    assert NOW == found.now
    decided = Engine(plan, "timer").decide(found.facts, found.now)
    assert decided is not None
    assert ("r",) == tuple(decided.decision.matched)
    assert ("timer",) == events_of_rule(plan.model.rules[0], plan.model)


def test_why_there_is_none() -> None:
    """A condition that no ticket fulfils is told."""
    plan = plan_of("on: ticket.created, when: ticket.amount > 5 and ticket.amount < 5")
    assert "no ticket fulfils its condition" == reach(plan, "ticket.created", "r", NOW)
