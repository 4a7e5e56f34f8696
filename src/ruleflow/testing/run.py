"""Running the tests that an admin wrote against the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ruleflow.diagnostics.suggest import listing
from ruleflow.engine.facts import FactProblem
from ruleflow.model.rules import Mode
from ruleflow.model.tests import Case, EventTest
from ruleflow.project.errors import FactsError
from ruleflow.project.project import Project
from ruleflow.source import Span
from ruleflow.testing.expect import Mismatch, mismatches
from ruleflow.types.literals import instant_of


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How one case of a test went. It passed when there are no mismatches and no problems."""

    name: str
    """The test's name, with the row's in brackets."""
    span: Span
    mismatches: tuple[Mismatch, ...] = ()
    problems: tuple[str, ...] = ()
    """Why nothing was decided, though a decision was expected (or the other way round)."""
    matched: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether everything is as expected."""
        return not self.mismatches and not self.problems


@dataclass(frozen=True, slots=True)
class Report:
    """How all tests went, and the rules that none of them saw fire."""

    results: tuple[CaseResult, ...]
    never_fired: tuple[str, ...] = field(default=())

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """The cases that did not pass."""
        return tuple(result for result in self.results if not result.passed)


def run_tests(project: Project, wanted: str = "") -> Report:
    """Run the tests whose name contains `wanted`, in file order."""
    results = tuple(
        run_case(project, test, case)
        for test in project.model.tests
        if wanted.casefold() in test.name.casefold()
        for case in test.cases
    )
    fired = {rule for result in results for rule in result.matched}
    asked = [rule.id for rule in project.model.rules if rule.enabled and rule.mode is Mode.ACTIVE]
    return Report(results, tuple(rule for rule in asked if rule not in fired))


def run_case(project: Project, test: EventTest, case: Case) -> CaseResult:
    """Decide what the case gives and compare."""
    name = f"{test.name} [{case.name}]" if case.name else test.name
    refusal = case.expect.get("refused")
    try:
        decision = project.decide(case.event, case.given, now=_instant(project, case))
    except FactsError as error:
        return CaseResult(name, case.span, problems=tuple(_refused(error.problems, refusal)))
    shown = decision.to_dict()
    if refusal is not None and refusal is not False:
        problems = ("the facts were decided; they were expected to be refused",)
        return CaseResult(name, case.span, problems=problems, matched=tuple(shown["matched"]))
    found = mismatches(_without_refused(case.expect), shown)
    return CaseResult(name, case.span, found, matched=(*shown["matched"], *shown["shadow"]))


def _instant(project: Project, case: Case) -> datetime:
    zone = project.model.zone
    found = instant_of(case.now, zone) if case.now else None
    return found or datetime(2026, 1, 1, tzinfo=zone).astimezone(UTC)


def _without_refused(expect: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in expect.items() if key != "refused"}


def _refused(problems: tuple[FactProblem, ...], expected: object) -> Iterator[str]:
    """What is wrong with a refusal: it was not expected, or not at these places."""
    if expected is True:
        return
    if isinstance(expected, list):
        found = {problem.pointer for problem in problems}
        missing = [str(pointer) for pointer in expected if pointer not in found]
        if missing:
            yield f"the facts were not refused at {listing(missing)}, but at {listing(sorted(found))}"
        return
    for problem in problems:
        yield f"the facts were refused: {problem.pointer or 'as a whole'}: {problem.message}"
