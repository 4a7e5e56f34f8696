"""Which facts and definitions an expression reads."""

from __future__ import annotations

from collections.abc import Iterator

from ruleflow.check.checked import DefinitionRead, Read
from ruleflow.check.scope import Scope
from ruleflow.model.model import Model
from ruleflow.model.rules import Argument, Rule
from ruleflow.syntax.expressions import Expr
from ruleflow.syntax.text_template import TextParts
from ruleflow.syntax.walk import walk


def expressions_of(rule: Rule) -> Iterator[Expr]:
    """Every expression of a rule: its condition, and those in its actions."""
    if rule.when is not None:
        yield rule.when
    for action in rule.actions:
        for argument in action.arguments:
            yield from expressions_in(argument)


def expressions_in(argument: Argument) -> Iterator[Expr]:
    """The expressions of an argument: itself, or those between the braces of a text."""
    match argument.value:
        case None:
            return
        case TextParts(parts=parts):
            yield from (part for part in parts if not isinstance(part, str))
        case expr:
            yield expr


def facts_read(rule: Rule, scope: Scope) -> dict[str, Expr]:
    """The facts that a rule reads, through definitions too, each with the node in the rule that names it first."""
    found: dict[str, Expr] = {}
    for expr in expressions_of(rule):
        for node in walk(expr):
            for path in _paths(node, scope):
                found.setdefault(path, node)
    return found


def _paths(node: Expr, scope: Scope) -> Iterator[str]:
    match scope.tables.meanings.get(node.id):
        case Read(path):
            yield path
        case DefinitionRead(name) if name not in scope.open_definitions:
            inside = scope.entering(name)
            for part in walk(scope.model.definitions[name].value):
                yield from _paths(part, inside)
        case _:
            return


def used_definitions(model: Model, scope: Scope) -> frozenset[str]:
    """The names of the definitions that some expression of the project names."""
    return frozenset(
        meaning.name
        for root in _roots(model)
        for node in walk(root)
        if isinstance(meaning := scope.tables.meanings.get(node.id), DefinitionRead)
    )


def _roots(model: Model) -> Iterator[Expr]:
    """Every expression of the project."""
    for rule in model.rules:
        yield from expressions_of(rule)
    optional = (
        *(segment.when for segment in model.segments.values()),
        *(contract.applies_when for contract in model.contracts.values()),
        *(policy.pause_when for policy in model.sla.values()),
    )
    yield from (expr for expr in optional if expr is not None)
    yield from (definition.value for definition in model.definitions.values())
