"""Going through the tree of an expression."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any, assert_never

from ruleflow.syntax.expressions import (
    Aggregated,
    And,
    Arithmetic,
    Ask,
    Between,
    Broken,
    Call,
    Changed,
    Compare,
    During,
    Expr,
    Fact,
    Fallback,
    Has,
    If,
    In,
    Items,
    Literal,
    MatchText,
    Negate,
    NodeId,
    Not,
    Or,
    Quantified,
    Word,
)


def walk(expr: Expr) -> Iterator[Expr]:
    """The node and everything below it, outer before inner, in the order written."""
    todo = [expr]
    while todo:
        node = todo.pop()
        yield node
        todo.extend(reversed(children(node)))


def children(expr: Expr) -> tuple[Expr, ...]:
    """The parts of a value or test, in the order written; empty for a leaf."""
    match expr:
        case Literal() | Fact() | Word() | Broken():
            return ()
        case Items():
            return expr.items
        case Not() | Negate() | Ask():
            return (expr.operand,)
        case And() | Or():
            return expr.operands
        case Compare() | Arithmetic() | Fallback():
            return (expr.left, expr.right)
        case Between():
            return (expr.operand, expr.low, expr.high)
        case In() | Has():
            return (expr.left, expr.items)
        case MatchText():
            return (expr.left, *expr.patterns)
        case Changed():
            return tuple(part for part in (expr.operand, expr.before, expr.after) if part is not None)
        case During():
            return (expr.instant, expr.calendar)
        case If():
            return (expr.condition, expr.then, expr.otherwise)
        case Quantified():
            return (expr.records,) if expr.condition is None else (expr.records, expr.condition)
        case Aggregated():
            return (expr.records, expr.value) if expr.condition is None else (expr.records, expr.value, expr.condition)
        case Call():
            return expr.arguments
        case _:
            assert_never(expr)


def with_node(expr: Expr, old: NodeId, new: Expr, fresh: Callable[[], NodeId]) -> Expr:
    """The expression with another node in place of the one with the id `old`; nodes above it get fresh ids.

    The expression itself where it has no such node.
    """
    if expr.id == old:
        return new
    changed: dict[str, Any] = {}
    for one in fields(expr):
        value = getattr(expr, one.name)
        if isinstance(value, tuple):
            parts = tuple(with_node(part, old, new, fresh) for part in value)
            if any(part is not before for part, before in zip(parts, value, strict=True)):
                changed[one.name] = parts
        elif isinstance(value, Expr) and (part := with_node(value, old, new, fresh)) is not value:
            changed[one.name] = part
    return replace(expr, **changed, id=fresh()) if changed else expr
