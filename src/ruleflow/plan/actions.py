"""What a rule does, compiled: the arguments of its actions as computations over the facts."""

from __future__ import annotations

from dataclasses import dataclass

from ruleflow.checker.reads import reads_secret
from ruleflow.checker.scope import fact_type
from ruleflow.model.rules import Action, Argument, Parameter
from ruleflow.plan.closures import Compute
from ruleflow.plan.evaluator import Evaluator
from ruleflow.plan.text import masked, text_of
from ruleflow.syntax.expressions import Expr
from ruleflow.syntax.text_template import TextParts
from ruleflow.types.terms import Simple


@dataclass(frozen=True, slots=True)
class PlannedArgument:
    """An argument of an action: its parameter, and how its value is computed (None: written as null)."""

    argument: Argument
    parameter: Parameter
    value: Compute | None
    is_constant: bool


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """An action with its compiled arguments."""

    action: Action
    arguments: tuple[PlannedArgument, ...]

    @property
    def asks_for_assignee(self) -> bool:
        """Whether it acts only where nobody has the ticket yet."""
        return any(one.argument.name == "only_if_unassigned" for one in self.arguments)

    @property
    def is_fixed(self) -> bool:
        """Whether it does the same whatever the facts are."""
        return not self.asks_for_assignee and all(one.is_constant for one in self.arguments)


def planned_action(action: Action, evaluator: Evaluator) -> PlannedAction:
    """An action, compiled."""
    return PlannedAction(action, tuple(_argument(action, argument, evaluator) for argument in action.arguments))


def _argument(action: Action, argument: Argument, evaluator: Evaluator) -> PlannedArgument:
    model = evaluator.checked.model
    parameter = model.actions[action.type].parameter(argument.name) if not action.field else None
    if parameter is None:
        parameter = Parameter(action.field, fact_type(model, action.field) or Simple.TEXT, required=True)
    return PlannedArgument(argument, parameter, _value(argument, evaluator), _is_constant(argument, evaluator))


def _is_constant(argument: Argument, evaluator: Evaluator) -> bool:
    match argument.value:
        case None:
            return True
        case TextParts(parts=parts):
            return all(isinstance(part, str) for part in parts)
        case expr:
            return evaluator.is_constant(expr)


def _value(argument: Argument, evaluator: Evaluator) -> Compute | None:
    match argument.value:
        case None:
            return None
        case TextParts(parts=parts):
            return text_of(tuple(_part(part, evaluator) for part in parts), evaluator.checked.model.zone)
        case expr:
            return evaluator.value_of(expr)


def _part(part: str | Expr, evaluator: Evaluator) -> str | Compute:
    """A piece of a text; what a secret gives stands masked."""
    if isinstance(part, str):
        return part
    value = evaluator.value_of(part)
    checked = evaluator.checked
    return masked(value, checked.model.zone) if reads_secret(part, checked.model, checked.meanings) else value
