"""The promises of a project held against all tickets."""

from __future__ import annotations

from os import PathLike

from ruleflow.analysis.solver import ProverMissing
from ruleflow.analysis.verdicts import Verification
from ruleflow.project.project import load

BUDGET = 300_000

__all__ = ["BUDGET", "ProverMissing", "verify"]


def verify(path: str | PathLike[str], *, budget: int = BUDGET) -> Verification:
    """Prove or refute every promise (`properties:`) of the project in a folder.

    `budget` is what a question may cost, in conflicts of the solver: what costs more is unknown. Raises `ProjectError`
    for a project with errors, `ProverMissing` where the solver is not installed (`pip install 'ruleflow[prove]'`).
    """
    from ruleflow.analysis.verify import verify as prove

    return prove(load(path).plan, budget=budget)
