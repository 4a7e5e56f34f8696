"""A process that runs tests for another one, see `workers`: `python -m ruleflow.testing.worker`."""

from __future__ import annotations

import sys
from typing import Any

from ruleflow.project.errors import ProjectError
from ruleflow.project.processes import read_frame, write_frame
from ruleflow.project.project import Project, load
from ruleflow.testing.bench import Bench
from ruleflow.testing.cases import ran
from ruleflow.testing.conditions import Owner, OwnerKind
from ruleflow.testing.sightings import Observer


def main() -> None:
    """Open the project that the first frame names, and answer the questions after it."""
    head = read_frame(sys.stdin.buffer)
    if head is None:
        return
    folder, digest = head
    try:
        project = load(folder)
    except ProjectError:
        return
    if project.digest != digest:
        return
    answers = Answers(project)
    while (question := read_frame(sys.stdin.buffer)) is not None:
        write_frame(sys.stdout.buffer, answers.to(*question))


class Answers:
    """Answers the questions of another process about one project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._observer = Observer(project.plan)
        self._bench = Bench(project)

    def to(self, what: str, *rest: Any) -> Any:
        """The answer to a question: of a test, whether it passed and what it saw; of mutants, whether tests notice each."""
        if what == "mutants":
            kind, name, numbers, tests = rest
            return [self._bench.notices(Owner(OwnerKind(kind), name), number, tests) for number in numbers]
        done = ran(self._project, rest[0], self._observer)
        return [all(result.passed for result in done.results), done.seen.to_plain()]


if __name__ == "__main__":
    main()
