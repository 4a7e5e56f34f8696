"""From a checked project to its plan."""

from __future__ import annotations

from ruleflow.calendar.calendar import Calendar
from ruleflow.checker.checked import Checked
from ruleflow.checker.reads import reads_secret
from ruleflow.checker.scope import fact_type
from ruleflow.model.model import Model
from ruleflow.model.rules import Action, Argument, Parameter, Rule, Stage
from ruleflow.plan.canonical import Canonical
from ruleflow.plan.closures import Compute
from ruleflow.plan.conditions import TRUE
from ruleflow.plan.derived import contracts_of, derivations
from ruleflow.plan.evaluator import Evaluator
from ruleflow.plan.functions import Surroundings
from ruleflow.plan.plan import Plan, PlannedAction, PlannedArgument, PlannedRule, PlannedStage
from ruleflow.plan.service_levels import clock_facts, service_levels_of
from ruleflow.plan.text import masked, text_of
from ruleflow.syntax.expressions import Expr
from ruleflow.syntax.text_template import TextParts
from ruleflow.types.terms import Simple


def compile_plan(checked: Checked) -> Plan:
    """The plan of a checked project without errors."""
    evaluator = Evaluator(checked, _surroundings(checked.model))
    contracts = contracts_of(checked, evaluator)
    planned = [_planned(rule, checked, evaluator) for rule in checked.model.rules if rule.enabled]
    stages = tuple(_stage(stage, planned, checked.model) for stage in checked.model.stages)
    levels = service_levels_of(checked, evaluator)
    return Plan(
        checked,
        stages,
        derivations(checked, evaluator, contracts) | clock_facts(levels),
        contracts,
        levels,
        tuple(one for one in planned if one.rule.after is not None),
        evaluator,
    )


def _surroundings(model: Model) -> Surroundings:
    calendars: dict[str, Calendar] = {
        name: entry.calendar for name, entry in model.calendars.items() if entry.calendar is not None
    }
    return Surroundings(model.zone, calendars, model.folders)


def _stage(stage: Stage, planned: list[PlannedRule], model: Model) -> PlannedStage:
    own = [one for one in planned if one.rule.stage == stage.id]
    by_event = {event: tuple(one for one in own if one.rule.runs_on(event)) for event in model.events}
    return PlannedStage(stage.id, stage.hit, {event: rules for event, rules in by_event.items() if rules})


def _planned(rule: Rule, checked: Checked, evaluator: Evaluator) -> PlannedRule:
    condition = TRUE if rule.when is None else Canonical(checked).condition(rule.when)
    actions = tuple(_action(action, checked.model, evaluator) for action in rule.actions)
    after = rule.after
    return PlannedRule(
        rule,
        condition,
        evaluator.compile(condition),
        actions,
        since=None if after is None else evaluator.value_of(after.since),
        calendar=None if after is None or after.calendar is None else evaluator.value_of(after.calendar),
        once=None if rule.once is None else evaluator.value_of(rule.once),
    )


def _action(action: Action, model: Model, evaluator: Evaluator) -> PlannedAction:
    planned = (_argument(action, argument, model, evaluator) for argument in action.arguments)
    return PlannedAction(action, tuple(planned))


def _argument(action: Action, argument: Argument, model: Model, evaluator: Evaluator) -> PlannedArgument:
    parameter = model.actions[action.type].parameter(argument.name) if not action.field else None
    if parameter is None:
        parameter = Parameter(action.field, fact_type(model, action.field) or Simple.TEXT, required=True)
    return PlannedArgument(argument, parameter, _value(argument, model, evaluator))


def _value(argument: Argument, model: Model, evaluator: Evaluator) -> Compute | None:
    match argument.value:
        case None:
            return None
        case TextParts(parts=parts):
            return text_of(tuple(_part(part, evaluator) for part in parts), model.zone)
        case expr:
            return evaluator.value_of(expr)


def _part(part: str | Expr, evaluator: Evaluator) -> str | Compute:
    """A piece of a text; what a secret gives stands masked."""
    if isinstance(part, str):
        return part
    value = evaluator.value_of(part)
    checked = evaluator.checked
    return masked(value) if reads_secret(part, checked.model, checked.meanings) else value
