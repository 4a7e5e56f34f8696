"""What each test means, for values that may be missing: the one definition that every way of deciding shares."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from ruleflow.syntax.expressions import Comparison, SetTest, TextTest
from ruleflow.types.text import contains_word, fold, is_blank
from ruleflow.types.values import Value

Test = Callable[[Any, Any], bool]


def same(one: Value, other: Value) -> bool:
    """Equality, which is total: a missing value equals only a missing value; a set equals a list of the same elements."""
    if isinstance(one, frozenset) or isinstance(other, frozenset):
        return _as_set(one) == _as_set(other)
    return one == other


def _as_set(value: Any) -> frozenset[Any]:
    return frozenset(value) if value is not None else frozenset()


def _order(compare: Callable[[Any, Any], bool]) -> Test:
    def test(one: Any, other: Any) -> bool:
        return one is not None and other is not None and compare(one, other)

    return test


ORDERS: Mapping[Comparison, Test] = {
    Comparison.LESS: _order(operator.lt),
    Comparison.AT_MOST: _order(operator.le),
    Comparison.MORE: _order(operator.gt),
    Comparison.AT_LEAST: _order(operator.ge),
}
"""Order tests, false where a side is missing."""


def blank(value: Value) -> bool:
    """Missing, or a text that is empty or only white space, or an empty set or list."""
    if isinstance(value, str):
        return is_blank(value)
    return value is None or (isinstance(value, frozenset | tuple) and not value)


def has(items: Any, element: Value) -> bool:
    """Whether a set or list (an absent one is empty) has an element."""
    return items is not None and element is not None and element in items


SETS: Mapping[SetTest, Callable[[Any, tuple[Any, ...]], bool]] = {
    SetTest.HAS: lambda items, wanted: has(items, wanted[0]),
    SetTest.ANY: lambda items, wanted: any(has(items, one) for one in wanted),
    SetTest.ALL: lambda items, wanted: all(has(items, one) for one in wanted),
    SetTest.NONE: lambda items, wanted: not any(has(items, one) for one in wanted),
}
"""Tests of a set against some elements."""

TEXTS: Mapping[TextTest, Callable[[str, str], bool]] = {
    TextTest.CONTAINS: operator.contains,
    TextTest.STARTS_WITH: str.startswith,
    TextTest.ENDS_WITH: str.endswith,
    TextTest.CONTAINS_WORD: contains_word,
}
"""Tests of a text against a pattern, both folded unless case is minded; `matches` is a regex's own."""


def prepared(text: str, *, exact: bool) -> str:
    """A text, or a pattern, ready for a text test."""
    return text if exact else fold(text)
