"""The evaluation plan of a project: checked rules, compiled, in the order in which a decision goes through them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ruleflow.checker.checked import Checked
from ruleflow.model.model import Model
from ruleflow.model.rules import Hit, Rule
from ruleflow.plan.actions import PlannedAction, planned_action
from ruleflow.plan.acts import Acts, acts_of
from ruleflow.plan.closures import Compute, Truth
from ruleflow.plan.conditions import Condition
from ruleflow.plan.derived import Contracts
from ruleflow.plan.evaluator import Evaluator
from ruleflow.plan.index import Index
from ruleflow.plan.service_levels import ServiceLevels
from ruleflow.plan.snapshot import NOTHING, Derive, Snapshot


@dataclass(frozen=True)
class PlannedRule:
    """A rule with its canonical condition. What it needs to run is compiled when it first runs."""

    rule: Rule
    condition: Condition
    evaluator: Evaluator = field(repr=False, compare=False)

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
        rule = self.rule
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


@dataclass(frozen=True)
class EventRules:
    """The rules of a stage that may run on one event, in file order, with what finds those that match."""

    rules: tuple[PlannedRule, ...]
    evaluator: Evaluator = field(repr=False, compare=False)
    derived: frozenset[str] = field(repr=False, compare=False)

    @cached_property
    def index(self) -> Index:
        """Finds the rules whose conditions hold; made when the event first comes."""
        conditions = tuple(one.condition for one in self.rules)
        return Index(conditions, self.evaluator, self.derived, self.evaluator.is_scalar)

    def matching(self, facts: Snapshot) -> Iterator[PlannedRule]:
        """The rules whose conditions hold, in file order. May raise `BudgetError`, see `Index.matches`."""
        return map(self.rules.__getitem__, self.index.matches(facts))


@dataclass(frozen=True, slots=True)
class PlannedStage:
    """A stage: by event, the rules that may run."""

    id: str
    hit: Hit
    events: Mapping[str, EventRules]


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled project. It never changes, so any number of threads may decide with it at once."""

    checked: Checked
    stages: tuple[PlannedStage, ...]
    derive: Mapping[str, Derive]
    depends: Mapping[str, frozenset[str]]
    """The facts that derived values are made of, where that is known."""
    contracts: Contracts
    service_levels: ServiceLevels
    time_rules: tuple[PlannedRule, ...]
    evaluator: Evaluator

    @property
    def model(self) -> Model:
        """The vocabulary and the rules as written."""
        return self.checked.model

    def dump(self) -> str:
        """The plan as text, for people and for snapshots: stage, event, rule, condition."""
        lines = []
        for stage in self.stages:
            lines.append(f"stage {stage.id} (hit {stage.hit.value})")
            for event, own in stage.events.items():
                lines += [f"  {event}", *(f"    {one.rule.id}: {one.condition}" for one in own.rules)]
        return "\n".join(lines) + "\n"
