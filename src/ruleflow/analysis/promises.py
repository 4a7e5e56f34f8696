"""Promises held against decided tickets, by the closures that decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ruleflow.analysis.outcomes import Decided, view_of
from ruleflow.checker.reads import paths_read
from ruleflow.engine.evaluate import evaluate_run
from ruleflow.engine.timers import TIMER
from ruleflow.engine.trace import Part, Seen, trace
from ruleflow.model.model import Model
from ruleflow.model.properties import Monotone, Property
from ruleflow.plan.plan import Plan
from ruleflow.plan.snapshot import BudgetError, Snapshot
from ruleflow.syntax.expressions import Expr
from ruleflow.types.terms import Choice, Simple, Type
from ruleflow.types.values import Value

_TIMES = frozenset(
    {Simple.DURATION, Simple.CALENDAR_DAYS, Simple.WORKING_DAYS, Simple.DATETIME, Simple.DATE, Simple.TIME}
)

CAUSED_BY = "event.caused_by"
RUN_ON_TIMER = frozenset({"sla.warning", "sla.breached"})
"""Events that `timer` carries out."""


def events_of(promise: Property, model: Model) -> tuple[str, ...]:
    """The events that a promise is about: its own, else all that the rules name, in the order of the project.

    Time rules, and rules for warnings and breaches, run on `timer`. Where no rule names an event it is about every event.
    """
    if promise.events:
        return promise.events
    active = [rule for rule in model.deciders if rule.enabled]
    named = {event for rule in active for event in rule.events}
    if any(rule.after is not None for rule in active) or named & RUN_ON_TIMER:
        named.add(TIMER)
    return tuple(event for event in model.events if event in named or not named)


def concerns(promise: Property, plan: Plan, event: str, view: Snapshot) -> bool:
    """Whether a promise is made about a ticket: its event, its `for`, and what is assumed of every ticket.

    Of events that rules have caused, on which rules do not run, it is about none unless its `for` asks who caused them.
    May raise `BudgetError`, as all that looks at a view.
    """
    if view[CAUSED_BY] is not None and not asks_for_cause(promise, plan):
        return False
    asked = (*(one.condition for one in plan.model.assumptions), *(() if promise.for_ is None else (promise.for_,)))
    return event in events_of(promise, plan.model) and all(plan.evaluator.truth_of(expr)(view) for expr in asked)


def asks_for_cause(promise: Property, plan: Plan) -> bool:
    """Whether the `for` of a promise asks which rule caused the event."""
    if promise.for_ is None:
        return False
    return CAUSED_BY in paths_read(promise.for_, plan.model, plan.checked.meanings)


def holds(promise: Property, plan: Plan, decided: Decided) -> bool:
    """Whether a promise is kept by a decision, or is not about it. One decision alone breaks no `monotone`: see `in_order`."""
    view = view_of(plan, decided)
    return not concerns(promise, plan, decided.event, view) or keeps(promise, plan, view)


def keeps(promise: Property, plan: Plan, view: Snapshot) -> bool:
    """Whether `expect` holds and `never` does not, for a ticket that the promise concerns."""
    if promise.expect is not None and not plan.evaluator.truth_of(promise.expect)(view):
        return False
    return promise.never is None or not plan.evaluator.truth_of(promise.never)(view)


def in_order(monotone: Monotone, plan: Plan, one: Snapshot, other: Snapshot) -> bool:
    """Whether two tickets, alike but for the field and both concerned, keep the order.

    A ticket without the field, or with an option that nobody knows, is in order with every other. Of the values that must keep their order a time that is
    missing is later than all, anything else that is missing is lower than all.
    """
    declared = plan.model.fields[monotone.path]
    low, high = (place(view[monotone.path], declared.type) for view in (one, other))
    if low == high or low[0] or high[0]:
        return True
    if low > high:
        one, other = other, one
    kind, value = plan.checked.types[monotone.value.id], plan.evaluator.value_of(monotone.value)
    before, after = (place(value(view), kind) for view in (one, other))
    return after <= before if monotone.order.falls else after >= before


def place(value: Value, kind: Type) -> tuple[int, Any]:
    """How a value compares with others of its type: an option by its place, what is missing at an end."""
    if isinstance(kind, Choice):
        value = kind.options.index(str(value)) if value in kind.options else None
    return (0, value) if value is not None else (1 if kind in _TIMES else -1, 0)


@dataclass(frozen=True, slots=True)
class BrokenPromise:
    """A promise that a decision breaks, and why: the expression, with the values it saw."""

    promise: Property
    reason: str


def broken_promises(plan: Plan, decided: Decided, digest: str) -> Iterator[BrokenPromise]:
    """The promises of a project that a decision breaks.

    For a `monotone` in a choice the ticket is decided again with every other option. A promise that meets a value too
    large to be looked at counts as broken, with that as the reason.
    """
    for promise in plan.model.properties:
        try:
            reason = _reason(promise, plan, decided, digest)
        except BudgetError as error:
            reason = f"it cannot be told: {error}"
        if reason:
            yield BrokenPromise(promise, reason)


def _reason(promise: Property, plan: Plan, decided: Decided, digest: str) -> str:
    """Why a promise is broken; '' where it is not."""
    view = view_of(plan, decided)
    if not concerns(promise, plan, decided.event, view):
        return ""
    if promise.monotone is not None:
        return _out_of_order(promise, promise.monotone, plan, decided, digest)
    return why_broken(promise, plan, view)


def why_broken(promise: Property, plan: Plan, view: Snapshot) -> str:
    """Why `expect` or `never` is broken by a ticket that the promise concerns; '' where it is kept."""
    if keeps(promise, plan, view):
        return ""
    if promise.expect is not None:
        return f"`{_text(promise.expect)}` does not hold{_told(promise.expect, plan, view)}"
    return "" if promise.never is None else f"`{_text(promise.never)}` holds{_told(promise.never, plan, view)}"


def _out_of_order(promise: Property, monotone: Monotone, plan: Plan, decided: Decided, digest: str) -> str:
    view, path = view_of(plan, decided), monotone.path
    for option in _other_options(view[path], plan.model.fields[path].type):
        facts = replace(decided.facts, values={**decided.facts.values, path: option})
        other = Decided(decided.event, facts, evaluate_run(plan, decided.event, facts, view.now, digest))
        seen = view_of(plan, other)
        if concerns(promise, plan, decided.event, seen) and not in_order(monotone, plan, view, seen):
            return why_out_of_order(monotone, plan, view, seen)
    return ""


def why_out_of_order(monotone: Monotone, plan: Plan, one: Snapshot, other: Snapshot) -> str:
    """What two tickets that do not keep an order have."""
    path = monotone.path
    values = [f"with `{path}` {each[path]}{_told(monotone.value, plan, each)}" for each in (one, other)]
    return f"`{_text(monotone.value)}` does not keep its order: {'; '.join(values)}"


def _other_options(value: Value, kind: Type) -> tuple[str, ...]:
    if not isinstance(kind, Choice) or value not in kind.options:
        return ()
    return tuple(option for option in kind.options if option != value)


def _told(expr: Expr, plan: Plan, view: Snapshot) -> str:
    """The values that an expression saw, after a colon; '' where it asks for none."""
    seen = {one.path: one.value for one in _seen(trace(expr, view, plan.checked, plan.evaluator))}
    return ": " * bool(seen) + ", ".join(_value(path, value) for path, value in seen.items())


def _seen(part: Part) -> Iterator[Seen]:
    yield from part.seen
    for inner in part.parts:
        yield from _seen(inner)


def _value(path: str, value: Any) -> str:
    if value is None:
        return f"`{path}` is missing"
    if isinstance(value, Mapping):
        value = ", ".join(f"{key} {one}" for key, one in value.items())
    if isinstance(value, list):
        value = ", ".join(map(str, value)) or "empty"
    return f"`{path}` is {value}"


def _text(expr: Expr) -> str:
    return " ".join(expr.span.text.split())
