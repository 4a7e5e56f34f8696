"""What is left of a condition when things that it names are gone: nobody bears them, so some tests are decided."""

from __future__ import annotations

from collections.abc import Iterable

from ruleflow.syntax.expressions import And, Compare, Comparison, Expr, Has, In, Items, Literal, Not, Or, SetTest, Word


def holds_without(expr: Expr, gone: frozenset[int]) -> bool | None:
    """Whether a condition always or never holds without the words that begin at some places of its file; None: it may do either."""
    match expr:
        case And():
            return _all(holds_without(part, gone) for part in expr.operands)
        case Or():
            found = _all(_not(holds_without(part, gone)) for part in expr.operands)
            return _not(found)
        case Not():
            return _not(holds_without(expr.operand, gone))
        case Has():
            return _has(expr, gone)
        case In():
            return expr.negated if all(_is_gone(item, gone) for item in _items(expr.items)) else None
        case Compare() if expr.operator in {Comparison.IS, Comparison.IS_NOT}:
            is_gone = _is_gone(expr.left, gone) or _is_gone(expr.right, gone)
            return expr.operator is Comparison.IS_NOT if is_gone else None
        case _:
            return None


def _has(expr: Has, gone: frozenset[int]) -> bool | None:
    known = [_is_gone(item, gone) for item in _items(expr.items)]
    if expr.test is SetTest.ALL:
        return False if any(known) else None
    return expr.test is SetTest.NONE if known and all(known) else None


def _items(expr: Expr) -> tuple[Expr, ...]:
    return expr.items if isinstance(expr, Items) else (expr,)


def _is_gone(expr: Expr, gone: frozenset[int]) -> bool:
    return isinstance(expr, Word | Literal) and any(start in gone for start in range(expr.span.start, expr.span.end))


def _all(parts: Iterable[bool | None]) -> bool | None:
    known = list(parts)
    if False in known:
        return False
    return True if all(part is True for part in known) else None


def _not(found: bool | None) -> bool | None:  # noqa: FBT001 - a truth, not a switch
    return None if found is None else not found
