"""Bounds out of values: groups of equal size and shares, against plain counting."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleflow.model.scores import Quantiles, Shares
from ruleflow.segmentation.bounds import Bounds, bounds_of
from ruleflow.segmentation.errors import FitError

VALUES = st.lists(st.integers(0, 60) | st.decimals(0, 60, places=2), min_size=5, max_size=60)


def steps(found: Bounds) -> list[tuple[str, Any, int]]:
    """Bins as plain values."""
    return [(one.key, one.result, one.contacts) for one in found.steps]


def test_groups_have_the_same_size() -> None:
    """Ten different values in five groups: two in each; a bound belongs to the lower group."""
    found = bounds_of(Quantiles((1, 2, 3, 4, 5)), [5, 3, 1, 2, 4, 10, 9, 8, 7, 6])
    assert [("<= 2", 1, 2), ("<= 4", 2, 2), ("<= 6", 3, 2), ("<= 8", 4, 2), ("else", 5, 2)] == steps(found)


def test_equal_values_stay_together_with_the_lower_result() -> None:
    """What nobody would get then is left out, and told."""
    found = bounds_of(Quantiles((1, 2, 3)), [1, 1, 1, 1, 2, 3])
    assert [("<= 1", 1, 4), ("else", 3, 2)] == steps(found)
    assert (2,) == found.empty


def test_shares_are_of_the_sum_of_all() -> None:
    """The one who crosses the line belongs to the class above it."""
    found = bounds_of(Shares((("a", 80), ("b", 95), ("c", 100))), [70, 12, 8, 6, 4])
    assert [(">= 12", "a", 2), (">= 6", "b", 2), ("else", "c", 1)] == steps(found)


def test_one_who_brings_nearly_all_leaves_a_class_empty() -> None:
    """The class is left out, and told."""
    found = bounds_of(Shares((("a", 80), ("b", 95), ("c", 100))), [970, 20, 10])
    assert [(">= 970", "a", 1), ("else", "c", 2)] == steps(found)
    assert ("b",) == found.empty


def test_a_bound_with_many_digits_is_rounded_to_its_own_side() -> None:
    """So that the value that it comes from is still inside."""
    third = Decimal(1) / 3
    assert "<= 0.333334" == bounds_of(Quantiles((1, 2)), [third, 1]).steps[0].key
    assert ">= 0.666666" == bounds_of(Shares((("a", 50), ("b", 100))), [2 * third, third]).steps[0].key


@pytest.mark.parametrize(
    ("fit", "values"),
    [
        (Quantiles((1, 2, 3)), [1, 2]),
        (Shares((("a", 80), ("b", 100))), []),
        (Shares((("a", 80), ("b", 100))), [0, 0]),
        (Shares((("a", 80), ("b", 100))), [5, -1]),
    ],
)
def test_values_that_allow_no_bounds_are_refused(fit: Any, values: list[int]) -> None:
    """Too few contacts, no sum, or a negative value."""
    with pytest.raises(FitError):
        bounds_of(fit, values)


@given(VALUES, st.integers(2, 5))
def test_bounds_are_the_quantiles_of_numpy(values: list[Any], groups: int) -> None:
    """Those of the inverted distribution, the definition that takes values that occur; and everybody is counted once."""
    found = bounds_of(Quantiles(tuple(range(1, groups + 1))), values)
    wanted = [
        float(np.quantile([float(one) for one in values], at / groups, method="inverted_cdf"))
        for at in range(1, groups)
    ]
    assert sorted(set(wanted)) == [float(one.key.removeprefix("<= ")) for one in found.steps[:-1]]
    assert len(values) == sum(one.contacts for one in found.steps)
    assert groups == len(found.steps) + len(found.empty)


@given(VALUES)
def test_a_class_is_as_large_as_its_share(values: list[Any]) -> None:
    """Without its least value the first class is below its share, with it at or above."""
    if not any(values):
        return
    first = bounds_of(Shares((("a", 80), ("b", 100))), values).steps[0]
    bound = Decimal(first.key.removeprefix(">= "))
    inside = sum(Decimal(one) for one in values if one >= bound)
    above = sum(Decimal(one) for one in values if one > bound)
    total = sum(Decimal(one) for one in values)
    assert above * 100 < total * 80 <= inside * 100
