"""A rule, compiled: its condition, and what it does once it has matched."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from ruleflow.model.rules import Rule
from ruleflow.model.tables import HitPolicy
from ruleflow.plan.actions import PlannedAction, planned_action
from ruleflow.plan.acts import Acts, acts_of
from ruleflow.plan.closures import Compute, Truth
from ruleflow.plan.conditions import Condition
from ruleflow.plan.evaluator import Evaluator
from ruleflow.plan.snapshot import NOTHING, Snapshot


@dataclass(frozen=True)
class PlannedRule:
    """A rule with its canonical condition. What it needs to run is compiled when it first runs."""

    rule: Rule
    condition: Condition
    evaluator: Evaluator = field(repr=False, compare=False)

    @property
    def table(self) -> PlannedRule | None:
        """The table that it is a row of; None for a rule."""
        return None

    @property
    def hit(self) -> HitPolicy:
        """Which of its table's rows act; a rule stands by itself."""
        return HitPolicy.COLLECT

    @property
    def gated(self) -> Rule:
        """The rule whose dates and rollout count for it."""
        return self.rule

    @cached_property
    def holds(self) -> Truth:
        """Whether its condition holds, asked of this rule alone."""
        return self.evaluator.compile(self.condition)

    @cached_property
    def actions(self) -> tuple[PlannedAction, ...]:
        """Its actions, compiled."""
        return tuple(planned_action(action, self.evaluator) for action in self.rule.actions)

    @cached_property
    def _fixed_acts(self) -> Acts | None:
        """What it does where that is the same whatever the facts are."""
        if not all(action.is_fixed for action in self.actions):
            return None
        return acts_of(self.rule.id, self.actions, NOTHING, self.evaluator.checked.model)

    def acts(self, seen: Snapshot) -> Acts:
        """What it does for these facts, once it has matched."""
        return self._fixed_acts or acts_of(self.rule.id, self.actions, seen, self.evaluator.checked.model)

    @cached_property
    def has_gates(self) -> bool:
        """Whether anything but its condition may keep it from running on an event."""
        rule = self.gated
        own = (rule.valid_from, rule.valid_until, rule.rollout, rule.after, rule.once)
        return any(one is not None for one in own)

    @cached_property
    def since(self) -> Compute | None:
        """Of a time rule: since which instant its time is counted."""
        return None if self.rule.after is None else self.evaluator.value_of(self.rule.after.since)

    @cached_property
    def calendar(self) -> Compute | None:
        """Of a time rule: the calendar in which its time is counted; None: around the clock."""
        after = self.rule.after
        return None if after is None or after.calendar is None else self.evaluator.value_of(after.calendar)

    @cached_property
    def once(self) -> Compute | None:
        """For each value of this it fires at most once; None: as often as it holds."""
        return None if self.rule.once is None else self.evaluator.value_of(self.rule.once)
