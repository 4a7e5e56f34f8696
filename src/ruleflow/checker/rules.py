"""Checking a rule: its stage and events, its condition, the parameters of its actions."""

from __future__ import annotations

from ruleflow.checker import errors
from ruleflow.checker.checked import Now
from ruleflow.checker.conditions import check_condition, check_optional, check_required, check_value
from ruleflow.checker.missing import Known, culprit, present_when
from ruleflow.checker.reads import reads_secret
from ruleflow.checker.scope import Scope, fact_field, fact_paths, fact_type
from ruleflow.model.rules import Action, ActionType, Argument, Parameter, Rule
from ruleflow.syntax.expressions import Expr
from ruleflow.syntax.text_template import TextParts
from ruleflow.types.terms import Kind, Reference, Simple

WRITTEN_BY_ACTIONS = {
    "ticket.team": "route",
    "ticket.agent": "route",
    "ticket.sla": "set_sla",
    "contact.segments": "add_to_segments",
}
"""Facts that have an action of their own and are not for `set`."""


def check_shared(rule: Rule, what: str, scope: Scope) -> None:
    """Report what is wrong with the keys that rules and tables have in common; `what` it is."""
    _check_places(rule, what, scope)
    if rule.when is not None:
        with scope.out.inside(f"condition of {what} `{rule.id}`"):
            check_condition(rule.when, "a condition", scope)


def check_rule(rule: Rule, scope: Scope) -> None:
    """Report everything that is wrong with a rule."""
    check_shared(rule, "rule", scope)
    known = present_when(rule.when, scope)
    with scope.out.inside(f"time of rule `{rule.id}`"):
        _check_times(rule, scope, known)
    for action in rule.actions:
        with scope.out.inside(f"action `{action.type}` of rule `{rule.id}`"):
            check_action(action, scope, known)


def _check_places(rule: Rule, what: str, scope: Scope) -> None:
    with scope.out.inside(f"{what} `{rule.id}`"):
        stages = [stage.id for stage in scope.model.stages]
        place = rule.stage_span or rule.id_span or rule.span
        if rule.stage and rule.stage not in stages and place is not None:
            scope.out.report(errors.unknown_stage(place, rule.stage, stages))
        for event, span in zip(rule.events, rule.event_spans, strict=True):
            if event not in scope.model.events:
                scope.out.report(errors.unknown_event(span, event, scope.model.events))


def _check_times(rule: Rule, scope: Scope, known: Known) -> None:
    """When it fires: since an instant, which may be missing, and then it does not; in a calendar; once for a value."""
    if rule.after is not None:
        check_optional(rule.after.since, Simple.DATETIME, "`since`", scope, known)
        if isinstance(scope.tables.meanings.get(rule.after.since.id), Now):
            scope.out.report(errors.since_now(rule.after.since.span))
        if rule.after.calendar is not None:
            check_optional(rule.after.calendar, Reference((Kind.CALENDAR,)), "`calendar`", scope, known)
    if rule.once is not None:
        check_value(rule.once, scope, known)


def check_action(action: Action, scope: Scope, known: Known, *, whole: bool = True) -> None:
    """Report what is wrong with an action; where it is not `whole`, nothing is said of what it lacks."""
    if action.field:
        _check_set(action, scope, known)
        return
    kind = scope.model.actions.get(action.type)
    if kind is None:  # reported by the reader
        return
    for argument in action.arguments:
        parameter = kind.parameter(argument.name)
        if parameter is not None:
            _check_argument(argument, parameter, scope, known)
    if whole:
        _check_any_of(action, kind, scope, known)


def _check_set(action: Action, scope: Scope, known: Known) -> None:
    kind = fact_type(scope.model, action.field)
    declared = fact_field(scope.model, action.field)
    if kind is None:
        scope.out.report(errors.unknown_fact(action.span, action.field, fact_paths(scope.model)))
    elif declared is None or declared.path != action.field or action.field.startswith("event."):
        scope.out.report(errors.no_way_to_set(action.span, action.field))
    elif action.field in WRITTEN_BY_ACTIONS:
        scope.out.report(errors.set_has_action(action.span, action.field, WRITTEN_BY_ACTIONS[action.field]))
    else:
        for argument in action.arguments:
            _check_argument(argument, Parameter(action.field, kind, required=True), scope, known)


def _check_argument(argument: Argument, parameter: Parameter, scope: Scope, known: Known) -> None:
    match argument.value:
        case None:
            return
        case TextParts() as text:
            _check_text(text, scope, known)
        case expr:
            check = check_required if parameter.required else check_optional
            check(expr, parameter.type, f"`{parameter.name}`", scope, known)
            _check_secrecy(expr, parameter.name, scope)


def _check_text(text: TextParts, scope: Scope, known: Known) -> None:
    only = text.parts[0] if len(text.parts) == 1 else None
    if isinstance(only, str) and fact_type(scope.model, only.strip()) is not None:
        scope.out.report(errors.text_looks_like_fact(text.span, only.strip()))
    for part in text.parts:
        if not isinstance(part, str):
            check_value(part, scope, known)


def _check_secrecy(expr: Expr, name: str, scope: Scope) -> None:
    """A secret may go into another secret field, and nowhere else; in texts it stands masked."""
    target = scope.model.fields.get(name)
    is_kept = target is not None and target.secret
    if not is_kept and reads_secret(expr, scope.model, scope.tables.meanings):
        scope.out.report(errors.secret_leaves(expr.span, name))


def _check_any_of(action: Action, kind: ActionType, scope: Scope, known: Known) -> None:
    """At least one of the parameters that say who or what must be sure to have a value."""
    if not kind.any_of:
        return
    given = [argument for name in kind.any_of if (argument := action.argument(name)) is not None]
    values = [argument.value for argument in given]
    if values and all(
        value is not None and not isinstance(value, TextParts) and culprit(value, known, scope) is not None
        for value in values
    ):
        scope.out.report(errors.nothing_surely_present(given[0].span, action.type, kind.any_of))
