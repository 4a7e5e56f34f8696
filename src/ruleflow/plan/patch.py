"""A plan with a few things otherwise: only what changed is compiled, the index and the rest are those of the plan before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ruleflow.checker.checked import Checked
from ruleflow.model.rules import Rule
from ruleflow.plan.canonical import Canonical
from ruleflow.plan.conditions import TRUE, Condition
from ruleflow.plan.derived import contracts_of, dependencies, derivations
from ruleflow.plan.evaluator import Evaluator
from ruleflow.plan.plan import EventRules, Plan, PlannedStage
from ruleflow.plan.planned import PlannedRule
from ruleflow.plan.service_levels import clock_facts, service_levels_of
from ruleflow.plan.snapshot import Snapshot
from ruleflow.plan.tables import PlannedTable, column_values


@dataclass(frozen=True)
class PatchedRules(EventRules):
    """Rules of an event of which a few are not those of `before`, whose index finds the others."""

    before: EventRules = field(repr=False)
    others: tuple[PlannedRule, ...] = field(repr=False)
    gone: frozenset[str] = field(repr=False)
    """The rules of `before` that are no longer here, or otherwise here."""

    def matching(self, facts: Snapshot) -> Iterator[PlannedRule]:
        """The rules whose conditions hold, in file order."""
        found = [one for one in self.before.matching(facts) if one.rule.id not in self.gone]
        found += [one for one in self.others if one.holds(facts)]
        return iter(sorted(found, key=lambda one: one.rule.position))


def with_rules(plan: Plan, checked: Checked, changed: Mapping[str, Rule | None]) -> Plan:
    """The plan in which some rules, by id, are others (None: not there); stage, events and place stay as they are."""
    evaluator = Evaluator(checked, plan.evaluator.around)
    planned = {
        name: None if rule is None else PlannedRule(rule, condition_of(rule, checked), evaluator)
        for name, rule in changed.items()
    }

    def others(rules: tuple[PlannedRule, ...]) -> tuple[PlannedRule, ...]:
        found = (planned.get(one.rule.id, one) for one in rules)
        return tuple(one for one in found if one is not None)

    stages = {rule.stage for rule in plan.model.rules if rule.id in changed}
    return replace(
        plan,
        checked=checked,
        stages=tuple(_stage(one, others, planned) if one.id in stages else one for one in plan.stages),
        time_rules=others(plan.time_rules),
    )


def condition_of(rule: Rule, checked: Checked) -> Condition:
    """The canonical condition of a rule."""
    return TRUE if rule.when is None else Canonical(checked).condition(rule.when)


def _with_tables(stage: PlannedStage, checked: Checked, evaluator: Evaluator) -> PlannedStage:
    """The stage with its tables compiled anew: what they ask may read a definition that has changed."""
    if not any(own.tables for own in stage.events.values()):
        return stage
    made: dict[str, PlannedTable] = {}
    for table in (table for own in stage.events.values() for table in own.tables):
        made.setdefault(table.rule.id, table.anew(condition_of(table.rule, checked), evaluator))
    events = {}
    for event, own in stage.events.items():
        events[event] = replace(own, tables=tuple(made[table.rule.id] for table in own.tables))
        vars(events[event]).update({name: value for name, value in vars(own).items() if name == "index"})
    return replace(stage, events=events)


def _stage(
    stage: PlannedStage,
    others: Callable[[tuple[PlannedRule, ...]], tuple[PlannedRule, ...]],
    planned: Mapping[str, PlannedRule | None],
) -> PlannedStage:
    events = dict(stage.events)
    for event, own in stage.events.items():
        known = [one.rule.id for one in own.rules if one.rule.id in planned]
        if known:
            new = tuple(one for name in known if (one := planned[name]) is not None)
            events[event] = PatchedRules(
                others(own.rules), own.tables, own.evaluator, own.derived, own, new, frozenset(known)
            )
    return replace(stage, events=events)


def with_derived(plan: Plan, checked: Checked) -> Plan:
    """The plan in which derived segments, contracts or definitions are other ones; rules that read definitions too."""
    evaluator = Evaluator(checked, plan.evaluator.around)
    contracts = contracts_of(checked, evaluator)
    levels = service_levels_of(checked, evaluator)
    derive = derivations(checked, evaluator, contracts) | clock_facts(levels)
    derive |= column_values(plan.columns, evaluator)
    return replace(
        plan,
        checked=checked,
        stages=tuple(_with_tables(one, checked, evaluator) for one in plan.stages),
        derive=derive,
        depends=dependencies(checked),
        contracts=contracts,
        service_levels=levels,
        evaluator=evaluator,
    )
