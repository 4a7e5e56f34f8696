"""What is read quickly is read as the readers read it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ruleflow.engine.quick import quick_of
from ruleflow.engine.readers import MAX_ITEMS, MAX_TEXT, Log, reader_of
from ruleflow.model.model import Model
from tests.projects import loaded

PROJECT = """
teams: {north: {external_id: '12', was: [nord]}, south: {}}
fields:
  ticket.is_open: {type: boolean}
  ticket.count: {type: integer}
  ticket.some: {type: integer, min: 0, max: 9}
  ticket.price: {type: decimal}
  ticket.text: {type: text}
  ticket.code: {type: text, format: {regex: '[ab]+'}}
  ticket.mail: {type: text, format: email}
  ticket.kind: {type: choice, options: [{id: a, external_id: '1'}, {id: b, was: [x, '']}]}
  ticket.kinds: {type: set, of: choice, options: [a, b]}
  ticket.words: {type: list, of: text}
  ticket.prices: {type: set, of: decimal}
  ticket.due: {type: datetime}
"""
FIELDS = [*re.findall(r"ticket\.(\w+):", PROJECT), "team", "agent", "tags"]
TEXTS = st.sampled_from(["", "a", "b", "x", "nord", "north", "zoë", "half \ud800", "1", "12", "1,5"])
NUMBERS = st.integers(-(10**45), 10**45) | st.floats() | st.decimals() | st.integers(-3, 3) | st.booleans()
PLAIN = st.none() | TEXTS | NUMBERS
VALUES = PLAIN | st.lists(PLAIN, max_size=4) | st.dictionaries(TEXTS, PLAIN, max_size=2)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Fields of many types."""
    return loaded(tmp_path_factory.mktemp("quick"), PROJECT).model


@pytest.mark.parametrize("name", FIELDS)
@given(VALUES)
@example(1e-300)
@example(-0.0)
@example(Decimal("sNaN"))
@example(Decimal("1.000000000000000000000000000000000000000000000"))
def test_quick_readers_give_what_readers_give(model: Model, name: str, value: Any) -> None:
    """The same value of the same class, and the reader has nothing to say about it."""
    declared = model.fields[f"ticket.{name}"]
    quick = quick_of(declared.type, model, declared).get(value.__class__)
    found = None if quick is None else quick(value)
    if found is not None:
        log = Log(strict=True)
        expected = reader_of(declared.type, model, declared)(value, "", log)
        assert (expected, type(expected)) == (found, type(found))
        assert not log.problems


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("is_open", False),
        ("count", 5),
        ("price", 2.5),
        ("price", Decimal("2.5")),
        ("text", "a"),
        ("kind", "1"),
        ("team", "nord"),
        ("kinds", ["a", "b"]),
        ("words", []),
        ("prices", [1, 2.5]),
    ],
)
def test_plain_values_are_read_quickly(model: Model, name: str, value: Any) -> None:
    """No value of an ordinary ticket takes the long way."""
    declared = model.fields[f"ticket.{name}"]
    assert quick_of(declared.type, model, declared)[value.__class__](value) is not None


@pytest.mark.parametrize(
    ("name", "value"),
    [pytest.param("text", "a" * (MAX_TEXT + 1), id="text"), pytest.param("words", ["a"] * (MAX_ITEMS + 1), id="list")],
)
def test_what_is_too_large_is_left_to_the_reader(model: Model, name: str, value: Any) -> None:
    """The reader says so."""
    declared = model.fields[f"ticket.{name}"]
    assert quick_of(declared.type, model, declared)[value.__class__](value) is None
