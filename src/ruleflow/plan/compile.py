"""From a checked project to its plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from ruleflow.calendar.calendar import Calendar
from ruleflow.checker.checked import Checked
from ruleflow.model.model import Model
from ruleflow.model.rules import Rule
from ruleflow.plan.canonical import conditions_of
from ruleflow.plan.conditions import Condition
from ruleflow.plan.derived import contracts_of, dependencies, derivations
from ruleflow.plan.evaluator import Evaluator
from ruleflow.plan.functions import Surroundings
from ruleflow.plan.plan import EventRules, Plan, PlannedStage
from ruleflow.plan.planned import PlannedRule
from ruleflow.plan.service_levels import clock_facts, service_levels_of
from ruleflow.plan.tables import PlannedTable, column_values, columns_of
from ruleflow.resources import without_collection

T = TypeVar("T", bound=PlannedRule)


def compile_plan(checked: Checked, conditions: Mapping[str, Condition] | None = None) -> Plan:
    """The plan of a checked project without errors. `conditions` of its rules by id, where they are known already."""
    conditions = conditions_of(checked) if conditions is None else conditions
    evaluator = Evaluator(checked, _surroundings(checked.model))
    contracts = contracts_of(checked, evaluator)
    levels = service_levels_of(checked, evaluator)
    derive = derivations(checked, evaluator, contracts) | clock_facts(levels)
    columns = columns_of(checked)
    derive |= column_values(columns, evaluator)
    with without_collection():
        planned = [PlannedRule(rule, conditions[rule.id], evaluator) for rule in checked.model.rules if rule.enabled]
    tables = [
        PlannedTable(table.rule, conditions[table.id], evaluator, table)
        for table in checked.model.tables
        if table.rule.enabled
    ]
    return Plan(
        checked,
        _stages(planned, tables, checked.model, evaluator, frozenset(derive)),
        derive,
        dependencies(checked),
        contracts,
        levels,
        tuple(one for one in planned if one.rule.after is not None),
        evaluator,
        columns,
    )


def _surroundings(model: Model) -> Surroundings:
    calendars: dict[str, Calendar] = {
        name: entry.calendar for name, entry in model.calendars.items() if entry.calendar is not None
    }
    return Surroundings(model.zone, calendars, model.folders)


def _stages(
    planned: Iterable[PlannedRule],
    tables: Iterable[PlannedTable],
    model: Model,
    evaluator: Evaluator,
    derived: frozenset[str],
) -> tuple[PlannedStage, ...]:
    rules, asked = _by_event(planned, model), _by_event(tables, model)
    return tuple(
        PlannedStage(
            stage.id,
            stage.hit,
            {
                event: EventRules(
                    tuple(rules[stage.id].get(event, ())), tuple(asked[stage.id].get(event, ())), evaluator, derived
                )
                for event in dict.fromkeys((*rules[stage.id], *asked[stage.id]))
            },
        )
        for stage in model.stages
    )


def _by_event(planned: Iterable[T], model: Model) -> dict[str, dict[str, list[T]]]:
    """By stage and event, those that may run."""
    found: dict[str, dict[str, list[T]]] = {stage.id: {} for stage in model.stages}
    for one in planned:
        for event in _events(one.rule, model):
            found[one.rule.stage].setdefault(event, []).append(one)
    return found


def _events(rule: Rule, model: Model) -> Iterable[str]:
    """The events on which a rule may run."""
    if rule.after is not None or not rule.events:
        return (event for event in model.events if rule.runs_on(event))
    return dict.fromkeys(rule.events)
