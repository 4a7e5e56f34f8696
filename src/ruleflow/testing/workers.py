"""Other processes that run tests beside this one: `python -m ruleflow.testing.worker`, see `project.processes`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ruleflow.project.processes import Worker, in_order
from ruleflow.project.project import Project
from ruleflow.testing.cases import ran
from ruleflow.testing.results import CaseResult, Ran, name_of
from ruleflow.testing.sightings import Observer, sightings_of

MODULE = "ruleflow.testing.worker"


def ran_by_workers(project: Project, numbers: Iterable[int], count: int) -> Iterator[Ran]:
    """The runs of some tests in order, by `count` processes. A test that failed there is run again here, for its words."""
    observer = Observer(project.plan)

    def here(number: int) -> Ran:
        return ran(project, number, observer)

    def ask(worker: Worker, number: int) -> Ran | None:
        answer: Any = worker.ask(["test", number])
        if answer is None or not answer[0]:
            return None
        return Ran(number, _passed(project, number), sightings_of(answer[1]))

    return in_order(MODULE, head_of(project), numbers, ask, here, count)


def head_of(project: Project) -> list[str]:
    """What a process is told of the project."""
    return ["" if project.folder is None else str(project.folder.resolve()), project.digest]


def _passed(project: Project, number: int) -> tuple[CaseResult, ...]:
    test = project.model.tests[number]
    return tuple(CaseResult(name_of(test, at), case.span) for at, case in enumerate(test.cases))
