"""Keys are bytes that compare as the values do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleflow.types.durations import CalendarDays, WorkingDays
from ruleflow.types.terms import Choice, Kind, Reference, Simple, Type
from ruleflow.types.text import fold
from ruleflow.types.values import plain_number
from ruleflow.views.sort_keys import encoder

NUMBERS = st.one_of(
    st.integers(-(10**39), 10**39),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20).map(plain_number),
    st.decimals(allow_nan=False, allow_infinity=False, places=5, min_value=-2, max_value=2).map(plain_number),
)
PRIORITY = Choice(("low", "normal", "high"), ordered=True)
KINDS: list[tuple[Type, st.SearchStrategy[Any], Any]] = [
    (Simple.TEXT, st.text(max_size=4), fold),
    (Simple.TEXT, st.text("aAäßs\0", max_size=4), fold),
    (Simple.DECIMAL, NUMBERS, None),
    (Simple.INTEGER, st.integers(-200, 200), None),
    (Simple.BOOLEAN, st.booleans(), None),
    (Simple.DATETIME, st.datetimes(timezones=st.just(UTC)), None),
    (Simple.DATE, st.dates(), None),
    (Simple.TIME, st.times(), None),
    (Simple.DURATION, st.timedeltas(), None),
    (Simple.CALENDAR_DAYS, st.integers(-99, 99).map(CalendarDays), lambda one: one.days),
    (Simple.WORKING_DAYS, st.integers(-99, 99).map(WorkingDays), lambda one: one.days),
    (PRIORITY, st.sampled_from(PRIORITY.options), PRIORITY.options.index),
]


@given(st.data(), st.sampled_from(KINDS), st.booleans())
def test_two_values(data: st.DataObject, kind: tuple[Type, Any, Any], descending: bool) -> None:
    """Two values compare as their keys do, the other way round where it is descending; a missing one is last."""
    type_, values, measure = kind
    one, other = data.draw(values), data.draw(values)
    encode = encoder(type_, descending=descending)
    before, after = (measure(one), measure(other)) if measure else (one, other)
    assert ((before > after) - (before < after)) * (-1 if descending else 1) == (
        (encode(one) > encode(other)) - (encode(one) < encode(other))
    )
    assert encode(one) < encode(None)


@given(st.data(), st.sampled_from(KINDS), st.sampled_from(KINDS), st.booleans())
def test_keys_joined(data: st.DataObject, first: Any, second: Any, descending: bool) -> None:
    """Two parts joined compare by the first, and by the second where the first ties."""
    encoders = [encoder(kind, descending=descending) for kind, _, _ in (first, second)]
    rows = data.draw(
        st.lists(st.tuples(*(st.none() | values for _, values, _ in (first, second))), min_size=2, max_size=6)
    )
    parts = [tuple(encode(one) for encode, one in zip(encoders, row, strict=True)) for row in rows]
    assert sorted(parts) == sorted(parts, key=b"".join)


def test_examples() -> None:
    """Numbers by size whatever they are written as, texts without case, options that nobody knows as if missing."""
    number, text = encoder(Simple.DECIMAL, descending=False), encoder(Simple.TEXT, descending=True)
    assert [-5, Decimal("-0.5"), 0, Decimal("0.01"), 9, Decimal("9.5"), 10, None] == sorted(
        [None, 10, Decimal("9.5"), 9, Decimal("0.01"), 0, Decimal("-0.5"), -5], key=number
    )
    assert ["ёж", "Ж", "bb", "B", "a", "", None] == sorted([None, "", "a", "B", "bb", "Ж", "ёж"], key=text)
    assert encoder(PRIORITY, descending=True)(None) == encoder(PRIORITY, descending=True)("unheard of")
    assert encoder(Simple.DATE, descending=False)(date(2026, 1, 1)) < encoder(Simple.DATE, descending=False)(None)
    assert encoder(Simple.TIME, descending=True)(time(9)) > encoder(Simple.TIME, descending=True)(time(10))
    assert encoder(Simple.DURATION, descending=False)(timedelta(days=-1)) < encoder(Simple.DURATION, descending=False)(
        timedelta(0)
    )
    assert encoder(Simple.DATETIME, descending=False)(datetime(2026, 1, 1, tzinfo=UTC)) < b"\x01"


def test_what_has_no_order() -> None:
    """The checker lets no such key through; nobody sorts by it in silence."""
    with pytest.raises(TypeError):
        encoder(Reference((Kind.TEAM,)), descending=False)
