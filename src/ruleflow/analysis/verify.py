"""The promises of a project: each proved for all tickets, refuted by one that was decided, or unknown for a reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ruleflow.analysis.building import assume, versions_of
from ruleflow.analysis.cells import FIRST_DAY, Horizon
from ruleflow.analysis.final import tell_outcome
from ruleflow.analysis.made import Outcomes
from ruleflow.analysis.network import TRUE, Literal
from ruleflow.analysis.orders import TWIN, Twin, twin_of
from ruleflow.analysis.outcomes import Decided, view_of
from ruleflow.analysis.promises import (
    CAUSED_BY,
    RUN_ON_TIMER,
    asks_for_cause,
    concerns,
    events_of,
    in_order,
    keeps,
    why_broken,
    why_out_of_order,
)
from ruleflow.analysis.rows import left_out
from ruleflow.analysis.search import Search
from ruleflow.analysis.solutions import Solutions, smallest
from ruleflow.analysis.solver import NAMES, Answer, ProverMissing, Solver
from ruleflow.analysis.space import Space
from ruleflow.analysis.symbolic import decide
from ruleflow.analysis.tickets import Draft, Engine, raw_facts
from ruleflow.analysis.verdicts import Counterexample, Held, PromiseVerdict, Proof, Scope, Ticket, Verification
from ruleflow.analysis.version import NOW, Version
from ruleflow.checker.reads import paths_read
from ruleflow.checker.scope import OUTCOME
from ruleflow.engine.timers import TIMER
from ruleflow.model.properties import Property
from ruleflow.plan.canonical import Canonical
from ruleflow.plan.plan import Plan
from ruleflow.plan.snapshot import BudgetError, Snapshot
from ruleflow.resources import without_collection
from ruleflow.syntax.expressions import Expr

__all__ = ["ProverMissing", "verify"]

TRIES = 24
"""Solutions that are tried before the answer is unknown."""
DRAWN = 40
"""Tickets at random on which every proof is tried."""
MORE_DRAWN = 150
"""Tickets at random that are tried where there is no proof."""


def verify(plan: Plan, *, budget: int = 300_000, start: datetime = FIRST_DAY) -> Verification:
    """Prove or refute every promise of a project, event by event.

    `budget` is what a question may cost, in conflicts of the solver. Instants are looked for in the two years from
    `start`. Raises `ProverMissing` without the solver.
    """
    horizon = Horizon.of_two_years(start)
    held: dict[str, dict[str, Held]] = {}
    promises = plan.model.properties
    events = dict.fromkeys(event for one in promises for event in events_of(one, plan.model))
    with without_collection():
        for event in events:
            own = [one for one in promises if event in events_of(one, plan.model)]
            for promise, found in _Proofs.of(plan, event, own, horizon, budget).held():
                held.setdefault(promise.id, {})[event] = found
    verdicts = (_verdict(one, [held[one.id][event] for event in events_of(one, plan.model)]) for one in promises)
    assumed = tuple(one.text for one in plan.model.assumptions)
    notes = (
        horizon.words,
        "events that rules caused themselves count only where `for` asks for `event.caused_by`",
    )
    return Verification(tuple(verdicts), Scope(NAMES, assumed, notes))


def _verdict(promise: Property, events: Sequence[Held]) -> PromiseVerdict:
    span = promise.span
    place = ("", 0) if span is None else (span.source.name, span.first.line)
    return PromiseVerdict(promise.id, promise.title, place, tuple(events))


@dataclass(slots=True)
class _Proofs:
    """The promises about one event. `first` has the facts as they came, and what of the outcome is asked."""

    plan: Plan
    event: str
    promises: Sequence[Property]
    first: Version
    after: Version
    made: Outcomes
    solver: Solver
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = Engine(self.plan, self.event)

    @staticmethod
    def of(plan: Plan, event: str, promises: Sequence[Property], horizon: Horizon, budget: int) -> _Proofs:
        """The version on an event, decided."""
        canonical = Canonical(plan.checked)
        exprs = [expr for one in promises for expr in (one.for_, one.expect, one.never) if expr is not None]
        reads = {path for one in promises for path in _reads(one, plan)}
        (after,) = versions_of((plan,), event, horizon, [canonical.condition(expr) for expr in exprs], reads)
        first = Version(plan, event, after.space, names=after.names)
        assume((first,))
        made = decide(after)
        tell_outcome(first, sorted(path for path in reads if path.startswith(OUTCOME)), after, made)
        return _Proofs(plan, event, promises, first, after, made, Solver(after.network, budget))

    def held(self) -> Iterator[tuple[Property, Held]]:
        """Each promise with what became of it."""
        try:
            for promise in self.promises:
                yield promise, self._held(promise)
        finally:
            self.solver.close()

    def _held(self, promise: Property) -> Held:
        about, twin = self._about(self.first, promise), self._twin(promise)
        if twin is None:
            solutions, broken = Solutions(self.first, self.solver, (self.plan,)), self._broken(promise)
        else:
            solutions = Solutions(twin.version, self.solver, (self.plan,))
            broken = self.first.network.all_of((twin.broken, self._about(twin.version, promise)))
        return _Question(self, promise, solutions).answer(about, broken)

    def _about(self, version: Version, promise: Property) -> Literal:
        """Whether a promise is about a ticket."""
        assumed = (self._truth(version, one.condition) for one in self.plan.model.assumptions)
        outside = TRUE if asks_for_cause(promise, self.plan) else version.given_missing(CAUSED_BY)
        return version.network.all_of((self._truth(version, promise.for_), outside, *assumed))

    def _truth(self, version: Version, expr: Expr | None) -> Literal:
        return TRUE if expr is None else version.truth(version.condition_of(expr))

    def _broken(self, promise: Property) -> Literal:
        kept = self._truth(self.first, promise.expect)
        broken = () if promise.never is None else (-self._truth(self.first, promise.never),)
        return -self.first.network.all_of((kept, *broken))

    def _twin(self, promise: Property) -> Twin | None:
        """The second ticket of a promise about an order; None for others."""
        if promise.monotone is None:
            return None
        paths = sorted(path for path in _reads(promise, self.plan) if path.startswith(OUTCOME))
        return twin_of(self.first, promise.monotone, paths)

    # Tickets

    def drafts(self, promise: Property, draft: Draft) -> tuple[Draft, ...]:
        """The facts of a ticket; those of two where a promise is about an order."""
        if promise.monotone is None:
            return (draft,)
        path = promise.monotone.path
        one = {each: value for each, value in draft.items() if each != TWIN + path}
        other = {each: value for each, value in one.items() if each != path}
        return (one, {**other, path: draft[TWIN + path]} if TWIN + path in draft else other)

    def decided(self, promise: Property, draft: Draft) -> tuple[tuple[Draft, Decided, Snapshot], ...] | None:
        """Tickets that break a promise, with what came of them; None where they keep it, or are not what it is about."""
        found = []
        for one in self.drafts(promise, draft):
            decided = self.engine.decided(raw_facts(one, (self.plan,)), one[NOW])
            if decided is None:
                return None
            found.append((one, decided, view_of(self.plan, decided)))
        views = [view for _, _, view in found]
        try:
            broken = all(concerns(promise, self.plan, self.event, view) for view in views) and (
                not keeps(promise, self.plan, views[0])
                if promise.monotone is None
                else not in_order(promise.monotone, self.plan, views[0], views[1])
            )
        except BudgetError:
            return None
        return tuple(found) if broken else None

    def breaks(self, promise: Property, draft: Draft) -> bool:
        """Whether a ticket breaks a promise."""
        return self.decided(promise, draft) is not None

    def shown(self, promise: Property, draft: Draft, region: tuple[str, ...] = ()) -> Counterexample:
        """A ticket that breaks a promise, with as few facts as do."""
        found = self.decided(promise, smallest(draft, lambda smaller: self.breaks(promise, smaller)))
        if found is None:
            raise AssertionError("a ticket that was decided is decided again")
        tickets = tuple(Ticket(self.event, one[NOW].isoformat(), raw_facts(one, (self.plan,))) for one, _, _ in found)
        views = [view for _, _, view in found]
        if promise.monotone is None:
            why = why_broken(promise, self.plan, views[0])
        else:
            why = why_out_of_order(promise.monotone, self.plan, views[0], views[1])
        matched = dict.fromkeys(rule for _, one, _ in found for rule in one.evaluated.decision.matched)
        return Counterexample(tickets, why, tuple(matched), region, bool(region))

    def by_chance(self, promise: Property, space: Space, tries: int) -> Draft | None:
        """A ticket that breaks a promise, among some that are drawn."""
        search = Search((self.engine,), space, (self.plan,), tries)
        return search.anywhere(lambda draft: self.breaks(promise, draft))


@dataclass(frozen=True, slots=True)
class _Question:
    """Whether any ticket breaks a promise."""

    proofs: _Proofs
    promise: Property
    solutions: Solutions

    def answer(self, about: Literal, broken: Literal) -> Held:
        """Proved, refuted or unknown, and tried on tickets at random."""
        event, solver = self.proofs.event, self.solutions.solver
        if solver.ask([about]) is Answer.NO:
            return self._tried(Held(event, Proof.PROVED, is_vacuous=True))
        network = self.proofs.first.network
        wanted, enabled, reason = network.all_of((about, broken)), network.fresh(), ""
        for _ in range(TRIES):
            answer = self.solutions.ask(wanted, enabled)
            if answer is Answer.NO:
                break
            if answer is Answer.UNKNOWN:
                reason = f"the budget of {solver.budget:,} conflicts was used up"
                break
            core = self.solutions.core(wanted)
            found = self._counterexample(core)
            if found is not None:
                return Held(event, Proof.FAILS, found)
            reason = self.solutions.why_closed(core)
            network.require(-enabled, *(-one for one in core))
        else:
            reason = reason or "there are more kinds of tickets than were looked at"
        return self._tried(Held(event, Proof.UNKNOWN if reason else Proof.PROVED, reason=reason))

    def _counterexample(self, core: Sequence[Literal]) -> Counterexample | None:
        proofs, promise = self.proofs, self.promise
        also = () if promise.monotone is None else (promise.monotone.path, TWIN + promise.monotone.path)
        is_whole = promise.monotone is None and not left_out((proofs.plan,), proofs.event)
        region = self.solutions.told(core) if is_whole else ()
        base = self.solutions.base(core, also)
        for draft in (base, *self.solutions.drafts(core)):
            if proofs.breaks(promise, draft):
                return proofs.shown(promise, draft, region)
        search = Search((proofs.engine,), self.solutions.space, (proofs.plan,))
        found = search.near(base, lambda draft: proofs.breaks(promise, draft))
        return None if found is None else proofs.shown(promise, found)

    def _tried(self, found: Held) -> Held:
        """A proof, after tickets at random were decided: one that breaks the promise is a defect of ours."""
        proofs, promise = self.proofs, self.promise
        large = left_out((proofs.plan,), proofs.event)
        if large and not found.is_vacuous:
            found = Held(found.event, Proof.UNKNOWN, reason=large)
        if found.proof is Proof.PROVED and _carries_out_others(proofs.plan, proofs.event):
            found = Held(
                found.event,
                Proof.UNKNOWN,
                reason="`timer` carries out warnings and breaches, which are not looked into",
            )
        tries = DRAWN if found.proof is Proof.PROVED else MORE_DRAWN
        draft = proofs.by_chance(promise, self.solutions.space, tries)
        if draft is None:
            return found
        if found.proof is Proof.PROVED:
            facts = [raw_facts(one, (proofs.plan,)) for one in proofs.drafts(promise, draft)]
            raise AssertionError(f"the property `{promise.id}` was proved, but does not hold for {facts}")
        return Held(found.event, Proof.FAILS, proofs.shown(promise, draft))


def _carries_out_others(plan: Plan, event: str) -> bool:
    """Whether a decision on an event also carries out rules of others: of the warnings and breaches that are due."""
    if event != TIMER or not plan.service_levels.promise_anything:
        return False
    return any(one in stage.events for stage in plan.stages for one in RUN_ON_TIMER)


def _reads(promise: Property, plan: Plan) -> frozenset[str]:
    """The facts that a promise asks, and the field in which it keeps an order."""
    exprs = (promise.for_, promise.promised)
    read = {path for expr in exprs if expr is not None for path in paths_read(expr, plan.model, plan.checked.meanings)}
    return frozenset(read | ({promise.monotone.path} if promise.monotone is not None else set()))
