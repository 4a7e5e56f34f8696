"""The evaluation plan of a project: checked rules, compiled, in the order in which a decision goes through them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ruleflow.checker.checked import Checked
from ruleflow.model.model import Model
from ruleflow.model.rules import Hit
from ruleflow.plan.derived import Contracts
from ruleflow.plan.evaluator import Evaluator
from ruleflow.plan.index import Index
from ruleflow.plan.planned import PlannedRule
from ruleflow.plan.service_levels import ServiceLevels
from ruleflow.plan.snapshot import Derive, Snapshot
from ruleflow.plan.tables import PlannedTable
from ruleflow.syntax.expressions import Expr


@dataclass(frozen=True)
class EventRules:
    """The rules and tables of a stage that may run on one event, in file order, with what finds those that match."""

    rules: tuple[PlannedRule, ...]
    tables: tuple[PlannedTable, ...]
    evaluator: Evaluator = field(repr=False, compare=False)
    derived: frozenset[str] = field(repr=False, compare=False)

    @cached_property
    def index(self) -> Index:
        """Finds the rules whose conditions hold; made when the event first comes."""
        conditions = tuple(one.condition for one in self.rules)
        return Index(conditions, self.evaluator, self.derived, self.evaluator.is_scalar)

    def matching(self, facts: Snapshot) -> Iterator[PlannedRule]:
        """The rules and rows whose conditions hold, in file order. May raise `BudgetError`, see `Index.matches`."""
        found = map(self.rules.__getitem__, self.index.matches(facts))
        return self.in_order(found, (row for table in self.tables for row in table.matching(facts)))

    def in_order(self, rules: Iterator[PlannedRule], rows: Iterator[PlannedRule]) -> Iterator[PlannedRule]:
        """Rules and rows in file order, the rows of a table as they stand in it."""
        return iter(sorted([*rules, *rows], key=position)) if self.tables else rules


def position(planned: PlannedRule) -> int:
    """Where a rule stands, or the table of a row."""
    return planned.rule.position


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
    columns: Mapping[str, Expr]
    """What the columns of tables ask that are no facts, by path."""

    @property
    def tables(self) -> Mapping[str, PlannedTable]:
        """The tables that may run, by id."""
        own = (table for stage in self.stages for event in stage.events.values() for table in event.tables)
        return {table.rule.id: table for table in own}

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
                lines += [
                    f"    {one.rule.id}, {one.source.rows.count:,} rows ({one.source.hit.value}): {one.condition}"
                    for one in own.tables
                ]
        return "\n".join(lines) + "\n"
