"""What a run of tests gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ruleflow.diagnostics.suggest import listing
from ruleflow.engine.facts import FactProblem
from ruleflow.model.tests import Case, EventTest
from ruleflow.project.project import Project
from ruleflow.source import Span
from ruleflow.testing.asked import Asked
from ruleflow.testing.coverage import Coverage
from ruleflow.testing.expect import Mismatch
from ruleflow.testing.sightings import Sightings
from ruleflow.testing.verdicts import Mutation
from ruleflow.types.literals import moment_of


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How one case of a test went. It passed when there are no mismatches and no problems."""

    name: str
    """The test's name, with the row's in brackets."""
    span: Span
    mismatches: tuple[Mismatch, ...] = ()
    problems: tuple[str, ...] = ()
    """Why nothing was decided, though a decision was expected (or the other way round); promises that it breaks."""
    asked: tuple[Asked, ...] = field(default=(), compare=False, repr=False)
    """The decisions that were made."""

    @property
    def passed(self) -> bool:
        """Whether everything is as expected."""
        return not self.mismatches and not self.problems


@dataclass(frozen=True, slots=True)
class Ran:
    """How a test went, case by case or step by step, and what it saw. `number` counts the tests of the project from 0."""

    number: int
    results: tuple[CaseResult, ...]
    seen: Sightings


@dataclass(frozen=True, slots=True)
class Report:
    """How all tests went, and how much of the project they have seen."""

    runs: tuple[Ran, ...]
    coverage: Coverage
    mutation: Mutation | None = None
    """What became of changes of the rules, where they were tried."""

    @property
    def results(self) -> tuple[CaseResult, ...]:
        """How the cases went, in order."""
        return tuple(result for run in self.runs for result in run.results)

    @property
    def never_fired(self) -> tuple[str, ...]:
        """The rules that no test saw fire."""
        return self.coverage.never_fired

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """The cases that did not pass."""
        return tuple(result for result in self.results if not result.passed)


def name_of(test: EventTest, number: int) -> str:
    """The name of a case or step of a test, from 0: the test's, with the row's or step's in brackets."""
    own = test.cases[number].name or (f"step {number + 1}" if test.steps else "")
    return f"{test.name} [{own}]" if own else test.name


def instant_of_case(project: Project, case: Case) -> datetime:
    """The instant of a case, or the one to which time passes in it; where it names none, the start of 2026."""
    zone = project.model.zone
    return moment_of(case.advance_to or case.now, zone) or datetime(2026, 1, 1, tzinfo=zone).astimezone(UTC)


def without_refused(expect: Mapping[str, Any]) -> dict[str, Any]:
    """The expectations about the decision."""
    return {key: value for key, value in expect.items() if key != "refused"}


def refused(problems: tuple[FactProblem, ...], expected: object) -> Iterator[str]:
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
