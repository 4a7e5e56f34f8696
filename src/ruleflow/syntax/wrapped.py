"""An expression over several lines, where one is too long: `and` and `or` stand at the beginning of a line."""

from __future__ import annotations

from collections.abc import Iterator

from ruleflow.syntax.expressions import (
    Aggregated,
    And,
    Compare,
    Expr,
    Has,
    If,
    In,
    Items,
    MatchText,
    Not,
    Or,
    Quantified,
)
from ruleflow.syntax.printer import head_of_test, in_brackets, negated_test, print_expression, records_head

_INDENT = "  "


def wrapped(expr: Expr, width: int) -> tuple[str, ...]:
    """The lines of an expression, none longer than `width` where it has a place to break; only one where it fits."""
    text = print_expression(expr)
    return (text,) if len(text) <= width else broken(expr, width)


def broken(expr: Expr, width: int) -> tuple[str, ...]:
    """The lines of an expression that is broken at its top, though it may fit; one line where it has no place to break."""
    match expr:
        case And() | Or():
            return tuple(_chain(expr, "and " if isinstance(expr, And) else "or ", width))
        case If():
            return (
                *_before("if ", wrapped(expr.condition, width - 3)),
                *_before("then ", wrapped(expr.then, width - 5)),
                *_before("else ", wrapped(expr.otherwise, width - 5)),
            )
        case Not():
            inner = negated_test(expr)
            if inner is None:
                return _before("not ", _operand(expr.operand, width - 4))
            return _test(inner, "not ", width) or (print_expression(expr),)
        case In() | Has() | MatchText():
            return _test(expr, "", width) or (print_expression(expr),)
        case Items():
            return _list("", expr.items, width) if expr.items else ("[]",)
        case Compare() if isinstance(expr.left, (Quantified, Aggregated)):
            *first, last = broken(expr.left, width)
            return (*first, f"{last} {expr.operator.value} {_side(expr)}")
        case Quantified() | Aggregated() if expr.condition is not None:
            inner_lines = wrapped(expr.condition, width - len(_INDENT))
            return (f"{records_head(expr)} where", *_indented(inner_lines), ")")
        case _:
            return (print_expression(expr),)


def _chain(expr: And | Or, word: str, width: int) -> Iterator[str]:
    for at, operand in enumerate(expr.operands):
        start = word if at else ""
        yield from _before(start, _operand(operand, width - len(start)))


def _operand(expr: Expr, width: int) -> tuple[str, ...]:
    if not in_brackets(expr):
        return wrapped(expr, width)
    text = f"({print_expression(expr)})"
    if len(text) <= width:
        return (text,)
    return ("(", *_indented(wrapped(expr, width - len(_INDENT))), ")")


def _side(expr: Compare) -> str:
    """The right side of a comparison, with its brackets."""
    return print_expression(expr).removeprefix(f"{print_expression(expr.left)} {expr.operator.value} ")


def _test(expr: Expr, negation: str, width: int) -> tuple[str, ...]:
    """A test with its list broken; nothing where it has no list."""
    match expr:
        case In(items=Items(items=items)) | Has(items=Items(items=items)) if items:
            return _list(head_of_test(expr, negation), items, width)
        case MatchText(any_of=True) if expr.patterns:
            return _list(head_of_test(expr, negation), expr.patterns, width)
        case _:
            return ()


def _list(head: str, items: tuple[Expr, ...], width: int) -> tuple[str, ...]:
    """A list of which each line holds as many items as fit."""
    lines: list[str] = []
    for at, item in enumerate(items):
        text = print_expression(item) + ("," if at < len(items) - 1 else "")
        if lines and len(_INDENT) + len(lines[-1]) + 1 + len(text) <= width:
            lines[-1] += f" {text}"
        else:
            lines.append(text)
    return (f"{head}[", *_indented(lines), "]")


def _before(word: str, lines: tuple[str, ...]) -> tuple[str, ...]:
    return (word + lines[0], *lines[1:])


def _indented(lines: tuple[str, ...] | list[str]) -> Iterator[str]:
    return (_INDENT + line for line in lines)
