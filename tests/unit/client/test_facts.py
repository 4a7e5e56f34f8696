"""Facts as Python holds them are sent as JSON says them; what JSON cannot say is refused."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleflow.client.facts import json_of
from ruleflow.project.fact_files import read_json


class Priority(StrEnum):
    HIGH = "high"


class Level(Enum):
    TWO = 2


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Priority.HIGH, b'"high"'),
        (Level.TWO, b"2"),
        (Text("x"), b'"x"'),
        (np.float64(0.1), b"0.1"),
        (Decimal("1.10"), b"1.10"),
        (10**30, b"1" + b"0" * 30),
        (True, b"true"),
        (datetime(2026, 3, 1, 18, tzinfo=UTC), b'"2026-03-01T18:00:00+00:00"'),
        (date(2026, 3, 1), b'"2026-03-01"'),
        (time(18, 30), b'"18:30:00"'),
        (MappingProxyType({"a": (1, None)}), b'{"a":[1,null]}'),
        (OrderedDict(b="\u0444"), '{"b":"ф"}'.encode()),
        ("\u0444\ud800", b'"\\u0444\\ud800"'),
    ],
)
def test_a_value_is_sent_as_what_it_is(value: Any, expected: bytes) -> None:
    """Texts, numbers and instants of any class; half of a surrogate pair goes on, for the service to refuse."""
    assert b'{"x":' + expected + b"}" == json_of({"x": value})


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False, places=2),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), _JSON))
def test_what_is_sent_is_what_was_meant(facts: dict[str, Any]) -> None:
    """The service reads the very facts."""
    assert facts == read_json(json_of(facts))
