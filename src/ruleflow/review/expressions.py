"""Expressions as one line of text, whatever lists and line breaks they are written with."""

from __future__ import annotations

import re

from ruleflow.source import Span
from ruleflow.syntax.expressions import And, Expr, If, Items, Literal, Not, Or
from ruleflow.syntax.text_template import TextParts

_LINE_BREAK = re.compile(r"\s*\n\s*")


def expression_text(expr: Expr) -> str:
    """The expression with `and`, `or` and `not`, as its author wrote the parts; `all:`, `any:`, `none:` are put so, too."""
    match expr:
        case And():
            return " and ".join(_inside(part, (Or, If)) for part in expr.operands)
        case Or():
            return " or ".join(_inside(part, (If,)) for part in expr.operands)
        case Not():
            return f"not {_inside(expr.operand, (And, Or, If))}"
        case Items():
            return f"[{', '.join(expression_text(item) for item in expr.items)}]"
        case Literal(value) if isinstance(value, str):
            return one_line(expr.span) or repr(value)
        case _:
            return one_line(expr.span)


def value_text(value: Expr | TextParts | None) -> str:
    """What a rule writes into a parameter; nothing is `null`."""
    if value is None:
        return "null"
    return one_line(value.span) if isinstance(value, TextParts) else expression_text(value)


def one_line(span: Span) -> str:
    """The text of a stretch, its line breaks as spaces."""
    return _LINE_BREAK.sub(" ", span.text).strip()


def _inside(expr: Expr, looser: tuple[type, ...]) -> str:
    """An operand, in brackets where it binds more loosely."""
    text = expression_text(expr)
    return f"({text})" if isinstance(expr, looser) else text
