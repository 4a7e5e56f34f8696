"""Running one test: its cases, or its steps."""

from __future__ import annotations

from collections.abc import Iterator

from ruleflow.analysis.outcomes import Decided
from ruleflow.engine.evaluate import evaluate_run
from ruleflow.engine.facts import Facts
from ruleflow.model.tests import Case, EventTest
from ruleflow.project.project import Project
from ruleflow.testing.asked import Asked
from ruleflow.testing.expect import mismatches
from ruleflow.testing.promises import broken_words
from ruleflow.testing.results import CaseResult, Ran, instant_of_case, name_of, refused, without_refused
from ruleflow.testing.sightings import Observer
from ruleflow.testing.steps import run_steps


def ran(project: Project, number: int, observer: Observer) -> Ran:
    """Run a test, and look at what it saw."""
    results = tuple(run_test(project, project.model.tests[number]))
    return Ran(number, results, observer.see(asked for result in results for asked in result.asked))


def run_test(project: Project, test: EventTest) -> Iterator[CaseResult]:
    """Run a test, one result for each case or step, as they are asked for."""
    if test.steps:
        return run_steps(project, test)
    return (run_case(project, name_of(test, at), case) for at, case in enumerate(test.cases))


def run_case(project: Project, name: str, case: Case) -> CaseResult:
    """Decide what the case gives and compare."""
    refusal = case.expect.get("refused")
    read = project.door.read(case.event, case.given)
    if not isinstance(read, Facts):
        return CaseResult(name, case.span, problems=tuple(refused(read, refusal)))
    now = instant_of_case(project, case)
    evaluated = evaluate_run(project.plan, case.event, read, now, project.digest)
    asked = (Asked(case.event, read, now),)
    if refusal is not None and refusal is not False:
        problems = ("the facts were decided; they were expected to be refused",)
        return CaseResult(name, case.span, problems=problems, asked=asked)
    found = mismatches(without_refused(case.expect), evaluated.decision.to_dict())
    broken = broken_words(project, [Decided(case.event, read, evaluated)])
    return CaseResult(name, case.span, found, tuple(broken), asked=asked)
