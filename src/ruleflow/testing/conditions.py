"""What tests can cover in a project: its rules, and its conditions with their parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from ruleflow.checker.checked import Checked, Constant, DefinitionRead, Read
from ruleflow.checker.reads import expressions_in
from ruleflow.checker.scope import score_read
from ruleflow.model.rules import Rule
from ruleflow.model.scores import Score
from ruleflow.model.tables import Table
from ruleflow.plan.canonical import Canonical
from ruleflow.plan.conditions import (
    All,
    Any,
    Condition,
    Equals,
    HasChanged,
    HasElement,
    OneOf,
    Range,
    RegexMatch,
    TextMatch,
    Within,
)
from ruleflow.source import Span
from ruleflow.syntax.expressions import Aggregated, And, Ask, Expr, Fact, If, NodeId, Not, Or, Presence, Quantified
from ruleflow.syntax.walk import children
from ruleflow.types.terms import Simple


class OwnerKind(Enum):
    """What a condition belongs to; the value is its word."""

    RULE = "rule"
    TABLE = "table"
    SEGMENT = "segment"
    CONTRACT = "contract"
    SCORE = "score"
    DEFINITION = "definition"


@dataclass(frozen=True, slots=True)
class Owner:
    """A rule, or another thing with a condition; `span` is its id where it is defined."""

    kind: OwnerKind
    id: str
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Part:
    """A test in a condition. `never_false`: it cannot make the condition false by itself.

    So it is with a guard, `x is present` beside `x > 3`: where it does not hold the other does not either.
    """

    expr: Expr
    never_false: bool = False


@dataclass(frozen=True, slots=True)
class Tested:
    """A condition that may be seen true and false: of an owner, or (`is_if`) of an `if` in it. `parts` where it has several."""

    owner: Owner
    expr: Expr
    parts: tuple[Part, ...]
    is_if: bool = False


def owned(checked: Checked) -> Iterator[tuple[Owner, tuple[Expr, ...]]]:
    """Whatever decides in a project with its expressions, in file order within its kind, enabled rules first.

    Scores and definitions are those that rules, segments and contracts read, also through each other.
    """
    model = checked.model
    found = [
        *(
            (Owner(OwnerKind.RULE, one.id, one.id_span or one.span), _of_rule(one))
            for one in model.rules
            if one.enabled
        ),
        *(
            (Owner(OwnerKind.TABLE, one.id, one.rule.id_span or one.span), _of_table(one))
            for one in model.tables
            if one.rule.enabled
        ),
        *((Owner(OwnerKind.SEGMENT, one.id, one.span), (one.when,)) for one in model.segments.values() if one.when),
        *(
            (Owner(OwnerKind.CONTRACT, one.id, one.span), (one.applies_when,))
            for one in model.contracts.values()
            if one.applies_when
        ),
    ]
    read = definitions_read((expr for _, exprs in found for expr in exprs), checked)
    scores = scores_read((expr for _, exprs in found for expr in exprs), checked)
    yield from found
    for score in model.scores.values():
        if score.id in scores:
            yield Owner(OwnerKind.SCORE, score.id, score.span), asked_by(score, checked)
    for one in model.definitions.values():
        if one.name in read:
            yield Owner(OwnerKind.DEFINITION, one.name, one.span), (one.value,)


def _of_rule(rule: Rule) -> tuple[Expr, ...]:
    return (*(() if rule.when is None else (rule.when,)), *action_values(rule))


def _of_table(table: Table) -> tuple[Expr, ...]:
    """The expressions of a table that may be conditions: its own, those that columns ask, those in its cells."""
    cells = (one for output in table.outputs for one in output.arguments if one is not None)
    values = (expr for one in cells for expr in expressions_in(one))
    return (*(() if table.rule.when is None else (table.rule.when,)), *asked_by_columns(table), *values)


def asked_by_columns(table: Table) -> tuple[Expr, ...]:
    """What the columns of a table ask that is more than a fact."""
    return tuple(column.expr for column in table.inputs if not isinstance(column.expr, Fact))


def conditions_of_project(checked: Checked) -> Iterator[Tested]:
    """Every condition that tests may see true and false, owner by owner."""
    for owner, exprs in owned(checked):
        for expr in exprs:
            yield from _tested(owner, expr, checked)


def action_values(rule: Rule) -> Iterator[Expr]:
    """The expressions in the actions of a rule."""
    for action in rule.actions:
        for argument in action.arguments:
            yield from expressions_in(argument)


def _tested(owner: Owner, expr: Expr, checked: Checked) -> Iterator[Tested]:
    """The condition that an expression is, and those of the `if`s in it; one that is always the same is none."""
    is_condition = checked.types[expr.id] is Simple.BOOLEAN
    if is_condition and not _is_constant(expr, checked):
        yield Tested(owner, expr, _parts(expr, checked))
        for one in ifs_within(expr):
            yield Tested(owner, one.condition, (), is_if=True)
    for leaf in leaves(expr) if is_condition else (expr,):
        for one in ifs_in_values(leaf):
            yield Tested(owner, one.condition, _parts(one.condition, checked), is_if=True)


def leaves(expr: Expr) -> Iterator[Expr]:
    """The tests that a condition is joined from, in the order written."""
    match expr:
        case And() | Or() | Not() | If():
            for part in children(expr):
                yield from leaves(part)
        case _:
            yield expr


def ifs_within(expr: Expr) -> Iterator[If]:
    """The `if`s whose branches are conditions themselves."""
    if isinstance(expr, If):
        yield expr
    if isinstance(expr, And | Or | Not | If):
        for part in children(expr):
            yield from ifs_within(part)


def ifs_in_values(expr: Expr) -> Iterator[If]:
    """The `if`s in a value, less those that are asked of records of a list."""
    if isinstance(expr, If):
        yield expr
    if not isinstance(expr, Quantified | Aggregated):
        for part in children(expr):
            yield from ifs_in_values(part)


def _parts(expr: Expr, checked: Checked) -> tuple[Part, ...]:
    """The parts of a condition that has several."""
    if not isinstance(expr, And | Or | Not | If):
        return ()
    guards = frozenset(_guards(expr, checked))
    found = [leaf for leaf in leaves(expr) if not _is_constant(leaf, checked)]
    return tuple(Part(leaf, leaf.id in guards) for leaf in found) if len(found) > 1 else ()


def _is_constant(expr: Expr, checked: Checked) -> bool:
    return isinstance(checked.meanings.get(expr.id), Constant)


def _guards(expr: Expr, checked: Checked) -> Iterator[NodeId]:
    """The tests `x is present` that stand beside one which only holds where `x` is present."""
    canonical = Canonical(checked)
    if isinstance(expr, And):
        for operand in expr.operands:
            path = _guarded(operand, checked)
            others = [canonical.condition(other) for other in expr.operands if other is not operand]
            if path and _needs(path, others):
                yield operand.id
    if isinstance(expr, And | Or | Not | If):
        for part in children(expr):
            yield from _guards(part, checked)


def _guarded(expr: Expr, checked: Checked) -> str:
    """Of `x is present` or `x is not blank` the path of `x`; '' for any other test."""
    if not isinstance(expr, Ask) or (expr.presence is Presence.PRESENT) is expr.negated:
        return ""
    meaning = checked.meanings.get(expr.operand.id)
    return meaning.path if isinstance(meaning, Read) else ""


def _needs(path: str, conditions: Iterable[Condition]) -> bool:
    """Whether one of some conditions holds only where a fact is present."""
    return any(_needs_one(path, condition) for condition in conditions)


def _needs_one(path: str, condition: Condition) -> bool:
    match condition:
        case All(parts):
            return _needs(path, parts)
        case Any(parts):
            return all(_needs_one(path, part) for part in parts)
        case Equals(own, value):
            return own == path and value is not None
        case OneOf(own, values):
            return own == path and None not in values
        case HasChanged(own, _, after):
            return own == path and after not in {(), (None,)}
        case Range() | TextMatch() | RegexMatch() | HasElement() | Within():
            return condition.path == path
        case _:
            return False


def asked_by(score: Score, checked: Checked) -> tuple[Expr, ...]:
    """The conditions of a score: those of its classes, and those that give points in its sum."""
    return tuple(expr for expr in score.made_of if checked.types[expr.id] is Simple.BOOLEAN)


def definitions_read(exprs: Iterable[Expr], checked: Checked) -> dict[str, None]:
    """The definitions that some expressions name, through others and through scores too."""
    return dict.fromkeys(one.name for one in _read(exprs, checked) if isinstance(one, DefinitionRead))


def scores_read(exprs: Iterable[Expr], checked: Checked) -> dict[str, None]:
    """The scores that some expressions name, through others and through definitions too."""
    found = (score_read(checked.model, one.path) for one in _read(exprs, checked) if isinstance(one, Read))
    return dict.fromkeys(score.id for score in found if score is not None)


def _read(exprs: Iterable[Expr], checked: Checked) -> dict[DefinitionRead | Read, None]:
    """The definitions and scores that some expressions come to read, each once."""
    found: dict[DefinitionRead | Read, None] = {}
    todo = list(exprs)
    while todo:
        node = todo.pop()
        meaning = checked.meanings.get(node.id)
        if isinstance(meaning, DefinitionRead | Read) and meaning not in found:
            score = score_read(checked.model, meaning.path) if isinstance(meaning, Read) else None
            if isinstance(meaning, DefinitionRead):
                todo.append(checked.model.definitions[meaning.name].value)
            elif score is not None:
                todo.extend(score.made_of)
            found[meaning] = None
        todo.extend(children(node))
    return found
