"""What is said of rules that never act, or always, is so for every ticket of a small vocabulary."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ruleflow.analysis.dead import find_dead
from ruleflow.analysis.tickets import Engine
from ruleflow.engine.evaluate import standing_acts
from tests.properties.test_compare import Rule, plan_of, projects, tickets
from tests.properties.test_plan_decides_as_reference import EXAMPLES

OF_RULES = {"RF504", "RF505", "RF506", "RF507", "RF508"}
NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@given(projects, st.sampled_from(["all", "first"]))
@settings(max_examples=max(20, EXAMPLES // 5))
def test_what_is_said_of_a_rule_is_so_for_every_ticket(rules: list[Rule], hit: str) -> None:
    """Rules that never match or get no turn never do; those without effect have none; always true is always true."""
    plan = plan_of(rules, hit)
    found = (
        {}
        if plan is None
        else {one.within.split("`")[1]: one.code.number for one in find_dead(plan) if one.code.number in OF_RULES}
    )
    if plan is None or not found:
        return
    engine = Engine(plan, "ticket.updated")
    truths = {rule.id: plan.evaluator.truth_of(rule.when) for rule in plan.model.rules if rule.when is not None}
    for raw in tickets():
        decided = engine.decide(raw, NOW)
        assert decided is not None
        matched = set(decided.decision.matched)
        acting = {act.rule for stage in decided.run.stages for act in stage.resolved.standing}
        assert {act.rule for act in standing_acts(decided.run, plan.model)} <= acting
        seen = {rule.planned.rule.id: stage.seen for stage in decided.run.stages for rule in stage.rules}
        for rule, number in found.items():
            assert number not in {"RF504", "RF506"} or rule not in matched, (rule, number, raw)
            assert number != "RF507" or rule not in acting, (rule, raw)
            assert number != "RF505" or rule not in seen or truths[rule](seen[rule]), (rule, raw)


@given(projects)
@settings(max_examples=max(20, EXAMPLES // 5))
def test_a_clash_is_told_where_trying_every_ticket_finds_one(rules: list[Rule]) -> None:
    """What is told was decided; where nothing is, every write that loses does so against a rule that it always goes with."""
    plan = plan_of(rules, "all")
    if plan is None:
        return
    findings = find_dead(plan)
    told = {one.message.split("`")[1] for one in findings if one.code.number == "RF509"}
    silent = {one.within.split("`")[1] for one in findings if one.code.number == "RF507"}
    engine = Engine(plan, "ticket.updated")
    lost: set[tuple[str, str, str]] = set()
    alone: set[tuple[str, str]] = set()
    for raw in tickets():
        decided = engine.decide(raw, NOW)
        matched = set() if decided is None else set(decided.decision.matched)
        alone |= {(one, other.id) for one in matched for other in plan.model.rules if other.id not in matched}
        for stage in () if decided is None else decided.run.stages:
            own = (one for one in stage.resolved.lost if one.act.value != one.kept.value)
            lost |= {(one.act.target, one.kept.rule, one.act.rule) for one in own if one.act.rule != one.kept.rule}
    for target, kept, rule in lost:
        declared = plan.model.fields.get(target)
        if declared is not None and declared.resolve is None and rule not in silent and (kept, rule) in alone:
            assert target in told, (target, kept, rule)


@given(projects, st.sampled_from(["all", "first"]))
@settings(max_examples=max(20, EXAMPLES // 5))
def test_a_ticket_that_nobody_gets_is_told_where_trying_every_ticket_finds_one(rules: list[Rule], hit: str) -> None:
    """And the ticket that is told really ends without team and agent."""
    plan = plan_of(rules, hit, "ticket.created")
    if plan is None or not any(action.type == "route" for rule in plan.model.rules for action in rule.actions):
        return
    told = [one.help[0].partition(": ")[2] for one in find_dead(plan) if one.code.number == "RF511"]
    engine = Engine(plan, "ticket.created")
    if told:
        assert is_left(engine, json.loads(told[0]))
    else:
        assert not any(is_left(engine, {name: raw[name] for name in ("ticket", "contact")}) for raw in tickets())


def is_left(engine: Engine, raw: dict[str, Any]) -> bool:
    """Whether nobody has a ticket at the end, and no rule has ended the decision."""
    decided = engine.decide(raw, NOW)
    if decided is None or decided.run.ended_by:
        return False
    return decided.run.final["ticket.team"] is None and decided.run.final["ticket.agent"] is None
