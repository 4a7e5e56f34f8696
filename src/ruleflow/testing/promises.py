"""The promises of a project, held against what its tests decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ruleflow.analysis.outcomes import Decided
from ruleflow.analysis.promises import BrokenPromise, broken_promises
from ruleflow.project.project import Project


def broken_words(project: Project, decided: Iterable[Decided]) -> Iterator[str]:
    """The promises that decisions break, each once, in words; decisions that follow each other are told by the first."""
    seen: set[str] = set()
    for one in decided:
        for broken in broken_promises(project.plan, one, project.digest):
            if broken.promise.id not in seen:
                seen.add(broken.promise.id)
                yield _words(broken)


def _words(broken: BrokenPromise) -> str:
    promise = broken.promise
    title = f" ({promise.title})" if promise.title else ""
    return f"the property `{promise.id}`{title} is broken: {broken.reason}"
