"""The evaluation plan of a project: checked rules, compiled, in the order in which a decision goes through them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ruleflow.checker.checked import Checked
from ruleflow.model.model import Model
from ruleflow.model.rules import Action, Argument, Hit, Parameter, Rule
from ruleflow.plan.closures import Compute, Truth
from ruleflow.plan.conditions import Condition
from ruleflow.plan.derived import Contracts
from ruleflow.plan.evaluator import Evaluator
from ruleflow.plan.service_levels import ServiceLevels
from ruleflow.plan.snapshot import Derive


@dataclass(frozen=True, slots=True)
class PlannedArgument:
    """An argument of an action: its parameter, and how its value is computed (None: written as null)."""

    argument: Argument
    parameter: Parameter
    value: Compute | None


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """An action with its compiled arguments."""

    action: Action
    arguments: tuple[PlannedArgument, ...]


@dataclass(frozen=True, slots=True)
class PlannedRule:
    """A rule with its canonical condition, compiled, and its compiled actions."""

    rule: Rule
    condition: Condition
    holds: Truth
    actions: tuple[PlannedAction, ...]
    since: Compute | None = None
    """Of a time rule: since which instant its time is counted."""
    calendar: Compute | None = None
    once: Compute | None = None


@dataclass(frozen=True, slots=True)
class PlannedStage:
    """A stage: by event, the rules that may run, in file order."""

    id: str
    hit: Hit
    rules: Mapping[str, tuple[PlannedRule, ...]]


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled project. It never changes, so any number of threads may decide with it at once."""

    checked: Checked
    stages: tuple[PlannedStage, ...]
    derive: Mapping[str, Derive]
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
            for event, rules in stage.rules.items():
                lines += [f"  {event}", *(f"    {one.rule.id}: {one.condition}" for one in rules)]
        return "\n".join(lines) + "\n"
