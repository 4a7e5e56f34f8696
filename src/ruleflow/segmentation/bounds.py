"""Bounds of bins out of the values of many contacts: groups of equal size, or shares of the sum.

A bound is a value that occurs, so contacts with equal values always come into the same bin.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import groupby

from ruleflow.model.scores import Fit, Quantiles, Result, Shares
from ruleflow.plan.scores import number_text
from ruleflow.segmentation.errors import FitError
from ruleflow.types.values import NUMBERS

_MILLIONTH = Decimal(1).scaleb(-6)
Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """A bin that was found: its key as it is written (`<= 30`, `else`), what it comes to, and how many contacts are in it."""

    key: str
    result: Result
    contacts: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bins that were found. `empty` are results that nobody would get, since too many contacts have equal values."""

    steps: tuple[Step, ...]
    empty: tuple[Result, ...]


def bounds_of(fit: Fit, values: Sequence[Number]) -> Bounds:
    """The bins that a fit asks for. Raises `FitError` where the values do not allow any."""
    match fit:
        case Quantiles(results):
            if len(values) < len(results):
                raise FitError(f"{len(values)} contacts cannot be put into {len(results)} groups")
            return _quantiles(sorted(values), results)
        case Shares(results):
            if not values or min(values) < 0 or not any(values):
                raise FitError("shares need values that are not negative, and a sum above 0")
            return _shares(sorted(values, reverse=True), results)


def _quantiles(values: Sequence[Number], results: tuple[Result, ...]) -> Bounds:
    """The bound of the first i of k groups is the least value at or below which at least i/k of all values lie."""
    groups = len(results)
    bounds = [values[-(-len(values) * at // groups) - 1] for at in range(1, groups)]
    return _merged("<=", [*zip(bounds, results, strict=False)], results[-1], values)


def _shares(values: Sequence[Number], results: tuple[tuple[Result, Number], ...]) -> Bounds:
    """A value belongs to the first class whose share is above what the values before it come to."""
    total = _sum(values)
    before: Number = Decimal(0)
    places: list[int] = []
    for value in values:
        part = NUMBERS.divide(NUMBERS.multiply(before, 100), total)
        places.append(next((at for at, (_, share) in enumerate(results) if part < share), len(results) - 1))
        before = NUMBERS.add(before, value)
    lowest = {
        at: [value for _, value in own][-1] for at, own in groupby(zip(places, values, strict=True), lambda one: one[0])
    }
    found = [(lowest[at], result) for at, (result, _) in enumerate(results[:-1]) if at in lowest]
    merged = _merged(">=", found, results[-1][0], values)
    never = tuple(result for at, (result, _) in enumerate(results[:-1]) if at not in lowest)
    return Bounds(merged.steps, (*never, *merged.empty))


def _sum(values: Sequence[Number]) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = NUMBERS.add(total, value)
    return total


def _merged(test: str, found: list[tuple[Number, Result]], rest: Result, values: Sequence[Number]) -> Bounds:
    """The bins without those that begin and end at one value; `values` go the way of the test."""
    kept: list[tuple[Decimal, Result]] = []
    empty: list[Result] = []
    for bound, result in found:
        rounded = _rounded(bound, test)
        if kept and kept[-1][0] == rounded:
            empty.append(result)
        else:
            kept.append((rounded, result))
    return Bounds(tuple(_steps(test, kept, rest, values)), tuple(empty))


def _rounded(bound: Number, test: str) -> Decimal:
    """The bound with at most six digits after the point, rounded so that its own value stays on its side."""
    number = Decimal(bound)
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -6:
        return number
    return number.quantize(_MILLIONTH, ROUND_CEILING if test == "<=" else ROUND_FLOOR, NUMBERS)


def _steps(test: str, kept: list[tuple[Decimal, Result]], rest: Result, values: Sequence[Number]) -> Iterator[Step]:
    at = 0
    for bound, result in kept:
        start = at
        while at < len(values) and (values[at] <= bound if test == "<=" else values[at] >= bound):
            at += 1
        yield Step(f"{test} {number_text(bound)}", result, at - start)
    yield Step("else", rest, len(values) - at)
