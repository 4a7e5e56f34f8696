"""Tickets that bear a finding out: found by the solver, decided by the ordinary engine, shown with as few facts as will do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ruleflow.analysis.network import Literal
from ruleflow.analysis.outcomes import Decided
from ruleflow.analysis.solutions import Solutions, smallest
from ruleflow.analysis.solver import Answer, Solver
from ruleflow.analysis.tickets import Draft, Engine, raw_facts
from ruleflow.analysis.version import NOW, Version
from ruleflow.engine.canonical import canonical_json


@dataclass(frozen=True, slots=True)
class Witness:
    """The facts of a ticket as JSON has them, and the ticket decided."""

    raw: dict[str, Any]
    decided: Decided

    @property
    def text(self) -> str:
        """The facts as JSON on one line."""
        return canonical_json(self.raw).decode()


@dataclass(slots=True)
class Witnesses:
    """The tickets of an event. Made once all that is asked is in the network of the version."""

    version: Version
    solver: Solver
    solutions: Solutions = field(init=False)
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.solutions = Solutions(self.version, self.solver, (self.version.plan,))
        self.engine = Engine(self.version.plan, self.version.event)

    def find(self, wanted: Literal, bears_out: Callable[[Decided], bool]) -> Witness | None:
        """A small ticket of which a truth holds and that, once decided, bears it out; None where none was found."""
        if self.solutions.ask(wanted) is not Answer.YES:
            return None
        for draft in self.solutions.drafts(self.solutions.core(wanted)):
            if self._witness(draft, bears_out) is not None:
                return self._witness(_small(draft, lambda one: self._witness(one, bears_out) is not None), bears_out)
        return None

    def _witness(self, draft: Draft, bears_out: Callable[[Decided], bool]) -> Witness | None:
        raw = raw_facts(draft, (self.version.plan,))
        decided = self.engine.decided(raw, draft[NOW])
        return Witness(raw, decided) if decided is not None and bears_out(decided) else None


def _small(draft: Draft, still: Callable[[Draft], bool]) -> Draft:
    """A ticket with few facts, and of each list few elements."""
    draft = smallest(draft, still)
    for path, elements in draft.items():
        for element in elements if isinstance(elements, list) else ():
            shorter = {**draft, path: [one for one in draft[path] if one != element]}
            draft = shorter if still(shorter) else draft
    return draft
