"""From a question about all tickets to facts: what the solver finds, which of it is enough, and drafts of tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ruleflow.analysis.cells import UNKNOWN
from ruleflow.analysis.features import Feature, features_of
from ruleflow.analysis.network import Literal
from ruleflow.analysis.promises import CAUSED_BY
from ruleflow.analysis.solver import Answer, Solver
from ruleflow.analysis.space import Cells, Elements, Space, Text
from ruleflow.analysis.tickets import Draft, draft_of, text_for
from ruleflow.analysis.version import BEFORE, NOW, Version
from ruleflow.plan.plan import Plan


@dataclass(slots=True)
class Solutions:
    """The solutions of a question about the space of `version`. Made once all that is asked is in the network."""

    version: Version
    solver: Solver
    plans: Sequence[Plan]
    features: dict[Literal, Feature] = field(init=False)

    def __post_init__(self) -> None:
        self.features = features_of(self.space)
        self.solver.prefer(self._absences())

    @property
    def space(self) -> Space:
        """All tickets."""
        return self.version.space

    def ask(self, *wanted: Literal) -> Answer:
        """Whether some ticket is wanted: first among plain ones, that no rule made and of which every name is known, then among all."""
        odd = [-literal for literal in self._odd()]
        answer = self.solver.ask([*wanted, *odd], twice=False)
        return answer if answer is Answer.YES else self.solver.ask(wanted)

    def _odd(self) -> Iterator[Literal]:
        yield -self._uncaused()
        for variable in self.space.variables.values():
            match variable:
                case Cells(values=values, literals=literals) if UNKNOWN in values:
                    yield literals[values.index(UNKNOWN)]
                case Elements(other=other):
                    yield other

    def _uncaused(self) -> Literal:
        """Whether the event is nobody's doing but the world's, as nearly all are."""
        return self.version.given_missing(CAUSED_BY)

    def _absences(self) -> Iterator[Literal]:
        for variable in self.space.variables.values():
            match variable:
                case Cells(literals=literals):
                    yield literals[0]
                case Text(missing=missing) | Elements(missing=missing):
                    yield missing

    def core(self, wanted: Literal) -> tuple[Literal, ...]:
        """Features of the solution at hand that are enough for what is wanted."""
        model = self.solver.model
        whole = [feature.when(model) for feature in self.features.values()]
        tests = [one for one in whole if not self.features[abs(one)].is_cell]
        for assumed in (tests, whole):
            if self.solver.ask([*assumed, -wanted], twice=False) is Answer.NO:
                core = self.solver.smaller_core([one for one in self.solver.core if one != -wanted], fixed=(-wanted,))
                self.solver.model = model
                return core
        self.solver.model = model
        return tuple(whole)

    def told(self, core: Iterable[Literal]) -> tuple[str, ...]:
        """The words for a core, less what holds of nearly all tickets."""
        known = ((one, self.features.get(abs(one))) for one in core if one != self._uncaused())
        words = (own.told(one) for one, own in known if own is not None)
        return tuple(dict.fromkeys(words))

    def why_closed(self, core: Sequence[Literal]) -> str:
        """Why no ticket is shown for a solution."""
        closed = [self.features[abs(one)] for one in core if abs(one) in self.features]
        words = [one.words for one in closed if not one.path] or [one.words for one in closed]
        return f"no ticket could be made of: {'; '.join(words[:3])}" if words else "no ticket could be made of it"

    # Tickets

    def drafts(self, core: Sequence[Literal]) -> Iterator[Draft]:
        """The facts that matter; then all that the solution says."""
        yield self.base(core)
        texts = self._texts(self.features.values())
        yield draft_of(self.space, self.solver.model, self.space.variables, texts)

    def base(self, core: Sequence[Literal], also: Iterable[str] = ()) -> Draft:
        """The facts that matter, and those that a ticket must have."""
        needed = [self.features[abs(one)] for one in core if abs(one) in self.features]
        required = [path for plan in self.plans for path, one in plan.model.fields.items() if one.required]
        paths = {one.path for one in needed} | set(required) | set(also)
        paths |= {BEFORE + path for path in list(paths) if BEFORE + path in self.space.variables}
        return draft_of(self.space, self.solver.model, paths, self._texts(needed))

    def _texts(self, needed: Iterable[Feature]) -> dict[str, str]:
        """A text for each text field that matters and is not missing."""
        by_path: dict[str, list[Feature]] = {}
        for one in needed:
            by_path.setdefault(one.path, []).append(one)
        found: dict[str, str] = {}
        for path, own in by_path.items():
            variable = self.space.variables.get(path)
            if isinstance(variable, Text) and variable.missing not in self.solver.model:
                tests = [one.atom for one in own if one.atom is not None]
                made = text_for(variable, self.solver.model, tests, self.version.holds)
                if made is not None:
                    found[path] = made
        return found


def smallest(draft: Draft, still: Callable[[Draft], bool]) -> Draft:
    """A ticket with as few facts as are still wanted (after A. Zeller's delta debugging)."""
    for path in sorted(draft, key=lambda path: (path.startswith(BEFORE), path)):
        if path == NOW:
            continue
        rest = {one: own for one, own in draft.items() if one != path}
        for smaller in (rest, *({**draft, path: less} for less in _less(draft[path]))):
            if still(smaller):
                draft = smaller
                break
    return draft


def _less(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for one in value:
            yield [other for other in value if other == one]
