"""Conditions that several rules write out: RF805."""

from __future__ import annotations

from collections.abc import Iterator

from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.lint import errors
from ruleflow.lint.subject import Subject
from ruleflow.syntax.expressions import And, Expr, In, Items, MatchText, Or

FEWEST_RULES = 3
_LONG_LIST = 3


def find_repeated(subject: Subject) -> Iterator[Diagnostic]:
    """Of a condition that is repeated as a whole its parts are not mentioned."""
    found: dict[Expr, dict[str, Expr]] = {}
    for place in subject.places:
        if place.rule is not None:
            for expr in _worth_a_name(place.condition):
                found.setdefault(expr, {}).setdefault(place.within, expr)
    told: list[Expr] = []
    for expr, uses in sorted(found.items(), key=lambda item: -len(item[0].span.text)):
        if len(uses) >= FEWEST_RULES and not any(_holds(one, expr) for one in told):
            told.append(expr)
            yield errors.repeated(tuple(uses.values()), tuple(uses))


def _worth_a_name(condition: Expr) -> Iterator[Expr]:
    """What is long enough to be given a name: the whole, and its parts."""
    match condition:
        case And() | Or():
            yield condition
            for operand in condition.operands:
                yield from _worth_a_name(operand)
        case MatchText(patterns=patterns) if len(patterns) >= _LONG_LIST:
            yield condition
        case In(items=Items(items=items)) if len(items) >= _LONG_LIST:
            yield condition
        case _:
            return


def _holds(whole: Expr, part: Expr) -> bool:
    return isinstance(whole, And | Or) and part in whole.operands
