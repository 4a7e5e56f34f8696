"""What cells of decision tables let through, by the type of their column."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ruleflow.checker.cells import ANY, Cell, Problem, Reader
from ruleflow.plan.row_index import cell_test
from ruleflow.types.terms import Choice, Kind, Reference, SetOf, Simple, Type

ZONE = ZoneInfo("Europe/Helsinki")
PRIORITY = Choice(("low", "normal", "high", "urgent"), ordered=True)
SEGMENTS = SetOf(Reference((Kind.SEGMENT,)))
MARCH = datetime(2026, 2, 28, 22, tzinfo=UTC)


def reader(kind: Type, *, decimal_comma: bool = False) -> Reader:
    return Reader(kind, ZONE, ("vip", "partner", "missing"), decimal_comma)


def passes(text: str, kind: Type, value: Any, *, decimal_comma: bool = False) -> bool:
    cell = reader(kind, decimal_comma=decimal_comma).read(text)
    assert isinstance(cell, Cell), cell
    return cell_test(cell, kind)(value)


@pytest.mark.parametrize(
    ("text", "kind", "takes", "leaves"),
    [
        ("high", PRIORITY, ["high"], ["low", "unknown", None]),
        ("high, low", PRIORITY, ["high", "low"], ["normal", None]),
        ("not high", PRIORITY, ["low", "unknown", None], ["high"]),
        (">= high", PRIORITY, ["high", "urgent"], ["normal", "unknown", None]),
        ("low..normal", PRIORITY, ["low", "normal"], ["high", None]),
        ("missing", PRIORITY, [None], ["low"]),
        ("present", PRIORITY, ["low", "unknown"], [None]),
        ("missing, low", PRIORITY, [None, "low"], ["high"]),
        ("5", Simple.INTEGER, [5], [6, None]),
        ("10..20", Simple.INTEGER, [10, 20], [9, 21, None]),
        ("< 5, >= 20", Simple.INTEGER, [4, 20], [5, 19, None]),
        ("1_000", Simple.INTEGER, [1000], [1]),
        ("2.25", Simple.DECIMAL, [Decimal("2.25")], [2]),
        ("> 2", Simple.DECIMAL, [Decimal("2.01")], [2, None]),
        ("-5..-1", Simple.DECIMAL, [-5, -1], [0]),
        ("true", Simple.BOOLEAN, [True], [False, None]),
        ("FALSE", Simple.BOOLEAN, [False], [True, None]),
        ("4h", Simple.DURATION, [timedelta(hours=4)], [timedelta(hours=3)]),
        ("1h..1h30m", Simple.DURATION, [timedelta(minutes=90)], [timedelta(minutes=91), None]),
        ("18:00", Simple.TIME, [time(18)], [time(18, 1)]),
        ("2026-03-01", Simple.DATETIME, [MARCH, MARCH + timedelta(hours=23)], [MARCH + timedelta(days=1), None]),
        ("> 2026-03-01", Simple.DATETIME, [MARCH + timedelta(days=1)], [MARCH]),
        ("<= 2026-03-01", Simple.DATETIME, [MARCH + timedelta(hours=23)], [MARCH + timedelta(days=1)]),
        ("2026-03-01T00:00+02:00", Simple.DATETIME, [MARCH], [MARCH + timedelta(seconds=1)]),
        ("Acme Ltd, 'Nord, Süd'", Simple.TEXT, ["Acme Ltd", "Nord, Süd"], ["Acme", None]),
        ("'missing'", Simple.TEXT, ["missing"], [None]),
        ("vip, partner", SEGMENTS, [frozenset({"vip", "x"})], [frozenset({"x"}), frozenset(), None]),
        ("not vip, partner", SEGMENTS, [frozenset({"x"}), None], [frozenset({"vip"})]),
        ("present", SEGMENTS, [frozenset({"x"})], [frozenset(), None]),
        ("missing", SEGMENTS, [frozenset({"missing"})], [frozenset({"x"}), None]),
        ("-", SEGMENTS, [None, frozenset({"x"})], []),
    ],
)
def test_a_cell_takes(text: str, kind: Type, takes: list[Any], leaves: list[Any]) -> None:
    """Each cell takes what it says and nothing else; a name of the project comes before a word of the language."""
    assert ([True] * len(takes), [False] * len(leaves)) == (
        [passes(text, kind, one) for one in takes],
        [passes(text, kind, one) for one in leaves],
    )


def test_a_decimal_comma() -> None:
    """In a spreadsheet with semicolons a comma between digits belongs to a number."""
    assert passes("2,25", Simple.DECIMAL, Decimal("2.25"), decimal_comma=True)
    assert passes("2,25, 3", Simple.DECIMAL, 3, decimal_comma=True)
    assert passes("1 000,5", Simple.DECIMAL, Decimal("1000.5"), decimal_comma=True)


@pytest.mark.parametrize(
    ("text", "kind", "problem"),
    [
        ("hihg", PRIORITY, "option"),
        ("wip", SEGMENTS, "thing"),
        ("many", Simple.INTEGER, "value"),
        ("2.5", Simple.INTEGER, "value"),
        ("2,25", Simple.DECIMAL, "comma"),
        (">= 10,000", Simple.INTEGER, "comma"),
        ("2026-02-30", Simple.DATE, "value"),
        (">= vip", SEGMENTS, "order"),
        ("high..low", PRIORITY, "range"),
        ("20..10", Simple.DECIMAL, "range"),
        ("not >= high", PRIORITY, "negation"),
        ("high,", PRIORITY, "empty"),
        ("high,, low", PRIORITY, "empty"),
        (">= ", Simple.INTEGER, "value"),
    ],
)
def test_what_cannot_be_read(text: str, kind: Type, problem: str) -> None:
    """A wrong cell says what is wrong, and where."""
    found = reader(kind).read(text)
    assert isinstance(found, Problem)
    assert problem == found.kind
    assert 0 <= found.start <= found.end <= len(text)


def test_anything() -> None:
    """`-` is the cell that excludes nothing."""
    assert ANY == reader(PRIORITY).read("-")
