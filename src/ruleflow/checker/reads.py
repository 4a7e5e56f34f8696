"""Which facts and definitions an expression reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ruleflow.checker.checked import DefinitionRead, Meaning, Read
from ruleflow.checker.scope import Scope, score_read
from ruleflow.model.model import Model
from ruleflow.model.rules import Argument, Rule
from ruleflow.syntax.expressions import Expr, NodeId
from ruleflow.syntax.text_template import TextParts
from ruleflow.syntax.walk import walk


def expressions_of(rule: Rule) -> Iterator[Expr]:
    """Every expression of a rule: its condition, and those in its actions."""
    if rule.when is not None:
        yield rule.when
    yield from times_of(rule)
    for action in rule.actions:
        for argument in action.arguments:
            yield from expressions_in(argument)


def times_of(rule: Rule) -> Iterator[Expr]:
    """The expressions that say when, and how often, it fires."""
    if rule.after is not None:
        yield rule.after.since
        if rule.after.calendar is not None:
            yield rule.after.calendar
    if rule.once is not None:
        yield rule.once


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
            for path in _paths(node, scope.model, scope.tables.meanings, ()):
                found.setdefault(path, node)
    return found


def paths_read(expr: Expr, model: Model, meanings: Mapping[NodeId, Meaning]) -> Iterator[str]:
    """The facts that an expression reads, through definitions too; some more than once."""
    for node in walk(expr):
        yield from _paths(node, model, meanings, ())


def reads_secret(expr: Expr, model: Model, meanings: Mapping[NodeId, Meaning]) -> bool:
    """Whether an expression reads a secret field, so that its value must not be shown."""
    return any(
        declared is not None and declared.secret
        for path in paths_read(expr, model, meanings)
        for declared in (model.fields.get(path),)
    )


def _paths(node: Expr, model: Model, meanings: Mapping[NodeId, Meaning], inside: tuple[str, ...]) -> Iterator[str]:
    """The facts of one node; `inside` names the definitions around it, for one that is made of itself."""
    match meanings.get(node.id):
        case Read(path):
            yield path
            score = score_read(model, path)
            if score is not None and path not in inside:
                for part in (node for expr in score.made_of for node in walk(expr)):
                    yield from _paths(part, model, meanings, (*inside, path))
        case DefinitionRead(name) if name not in inside:
            for part in walk(model.definitions[name].value):
                yield from _paths(part, model, meanings, (*inside, name))
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
        *(policy.solved_when for policy in model.sla.values()),
    )
    yield from (expr for expr in optional if expr is not None)
    for promise in model.properties:
        yield from (expr for expr in (promise.for_, promise.promised) if expr is not None)
    yield from (assumption.condition for assumption in model.assumptions)
    yield from (expr for score in model.scores.values() for expr in score.made_of)
    yield from (definition.value for definition in model.definitions.values())
