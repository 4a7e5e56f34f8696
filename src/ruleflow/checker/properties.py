"""Checking promises: facts as they come in `for`, what the decision comes to beside them in `expect` and `never`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ruleflow.checker import errors
from ruleflow.checker.checked import Read
from ruleflow.checker.conditions import check_condition, check_optional, check_value
from ruleflow.checker.missing import Known, present_when
from ruleflow.checker.outcome import DAYS, MEANT
from ruleflow.checker.policies import asking_the_clock
from ruleflow.checker.reads import paths_read
from ruleflow.checker.scope import OUTCOME, Scope, fact_paths, fact_type
from ruleflow.model.properties import Monotone, Property
from ruleflow.model.vocabulary import Metric, OpenTime
from ruleflow.syntax.expressions import And, Ask, Expr, If, Not, Or
from ruleflow.syntax.walk import walk
from ruleflow.types.terms import Simple, is_ordered


def check_properties(scope: Scope) -> None:
    """Report everything that is wrong with the promises of a project, and with what they take for granted."""
    for one in scope.model.properties:
        with scope.out.inside(f"property `{one.id}`"):
            _check_property(one, scope)
    for one in scope.model.properties:  # once all are read: two that keep an order may ask for a target's two forms
        with scope.out.inside(f"property `{one.id}`"):
            _check_targets(one, scope)
    for assumption in scope.model.assumptions:
        with scope.out.inside("assumption"):
            check_condition(assumption.condition, "an assumption", scope)
            _check_clocks(assumption.condition, scope)


def _check_property(one: Property, scope: Scope) -> None:
    for event, span in zip(one.events, one.event_spans, strict=True):
        if event not in scope.model.events:
            scope.out.report(errors.unknown_event(span, event, scope.model.events))
    if one.for_ is not None:
        check_condition(one.for_, "`for`", scope)
        _check_clocks(one.for_, scope)
    known, after = present_when(one.for_, scope), replace(scope, has_outcome=True)
    for word, expr in (("`expect`", one.expect), ("`never`", one.never)):
        if expr is not None:
            check_optional(expr, Simple.BOOLEAN, word, after, known)
            _check_promised(expr, after)
    if one.monotone is not None:
        _check_monotone(one.monotone, known, after)


def _check_monotone(one: Monotone, known: Known, scope: Scope) -> None:
    declared = scope.model.fields.get(one.path)
    if declared is not None:
        if declared.type is not Simple.UNKNOWN and not is_ordered(declared.type):
            scope.out.report(errors.not_ordered(one.span, declared.type))
    elif fact_type(scope.model, one.path) is None and not one.path.startswith(OUTCOME):
        scope.out.report(errors.unknown_fact(one.span, one.path, fact_paths(scope.model)))
    else:
        scope.out.report(errors.not_a_given_field(one.span, one.path))
    kind = check_value(one.value, scope, known)
    if kind is not Simple.UNKNOWN and not is_ordered(kind):
        scope.out.report(errors.not_ordered(one.value.span, kind))
    _check_promised(one.value, scope)


def _check_promised(expr: Expr, scope: Scope) -> None:
    """Report a promise that is about a clock, or about nothing that is decided."""
    _check_clocks(expr, scope)
    asked = _asked(expr, scope)
    is_whole = not any(scope.tables.types.get(node.id) is Simple.UNKNOWN for node in walk(expr))
    if is_whole and not any(path.startswith(OUTCOME) for path in asked):
        fact = next((path for path in sorted(asked) if path in scope.model.fields), "")
        scope.out.report(errors.promise_about_facts(expr.span, fact))


def _asked(expr: Expr, scope: Scope) -> frozenset[str]:
    return frozenset(paths_read(expr, scope.model, scope.tables.meanings))


def _check_clocks(expr: Expr, scope: Scope) -> None:
    """Report the first clock that is asked: how it stands follows from the ticket's history, not from the rules."""
    guilty = next(asking_the_clock(expr, scope, may_ask_now=True), None)
    if guilty is not None:
        scope.out.report(errors.clock_in_promise(guilty.span, MEANT, has_outcome=scope.has_outcome))


def _turned(expr: Expr, *, negative: bool) -> Iterator[Expr]:
    """The tests that keep a promise where they are false, and those that ask whether something is there."""
    match expr:
        case Not():
            yield from _turned(expr.operand, negative=not negative)
        case And() | Or():
            for operand in expr.operands:
                yield from _turned(operand, negative=negative)
        case If():
            yield expr.condition
            yield from _turned(expr.then, negative=negative)
            yield from _turned(expr.otherwise, negative=negative)
        case _ if negative or isinstance(expr, Ask):
            yield expr


def _check_targets(one: Property, scope: Scope) -> None:
    """Report a target asked in exact time where some are in days, or the other way round, and the others are not asked."""
    if one.monotone is not None:
        tests: tuple[Expr, ...] = (one.monotone.value,)
        beside = [other.monotone.value for other in scope.model.properties if other.monotone is not None]
    else:
        beside = [expr for expr in (one.expect, one.never) if expr is not None]
        tests = tuple(test for expr in beside for test in _turned(expr, negative=expr is one.never))
    asked = frozenset(path for expr in beside for path in _asked(expr, scope))
    for node in (node for test in tests for node in walk(test)):
        meaning = scope.tables.meanings.get(node.id)
        if isinstance(meaning, Read) and meaning.path.startswith(f"{OUTCOME}sla."):
            _check_target(node, meaning.path, asked, scope)


def _check_target(node: Expr, path: str, asked: frozenset[str], scope: Scope) -> None:
    in_days = path.endswith(DAYS)
    exact = path.removesuffix(DAYS)
    other = exact if in_days else f"{exact}{DAYS}"
    source = next(_promised_otherwise(Metric(exact.removeprefix(f"{OUTCOME}sla.")), scope, in_days=in_days), "")
    if source and other not in asked:
        scope.out.report(errors.target_in_days(node.span, path, other, source, in_days=in_days))


def _promised_otherwise(metric: Metric, scope: Scope, *, in_days: bool) -> Iterator[str]:
    """Who promises a metric in exact time (`in_days`), or in days."""
    for policy in scope.model.sla.values():
        times = [time for target in policy.targets if target.metric is metric for time in target.times.values()]
        if any(isinstance(time, OpenTime) is in_days for time in times):
            yield f"the SLA policy `{policy.id}`"
    for contract in scope.model.contracts.values() if metric is Metric.RESOLUTION else ():
        given = [request.resolve_in for request in contract.requests if request.resolve_in is not None]
        if any(isinstance(time, OpenTime) is in_days for time in given):
            yield f"the contract `{contract.id}`"
