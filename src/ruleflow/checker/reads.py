"""Which facts and definitions an expression reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ruleflow.checker.checked import DefinitionRead, ItemRead, Meaning, Read
from ruleflow.checker.scope import Scope, score_read
from ruleflow.model.model import Model
from ruleflow.model.rules import Argument, Rule
from ruleflow.model.tables import Table
from ruleflow.model.views import View
from ruleflow.syntax.expressions import Expr, NodeId
from ruleflow.syntax.text_template import TextParts
from ruleflow.syntax.walk import walk
from ruleflow.types.terms import secrets_in


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


def expressions_of_view(view: View) -> Iterator[Expr]:
    """Every expression of a view: its condition, what it sorts by, what it shows."""
    if view.when is not None:
        yield view.when
    yield from (key.value for key in view.sort)
    yield from (column.value for column in view.columns)


def expressions_in(argument: Argument) -> Iterator[Expr]:
    """The expressions of an argument: itself, or those between the braces of a text."""
    match argument.value:
        case None:
            return
        case TextParts(parts=parts):
            yield from (part for part in parts if not isinstance(part, str))
        case expr:
            yield expr


def expressions_of_table(table: Table) -> Iterator[Expr]:
    """Every expression of a table: its condition, what its columns ask, and those in its cells."""
    yield from expressions_of(table.rule)
    yield from (column.expr for column in table.inputs)
    for output in table.outputs:
        for argument in output.arguments:
            if argument is not None:
                yield from expressions_in(argument)


def facts_read(exprs: Iterable[Expr], scope: Scope) -> dict[str, Expr]:
    """The facts that some expressions read, through definitions too, each with the node that names it first."""
    found: dict[str, Expr] = {}
    for expr in exprs:
        for node in walk(expr):
            for path in _paths(node, scope.model, scope.tables.meanings, ()):
                found.setdefault(path, node)
    return found


def paths_read(expr: Expr, model: Model, meanings: Mapping[NodeId, Meaning]) -> Iterator[str]:
    """The facts that an expression reads, through definitions too; some more than once."""
    for node in walk(expr):
        yield from _paths(node, model, meanings, ())


def reads_secret(expr: Expr, model: Model, meanings: Mapping[NodeId, Meaning]) -> bool:
    """Whether an expression reads a secret field, or such a part of records, so that its value must not be shown."""
    reads = [read for node in walk(expr) for read in _reads(node, model, meanings, ())]
    fields = [field for read in reads if isinstance(read, Read) and (field := model.fields.get(read.path))]
    hidden = frozenset[str]().union(*(secrets_in(field.type) for field in fields))
    parts = {read.part for read in reads if isinstance(read, ItemRead)}
    return any(field.secret for field in fields) or not hidden.isdisjoint(parts)


def _paths(node: Expr, model: Model, meanings: Mapping[NodeId, Meaning], inside: tuple[str, ...]) -> Iterator[str]:
    """The facts of one node; `inside` names the definitions around it, for one that is made of itself."""
    return (read.path for read in _reads(node, model, meanings, inside) if isinstance(read, Read))


def _reads(
    node: Expr, model: Model, meanings: Mapping[NodeId, Meaning], inside: tuple[str, ...]
) -> Iterator[Read | ItemRead]:
    match meanings.get(node.id):
        case Read(path) as found:
            yield found
            score = score_read(model, path)
            if score is not None and path not in inside:
                for part in (node for expr in score.made_of for node in walk(expr)):
                    yield from _reads(part, model, meanings, (*inside, path))
        case ItemRead() as found:
            yield found
        case DefinitionRead(name) if name not in inside:
            for part in walk(model.definitions[name].value):
                yield from _reads(part, model, meanings, (*inside, name))
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
    for table in model.tables:
        yield from expressions_of_table(table)
    optional = (
        *(segment.when for segment in model.segments.values()),
        *(contract.applies_when for contract in model.contracts.values()),
        *(policy.pause_when for policy in model.sla.values()),
        *(policy.solved_when for policy in model.sla.values()),
    )
    yield from (expr for expr in optional if expr is not None)
    for view in model.views.values():
        yield from expressions_of_view(view)
    for promise in model.properties:
        yield from (expr for expr in (promise.for_, promise.promised) if expr is not None)
    yield from (assumption.condition for assumption in model.assumptions)
    yield from (expr for score in model.scores.values() for expr in score.made_of)
    yield from (definition.value for definition in model.definitions.values())
