"""Parts of conditions that say nothing, proved of every ticket. Takes the solver of `ruleflow[prove]`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from ruleflow.analysis.building import versions_of
from ruleflow.analysis.cells import FIRST_DAY, Horizon
from ruleflow.analysis.network import FALSE, TRUE, Literal
from ruleflow.analysis.solver import Answer, Solver
from ruleflow.analysis.version import Version
from ruleflow.checker.reads import paths_read
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.lint.parts import Judge, find_parts
from ruleflow.lint.subject import Subject
from ruleflow.plan.conditions import Condition, atoms

BUDGET = 1_000
"""Conflicts that a question may cost; what takes more is not mentioned."""
_NO_EVENT = ""
_DERIVED = frozenset({"contact.segments", "contract"})


def find_proved_parts(subject: Subject) -> Iterator[Diagnostic]:
    """What `find_parts` does not see. Facts are taken as they come, each by itself; what stages write may lie outside.

    Raises `ProverMissing` without the solver.
    """
    model, meanings = subject.model, subject.checked.meanings
    exprs = [place.condition for place in subject.places]
    asked = [subject.canonical.condition(expr) for expr in exprs]
    reads = {path for expr in exprs for path in paths_read(expr, model, meanings)}
    (version,) = versions_of((subject.project.plan,), _NO_EVENT, Horizon.of_two_years(FIRST_DAY), asked, reads)
    asked_of = _Asked(version, Solver(version.network, BUDGET))
    judge = Judge(asked_of.always, asked_of.implies, safe=False, related=_are_related)
    try:
        yield from find_parts(subject, judge)
    finally:
        asked_of.solver.close()


@dataclass(slots=True)
class _Asked:
    """Asks of conditions. `seen` are truths that hold in some solution found so far: these need not be asked."""

    version: Version
    solver: Solver
    seen: set[Literal] = field(default_factory=set)

    def always(self, condition: Condition) -> bool:
        """Whether it is proved that a condition holds for every ticket."""
        return self._is_impossible(-self.version.truth(condition))

    def implies(self, one: Condition, other: Condition) -> bool:
        """Whether it is proved that no ticket fulfils `one` and not `other`."""
        return self._is_impossible(self.version.truth(one), -self.version.truth(other))

    def _is_impossible(self, *literals: Literal) -> bool:
        if FALSE in literals:
            return True
        if len(literals) == 1 and literals[0] in self.seen:
            return False
        answer = self.solver.ask([one for one in literals if one != TRUE])
        if answer is Answer.YES:
            self.seen |= self.solver.model
        return answer is Answer.NO


def _are_related(one: Condition, other: Condition) -> bool:
    """Whether one may say something about the other: they look at one fact, or at what is made of facts."""
    return not _facts(one).isdisjoint(_facts(other)) or bool(_DERIVED & (_facts(one) | _facts(other)))


@lru_cache(maxsize=4_096)
def _facts(condition: Condition) -> frozenset[str]:
    """What atoms look at; a test that is no atom counts as the like of all such."""
    paths = (getattr(atom, "path", "contract") for atom in atoms(condition))
    return frozenset(path.split(".")[0] if path.startswith("contract") else path for path in paths)
