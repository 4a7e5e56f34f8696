"""What promises see of a decision is what the decision says, on random projects and facts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import given, settings

from ruleflow.analysis.outcomes import Decided, view_of
from ruleflow.engine.canonical import plain
from ruleflow.engine.door import make_door
from ruleflow.engine.evaluate import evaluate_run
from ruleflow.engine.facts import Facts
from ruleflow.plan.compile import compile_plan
from tests.properties.test_plan_decides_as_reference import EVENTS, EXAMPLES, INSTANTS, checked_project
from tests.random_projects import facts, projects


@given(projects(), facts(), EVENTS, INSTANTS)
@settings(max_examples=EXAMPLES)
def test_the_outcome_by_path_is_that_of_the_decision(
    project: tuple[str, str], raw: dict[str, Any], event: str, now: datetime
) -> None:
    """Route, policy, messages, contract, denial, rules, actions, tags and fields; facts stay as they came."""
    plan = compile_plan(checked_project(*project))
    model, zone = plan.model, plan.model.zone
    read = make_door(model).read(event, raw)
    assert isinstance(read, Facts), read
    evaluated = evaluate_run(plan, event, read, now, "sha256:0")
    decision, seen = evaluated.decision, view_of(plan, Decided(event, read, evaluated))
    told = decision.outcome
    assert told["route"] == plain(seen["outcome.route"], zone)
    assert (told["sla"] or {}).get("policy") == seen["outcome.sla"]
    assert {one["template"] for one in told["messages"]} == seen["outcome.messages"]
    assert len(told["messages"]) == seen["outcome.message_count"]
    assert (told["contract"], told["denied"]) == (seen["outcome.contract"], seen["outcome.denied"])
    assert set(decision.matched) == seen["outcome.matched"]
    assert {action["type"] for action in decision.actions} == seen["outcome.actions"]
    added = {tag for action in decision.actions if action["type"] == "add_tags" for tag in action["tags"]}
    assert added == seen["outcome.tags"]
    for group in ("ticket", "contact", "company"):
        for name, value in told.get(group, {}).items():
            if not isinstance(value, dict):
                assert value == plain(seen[f"outcome.{group}.{name}"], zone)
    for path, value in read.values.items():
        if path != "contact.segments":
            assert value == seen[path]
