from __future__ import annotations

from decimal import Decimal

import pytest

from ruleflow.lint.implied import always, implies, never
from ruleflow.plan.conditions import (
    FALSE,
    TRUE,
    All,
    Any,
    Condition,
    Equals,
    HasElement,
    IsBlank,
    IsMissing,
    Negated,
    OneOf,
    Range,
    TextMatch,
)
from ruleflow.syntax.expressions import TextTest

A, B = Equals("a", "x"), Equals("b", "x")
OPTIONS = ("low", "normal", "high")


def above(low: int, *, is_open: bool = True) -> Range:
    return Range("n", low, None, low_open=is_open)


def text(test: TextTest, pattern: str, *, exact: bool = False) -> TextMatch:
    return TextMatch("t", test, pattern, exact)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (A, A),
        (FALSE, A),
        (A, TRUE),
        (All((A, B)), A),
        (A, Any((B, A))),
        (Any((A, All((A, B)))), A),
        (All((A, B)), All((B, A))),
        (above(5), above(3)),
        (above(5), above(5, is_open=False)),
        (Range("n", 2, 3), Range("n", 1, 4)),
        (Equals("n", Decimal("4.5")), above(4)),
        (Equals("a", "x"), OneOf("a", frozenset({"x", "y"}))),
        (OneOf("a", frozenset({"x", "y"})), OneOf("a", frozenset({"x", "y", "z"}))),
        (Equals("a", "high"), Range("a", 1, None, options=OPTIONS)),
        (A, Negated(Equals("a", "y"))),
        (A, Negated(IsMissing("a"))),
        (above(5), Negated(IsMissing("n"))),
        (above(5), Negated(Range("n", None, 5))),
        (IsMissing("a"), IsBlank("a")),
        (IsMissing("a"), Negated(A)),
        (HasElement("a", "x"), Negated(IsMissing("a"))),
        (Negated(above(3)), Negated(above(5))),
        (text(TextTest.STARTS_WITH, "abc"), text(TextTest.STARTS_WITH, "ab")),
        (text(TextTest.ENDS_WITH, "abc"), text(TextTest.ENDS_WITH, "bc")),
        (text(TextTest.CONTAINS_WORD, "abc"), text(TextTest.CONTAINS, "b")),
    ],
)
def test_what_follows(one: Condition, other: Condition) -> None:
    """The second condition holds wherever the first does."""
    assert implies(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (A, B),
        (A, FALSE),
        (TRUE, A),
        (A, All((A, B))),
        (Any((A, B)), A),
        (above(3), above(5)),
        (above(5, is_open=False), above(5)),
        (above(5), Range("n", None, 9)),
        (above(5), Range("n", 1, None, options=OPTIONS)),
        (Equals("n", "text"), above(4)),
        (Equals("a", "elsewhere"), Range("a", 0, None, options=OPTIONS)),
        (Equals("a", None), Negated(IsMissing("a"))),
        (IsBlank("a"), IsMissing("a")),
        (Negated(A), B),
        (Negated(Equals("a", "x")), Equals("a", "y")),
        (Negated(above(5)), Negated(above(3))),
        (Negated(A), Negated(IsMissing("a"))),
        (text(TextTest.STARTS_WITH, "ab"), text(TextTest.STARTS_WITH, "abc")),
        (text(TextTest.CONTAINS, "ab"), text(TextTest.STARTS_WITH, "ab")),
        (text(TextTest.CONTAINS, "ab", exact=True), text(TextTest.CONTAINS, "a")),
    ],
)
def test_what_does_not_follow(one: Condition, other: Condition) -> None:
    """The first condition may hold without the second."""
    assert not implies(one, other)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Any((Negated(A), Negated(Equals("a", "y")))), True),
        (Any((A, Negated(A))), True),
        (Any((above(3), Negated(above(5)))), True),
        (All((TRUE, Any((A, Negated(A))))), True),
        (Any((A, B)), False),
        (Any((above(5), Range("n", None, 9))), False),
        (A, False),
    ],
)
def test_always(condition: Condition, expected: bool) -> None:
    """An `or` of which one part holds where another does not always holds; ranges leave out what is missing."""
    assert expected == always(condition)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (All((A, Equals("a", "y"))), True),
        (All((above(5), Range("n", None, 5))), True),
        (All((above(5), IsMissing("n"))), True),
        (Any((FALSE, All((A, Negated(A))))), True),
        (All((above(5), Range("n", None, 6))), False),
        (All((A, B)), False),
    ],
)
def test_never(condition: Condition, expected: bool) -> None:
    """An `and` of two parts that exclude each other never holds."""
    assert expected == never(condition)
