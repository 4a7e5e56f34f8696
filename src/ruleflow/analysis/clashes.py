"""Two rules of a stage that write different values to a field of which nobody has chosen which value stands.

Where one rule acts whenever the one before it does, it is what holds otherwise and the order is meant; of routes and denials
there is no `resolve` to choose. Neither is mentioned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from ruleflow.analysis import warnings
from ruleflow.analysis.deeds import Deed
from ruleflow.analysis.made import Outcomes
from ruleflow.analysis.network import FALSE, TRUE, Literal
from ruleflow.analysis.outcomes import Decided
from ruleflow.analysis.solver import Answer, Solver
from ruleflow.analysis.version import Version
from ruleflow.analysis.witnesses import Witnesses
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.engine.canonical import canonical_json, plain
from ruleflow.engine.writes import Lost
from ruleflow.model.rules import Hit
from ruleflow.types.terms import ListOf, SetOf

MOST_ASKED = 200
"""Questions about the writes of one field in one stage."""
MOST_TOLD = 3
"""Pairs that are told of one field in one stage."""
Clash: TypeAlias = tuple[str, str, str, str]
"""A stage, a field, the rule that stands and the one that does not."""


def find_clashes(version: Version, made: Outcomes, solver: Solver, told: Collection[str]) -> dict[Clash, Diagnostic]:
    """What is to say of pairs of rules; of those of which never anything stands, which is `told`, nothing more."""
    found: dict[Clash, Diagnostic] = {}
    witnesses: Witnesses | None = None
    for (stage, target), deeds in made.rivals.items():
        if _is_open(version, stage, target):
            own = _Field(version, made, solver, deeds)
            for wanted, winner, loser in own.pairs(told) if own.may_clash() else ():
                witnesses = witnesses or Witnesses(version, solver)
                finding = _finding(witnesses, wanted, (stage, target, winner, loser))
                if finding is not None:
                    found[stage, target, winner, loser] = finding
                if sum(one[:2] == (stage, target) for one in found) == MOST_TOLD:
                    break
    return found


def few_of_each(clashes: Mapping[Clash, Diagnostic]) -> Iterator[Diagnostic]:
    """A few findings of each field."""
    counts: dict[tuple[str, str], int] = {}
    for (stage, target, _, _), finding in clashes.items():
        counts[stage, target] = counts.get((stage, target), 0) + 1
        if counts[stage, target] <= MOST_TOLD:
            yield finding


def _is_open(version: Version, stage: str, target: str) -> bool:
    """Whether several rules may write one value, and nobody has said which of them stands."""
    declared = version.plan.model.fields.get(target)
    if declared is None or declared.resolve is not None or isinstance(declared.type, SetOf | ListOf):
        return False
    return next(one.hit for one in version.plan.stages if one.id == stage) is Hit.ALL


def _finding(witnesses: Witnesses, wanted: Literal, clash: Clash) -> Diagnostic | None:
    _, target, winner, loser = clash
    witness = witnesses.find(wanted, lambda decided: _lost(decided, clash) is not None)
    lost = None if witness is None else _lost(witness.decided, clash)
    if witness is None or lost is None:
        return None
    model = witnesses.version.plan.model
    rules = [rule for name in (winner, loser) if (rule := model.rule(name)) is not None]
    values = [canonical_json(plain(one.value, model.zone)).decode() for one in (lost.kept, lost.act)]
    return warnings.order_decides(rules[0], rules[1], target, (values[0], values[1]), witness.text)


def _lost(decided: Decided, clash: Clash) -> Lost | None:
    """The write that lost against another value, as the ordinary engine has it."""
    stage, target, winner, loser = clash
    for run in decided.evaluated.run.stages:
        for lost in run.resolved.lost if run.stage.id == stage else ():
            if (lost.act.target, lost.kept.rule, lost.act.rule) == (target, winner, loser):
                return lost if lost.act.value != lost.kept.value else None
    return None


@dataclass(slots=True)
class _Field:
    """What the rules of a stage write to a field, in file order."""

    version: Version
    made: Outcomes
    solver: Solver
    deeds: list[Deed]
    asked: int = 0
    models: list[frozenset[Literal]] = field(default_factory=list)

    def may_clash(self) -> bool:
        """Whether two different values are written for some ticket: one question for all pairs."""
        network, by_value = self.version.network, dict[object, list[Literal]]()
        for deed in self.deeds:
            by_value.setdefault(deed.value, []).append(deed.guard)
        return self._is_possible(network.at_least((network.any_of(own) for own in by_value.values()), 2)[1])

    def pairs(self, told: Collection[str]) -> Iterator[tuple[Literal, str, str]]:
        """Rules of which the first stands against the second, with when; at most one for each that stands."""
        network, none = self.version.network, TRUE
        for at, winner in enumerate(self.deeds):
            stands = network.all_of((none, winner.guard))
            none = network.all_of((none, -winner.guard))
            losers = [
                one
                for one in self.deeds[at + 1 :]
                if one.value != winner.value and one.rule not in {winner.rule, *told}
            ]
            while losers and self._is_possible(network.all_of((stands, network.any_of(one.guard for one in losers)))):
                loser = next(one for one in losers if one.guard in self.solver.model)
                if not self._acts_whenever(loser.rule, winner.rule):
                    yield network.all_of((stands, loser.guard)), winner.rule, loser.rule
                    break
                losers = [one for one in losers if one.rule != loser.rule]

    def _acts_whenever(self, rule: str, other: str) -> bool:
        """Whether a rule acts whenever another does; not, where that is not proved."""
        mine, theirs = self.made.fires[rule], self.made.fires[other]
        if any(theirs in model and -mine in model for model in self.models):
            return False
        return not self._is_possible(self.version.network.all_of((theirs, -mine)))

    def _is_possible(self, wanted: Literal) -> bool:
        """Whether something was found to be possible, within what may be asked."""
        if wanted == FALSE or self.asked == MOST_ASKED:
            return False
        self.asked += 1
        if self.solver.ask([wanted], twice=False) is not Answer.YES:
            return False
        self.models.append(self.solver.model)
        return True
