"""Mutants of random projects: each differs, none is decided by a plan that was made in haste, no test is spared wrongly."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from hypothesis import given, settings

from ruleflow.checker.checked import Checked
from ruleflow.engine.door import make_door
from ruleflow.engine.evaluate import evaluate
from ruleflow.engine.facts import Facts
from ruleflow.model.tests import Case, EventTest
from ruleflow.plan.canonical import conditions_of
from ruleflow.plan.compile import compile_plan
from ruleflow.project.project import Project
from ruleflow.source import Source, Span
from ruleflow.testing.bench import Bench
from ruleflow.testing.conditions import OwnerKind, owned
from ruleflow.testing.expect import mismatches
from ruleflow.testing.mutants import Mutants
from tests.properties.test_plan_decides_as_reference import EVENTS, EXAMPLES, INSTANTS, checked_project
from tests.random_projects import facts, projects

NOWHERE = Span(Source("x.yaml", ""), 0, 0)


def as_said(checked: Checked, rule: str) -> tuple[Any, ...]:
    """What a rule means: its canonical condition and its actions; nothing where it is not there."""
    found = [one for one in checked.model.rules if one.id == rule]
    return (conditions_of(checked)[rule], found[0].actions) if found else ()


@given(projects())
@settings(max_examples=max(EXAMPLES // 10, 10))
def test_every_mutant_differs(project: tuple[str, str]) -> None:
    """The canonical condition or the actions of a changed rule differ from those of the rule and of every other mutant."""
    checked = checked_project(*project)
    for owner, _ in owned(checked):
        if owner.kind is OwnerKind.RULE:
            mutants = Mutants(checked).of(owner)
            meant = [as_said(checked, owner.id), *(as_said(one.checked, owner.id) for one in mutants)]
            assert len(meant) == len(set(meant))
            assert [one.change for one in mutants] == [one.change for one in Mutants(checked).of(owner)]


@given(projects(), facts(), EVENTS, INSTANTS)
@settings(max_examples=max(EXAMPLES // 10, 10))
def test_a_patched_plan_decides_as_a_new_one(
    project: tuple[str, str], raw: dict[str, Any], event: str, now: datetime
) -> None:
    """The plan of a mutant, put together from that of the project, decides as one compiled from scratch.

    Where a test that expects the whole decision of the project would fail, the bench says so, whatever it spares itself.
    """
    checked = checked_project(*project)
    plan = compile_plan(checked)
    read = make_door(checked.model).read(event, raw)
    assert isinstance(read, Facts), read
    expected = evaluate(plan, event, read, now, "").to_dict()
    case = Case(event, now.isoformat(), raw, expected, NOWHERE, NOWHERE)
    model = replace(checked.model, tests=(EventTest("all of it", (case,)),))
    bench = Bench(Project("x", "", (), model, plan, make_door(checked.model)))
    for owner, _ in owned(checked):
        for number, mutant in enumerate(Mutants(checked).of(owner)):
            patched = evaluate(mutant.plan(plan), event, read, now, "")
            assert evaluate(compile_plan(mutant.checked), event, read, now, "") == patched, mutant.change
            is_seen = bool(mismatches(expected, patched.to_dict()))
            assert is_seen is bench.notices(owner, number, (0,)), mutant.change
