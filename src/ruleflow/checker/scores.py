"""Scores: numbers where numbers are needed, bins that can all be reached, no secret that shows."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from ruleflow.checker import errors, score_errors
from ruleflow.checker.checked import Constant
from ruleflow.checker.conditions import report_surprises
from ruleflow.checker.expressions import infer, require
from ruleflow.checker.missing import NOTHING
from ruleflow.checker.reads import reads_secret
from ruleflow.checker.repairs import unlike
from ruleflow.checker.scope import Scope
from ruleflow.model.scores import Bin, Score
from ruleflow.syntax.expressions import Comparison, Expr, Literal, Negate
from ruleflow.types.durations import CalendarDays
from ruleflow.types.terms import NUMBERS, Choice, Simple, Type, alike

_STEPPED: tuple[Type, ...] = (
    Simple.DECIMAL,
    Simple.DURATION,
    Simple.CALENDAR_DAYS,
    Simple.DATE,
    Simple.DATETIME,
    Simple.TIME,
)
"""What bins may be made of."""
_UPWARD = frozenset({Comparison.AT_MOST, Comparison.LESS})


def type_scores(scope: Scope) -> None:
    """Type what scores are made of. To be done before anything that may read them is looked at."""
    for score in scope.model.scores.values():
        with scope.out.inside(f"score `{score.id}`"):
            _type(score, scope)


def check_scores(scope: Scope) -> None:
    """Report what is wrong with scores besides their types."""
    for score in scope.model.scores.values():
        with scope.out.inside(f"score `{score.id}`"):
            for expr in score.made_of:
                report_surprises(expr, scope, NOTHING)
            _check_bins(score, scope)
            _check_secrets(score, scope)
            if score.is_unfitted and score.span is not None:
                scope.out.report(score_errors.not_fitted(score.span, score.id))


def _type(score: Score, scope: Scope) -> None:
    kind: Type = Simple.DECIMAL
    if score.value is not None:
        wanted = _STEPPED if score.bins or score.is_unfitted else (Simple.DECIMAL,)
        kind = require(score.value, wanted, "a score", scope)
    for term in score.sum:
        require(term.value, (Simple.DECIMAL, Simple.BOOLEAN), "`sum`", scope)
    for part in score.join:
        _type_joined(part, scope)
    for one in score.classes:
        if one.when is not None:
            require(one.when, (Simple.BOOLEAN,), "a class", scope)
    for step in score.bins:
        if step.bound is not None:
            _type_bound(step.bound, score.value, kind, scope)


def _type_joined(part: Expr, scope: Scope) -> None:
    kind = infer(part, scope)
    if kind not in {*NUMBERS, Simple.TEXT, Simple.UNKNOWN} and not isinstance(kind, Choice):
        scope.out.report(errors.wrong_type(part.span, kind, (Simple.DECIMAL, Simple.TEXT), "`join`", ()))


def _type_bound(bound: Expr, value: Expr | None, kind: Type, scope: Scope) -> None:
    found = infer(bound, scope, kind)
    if not alike(kind, found):
        scope.out.report(unlike(bound.span, bound if value is None else value, bound, kind, found))


def _check_bins(score: Score, scope: Scope) -> None:
    for step in score.bins:
        if step.bound is not None and not isinstance(step.bound, Literal):
            is_negative = isinstance(step.bound, Negate) and isinstance(step.bound.operand, Literal)
            if not is_negative and scope.tables.types.get(step.bound.id) is not Simple.UNKNOWN:
                scope.out.report(score_errors.bound_not_literal(step.bound.span))
    places = [(step, place) for step in score.bins if (place := _place(step, scope)) is not None]
    for (before, low), (after, high) in pairwise(places):
        if after.bound is None or (type(low[0]) is not type(high[0]) and not _are_numbers(low[0], high[0])):
            continue
        upward, goes_on = before.test in _UPWARD, after.test in _UPWARD
        if upward is not goes_on or not (low < high if upward else high < low):
            scope.out.report(score_errors.unreached_bin(after.bound.span))


def _are_numbers(*values: Any) -> bool:
    return all(not isinstance(one, CalendarDays) and hasattr(one, "as_integer_ratio") for one in values)


def _place(step: Bin, scope: Scope) -> tuple[Any, bool] | None:
    """Where a bin ends on the line of values: its bound, and whether the end is just above it."""
    bound = None if step.bound is None else constant_of(step.bound, scope.tables.meanings)
    if bound is None:
        return None
    return bound, step.test in {Comparison.AT_MOST, Comparison.MORE}


def constant_of(bound: Expr, meanings: Any) -> Any:
    """The value of a literal with or without a sign; None for anything else."""
    if isinstance(bound, Negate):
        found = constant_of(bound.operand, meanings)
        return CalendarDays(-found.days) if isinstance(found, CalendarDays) else None if found is None else -found
    meaning = meanings.get(bound.id) if isinstance(bound, Literal) else None
    return meaning.value if isinstance(meaning, Constant) else None


def _check_secrets(score: Score, scope: Scope) -> None:
    """Report a secret that a score would show: a number made of it, a text it is joined to. A step of it tells little."""
    if score.bins or score.classes or score.is_unfitted:
        return
    for expr in score.made_of:
        if reads_secret(expr, scope.model, scope.tables.meanings):
            scope.out.report(score_errors.shows_secret(expr.span, score.id))
