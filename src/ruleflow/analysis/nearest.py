"""The least that would have to change about a ticket so that a rule fires, or no longer does.

The solver names the fewest facts; their values are then sought by the ordinary engine, the nearest first, and what is
answered has been decided by it. Facts that rules cannot tell apart are one to the solver, so fewer facts than it names
are never enough, unless something that is left closed was guessed (`least` says so).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ruleflow.analysis.actual import Actual, ClosedTruth, actual_of, closed_truths, kept
from ruleflow.analysis.nearby import values_near
from ruleflow.analysis.network import FALSE, Literal
from ruleflow.analysis.rows import left_out, rules_of
from ruleflow.analysis.solver import Answer, Solver
from ruleflow.analysis.space import Text, Variable
from ruleflow.analysis.symbolic import decide
from ruleflow.analysis.tickets import Draft, Engine, draft_of, text_for
from ruleflow.analysis.version import BEFORE, NOW
from ruleflow.engine.canonical import plain
from ruleflow.engine.facts import Facts
from ruleflow.plan.conditions import atoms
from ruleflow.plan.plan import Plan
from ruleflow.plan.planned import PlannedRule
from ruleflow.resources import without_collection

MOST_FACTS = 6
"""Changes of more facts than this are found, but may not be the least."""
BUDGET = 50_000
TRIES = 60
"""Solutions that are tried before nothing is said."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What is decided: `facts` as JSON has them, an event, and an aware instant."""

    event: str
    facts: Mapping[str, Any]
    now: datetime


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact with its value and the one it would need, as the engine has them. None: missing. `path` `now`: the instant."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Way:
    """A change that is enough: the facts that change, and all there is then, which was decided."""

    changes: tuple[FactChange, ...]
    then: Situation


@dataclass(frozen=True, slots=True)
class Nearest:
    """The ways with the fewest facts, each of other facts. `least`: fewer are proved not to be enough. Without ways `reason`."""

    ways: tuple[Way, ...] = ()
    least: bool = True
    reason: str = ""


def nearest(
    plan: Plan, given: Situation, rule: str, *, fires: bool = True, most: int = 3, by_ticket: bool = False
) -> Nearest:
    """What would have to change about a ticket so that a rule matches (`fires` False: does not), at most `most` ways.

    `by_ticket`: neither the instant nor anything about the event changes.

    The facts must pass the door. A question costs the solver at most `BUDGET` conflicts. Raises `ProverMissing` without it.
    """
    large = left_out((plan,), given.event)
    if large:
        return Nearest(reason=large)
    engine = Engine(plan, given.event)
    facts = engine.door.read(given.event, given.facts)
    if not isinstance(facts, Facts):
        return Nearest(reason="the facts are refused")
    with without_collection():
        actual = actual_of(plan, given.event, facts, given.now, rule)
        asked = _Asked(actual, engine, given, rule, fires, most, by_ticket)
        try:
            return asked.answer()
        finally:
            asked.solver.close()


@dataclass(slots=True)
class _Asked:
    actual: Actual
    engine: Engine
    given: Situation
    rule: str
    fires: bool
    most: int
    by_ticket: bool
    kept: dict[str, Literal] = field(default_factory=dict)
    closed: list[ClosedTruth] = field(default_factory=list)
    wanted: Literal = FALSE
    holds: Literal = FALSE
    solver: Solver = field(init=False)

    def __post_init__(self) -> None:
        version = self.actual.version
        self.solver = Solver(version.network, BUDGET)
        made = decide(version)
        fires, self.holds = made.fires.get(self.rule, FALSE), made.holds.get(self.rule, FALSE)
        self.wanted = fires if self.fires else -fires
        values = self.actual.values
        self.kept = {path: kept(version, path, values[path]) for path in version.space.variables}
        self.closed = list(closed_truths(self.actual, self._rules()))

    def answer(self) -> Nearest:
        """The ways, by increasing number of facts."""
        if self._ask([self.wanted]) is Answer.NO:
            return Nearest(reason=self._never())
        network = self.actual.version.network
        as_it_is = self._hold_closed()
        more = network.at_least((-one for one in self.kept.values() if one != FALSE), MOST_FACTS + 1)
        ways: list[Way] = []
        least, tries = True, TRIES
        for limit in (*((-one,) for one in more), ()):
            rejected = False
            while tries:
                found = self._ask([self.wanted, as_it_is, *limit])
                rejected = rejected or found is Answer.UNKNOWN
                if found is not Answer.YES:
                    break
                tries -= 1
                changed = [path for path, literal in self.kept.items() if literal not in self.solver.model]
                way = self._way(changed)
                # What is enough stays enough with more; what was not may still be with others.
                others = () if way else (-one for path, one in self.kept.items() if path not in changed)
                network.require(-as_it_is, *(self.kept[path] for path in changed), *others)
                rejected = rejected or way is None
                if way is not None:
                    ways.append(way)
                if len(ways) >= self.most or (way is not None and not way.changes):
                    break
            if ways or not tries:
                break
            least = least and not rejected
        least = least and bool(limit)
        return Nearest(tuple(sorted(ways, key=self._size)), least, "" if ways else self._reason())

    def _ask(self, assumed: list[Literal]) -> Answer:
        return self.solver.ask(assumed, twice=False)

    def _hold_closed(self) -> Literal:
        """Under the truth that is given, what is closed stays as it is unless a fact that it is made of changes."""
        network = self.actual.version.network
        held = network.fresh()
        for path, literal in self.kept.items() if self.by_ticket else ():
            if path == NOW or path.startswith("event."):
                network.require(-held, literal)
        for one in self.closed:
            own = self.kept if one.paths is None else {path: self.kept[path] for path in one.paths if path in self.kept}
            network.require(-held, one.literal, -network.all_of(own.values()))
        return held

    # One way

    def _way(self, changed: list[str]) -> Way | None:
        """The solution at hand with the nearest values; None where the engine does not agree."""
        variables = self.actual.version.space.variables
        for texts in self._texts(changed):
            draft = draft_of(self.actual.version.space, self.solver.model, changed, texts)
            found = {path: draft.get(path) for path in changed}
            if self._is_wanted(found):
                return self._made(self._nearer(found))
            for path in changed:
                for value in self._values(path, variables[path], found[path]):
                    if self._is_wanted({**found, path: value}):
                        return self._made(self._nearer({**found, path: value}))
        return None

    def _texts(self, changed: list[str]) -> Iterator[dict[str, str]]:
        """Texts that pass the tests of the rule itself as the solution says; then those that pass all tests."""
        version, model = self.actual.version, self.solver.model
        own = {atom for one in self._rules() if one.rule.id == self.rule for atom in atoms(one.condition)}
        for several in (own, None):
            found: dict[str, str] = {}
            for path in changed:
                variable = version.space.variables[path]
                if isinstance(variable, Text) and variable.missing not in model:
                    tests = [atom for atom in variable.tests if several is None or atom in several]
                    made = text_for(variable, model, tests, version.holds)
                    if made is not None:
                        found[path] = made
            yield found
            if not found:
                return

    def _rules(self) -> Iterator[PlannedRule]:
        version = self.actual.version
        for stage in version.plan.stages:
            if version.event in stage.events:
                yield from rules_of(stage.events[version.event])

    def _nearer(self, found: Draft) -> Draft:
        """Each fact in turn as near to what it was as still does."""
        variables = self.actual.version.space.variables
        for path in found:
            for value in self._values(path, variables[path], found[path]):
                if value == found[path] or self._is_wanted({**found, path: value}):
                    found = {**found, path: value}
                    break
        return self._fewer_elements(found)

    def _fewer_elements(self, found: Draft) -> Draft:
        for path, value in found.items():
            was = self.actual.values[path]
            if not isinstance(value, list):
                continue
            for one in sorted({*value, *(was or ())}, key=repr):
                own = found[path]
                turned = [other for other in own if other != one] if one in own else [*own, one]
                if (one in own) is not (one in (was or ())) and self._is_wanted({**found, path: turned}):
                    found = {**found, path: turned}
        return found

    def _values(self, path: str, variable: Variable, chosen: Any) -> Iterator[Any]:
        declared = self.engine.plan.model.fields.get(path)
        form = None if declared is None else declared.format
        for value in values_near(self.actual.values[path], variable, chosen, form):
            if value is not None or path != NOW:
                yield value

    def _is_wanted(self, changes: Draft) -> bool:
        then = self._applied(changes)
        decided = self.engine.decide(then.facts, then.now)
        if decided is None:
            return False
        return (self.rule in {*decided.decision.matched, *decided.decision.shadow}) is self.fires

    def _made(self, changes: Draft) -> Way:
        values = self.actual.values
        told = tuple(FactChange(path, values[path], value) for path, value in changes.items())
        return Way(told, self._applied(changes))

    def _applied(self, changes: Draft) -> Situation:
        """The facts with changes, as JSON has them. What was before the event stays as it was."""
        raw = deepcopy(dict(self.given.facts))
        zone, created = self.engine.plan.model.zone, self.engine.event == "ticket.created"
        for path, value in changes.items():
            before = BEFORE + path
            if before in self.actual.values and before not in changes and not (created and path.startswith("ticket.")):
                put(raw, ("before", *path.split(".")), plain(self.actual.values[before], zone))
            if path.startswith(BEFORE):
                put(raw, ("before", *path.removeprefix(BEFORE).split(".")), plain(value, zone))
            elif path != NOW:
                put(raw, tuple(path.split(".")), plain(value, zone), drops=value is None)
        return Situation(self.given.event, raw, changes.get(NOW, self.given.now))

    def _size(self, way: Way) -> tuple[Any, ...]:
        """Ordinary facts first, then what cannot be changed by hand."""
        paths = [one.path for one in way.changes]
        odd = sum(path == NOW or path.startswith((BEFORE, "event.")) for path in paths)
        removed = sum(one.after is None for one in way.changes)
        return (len(paths), odd, removed, paths)

    # Why there is none

    def _never(self) -> str:
        if not self.fires:
            return "it fires whatever the ticket is"
        planned = next((one for one in self._rules() if one.rule.id == self.rule), None)
        if planned is None:
            return f"it does not run on {self.engine.event}"
        if self._ask([self.holds]) is Answer.NO:
            return "no ticket fulfils its condition"
        return "no ticket reaches it: whenever its condition holds, rules before it have decided, or it is not asked"

    def _reason(self) -> str:
        """What is closed and stands in the way."""
        by_literal = {one.literal: one.words for one in self.closed}
        if by_literal and self._ask([self.wanted, *by_literal]) is Answer.NO:
            core = self.solver.smaller_core(
                [one for one in self.solver.core if one != self.wanted], fixed=(self.wanted,)
            )
            words = [by_literal[one] for one in core if one in by_literal]
            return f"it depends on what is computed, and no change was found: {'; '.join(words[:3])}"
        return "no change was found that is enough"


def put(raw: dict[str, Any], keys: tuple[str, ...], value: Any, *, drops: bool = False) -> None:
    """Write a value into nested objects, or take it out, with the object that is empty then."""
    *groups, name = keys
    whole = raw
    for key in groups:
        inner = raw.get(key)
        if not isinstance(inner, dict):
            inner = raw[key] = {}
        raw = inner
    if drops:
        raw.pop(name, None)
        if not raw and len(groups) == 1:
            del whole[groups[0]]
    else:
        raw[name] = value
