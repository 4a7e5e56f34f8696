"""A decision about all tickets at once: the stages of a version, each rule firing where its condition holds.

What is said here of stages, of which writes stand and of what each action writes mirrors `engine.stages` and
`engine.writes`; tests hold the two together on small vocabularies by trying every ticket.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ruleflow.analysis.deeds import Actions, Deed
from ruleflow.analysis.made import Outcomes, Turn
from ruleflow.analysis.network import FALSE, TRUE, Literal
from ruleflow.analysis.rows import rules_of
from ruleflow.analysis.space import Cells
from ruleflow.analysis.terms import (
    ONLY_NOTHING,
    Const,
)
from ruleflow.analysis.version import NOW, Version
from ruleflow.analysis.written import Writes
from ruleflow.engine.gates import closed_gate
from ruleflow.model.rules import Hit, Mode, Rule
from ruleflow.model.tables import HitPolicy
from ruleflow.plan.acts import DENIED, ROUTE
from ruleflow.plan.conditions import All, Condition, IsMissing
from ruleflow.plan.plan import PlannedStage
from ruleflow.plan.planned import PlannedRule


def decide(version: Version) -> Outcomes:
    """What a version does on its event with any ticket."""
    made = Outcomes(single={ROUTE: ONLY_NOTHING, DENIED: ONLY_NOTHING})
    alive = TRUE
    for stage in version.plan.stages:
        own = stage.events.get(version.event)
        if own is None:
            continue
        alive = _Stage(version, stage, alive, made).run(rules_of(own))
        version.next_stage()
        if alive == FALSE:
            break
    for path in sorted(version.state):
        made.single[path] = version.state[path]
    made.sets = dict(version.sets)
    return made


@dataclass(slots=True)
class _Stage:
    version: Version
    stage: PlannedStage
    alive: Literal
    made: Outcomes

    def run(self, rules: Iterable[PlannedRule]) -> Literal:
        """Go through the rules; when the decision goes on after them."""
        network, deeds, actions = self.version.network, list[Deed](), Actions(self.version)
        open_ = self.alive
        ended: list[tuple[str, Literal]] = []
        taken: dict[str, Literal] = {}
        for planned in rules:
            rule = planned.rule
            if rule.mode is Mode.SHADOW:
                continue
            asked = self._gates(planned)
            fires = network.all_of((open_, asked, self.version.truth(planned.condition)))
            table = planned.table
            if table is not None and planned.hit is not HitPolicy.COLLECT:
                fires = network.all_of((fires, -taken.get(table.rule.id, FALSE)))
                taken[table.rule.id] = network.any_of((taken.get(table.rule.id, FALSE), fires))
            self.made.holds[rule.id] = self.version.truth(planned.condition)
            self.made.fires[rule.id] = fires
            self.made.parts[rule.id] = [(one, self.version.truth(one)) for one in parts_of(planned.condition)]
            self.made.turns[rule.id] = Turn(self.alive, asked, tuple(ended))
            if fires == FALSE:
                continue
            own, decides = actions.deeds(planned, fires)
            deeds += own
            for deed in own:
                self.made.acts.setdefault(deed.type, []).append(deed.guard)
            if self.stage.hit is Hit.FIRST:
                ends = network.all_of((fires, decides))
                ended.append((rule.id, ends))
                open_ = network.all_of((open_, -ends))
        Writes(self.version, self.made, self.stage.id).write(deeds)
        ends = network.any_of(deed.guard for deed in deeds if deed.type == "deny" or _stops(deed))
        return network.all_of((self.alive, -ends))

    # Gates

    def _gates(self, planned: PlannedRule) -> Literal:
        rule, version = planned.gated, self.version
        parts = []
        if not rule.on_own_changes:
            parts.append(version.truth(IsMissing("event.caused_by")))
        if rule.valid_from is not None or rule.valid_until is not None:
            parts.append(self._valid(rule))
        if rule.rollout is not None and rule.rollout < 100:
            parts.append(version.space.free("rollout", rule.id, rule.rollout))
        if rule.after is not None:
            keys = [version.key_of(one) for one in (rule.after.since, rule.after.calendar) if one is not None]
            own = (repr(rule.after.time), repr(rule.after.repeat), tuple(keys), version.promises)
            parts.append(version.space.free("due", rule.id, own))
        elif rule.once is not None:
            parts.append(version.space.free("once", rule.id, version.key_of(rule.once)))
        return version.network.all_of(parts)

    def _valid(self, rule: Rule) -> Literal:
        now, zone = self.version.space.variables[NOW], self.version.plan.model.zone
        if not isinstance(now, Cells):
            return self.version.space.free("valid", rule.valid_from, rule.valid_until)
        key: Any = ("valid", rule.valid_from, rule.valid_until, zone.key)
        bare = Rule(rule.id, rule.stage, (), None, (), 0, valid_from=rule.valid_from, valid_until=rule.valid_until)

        def holds(value: Any) -> bool:
            return value is not None and closed_gate(bare, value, zone, None, None) is None

        return now.truth(self.version.network, key, holds)


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """What a condition asks together."""
    return condition.parts if isinstance(condition, All) else (condition,)


def _stops(deed: Deed) -> bool:
    return deed.type == "stop" and dict(deed.arguments).get("stop") == Const(True)
