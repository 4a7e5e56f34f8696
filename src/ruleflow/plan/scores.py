"""What scores come to, as closures."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ruleflow.model.scores import Bin, Class, Result, Score, Term
from ruleflow.plan.arithmetic import compute
from ruleflow.plan.closures import Compute, Truth
from ruleflow.plan.evaluator import Evaluator
from ruleflow.plan.snapshot import NOTHING, Snapshot
from ruleflow.plan.text import shown
from ruleflow.plan.truths import ORDERS
from ruleflow.syntax.expressions import Comparison
from ruleflow.types.terms import Simple
from ruleflow.types.values import Value

Place = Callable[[Any], Result | None]
"""What a number comes to."""


def score_of(score: Score, evaluator: Evaluator) -> Compute:
    """A score for the facts of a stage: the class or number it comes to, else what its `missing` says."""
    made, otherwise = _made(score, evaluator), score.missing
    if otherwise is None:
        return made

    def value(facts: Snapshot) -> Value:
        found = made(facts)
        return otherwise if found is None else found

    return value


def base_of(score: Score, evaluator: Evaluator) -> Compute:
    """The number that the bins of a score are made of."""
    return evaluator.value_of(score.value) if score.value is not None else _sum(score.sum, evaluator)


def _made(score: Score, evaluator: Evaluator) -> Compute:
    if score.is_unfitted:
        return lambda _: None
    if score.classes:
        return _classes(score.classes, evaluator)
    if score.join:
        return _joined(score, evaluator)
    base = base_of(score, evaluator)
    if not score.bins:
        return base
    place = placing(score.bins, evaluator)
    return lambda facts: place(base(facts))


def placing(bins: tuple[Bin, ...], evaluator: Evaluator) -> Place:
    """What a value comes to: the first bin that it fits in; a missing value fits in none."""
    steps = [
        (ORDERS[one.test or Comparison.AT_MOST], None if one.bound is None else evaluator.value_of(one.bound)(NOTHING))
        for one in bins
    ]
    results = [one.result for one in bins]

    def place(value: Any) -> Result | None:
        if value is None:
            return None
        for (test, bound), result in zip(steps, results, strict=True):
            if bound is None or test(value, bound):
                return result
        return None

    return place


def _sum(terms: tuple[Term, ...], evaluator: Evaluator) -> Compute:
    parts = [_term(one, evaluator) for one in terms]
    zone = evaluator.around.zone

    def value(facts: Snapshot) -> Value:
        total: Value = 0
        for part in parts:
            total = compute("+", total, part(facts), zone)
        return total

    return value


def _term(term: Term, evaluator: Evaluator) -> Compute:
    weight, zone = term.weight, evaluator.around.zone
    if evaluator.checked.types[term.value.id] is Simple.BOOLEAN:
        holds = evaluator.truth_of(term.value)
        return lambda facts: weight if holds(facts) else 0
    value = evaluator.value_of(term.value)
    return lambda facts: compute("*", weight, value(facts), zone)


def _joined(score: Score, evaluator: Evaluator) -> Compute:
    parts, zone = [evaluator.value_of(one) for one in score.join], evaluator.around.zone

    def value(facts: Snapshot) -> Value:
        found = [part(facts) for part in parts]
        return None if None in found else "".join(shown(one, zone) for one in found)

    return value


def _classes(classes: tuple[Class, ...], evaluator: Evaluator) -> Compute:
    tried: list[tuple[Truth | None, str]] = [
        (None if one.when is None else evaluator.truth_of(one.when), one.result) for one in classes
    ]
    return lambda facts: next((result for holds, result in tried if holds is None or holds(facts)), None)


def number_text(value: int | Decimal) -> str:
    """A number with all its digits, as it is written in a project."""
    return format(Decimal(value), "f")
