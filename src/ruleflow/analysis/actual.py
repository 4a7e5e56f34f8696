"""One ticket in the space of all tickets: each fact as it is, as a truth that a question may assume or give up.

What an analysis leaves closed is asked of the engine, and stays as it is while no fact that it is made of changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ruleflow.analysis.building import versions_of
from ruleflow.analysis.cells import UNKNOWN, Horizon
from ruleflow.analysis.network import FALSE, Literal
from ruleflow.analysis.rows import rules_of
from ruleflow.analysis.space import Cells, Elements, Text
from ruleflow.analysis.version import BEFORE, NOW, Version
from ruleflow.checker.reads import paths_read
from ruleflow.checker.scope import fact_type, score_read
from ruleflow.engine.facts import Facts
from ruleflow.engine.gates import in_rollout
from ruleflow.engine.stages import fired_in, snapshot_of
from ruleflow.engine.timers import due_now, next_due
from ruleflow.model.rules import Mode
from ruleflow.model.scores import SCORE
from ruleflow.plan.conditions import (
    All,
    Atom,
    Condition,
    Equals,
    HasElement,
    IsBlank,
    IsMissing,
    Negated,
    OneOf,
    Opaque,
    Range,
    TextMatch,
)
from ruleflow.plan.conditions import Any as AnyOf
from ruleflow.plan.plan import EventRules, Plan
from ruleflow.plan.planned import PlannedRule
from ruleflow.plan.snapshot import BudgetError, Snapshot
from ruleflow.plan.tables import PlannedTable
from ruleflow.syntax.expressions import Expr
from ruleflow.types.terms import ListOf, SetOf, Simple

AHEAD = timedelta(days=366)
WAITED = tuple(timedelta(hours=hours) for hours in (1, 9, 24, 48, 4 * 24, 8 * 24, 16 * 24, 32 * 24, 90 * 24))
"""How long something may have been waiting for a time rule."""
_COMPUTED = ("contract", "sla.", "outcome.")


@dataclass(frozen=True, slots=True)
class Actual:
    """A ticket as the engine sees it, and the space with a cell for each of its values."""

    version: Version
    facts: Facts
    seen: Snapshot
    values: dict[str, Any]
    """The value of each variable of the space; None: missing."""


def actual_of(plan: Plan, event: str, facts: Facts, now: datetime, rule: str) -> Actual:
    """The space around a ticket, for one rule. Instants are looked for in the year from `now` on."""
    plan = _awake(plan, rule)
    seen = snapshot_of(plan, event, facts, now, dict(facts.values))
    planned = _planned(plan, event, rule)
    asked = [*_asked(plan, facts, now), *_peers(plan, planned, seen), *_due(plan, planned, seen)]
    (version,) = versions_of((plan,), event, Horizon(now, now + AHEAD), asked)
    values = {path: _value(path, facts, now, event) for path in version.space.variables}
    return Actual(version, facts, seen, values)


def _awake(plan: Plan, rule: str) -> Plan:
    """The plan with a rule that acts, where it is in shadow: when it matches is the same."""

    def active(one: PlannedRule) -> PlannedRule:
        is_asleep = one.rule.id == rule and one.rule.mode is Mode.SHADOW
        return replace(one, rule=replace(one.rule, mode=Mode.ACTIVE)) if is_asleep else one

    def awake(one: PlannedTable) -> PlannedTable:
        if one.source.row_of(rule) is None or one.rule.mode is not Mode.SHADOW:
            return one
        head = replace(one.rule, mode=Mode.ACTIVE)
        return PlannedTable(head, one.condition, one.evaluator, replace(one.source, rule=head))

    stages = tuple(
        replace(
            stage,
            events={
                event: EventRules(
                    tuple(map(active, own.rules)), tuple(map(awake, own.tables)), own.evaluator, own.derived
                )
                for event, own in stage.events.items()
            },
        )
        for stage in plan.stages
    )
    return replace(plan, stages=stages)


def _planned(plan: Plan, event: str, rule: str) -> PlannedRule | None:
    own = (one for stage in plan.stages if event in stage.events for one in rules_of(stage.events[event]))
    return next((one for one in own if one.rule.id == rule), None)


def _value(path: str, facts: Facts, now: datetime, event: str) -> Any:
    if path == NOW:
        return now
    if not path.startswith(BEFORE):
        return facts.values.get(path)
    path = path.removeprefix(BEFORE)
    if path in facts.before or (event == "ticket.created" and path.startswith("ticket.")):
        return facts.before.get(path)
    return facts.values.get(path)


# Values for which the space needs cells


def _asked(plan: Plan, facts: Facts, now: datetime) -> Iterator[Condition]:
    """The values of the ticket."""
    yield Equals(NOW, now)
    for path, value in (*facts.values.items(), *facts.before.items()):
        match fact_type(plan.model, path):
            case SetOf() | ListOf():
                if isinstance(value, frozenset | tuple):
                    yield from (HasElement(path, one) for one in value if not isinstance(one, dict))
            case _ if value is not None and not isinstance(value, dict):
                yield Equals(path, value)


def _peers(plan: Plan, planned: PlannedRule | None, seen: Snapshot) -> Iterator[Condition]:
    """For facts that a rule compares with each other: each with the values of the others."""
    for expr in () if planned is None else _closed(planned.condition):
        paths = sorted(set(paths_read(expr, plan.model, plan.checked.meanings)))
        for path in paths:
            kind = fact_type(plan.model, path)
            others = [(NOW, Simple.DATETIME), *((one, fact_type(plan.model, one)) for one in paths)]
            for other, its_kind in others if isinstance(kind, Simple) else ():
                value = _read(seen, other)
                if other != path and its_kind is kind and value is not None:
                    yield Equals(path, value)


def _read(seen: Snapshot, path: str) -> Any:
    try:
        return seen.now if path == NOW else seen[path]
    except BudgetError:
        return None


def _closed(condition: Condition) -> Iterator[Expr]:
    match condition:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _closed(part)
        case Negated(part):
            yield from _closed(part)
        case Opaque(expr):
            yield expr


def _due(plan: Plan, planned: PlannedRule | None, seen: Snapshot) -> Iterator[Condition]:
    """For a time rule: the instant at which it is due; and since when the ticket would have waited for it to be due now."""
    after = None if planned is None else planned.rule.after
    if planned is None or after is None:
        return
    try:
        timer = next_due(planned, seen, plan.service_levels, fired_in(seen))
    except BudgetError:
        timer = None
    if timer is not None:
        yield Equals(NOW, timer.due_at)
    ago = getattr(after.time, "time", None)
    for path in set(paths_read(after.since, plan.model, plan.checked.meanings)):
        if fact_type(plan.model, path) is Simple.DATETIME:
            for waited in (*WAITED, *([ago] if isinstance(ago, timedelta) else [])):
                yield Equals(path, seen.now - waited)


# Facts as truths


def kept(version: Version, path: str, value: Any) -> Literal:
    """Whether a fact is as it is in the ticket; never, where it lacks one that is required."""
    declared = version.plan.model.fields.get(path)
    if value is None and declared is not None and declared.required:
        return FALSE
    match version.space.variables[path]:
        case Cells() as cells:
            return cells.literals[place_of(cells, value)]
        case Text(missing=missing, equals=equals):
            return missing if value is None else equals[str(value)]
        case Elements(missing=missing, held=held, other=other):
            own = (literal if value is not None and name in value else -literal for name, literal in held.items())
            return missing if value is None else version.network.all_of((-missing, -other, *own))


def place_of(cells: Cells, value: Any) -> int:
    """The cell of a value; that of what nobody knows, where it has none of its own."""
    if value in cells.values:
        return cells.values.index(value)
    return cells.values.index(UNKNOWN) if UNKNOWN in cells.values else 0


@dataclass(frozen=True, slots=True)
class ClosedTruth:
    """A truth that is left closed, as it is for the ticket. `paths` None: it may depend on any fact."""

    literal: Literal
    paths: frozenset[str] | None
    words: str


def closed_truths(actual: Actual, planned: Iterable[PlannedRule]) -> Iterator[ClosedTruth]:
    """What is closed and can be asked of the engine, as it is."""
    rules = {one.rule.id: one for one in planned}
    for key, literal in actual.version.network.names.items():
        match key:
            case ("opaque", (expr, *_, read)) if isinstance(expr, Expr):
                yield from _of_expression(actual, literal, expr, read)
            case ("of computed", (Equals() | OneOf() | Range() | IsMissing() | IsBlank() | TextMatch() as atom, _), _):
                yield from _of_score(actual, literal, atom)
            case ("due" | "once" as kind, rule, *_) if rule in rules:
                yield from _of_gate(actual, literal, rules[rule], str(kind))
            case ("rollout", rule, percent):
                ticket = actual.facts.values.get("ticket.id")
                holds = ticket is not None and in_rollout(str(rule), str(ticket), percent)  # type: ignore[arg-type]
                words = f"the ticket is {'in' if holds else 'outside'} the {percent}% of `{rule}`"
                yield ClosedTruth(literal if holds else -literal, frozenset(), words)


def _of_expression(actual: Actual, literal: Literal, expr: Expr, read: Any) -> Iterator[ClosedTruth]:
    version = actual.version
    if any(state is not None or touched for _, difference in read for *_, touched, state in (_entry(difference),)):
        return
    try:
        holds = version.plan.evaluator.truth_of(expr)(actual.seen)
    except BudgetError:
        return
    text = " ".join(expr.span.text.split())
    words = f"`{text}` {'holds' if holds else 'does not hold'}"
    yield ClosedTruth(literal if holds else -literal, _paths(actual, (expr,)), words)


def _of_score(actual: Actual, literal: Literal, atom: Atom) -> Iterator[ClosedTruth]:
    """A test of a score, as it is as long as nothing that the score is made of changes."""
    plan = actual.version.plan
    score = None if isinstance(atom, Opaque) else score_read(plan.model, atom.path)
    if score is None:
        return
    try:
        holds, value = plan.evaluator.compile(atom)(actual.seen), actual.seen[score.path]
    except BudgetError:
        return
    words = f"`{score.path}` is {'missing' if value is None else value}"
    yield ClosedTruth(literal if holds else -literal, _paths(actual, score.made_of), words)


def _entry(difference: Any) -> tuple[Any, ...]:
    """What `Version.fingerprint` says of a path: the last two are what earlier stages did to it."""
    return difference if isinstance(difference, tuple) and len(difference) == 5 else (None, (), None)


def _of_gate(actual: Actual, literal: Literal, planned: PlannedRule, kind: str) -> Iterator[ClosedTruth]:
    from ruleflow.engine.canonical import key_text

    rule, seen = planned.rule, actual.seen
    try:
        if kind == "due":
            timer = due_now(planned, seen, actual.version.plan.service_levels)
            key = "" if timer is None else timer.key
        else:
            key = f"{rule.id}@{key_text(planned.once(seen))}" if planned.once is not None else ""
    except BudgetError:
        return
    holds = bool(key) and key not in fired_in(seen)
    after = rule.after
    exprs = [] if after is None else [after.since, *([] if after.calendar is None else [after.calendar])]
    exprs += [] if rule.once is None else [rule.once]
    words = f"the time of `{rule.id}` has come" if holds else f"the time of `{rule.id}` has not come, or it has fired"
    yield ClosedTruth(literal if holds else -literal, _paths(actual, exprs, NOW, "event.fired"), words)


def _paths(actual: Actual, exprs: Iterable[Expr], *more: str) -> frozenset[str] | None:
    """The facts that expressions are made of; None where one is computed of others."""
    plan = actual.version.plan
    found = {path for expr in exprs for path in paths_read(expr, plan.model, plan.checked.meanings)}
    plain = {path for path in found if not path.startswith(SCORE)}  # what scores are made of is among them
    if any(path.startswith(_COMPUTED) or path in plan.derive for path in plain):
        return None
    return frozenset((*plain, NOW, *more))
