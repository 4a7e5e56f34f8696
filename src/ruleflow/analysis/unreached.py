"""SLA policies and templates that nothing reaches: no rule that can act, no contract and no default names them.

A rule that is tried out (`mode: shadow`) is on its way to act, and what a condition asks for may come with the facts: both count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from ruleflow.analysis import warnings
from ruleflow.checker.checked import Checked, Constant, DefinitionRead, Read
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.model.rules import Argument, Rule
from ruleflow.model.tables import Table
from ruleflow.plan.tables import cells_of
from ruleflow.syntax.expressions import Expr
from ruleflow.syntax.text_template import TextParts
from ruleflow.syntax.walk import walk
from ruleflow.types.terms import Kind, Reference, SetOf, Type

KINDS = (Kind.SLA, Kind.TEMPLATE)
ANY = ""
"""Stands for every name: what is named is computed."""


def find_unreached(checked: Checked, dead: Collection[str]) -> Iterator[Diagnostic]:
    """What is never reached; `dead` are the rules that can never act."""
    model = checked.model
    for kind in KINDS:
        lasting = set(_named_without_rules(checked, kind))
        named = {rule.id: set(_named_by(rule, checked, kind)) for rule in model.rules if rule.enabled}
        named |= {table.id: set(_named_by_table(table, checked, kind)) for table in model.tables if table.rule.enabled}
        reached = lasting.union(*(names for rule, names in named.items() if rule not in dead))
        for thing in () if ANY in reached else model.things(kind).values():
            if thing.id not in reached and thing.span is not None:
                idle = tuple(rule for rule, names in named.items() if names & {thing.id, ANY})
                yield warnings.unreached(kind, thing.id, thing.span, idle)


def _named_without_rules(checked: Checked, kind: Kind) -> Iterator[str]:
    """What contracts and defaults name, and what is asked for where segments and contracts are found."""
    model = checked.model
    yield from (use.id for use in model.references if kind in use.kinds)
    yield from (str(one.default) for one in model.fields.values() if _is_of(one.type, kind) and one.default is not None)
    asked = [*(one.when for one in model.segments.values()), *(one.applies_when for one in model.contracts.values())]
    for expr in asked:
        yield from () if expr is None else _constants(expr, checked, kind)


def _named_by(rule: Rule, checked: Checked, kind: Kind) -> Iterator[str]:
    """What a rule names; `ANY` where it takes a name from a fact other than the contract, whose names are told anyhow."""
    if rule.when is not None:
        yield from _constants(rule.when, checked, kind)
    yield from _named_in((one for action in rule.actions for one in action.arguments), checked, kind)


def _named_by_table(table: Table, checked: Checked, kind: Kind) -> Iterator[str]:
    """What a table names, each of its different cells once."""
    yield from _named_by(table.rule, checked, kind)
    for column in table.inputs:
        yield from _constants(column.expr, checked, kind)
    for output in table.outputs:
        yield from _named_in((one for one in output.arguments if one is not None), checked, kind)
    for at, asked in enumerate(checked.tables[table.id]):
        if _is_of(asked.kind, kind):
            yield from (name for cell in cells_of(table, checked)[at] for name in map(str, cell.values))


def _named_in(arguments: Iterable[Argument], checked: Checked, kind: Kind) -> Iterator[str]:
    for argument in arguments:
        if argument.value is None or isinstance(argument.value, TextParts):
            continue
        yield from _constants(argument.value, checked, kind)
        for node in walk(argument.value):
            meaning = checked.meanings.get(node.id)
            if (
                isinstance(meaning, Read)
                and meaning.path != "contract.regulation"
                and _is_of(checked.types[node.id], kind)
            ):
                yield ANY


def _constants(expr: Expr, checked: Checked, kind: Kind) -> Iterator[str]:
    """The things of a kind that an expression names, definitions included."""
    for node in walk(expr):
        match checked.meanings.get(node.id):
            case Constant(value=str() as name) if _is_of(checked.types[node.id], kind):
                yield name
            case DefinitionRead(name=name):
                yield from _constants(checked.model.definitions[name].value, checked, kind)
            case _:
                pass


def _is_of(type_: Type, kind: Kind) -> bool:
    of = type_.of if isinstance(type_, SetOf) else type_
    return isinstance(of, Reference) and kind in of.kinds
