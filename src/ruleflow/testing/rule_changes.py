"""Small changes of a rule: of its condition, of its actions, and the rule left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ruleflow.checker.checked import Constant
from ruleflow.diagnostics.suggest import quoted
from ruleflow.model.rules import Action, Argument, Rule
from ruleflow.syntax.expressions import And, Or
from ruleflow.syntax.text_template import TextParts
from ruleflow.testing.changes import Change, Changes

_OPPOSITES = {
    "add_tags": "remove_tags",
    "remove_tags": "add_tags",
    "add_to_segments": "remove_from_segments",
    "remove_from_segments": "add_to_segments",
}


def rule_changes(rule: Rule, changes: Changes) -> Iterator[tuple[Rule | None, Change]]:
    """Every change of a rule; None: the rule left out."""
    place = rule.id_span or rule.span
    if place is not None:
        yield None, Change("rule left out", place, "the rule left out")
    if rule.when is not None:
        if not isinstance(rule.when, And | Or) and not isinstance(changes.checked.meanings.get(rule.when.id), Constant):
            said = quoted(" ".join(rule.when.span.text.split()))
            yield replace(rule, when=None), Change("part left out", rule.when.span, f"{said} left out")
        for when, change in changes.of(rule.when):
            yield replace(rule, when=when), change
    for at, action in enumerate(rule.actions):
        for new, change in _action_changes(action, changes):
            actions = (*rule.actions[:at], *(() if new is None else (new,)), *rule.actions[at + 1 :])
            yield replace(rule, actions=actions), change


def _action_changes(action: Action, changes: Changes) -> Iterator[tuple[Action | None, Change]]:
    """An action left out, turned round, or with an argument changed or left out."""
    name = f"set: {action.field}" if action.field else action.type
    yield None, Change("action left out", action.span, f"`{name}` left out")
    other = _OPPOSITES.get(action.type)
    if other is not None:
        yield replace(action, type=other), Change("action", action.span, f"`{action.type}` → `{other}`")
    kind = None if action.field else changes.checked.model.actions[action.type]
    for at, argument in enumerate(action.arguments):
        parameter = None if kind is None else kind.parameter(argument.name)
        if parameter is not None and not parameter.required and len(action.arguments) > 1:
            rest = (*action.arguments[:at], *action.arguments[at + 1 :])
            said = f"`{argument.name}` left out of `{name}`"
            yield replace(action, arguments=rest), Change("argument left out", argument.span, said)
        for new, change in _argument_changes(argument, changes):
            arguments = (*action.arguments[:at], new, *action.arguments[at + 1 :])
            yield replace(action, arguments=arguments), _within(change, argument, name)


def _argument_changes(argument: Argument, changes: Changes) -> Iterator[tuple[Argument, Change]]:
    if argument.value is None or isinstance(argument.value, TextParts):
        return
    for value, change in changes.of(argument.value):
        yield replace(argument, value=value), change


def _within(change: Change, argument: Argument, action: str) -> Change:
    """A change that says in which action it is."""
    where = action if argument.name == "value" or action.startswith("set:") else f"{action}: {argument.name}"
    return replace(change, text=f"{change.text} in `{where}`")
