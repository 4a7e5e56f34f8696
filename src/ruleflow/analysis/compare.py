"""What a change of a project means: of each outcome whether some ticket gets it differently, with such a ticket, or a proof."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ruleflow.analysis.building import assume, versions_of
from ruleflow.analysis.cells import FIRST_DAY, Horizon
from ruleflow.analysis.made import Outcomes
from ruleflow.analysis.names import written_names_of
from ruleflow.analysis.network import FALSE, Literal
from ruleflow.analysis.outcomes_of import HIDDEN, Names, done_differs, renamed, sets_differ, single_outcomes
from ruleflow.analysis.rows import edited_rows, facts_of_row, left_out
from ruleflow.analysis.search import Search
from ruleflow.analysis.solutions import Solutions, smallest
from ruleflow.analysis.solver import NAMES, Answer, ProverMissing, Solver
from ruleflow.analysis.symbolic import decide
from ruleflow.analysis.terms import Alternatives, when_different, when_equal, when_surely_different
from ruleflow.analysis.tickets import Draft, Engine, raw_facts
from ruleflow.analysis.verdicts import Change, Meaning, Scope, State, Ticket, Verdict
from ruleflow.analysis.version import NOW, Version
from ruleflow.engine.evaluate import Evaluated
from ruleflow.engine.writes import ADDS, REMOVES
from ruleflow.plan.plan import Plan
from ruleflow.resources import without_collection

__all__ = ["ProverMissing", "compare"]

TRIES = 24
"""Solutions of one outcome that are tried before the answer is unknown."""
DRAWN = 40
"""Tickets at random on which every proof is tried."""


def compare(old: Plan, new: Plan, *, budget: int = 300_000, most: int = 5, start: datetime = FIRST_DAY) -> Meaning:
    """Hold two versions of a project against each other, event by event.

    `budget` is what a question may cost, in conflicts of the solver; `most` how many changes of an outcome are shown. Instants
    are looked for in the two years from `start`. Tickets that either version assumes not to be are none. Raises `ProverMissing` without the solver.
    """
    horizon = Horizon.of_two_years(start)
    events = dict.fromkeys(event for plan in (old, new) for stage in plan.stages for event in stage.events)
    verdicts: list[Verdict] = []
    notes = [
        horizon.words,
        "facts that both versions accept, independent of each other unless something is assumed",
    ]
    with without_collection():
        for event in events if old.model != new.model else ():
            comparison = _Comparison.of(old, new, event, horizon, budget, most)
            if comparison.solver.ask() is Answer.NO:
                notes.append(f"on {event} there is no ticket of which everything holds that is assumed")
            verdicts += comparison.verdicts()
    assumed = dict.fromkeys(one.text for plan in (old, new) for one in plan.model.assumptions)
    return Meaning(tuple(verdicts), Scope(NAMES, tuple(assumed), tuple(notes)))


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
    solutions: Solutions = field(init=False)
    _random: list[tuple[Draft, tuple[Evaluated, Evaluated]]] | None = None

    @staticmethod
    def of(old: Plan, new: Plan, event: str, horizon: Horizon, budget: int, most: int) -> _Comparison:
        """Two versions on an event."""
        first, second = versions_of((old, new), event, horizon)
        assume((first, second))
        made = (decide(first), decide(second))
        solver = Solver(first.network, budget)
        engines = (Engine(old, event), Engine(new, event))
        return _Comparison(first, second, made, solver, engines, most, written_names_of(new))

    def verdicts(self) -> Iterator[Verdict]:
        """One for each outcome that rules of the event touch."""
        try:
            outcomes = list(self._outcomes())
            self.solutions = Solutions(self.old, self.solver, self.plans)
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
        if self.large:  # what its rows do is not among all this: it is looked for among tickets
            told = {*mine, *old.sets, *new.sets, *kinds, *HIDDEN}
            yield from (_Outcome(name, FALSE, FALSE) for name in sorted(_done_by_tables(self.plans) - told))

    # One outcome

    def _verdict(self, outcome: _Outcome) -> Verdict:
        event, name = self.old.event, outcome.name
        if outcome.differs == FALSE:
            return self._searched(Verdict(event, name, State.UNCHANGED))
        enabled = self.old.network.fresh()
        changes: list[Change] = []
        open_ = ""
        for _ in range(TRIES):
            answer = self.solutions.ask(outcome.differs, enabled)
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
                open_ = self.solutions.why_closed(core)
                self.old.network.require(-enabled, *(-one for one in core))
            if len(changes) >= self.most:
                return Verdict(event, name, State.CHANGED, tuple(changes), complete=False)
        else:
            open_ = open_ or "there are more differences than were looked at"
        open_ = self.large or open_
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

    @property
    def large(self) -> str:
        """Why nothing is proved, where a table is too large; '' where there is none."""
        return left_out(self.plans, self.old.event)

    def _region(self, outcome: _Outcome, kind: Literal) -> tuple[tuple[Literal, ...], bool]:
        """Features of the solution at hand that are enough for a change of its kind; whether for one that is certain."""
        certain = outcome.sure in self.solver.model and not self.large
        core = self.solutions.core(self.old.network.all_of((kind, outcome.sure)) if certain else kind)
        return core, certain

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
        for draft in self.solutions.drafts(core):
            decided = self._decided(draft)
            if decided is not None and self._differ(outcome.name, decided):
                return self._shown(outcome.name, self._smallest(outcome.name, draft), core, is_proved=is_proved)
        found = Search(self.engines, self.old.space, self.plans).near(
            self.solutions.base(core), lambda draft: self._differs_at(outcome.name, draft)
        )
        return None if found is None else self._shown(outcome.name, self._smallest(outcome.name, found), ())

    @property
    def plans(self) -> tuple[Plan, Plan]:
        return (self.old.plan, self.new.plan)

    def _decided(self, draft: Draft) -> tuple[Evaluated, Evaluated] | None:
        raw = raw_facts(draft, self.plans)
        first, second = (engine.decide(raw, draft[NOW]) for engine in self.engines)
        return None if first is None or second is None else (first, second)

    def _both(self, name: str, decided: tuple[Evaluated, Evaluated]) -> tuple[Any, Any]:
        """What each version gives."""
        first, second = self.engines
        return first.outcome(name, decided[0]), second.outcome(name, decided[1])

    def _differ(self, name: str, decided: tuple[Evaluated, Evaluated]) -> bool:
        before, after = self._both(name, decided)
        return bool(_renamed(before, self.names, name) != after)

    def _differs_at(self, name: str, draft: Draft) -> bool:
        decided = self._decided(draft)
        return decided is not None and self._differ(name, decided)

    def _smallest(self, name: str, draft: Draft) -> Draft:
        wanted = self._values(name, draft)
        return smallest(draft, lambda smaller: self._values(name, smaller) == wanted)

    def _values(self, name: str, draft: Draft) -> Any:
        decided = self._decided(draft)
        if decided is None or not self._differ(name, decided):
            return None
        return self._both(name, decided)

    def _shown(self, name: str, draft: Draft, core: Sequence[Literal], *, is_proved: bool = False) -> Change:
        decided = self._decided(draft)
        if decided is None:
            raise AssertionError("a ticket that was decided is decided again")
        before, after = self._both(name, decided)
        rules = [engine.responsible(name, one) for engine, one in zip(self.engines, decided, strict=True)]
        region = self.solutions.told(core)
        ticket = Ticket(self.old.event, draft[NOW].isoformat(), raw_facts(draft, self.plans))
        return Change(before, after, rules[0], rules[1], region, is_proved, ticket)

    # Where the proof stops

    def _by_chance(self, name: str) -> Change | None:
        found = Search(self.engines, self.old.space, self.plans).anywhere(lambda draft: self._differs_at(name, draft))
        return None if found is None else self._shown(name, self._smallest(name, found), ())

    def _searched(self, proved: Verdict) -> Verdict:
        """The proof, after tickets at random were decided by both versions: one that differs is a defect of ours."""
        for draft, decided in self._drawn():
            if self._differ(proved.outcome, decided):
                if self.large:
                    change = self._shown(proved.outcome, self._smallest(proved.outcome, draft), ())
                    return Verdict(
                        proved.event, proved.outcome, State.CHANGED, (change,), complete=False, reason=self.large
                    )
                raise AssertionError(
                    f"`{proved.outcome}` was proved unchanged, but differs for {raw_facts(draft, self.plans)}"
                )
        if self.large:
            return Verdict(proved.event, proved.outcome, State.UNKNOWN, (), complete=False, reason=self.large)
        return proved

    def _of_edited_rows(self) -> Iterator[Draft]:
        """Tickets that rows of large tables take which only one version has."""
        if self.large:
            now = next(Search(self.engines, self.old.space, self.plans).drafts(1))[NOW]
            for table, row in edited_rows(*self.plans):
                facts = facts_of_row(table, row)
                yield {NOW: now, **{path: value for path, value in facts.items() if value is not None}}

    def _drawn(self) -> list[tuple[Draft, tuple[Evaluated, Evaluated]]]:
        """Tickets at random that both versions have decided; drawn once."""
        if self._random is None:
            drafts = Search(self.engines, self.old.space, self.plans).drafts(DRAWN)
            pairs = ((draft, self._decided(draft)) for draft in (*self._of_edited_rows(), *drafts))
            self._random = [(draft, decided) for draft, decided in pairs if decided is not None]
        return self._random


def _done_by_tables(plans: Iterable[Plan]) -> set[str]:
    """The outcomes that tables touch, besides those that every decision has."""
    columns = (column for plan in plans for table in plan.model.tables for column in table.outputs)
    sets = {**ADDS, **REMOVES}
    names = {column.path or (sets[column.action][0] if column.action in sets else column.action) for column in columns}
    return names - {"route", "set_sla", "deny", "stop"}


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
