"""Running the tests that an admin wrote against the rules."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_

from ruleflow.project.project import Project
from ruleflow.testing.cases import ran
from ruleflow.testing.coverage import coverage_of
from ruleflow.testing.results import Ran, Report
from ruleflow.testing.sightings import Observer, Sightings


def run_tests(project: Project, wanted: str = "", workers: int = 1) -> Report:
    """Run the tests whose name contains `wanted`, in file order. `workers` is the number of processes."""
    numbers = [at for at, test in enumerate(project.model.tests) if wanted.casefold() in test.name.casefold()]
    if workers > 1 and project.folder is not None:
        from ruleflow.testing.workers import ran_by_workers

        return report(project, ran_by_workers(project, numbers, workers))
    observer = Observer(project.plan)
    return report(project, (ran(project, number, observer) for number in numbers))


def report(project: Project, runs: Iterable[Ran]) -> Report:
    """The report of some runs."""
    done = tuple(runs)
    seen = reduce(or_, (run.seen for run in done), Sightings())
    return Report(done, coverage_of(project.plan.checked, seen))
