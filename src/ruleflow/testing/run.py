"""Running the tests that an admin wrote against the rules."""

from __future__ import annotations

from collections.abc import Iterator

from ruleflow.analysis.outcomes import Decided
from ruleflow.engine.evaluate import evaluate_run
from ruleflow.engine.facts import Facts
from ruleflow.model.rules import Mode
from ruleflow.model.tests import Case, EventTest
from ruleflow.project.project import Project
from ruleflow.testing.expect import mismatches
from ruleflow.testing.promises import broken_words
from ruleflow.testing.results import CaseResult, Report, instant_of_case, refused, without_refused
from ruleflow.testing.steps import run_steps


def run_tests(project: Project, wanted: str = "") -> Report:
    """Run the tests whose name contains `wanted`, in file order."""
    results = tuple(
        result
        for test in project.model.tests
        if wanted.casefold() in test.name.casefold()
        for result in (run_steps(project, test) if test.steps else _run_cases(project, test))
    )
    fired = {rule for result in results for rule in result.matched}
    asked = [rule.id for rule in project.model.rules if rule.enabled and rule.mode is Mode.ACTIVE]
    return Report(results, tuple(rule for rule in asked if rule not in fired))


def _run_cases(project: Project, test: EventTest) -> Iterator[CaseResult]:
    return (run_case(project, test, case) for case in test.cases)


def run_case(project: Project, test: EventTest, case: Case) -> CaseResult:
    """Decide what the case gives and compare."""
    name = f"{test.name} [{case.name}]" if case.name else test.name
    refusal = case.expect.get("refused")
    facts = project.door.read(case.event, case.given)
    if not isinstance(facts, Facts):
        return CaseResult(name, case.span, problems=tuple(refused(facts, refusal)))
    evaluated = evaluate_run(project.plan, case.event, facts, instant_of_case(project, case), project.digest)
    shown = evaluated.decision.to_dict()
    if refusal is not None and refusal is not False:
        problems = ("the facts were decided; they were expected to be refused",)
        return CaseResult(name, case.span, problems=problems, matched=tuple(shown["matched"]))
    found = mismatches(without_refused(case.expect), shown)
    broken = tuple(broken_words(project, [Decided(case.event, facts, evaluated)]))
    return CaseResult(name, case.span, found, broken, matched=(*shown["matched"], *shown["shadow"]))
