"""What rules can never do: conditions that no ticket, or every ticket, fulfils, and rules that are never left anything.

Everything that is reported is proved for all tickets; what is not proved within a small budget is not mentioned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ruleflow.analysis import warnings
from ruleflow.analysis.building import assume, versions_of
from ruleflow.analysis.cells import FIRST_DAY, Horizon
from ruleflow.analysis.clashes import Clash, few_of_each, find_clashes
from ruleflow.analysis.made import Outcomes
from ruleflow.analysis.negations import find_either_is_not
from ruleflow.analysis.network import FALSE, TRUE, Literal
from ruleflow.analysis.rows import left_out
from ruleflow.analysis.solver import Answer, Solver
from ruleflow.analysis.symbolic import decide
from ruleflow.analysis.unreached import find_unreached
from ruleflow.analysis.unrouted import find_unrouted
from ruleflow.analysis.version import Version
from ruleflow.analysis.words import condition_text
from ruleflow.diagnostics.codes import NEVER_FIRST, NEVER_MATCHES, NEVER_STANDS
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.model.rules import Mode
from ruleflow.plan.canonical import Canonical
from ruleflow.plan.plan import Plan
from ruleflow.plan.planned import PlannedRule
from ruleflow.resources import without_collection

BUDGET = 2_000
"""Conflicts that a question may cost: enough for nearly all, and little for a whole project."""

NEVER_ACTS = {NEVER_MATCHES, NEVER_FIRST}


def find_dead(plan: Plan, *, budget: int = BUDGET) -> tuple[Diagnostic, ...]:
    """Warnings about rules that never do anything, or always. A rule of several events is reported where it is so on all of them.

    With them what rules leave open: clashes, tickets that nobody gets, policies and templates that nothing reaches.

    Raises `ProverMissing` without the solver.
    """
    horizon = Horizon.of_two_years(FIRST_DAY)
    found: dict[str, list[Diagnostic | None]] = {}
    clashes: dict[Clash, Diagnostic] = {}
    nobody: tuple[Diagnostic, ...] = ()
    with without_collection():
        for event in dict.fromkeys(event for stage in plan.stages for event in stage.events):
            if left_out((plan,), event):
                found |= {rule.id: [None] for rule in plan.model.rules if rule.runs_on(event)}
                continue
            rules = _Rules.of(plan, event, horizon, budget)
            try:
                own = dict(rules.findings())
                told = {name for name, one in own.items() if one is not None and one.code is NEVER_STANDS}
                clashes |= find_clashes(rules.version, rules.made, rules.solver, told)
                unrouted = find_unrouted(rules.version, rules.made, rules.solver)
                nobody += () if unrouted is None else (unrouted,)
            finally:
                rules.solver.close()
            for rule, finding in own.items():
                found.setdefault(rule, []).append(finding)
    dead = tuple(one for own in found.values() if (one := _common(own)) is not None)
    never = {rule for rule, own in found.items() if (one := _common(own)) is not None and one.code in NEVER_ACTS}
    return (*dead, *few_of_each(clashes), *nobody, *find_unreached(plan.checked, never))


def _common(own: Sequence[Diagnostic | None]) -> Diagnostic | None:
    """What is so on every event."""
    first = own[0]
    return first if first is not None and all(one is not None and one.code is first.code for one in own) else None


@dataclass(slots=True)
class _Rules:
    """The rules of an event, decided. `seen` are truths that hold in some solution found so far."""

    version: Version
    made: Outcomes
    solver: Solver
    seen: set[Literal] = field(default_factory=set)

    @staticmethod
    def of(plan: Plan, event: str, horizon: Horizon, budget: int) -> _Rules:
        """The version on an event. The parts of conditions are asked in the stage in which they stand."""
        (version,) = versions_of((plan,), event, horizon)
        assume((version,))
        made = decide(version)
        return _Rules(version, made, Solver(version.network, budget))

    def findings(self) -> Iterator[tuple[str, Diagnostic | None]]:
        """Each rule that takes part with what there is to say of it."""
        if self._is_impossible(TRUE):
            return
        for stage in self.version.plan.stages:
            own = stage.events.get(self.version.event)
            for planned in own.rules if own is not None else ():
                if planned.rule.mode is not Mode.SHADOW:
                    yield planned.rule.id, self._finding(planned)

    def _finding(self, planned: PlannedRule) -> Diagnostic | None:
        rule, holds, network = planned.rule, self.made.holds.get(planned.rule.id), self.version.network
        if holds is None or self._is_impossible(self.made.turns[rule.id].asked):
            return None
        turn = self.made.turns[rule.id]
        if self._is_impossible(network.all_of((turn.asked, holds))):
            parts = self._contradiction(planned)
            return None if rule.when is None else warnings.never_matches(rule, rule.when.span, parts)
        if self._is_impossible(holds, turn.asked, turn.reached, *(-ends for _, ends in turn.ended)):
            core = set(self.solver.smaller_core(self.solver.core))
            return warnings.never_first(rule, tuple(name for name, ends in turn.ended if -ends in core))
        if not self._is_impossible(self.made.fires[rule.id]) and self._nothing_stands(rule.id):
            return warnings.never_stands(rule)
        if rule.when is not None and self._is_impossible(network.all_of((turn.asked, -holds))):
            return warnings.always_true(rule, rule.when.span)
        if rule.when is None:
            return None
        return find_either_is_not(rule.when, f"rule `{rule.id}`", Canonical(self.version.plan.checked))

    def _nothing_stands(self, rule: str) -> bool:
        """Whether the rule writes, and never with effect."""
        own = self.made.stands.get(rule, [])
        return bool(own) and all(self._is_impossible(one) for one in own)

    def _is_impossible(self, *literals: Literal) -> bool:
        """Whether it is proved that truths cannot hold together."""
        if FALSE in literals:
            self.solver.core = literals
            return True
        if len(literals) == 1 and literals[0] in self.seen:
            return False
        answer = self.solver.ask([one for one in literals if one != TRUE])
        if answer is Answer.YES:
            self.seen |= self.solver.model
        return answer is Answer.NO

    def _contradiction(self, planned: PlannedRule) -> tuple[str, ...]:
        """Parts of a condition that cannot hold together, in words."""
        own, asked = self.made.parts.get(planned.rule.id, []), self.made.turns[planned.rule.id].asked
        single = next((part for part, literal in own if self._is_impossible(literal, asked)), None)
        if single is not None:
            return (condition_text(single),)
        if not self._is_impossible(asked, *(literal for _, literal in own)):
            return ()
        core = set(self.solver.smaller_core(self.solver.core))
        return tuple(condition_text(part) for part, literal in own if literal in core)
