"""The only door to the solvers: CaDiCaL answers, and every proof is asked again of a second one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ruleflow.analysis.network import Literal, Network

FIRST, SECOND = "cadical195", "glucose42"
NAMES = ("CaDiCaL 1.9.5", "Glucose 4.2")


def is_installed() -> bool:
    """Whether there is a solver."""
    from importlib.util import find_spec

    return find_spec("pysat") is not None


class ProverMissing(Exception):  # noqa: N818 - it names what is missing
    """The solver is not installed."""

    def __init__(self) -> None:
        super().__init__("the prover is not installed: pip install 'ruleflow[prove]'")


class Disagreement(Exception):  # noqa: N818 - a defect of ours or of a solver
    """The two solvers do not agree: nothing may be said."""


class Answer(Enum):
    """Whether some assignment fulfils what is asked."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """The budget was used up."""


@dataclass(slots=True)
class Solver:
    """Asks about a network as it grows. `budget` is counted in conflicts, so that an answer repeats."""

    network: Network
    budget: int
    _first: Any = None
    _second: Any = None
    _told: int = 0
    _told_second: int = 0
    model: frozenset[Literal] = frozenset()
    core: tuple[Literal, ...] = ()

    def __post_init__(self) -> None:
        try:
            from pysat.solvers import Solver as Pysat
        except ImportError as error:
            raise ProverMissing from error
        self._first, self._second = Pysat(name=FIRST), Pysat(name=SECOND)

    def ask(self, assumed: Sequence[Literal] = (), *, twice: bool = True) -> Answer:
        """Whether what is assumed can hold: then `model` has what holds; if not, `core` is a part that cannot.

        `twice`: a No is asked again of the second solver.
        """
        self._told = self._tell(self._first, self._told)
        self._first.conf_budget(self.budget)
        found = self._first.solve_limited(assumptions=list(assumed))
        if found is None:
            return Answer.UNKNOWN
        if found:
            self.model = frozenset(self._first.get_model())
            return Answer.YES
        self.core = tuple(self._first.get_core() or ())
        return self._confirmed(assumed) if twice else Answer.NO

    def prefer(self, literals: Iterable[Literal]) -> None:
        """Solutions in which these hold are sought first."""
        self._first.set_phases(list(literals))

    def _confirmed(self, assumed: Sequence[Literal]) -> Answer:
        self._told_second = self._tell(self._second, self._told_second)
        self._second.conf_budget(self.budget * 4)
        found = self._second.solve_limited(assumptions=list(assumed))
        if found:
            raise Disagreement("the two solvers do not agree")
        return Answer.UNKNOWN if found is None else Answer.NO

    def _tell(self, solver: Any, told: int) -> int:
        solver.append_formula(self.network.clauses[told:])
        return len(self.network.clauses)

    def smaller_core(
        self, core: Iterable[Literal], fixed: Sequence[Literal] = (), attempts: int = 60
    ) -> tuple[Literal, ...]:
        """A part of a core that still cannot hold together with what is fixed; the first members are tried to be left out first."""
        kept = list(core)
        for one in list(kept)[:attempts]:
            rest = [other for other in kept if other != one]
            if one in kept and self.ask([*rest, *fixed], twice=False) is Answer.NO:
                kept = [other for other in rest if other in self.core]
        return tuple(kept)

    def close(self) -> None:
        """Free the solvers' memory."""
        self._first.delete()
        self._second.delete()
