"""Parts of conditions that say nothing, proved of every ticket. Takes the solver of `ruleflow[prove]`."""

from __future__ import annotations

from collections.abc import Iterator

from ruleflow.analysis.building import versions_of
from ruleflow.analysis.cells import FIRST_DAY, Horizon
from ruleflow.analysis.solver import Answer, Solver
from ruleflow.checker.reads import paths_read
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.lint.parts import Judge, find_parts
from ruleflow.lint.subject import Subject
from ruleflow.plan.conditions import Condition

BUDGET = 1_000
"""Conflicts that a question may cost; what takes more is not mentioned."""
_NO_EVENT = ""


def find_proved_parts(subject: Subject) -> Iterator[Diagnostic]:
    """What `find_parts` does not see. Facts are taken as they come, each by itself; what stages write may lie outside.

    Raises `ProverMissing` without the solver.
    """
    model, meanings = subject.model, subject.checked.meanings
    exprs = [place.condition for place in subject.places]
    asked = [subject.canonical.condition(expr) for expr in exprs]
    reads = {path for expr in exprs for path in paths_read(expr, model, meanings)}
    (version,) = versions_of((subject.project.plan,), _NO_EVENT, Horizon.of_two_years(FIRST_DAY), asked, reads)
    solver = Solver(version.network, BUDGET)

    def always(condition: Condition) -> bool:
        return solver.ask([-version.truth(condition)]) is Answer.NO

    try:
        yield from find_parts(subject, Judge(always, safe=False))
    finally:
        solver.close()
