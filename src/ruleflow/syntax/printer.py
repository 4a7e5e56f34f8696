"""From the tree of an expression back to its text, in the one form that the formatter knows.

Brackets stand only where the text would be read as another tree without them, and round an `and` beside an `or`,
which the reader asks for. What is printed is read as an equal tree.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

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
    Not,
    Or,
    Quantified,
    SetTest,
    Word,
)
from ruleflow.syntax.literal_text import literal_text

# How tight each kind binds, loosest first; an operand that binds looser than its place asks for stands in brackets.
_IF, _OR, _AND, _NOT, _TEST, _SUM, _PRODUCT, _SIGNED, _FALLBACK, _ATOM = range(10)


def print_expression(expr: Expr) -> str:
    """The expression on one line. Raises ValueError for what could not be read (`Broken`)."""
    match expr:
        case Literal():
            return literal_text(expr.value, grouped="_" in expr.span.text)
        case Fact():
            return expr.path
        case Word():
            return expr.name
        case Items():
            return f"[{_listed(expr.items)}]"
        case Call():
            return f"{expr.function}({_listed(expr.arguments)})"
        case Or():
            return " or ".join(_at(operand, _NOT) for operand in expr.operands)
        case And():
            return " and ".join(_at(operand, _NOT) for operand in expr.operands)
        case Not():
            inner = negated_test(expr)
            return f"not {_at(expr.operand, _NOT)}" if inner is None else _test(inner, "not ")
        case If():
            condition, then, otherwise = _at(expr.condition, _OR), _at(expr.then, _IF), _at(expr.otherwise, _IF)
            return f"if {condition} then {then} else {otherwise}"
        case Arithmetic():
            level = _level(expr)
            return f"{_at(expr.left, level)} {expr.operator} {_at(expr.right, level + 1)}"
        case Negate():
            return f"-{_at(expr.operand, _SIGNED)}"
        case Fallback():
            return f"{_at(expr.left, _FALLBACK)} ?? {_at(expr.right, _ATOM)}"
        case Quantified() | Aggregated():
            return f"{records_head(expr)}{_where(expr.condition)})"
        case Compare() | Between() | In() | Has() | MatchText() | Ask() | Changed() | During():
            return _test(expr, "")
        case Broken():
            raise ValueError("an expression that could not be read cannot be printed")
        case _:
            assert_never(expr)


def in_brackets(operand: Expr) -> bool:
    """Whether an operand of `and`, `or` and `not` stands in brackets."""
    return _level(operand) < _NOT


def negated_test(expr: Not) -> Between | Has | MatchText | None:
    """The test of `x not contains y`, which is read as `not (x contains y)`; None where `not` stands in front."""
    inner = expr.operand
    if isinstance(inner, (Between, MatchText)) or (isinstance(inner, Has) and inner.test is SetTest.HAS):
        return inner
    return None


def records_head(expr: Quantified | Aggregated) -> str:
    """`any (contact.tickets`, `sum (contact.purchases of it.total`: what stands before `where`."""
    if isinstance(expr, Quantified):
        return f"{expr.quantity.value} ({_at(expr.records, _SUM)}"
    return f"{expr.aggregate.value} ({_at(expr.records, _SUM)} of {_at(expr.value, _SUM)}"


def head_of_test(expr: In | Has | MatchText, negation: str = "") -> str:
    """What stands before the right side of a test: `ticket.status not in `."""
    left = _at(expr.left, _SUM)
    match expr:
        case In():
            return f"{left} {'not ' if expr.negated else ''}in "
        case Has():
            return f"{left} {negation}{expr.test.value} "
        case MatchText():
            exactly, any_of = "exactly " if expr.exact else "", " any of" if expr.any_of else ""
            return f"{left} {negation}{exactly}{expr.test.value}{any_of} "


def _test(expr: Compare | Between | In | Has | MatchText | Ask | Changed | During, negation: str) -> str:
    match expr:
        case Compare():
            return f"{_at(expr.left, _SUM)} {expr.operator.value} {_at(expr.right, _SUM)}"
        case Between():
            low, high = _at(expr.low, _SUM), _at(expr.high, _SUM)
            return f"{_at(expr.operand, _SUM)} {negation}between {low} and {high}"
        case In() | Has():
            return head_of_test(expr, negation) + _at(expr.items, _SUM)
        case MatchText():
            right = f"[{_listed(expr.patterns)}]" if expr.any_of else _at(expr.patterns[0], _SUM)
            return head_of_test(expr, negation) + right
        case Ask():
            asked = expr.presence.value.replace("is ", "is not ") if expr.negated else expr.presence.value
            return f"{_at(expr.operand, _SUM)} {asked}"
        case Changed():
            before = "" if expr.before is None else f" from {_at(expr.before, _SUM)}"
            after = "" if expr.after is None else f" to {_at(expr.after, _SUM)}"
            return f"{_at(expr.operand, _SUM)} changed{before}{after}"
        case During():
            word = "outside" if expr.outside else "during"
            return f"{_at(expr.instant, _SUM)} {word} {_at(expr.calendar, _SUM)}"
        case _:
            assert_never(expr)


def _at(expr: Expr, level: int) -> str:
    """The text of an operand in a place that takes what binds at least so tight."""
    text = print_expression(expr)
    return f"({text})" if _level(expr) < level else text


def _level(expr: Expr) -> int:
    match expr:
        case If():
            return _IF
        case Or():
            return _OR
        case And():
            return _AND
        case Not():
            return _NOT if negated_test(expr) is None else _TEST
        case Compare() | Between() | In() | Has() | MatchText() | Ask() | Changed() | During():
            return _TEST
        case Arithmetic():
            return _SUM if expr.operator in "+-" else _PRODUCT
        case Negate():
            return _SIGNED
        case Fallback():
            return _FALLBACK
        case _:
            return _ATOM


def _listed(items: Iterable[Expr]) -> str:
    return ", ".join(map(print_expression, items))


def _where(condition: Expr | None) -> str:
    return "" if condition is None else f" where {print_expression(condition)}"
