"""Checking a whole condition: its types, then where a missing value would surprise."""

from __future__ import annotations

from ruleflow.checker import errors
from ruleflow.checker.expressions import infer, require
from ruleflow.checker.missing import NOTHING, Known, culprit, surprises
from ruleflow.checker.scope import Scope
from ruleflow.syntax.expressions import Expr
from ruleflow.types.terms import Simple, Type


def check_condition(expr: Expr, because: str, scope: Scope) -> None:
    """Check an expression that must be true or false."""
    require(expr, (Simple.BOOLEAN,), because, scope)
    report_surprises(expr, scope, NOTHING)


def check_value(expr: Expr, scope: Scope, known: Known = NOTHING) -> Type:
    """Check an expression of any type."""
    kind = infer(expr, scope)
    report_surprises(expr, scope, known)
    return kind


def check_required(expr: Expr, wanted: Type, what: str, scope: Scope, known: Known) -> None:
    """Check a value of a given type that must not be missing; `what` needs it."""
    check_optional(expr, wanted, what, scope, known)
    guilty = culprit(expr, known, scope)
    if guilty is not None:
        scope.out.report(errors.may_be_missing(expr.span, guilty.span.text, what))


def check_optional(expr: Expr, wanted: Type, what: str, scope: Scope, known: Known) -> None:
    """Check a value of a given type that may be missing."""
    require(expr, (wanted,), what, scope)
    report_surprises(expr, scope, known)


def report_surprises(expr: Expr, scope: Scope, known: Known) -> None:
    """Report each negated test that a missing value would turn around."""
    for guilty, test in surprises(expr, scope, known):
        scope.out.report(errors.missing_in_negation(test.span, guilty.span.text, test.span.text))
