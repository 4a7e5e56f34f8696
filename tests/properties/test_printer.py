"""Printing an expression and reading it again gives the same expression."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ruleflow.diagnostics.collector import Collector
from ruleflow.syntax.expression_parser import parse_expression_text
from ruleflow.syntax.expressions import Expr
from ruleflow.syntax.printer import print_expression
from ruleflow.syntax.wrapped import broken, wrapped
from tests.random_expressions import EXPRESSIONS


@given(EXPRESSIONS)
def test_what_is_printed_is_read_as_the_same_tree(expr: Expr) -> None:
    """Printing loses nothing, and what is printed gives the reader no reason to complain."""
    out = Collector()
    assert expr == parse_expression_text(print_expression(expr), out)
    assert [] == [one.message for one in out.sorted()]


@given(EXPRESSIONS, st.integers(20, 80))
def test_an_expression_may_be_broken_into_lines(expr: Expr, width: int) -> None:
    """Wherever lines are broken, the tree stays the same."""
    assert expr == parse_expression_text("\n".join(wrapped(expr, width)))
    assert expr == parse_expression_text("\n".join(broken(expr, width)))
