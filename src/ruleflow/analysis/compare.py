"""What a change of a project means: of each outcome whether some ticket gets it differently, with such a ticket, or a proof."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ruleflow.analysis.building import versions_of
from ruleflow.analysis.cells import UNKNOWN, Horizon
from ruleflow.analysis.features import Feature, features_of
from ruleflow.analysis.network import FALSE, Literal
from ruleflow.analysis.outcomes_of import HIDDEN, Names, done_differs, renamed, sets_differ, single_outcomes
from ruleflow.analysis.search import Search
from ruleflow.analysis.solver import NAMES, Answer, ProverMissing, Solver
from ruleflow.analysis.space import Cells, Elements, Text
from ruleflow.analysis.symbolic import Outcomes, decide
from ruleflow.analysis.terms import Alternatives, when_different, when_equal, when_surely_different
from ruleflow.analysis.tickets import Draft, Engine, draft_of, raw_facts, text_for
from ruleflow.analysis.verdicts import Change, Meaning, Scope, State, Ticket, Verdict
from ruleflow.analysis.version import BEFORE, NOW, Version, written_names_of
from ruleflow.engine.evaluate import Evaluated
from ruleflow.engine.writes import ADDS, REMOVES
from ruleflow.plan.conditions import IsMissing
from ruleflow.plan.plan import Plan
from ruleflow.resources import without_collection

__all__ = ["ProverMissing", "compare"]

FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
YEARS = 2
TRIES = 24
"""Solutions of one outcome that are tried before the answer is unknown."""
DRAWN = 40
"""Tickets at random on which every proof is tried."""


def compare(old: Plan, new: Plan, *, budget: int = 300_000, most: int = 5, start: datetime = FIRST_DAY) -> Meaning:
    """Hold two versions of a project against each other, event by event.

    `budget` is what a question may cost, in conflicts of the solver; `most` how many changes of an outcome are shown. Instants
    are looked for in the two years from `start`. Raises `ProverMissing` without the solver.
    """
    horizon = Horizon(start, start + timedelta(days=366 * YEARS))
    events = dict.fromkeys(event for plan in (old, new) for stage in plan.stages for event in stage.events)
    verdicts: list[Verdict] = []
    with without_collection():
        for event in events if old.model != new.model else ():
            verdicts += _Comparison.of(old, new, event, horizon, budget, most).verdicts()
    notes = (
        f"instants from {horizon.start:%Y-%m-%d} to {horizon.end:%Y-%m-%d}",
        "facts that both versions accept, each independent of the others",
    )
    return Meaning(tuple(verdicts), Scope(NAMES, notes=notes))


@dataclass(frozen=True, slots=True)
class _Outcome:
    """An outcome: when the versions may differ in it, and what each gives it, where that is one term."""

    name: str
    differs: Literal
    sure: Literal
    """When they differ for certain: what is left closed, or stands as it came, may be the same in the end."""
    old: Alternatives = ()
    new: Alternatives = ()


@dataclass(slots=True)
class _Comparison:
    old: Version
    new: Version
    made: tuple[Outcomes, Outcomes]
    solver: Solver
    engines: tuple[Engine, Engine]
    most: int
    names: Names
    features: dict[Literal, Feature] = field(default_factory=dict)
    _random: list[tuple[Draft, tuple[Evaluated, Evaluated]]] | None = None

    @staticmethod
    def of(old: Plan, new: Plan, event: str, horizon: Horizon, budget: int, most: int) -> _Comparison:
        """Two versions on an event."""
        first, second = versions_of((old, new), event, horizon)
        made = (decide(first), decide(second))
        solver = Solver(first.network, budget)
        engines = (Engine(old, event), Engine(new, event))
        return _Comparison(first, second, made, solver, engines, most, written_names_of(new))

    def verdicts(self) -> Iterator[Verdict]:
        """One for each outcome that rules of the event touch."""
        try:
            outcomes = list(self._outcomes())
            self.features = features_of(self.old.space)
            self.solver.prefer(self._absences())
            for outcome in outcomes:
                yield self._verdict(outcome)
        finally:
            self.solver.close()

    def _outcomes(self) -> Iterator[_Outcome]:
        old, new = self.old, self.new
        paths = sorted({*old.state, *new.state} - {*old.sets, *new.sets})
        mine, theirs = single_outcomes(old, self.made[0], paths), single_outcomes(new, self.made[1], paths)
        for name, alternatives in mine.items():
            before = renamed(alternatives, self.names, name)
            after = theirs[name]
            differs = when_different(old.network, before, after)
            sure = when_surely_different(old.network, before, after)
            yield _Outcome(name, differs, sure, before, after)
        for path in sorted({*old.sets, *new.sets} - HIDDEN):
            yield _Outcome(path, *sets_differ(old, new, path, self.names))
        kinds = {deed.type for made in self.made for deed in made.done} - {*ADDS, *REMOVES, "stop"}
        for kind in sorted(kinds):
            yield _Outcome(kind, *done_differs(old, *self.made, kind, self.names))

    # One outcome

    def _verdict(self, outcome: _Outcome) -> Verdict:
        event, name = self.old.event, outcome.name
        if outcome.differs == FALSE:
            return self._searched(Verdict(event, name, State.UNCHANGED))
        enabled = self.old.network.fresh()
        changes: list[Change] = []
        open_ = ""
        for _ in range(TRIES):
            answer = self._ask(outcome.differs, enabled)
            if answer is Answer.NO:
                break
            if answer is Answer.UNKNOWN:
                open_ = f"the budget of {self.solver.budget:,} conflicts was used up"
                break
            kind = self._kind(outcome)
            core, is_proved = self._region(outcome, kind)
            change = self._change(outcome, core, is_proved=is_proved)
            if change is not None:
                changes += [change] if change not in changes else []
                self.old.network.require(-enabled, *((-kind,) if kind != outcome.differs else (-one for one in core)))
            else:
                open_ = self._why_closed(core)
                self.old.network.require(-enabled, *(-one for one in core))
            if len(changes) >= self.most:
                return Verdict(event, name, State.CHANGED, tuple(changes), complete=False)
        else:
            open_ = open_ or "there are more differences than were looked at"
        return self._concluded(Verdict(event, name, State.CHANGED, tuple(changes), not open_, open_))

    def _concluded(self, found: Verdict) -> Verdict:
        if found.changes:
            return found
        if found.complete:
            return self._searched(Verdict(found.event, found.outcome, State.UNCHANGED))
        by_chance = self._by_chance(found.outcome)
        if by_chance is not None:
            return Verdict(found.event, found.outcome, State.CHANGED, (by_chance,), complete=False, reason=found.reason)
        return Verdict(found.event, found.outcome, State.UNKNOWN, (), complete=False, reason=found.reason)

    def _ask(self, differs: Literal, enabled: Literal) -> Answer:
        """First among tickets of which the project knows every name, then among all."""
        odd = [-literal for literal in self._odd()]
        answer = self.solver.ask([differs, enabled, *odd], twice=False)
        return answer if answer is Answer.YES else self.solver.ask([differs, enabled])

    def _odd(self) -> Iterator[Literal]:
        for variable in self.old.space.variables.values():
            match variable:
                case Cells(values=values, literals=literals) if UNKNOWN in values:
                    yield literals[values.index(UNKNOWN)]
                case Elements(other=other):
                    yield other

    def _absences(self) -> Iterator[Literal]:
        for variable in self.old.space.variables.values():
            match variable:
                case Cells(literals=literals):
                    yield literals[0]
                case Text(missing=missing) | Elements(missing=missing):
                    yield missing

    def _region(self, outcome: _Outcome, kind: Literal) -> tuple[tuple[Literal, ...], bool]:
        """Features of the solution at hand that are enough for a change of its kind; whether for one that is certain."""
        certain = outcome.sure in self.solver.model
        core = self._core(self.old.network.all_of((kind, outcome.sure)) if certain else kind)
        return core, certain

    def _core(self, differs: Literal) -> tuple[Literal, ...]:
        """Features of the solution at hand that are enough for a difference."""
        model = self.solver.model
        whole = [feature.when(model) for feature in self.features.values()]
        tests = [one for one in whole if not self.features[abs(one)].is_cell]
        for assumed in (tests, whole):
            if self.solver.ask([*assumed, -differs], twice=False) is Answer.NO:
                core = self.solver.smaller_core([one for one in self.solver.core if one != -differs], fixed=(-differs,))
                self.solver.model = model
                return core
        self.solver.model = model
        return tuple(whole)

    def _kind(self, outcome: _Outcome) -> Literal:
        """The difference at hand: this value before and that one after, where an outcome is one value; else any."""
        network, model = self.old.network, self.solver.model
        both = []
        for alternatives in (outcome.old, outcome.new):
            standing = [term for guard, term in alternatives if guard in model]
            if not standing:
                return outcome.differs
            both.append(when_equal(network, alternatives, standing[0]))
        return network.all_of((outcome.differs, *both))

    # Tickets

    def _change(self, outcome: _Outcome, core: Sequence[Literal], *, is_proved: bool) -> Change | None:
        """A change with a ticket that was decided by both versions; None where the solution gives none."""
        for draft in self._drafts(core):
            decided = self._decided(draft)
            if decided is not None and self._differ(outcome.name, decided):
                smallest = self._smallest(outcome.name, draft)
                return self._shown(outcome.name, smallest, core, is_proved=is_proved)
        found = Search(self.engines, self.old.space, self.plans).near(
            self._base(core), lambda draft: self._differs_at(outcome.name, draft)
        )
        return None if found is None else self._shown(outcome.name, self._smallest(outcome.name, found), ())

    @property
    def plans(self) -> tuple[Plan, Plan]:
        return (self.old.plan, self.new.plan)

    def _drafts(self, core: Sequence[Literal]) -> Iterator[Draft]:
        """The facts that matter; then all that the solution says."""
        yield self._base(core)
        texts = self._texts(self.features.values())
        yield draft_of(self.old.space, self.solver.model, self.old.space.variables, texts)

    def _base(self, core: Sequence[Literal]) -> Draft:
        needed = [self.features[abs(one)] for one in core if abs(one) in self.features]
        required = [path for plan in self.plans for path, one in plan.model.fields.items() if one.required]
        paths = {one.path for one in needed} | set(required)
        paths |= {BEFORE + path for path in list(paths) if BEFORE + path in self.old.space.variables}
        return draft_of(self.old.space, self.solver.model, paths, self._texts(needed))

    def _texts(self, needed: Iterable[Feature]) -> dict[str, str]:
        """A text for each text field that matters and is not missing."""
        by_path: dict[str, list[Feature]] = {}
        for one in needed:
            by_path.setdefault(one.path, []).append(one)
        found: dict[str, str] = {}
        for path, own in by_path.items():
            variable = self.old.space.variables.get(path)
            if isinstance(variable, Text) and variable.missing not in self.solver.model:
                tests = [one.atom for one in own if one.atom is not None]
                made = text_for(variable, self.solver.model, tests, self.old.holds)
                if made is not None:
                    found[path] = made
        return found

    def _decided(self, draft: Draft) -> tuple[Evaluated, Evaluated] | None:
        raw = raw_facts(draft, self.plans)
        first, second = (engine.decide(raw, draft[NOW]) for engine in self.engines)
        return None if first is None or second is None else (first, second)

    def _differ(self, name: str, decided: tuple[Evaluated, Evaluated]) -> bool:
        before, after = (engine.outcome(name, one) for engine, one in zip(self.engines, decided, strict=True))
        return bool(_renamed(before, self.names, name) != after)

    def _differs_at(self, name: str, draft: Draft) -> bool:
        decided = self._decided(draft)
        return decided is not None and self._differ(name, decided)

    def _smallest(self, name: str, draft: Draft) -> Draft:
        """A ticket with as few facts as still show the same difference (after A. Zeller's delta debugging)."""
        wanted = self._values(name, draft)
        for path in sorted(draft, key=lambda path: (path.startswith(BEFORE), path)):
            if path == NOW:
                continue
            value = draft[path]
            for less in self._less(value):
                smaller = (
                    {**draft, path: less}
                    if less is not None
                    else {one: own for one, own in draft.items() if one != path}
                )
                if self._values(name, smaller) == wanted:
                    draft = smaller
                    break
        return draft

    def _less(self, value: Any) -> Iterator[Any]:
        yield None
        if isinstance(value, list):
            for one in value:
                yield [other for other in value if other == one]

    def _values(self, name: str, draft: Draft) -> Any:
        decided = self._decided(draft)
        if decided is None or not self._differ(name, decided):
            return None
        return tuple(engine.outcome(name, one) for engine, one in zip(self.engines, decided, strict=True))

    def _shown(self, name: str, draft: Draft, core: Sequence[Literal], *, is_proved: bool = False) -> Change:
        decided = self._decided(draft)
        if decided is None:
            raise AssertionError("a ticket that was decided is decided again")
        before, after = (engine.outcome(name, one) for engine, one in zip(self.engines, decided, strict=True))
        rules = [engine.responsible(name, one) for engine, one in zip(self.engines, decided, strict=True)]
        region = tuple(dict.fromkeys(self._told(core)))
        ticket = Ticket(self.old.event, draft[NOW].isoformat(), raw_facts(draft, self.plans))
        return Change(before, after, rules[0], rules[1], region, is_proved, ticket)

    def _told(self, core: Iterable[Literal]) -> Iterator[str]:
        """The words for a core, less what holds of nearly all tickets: that it is not ourselves who caused the event."""
        usual = self.old.truth(IsMissing("event.caused_by"))
        for one in core:
            feature = self.features.get(abs(one))
            if feature is not None and one != usual:
                yield feature.told(one)

    # Where the proof stops

    def _why_closed(self, core: Sequence[Literal]) -> str:
        closed = [self.features[abs(one)] for one in core if abs(one) in self.features]
        words = [one.words for one in closed if not one.path] or [one.words for one in closed]
        return f"no ticket could be made of: {'; '.join(words[:3])}"

    def _by_chance(self, name: str) -> Change | None:
        found = Search(self.engines, self.old.space, self.plans).anywhere(lambda draft: self._differs_at(name, draft))
        return None if found is None else self._shown(name, self._smallest(name, found), ())

    def _searched(self, proved: Verdict) -> Verdict:
        """The proof, after tickets at random were decided by both versions: one that differs is a defect of ours."""
        found = Search(self.engines, self.old.space, self.plans, tries=40).anywhere(
            lambda draft: self._differs_at(proved.outcome, draft)
        )
        if found is not None:
            raise AssertionError(
                f"`{proved.outcome}` was proved unchanged, but differs for {raw_facts(found, self.plans)}"
            )
        return proved


def _renamed(value: Any, names: Names, place: str) -> Any:
    """An outcome as JSON in which ids stand under their new names."""
    match value:
        case str():
            return names.get(place, {}).get(value, value)
        case list():
            return [_renamed(one, names, place) for one in value]
        case dict():
            return {key: _renamed(one, names, f"{place}.{key}") for key, one in value.items()}
        case _:
            return value
