"""Running the steps of a test: events that follow each other on one ticket, and time that passes between them.

What a decision says is carried out before the next step, as a helpdesk would.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from ruleflow.analysis.outcomes import Decided
from ruleflow.engine.evaluate import Evaluated
from ruleflow.engine.facts import Facts
from ruleflow.engine.timers import TIMER
from ruleflow.model.tests import Case, EventTest
from ruleflow.model.tests_reader import merged
from ruleflow.project.project import Project
from ruleflow.testing.asked import Asked
from ruleflow.testing.expect import mismatches
from ruleflow.testing.promises import broken_words
from ruleflow.testing.results import CaseResult, instant_of_case, name_of, refused, without_refused
from ruleflow.timeline.carry import happened, paths_named
from ruleflow.timeline.future import Step, decide_step, pass_time


def run_steps(project: Project, test: EventTest) -> Iterator[CaseResult]:
    """Run the steps of a test, one result each."""
    last: Step | None = None
    for number, case in enumerate(test.cases):
        name = name_of(test, number)
        result, last = _advance(project, case, name, last) if case.advance_to else _event(project, case, name, last)
        yield result


def _event(project: Project, case: Case, name: str, last: Step | None) -> tuple[CaseResult, Step | None]:
    """A step at which something happens."""
    at = instant_of_case(project, case)
    problem = _is_back(at, last)
    read = project.door.read(case.event, case.given)
    expected = case.expect.get("refused")
    if problem or not isinstance(read, Facts):
        problems = (problem,) if isinstance(read, Facts) else tuple(refused(read, expected))
        return CaseResult(name, case.span, problems=problems), last
    if expected is not None and expected is not False:
        return CaseResult(name, case.span, problems=("the facts were decided; they were expected to be refused",)), last
    tracked = project.plan.service_levels.tracked
    before = None if last is None else last.facts
    facts = happened(case.event, read, tuple(paths_named(case.given)), before, at, tracked)
    step = decide_step(project.plan, case.event, facts, at, project.digest)
    return _result(project, name, case, [(Asked(case.event, facts, at), step.evaluated)]), step


def _advance(project: Project, case: Case, name: str, last: Step | None) -> tuple[CaseResult, Step | None]:
    """A step in which time passes: everything due on the way happens, and is looked at as one."""
    until = instant_of_case(project, case)
    if last is None:
        problem = "time passes before anything has happened; begin with an event"
        return CaseResult(name, case.span, problems=(problem,)), last
    if problem := _is_back(until, last):
        return CaseResult(name, case.span, problems=(problem,)), last
    steps = list(pass_time(project.plan, last, until, project.digest))
    there = decide_step(project.plan, TIMER, (steps[-1] if steps else last).facts, until, project.digest)
    steps.append(there)
    asked = [(Asked(TIMER, before.facts, step.at), step.evaluated) for before, step in pairwise((last, *steps))]
    return _result(project, name, case, asked), there


def _result(project: Project, name: str, case: Case, decided: Sequence[tuple[Asked, Evaluated]]) -> CaseResult:
    shown = together([evaluated.decision.to_dict() for _, evaluated in decided])
    broken = broken_words(project, [Decided(asked.event, asked.facts, evaluated) for asked, evaluated in decided])
    found = mismatches(without_refused(case.expect), shown)
    return CaseResult(name, case.span, found, tuple(broken), asked=tuple(asked for asked, _ in decided))


def together(decisions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Decisions that follow each other as one: lists one after the other, of the outcome the last word on each field.

    Timers are those after the last one.
    """
    *_, last = decisions
    lists = ("actions", "matched", "shadow", "overridden", "fired", "warnings", "errors")
    joined = {key: [item for one in decisions for item in one[key]] for key in lists}
    outcome: Mapping[str, Any] = {}
    for one in decisions:
        told = {key: value for key, value in one["outcome"].items() if value is not None}
        outcome = merged(outcome, told)
    messages = [message for one in decisions for message in one["outcome"]["messages"]]
    nothing = dict.fromkeys(last["outcome"])
    return {**last, **joined, "outcome": {**nothing, **outcome, "messages": messages}}


def _is_back(at: datetime, last: Step | None) -> str:
    """What is wrong with a step that lies before the one before it; '' where nothing is."""
    return f"this step lies before the one before it, at {last.at.isoformat()}" if last and at < last.at else ""
