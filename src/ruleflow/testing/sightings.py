"""What a test saw of a project, found by the closures that decide: rules that fired, conditions true and false, parts that decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ruleflow.checker.checked import Checked
from ruleflow.engine.gates import Gate
from ruleflow.engine.stages import Fate, RuleRun, run_stages
from ruleflow.model.scores import Score
from ruleflow.plan.closures import Truth
from ruleflow.plan.evaluator import ASSIGNED, SEGMENTS
from ruleflow.plan.plan import Plan
from ruleflow.plan.snapshot import BudgetError, Snapshot
from ruleflow.plan.tables import PlannedRow, PlannedTable
from ruleflow.syntax.expressions import And, Expr, If, NodeId, Not, Or
from ruleflow.testing.asked import Asked
from ruleflow.testing.conditions import (
    action_values,
    asked_by,
    asked_by_columns,
    definitions_read,
    ifs_in_values,
    leaves,
    scores_read,
)
from ruleflow.types.terms import Simple

Sight = tuple[int, bool]
"""A node, by its id, and how it was seen."""

_FIRED = (Fate.MATCHED, Fate.SHADOW)
_ASKED = (*_FIRED, Fate.NOT_MATCHED)


@dataclass(frozen=True, slots=True)
class Sightings:
    """What was seen. `deciding` are parts that made the difference.

    With the rest of its condition as the test had it, the condition would be the other way round if the part were: masking
    MC/DC (Chilenski, An investigation of three forms of the modified condition decision coverage criterion, 2001).
    """

    fired: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    """The rules whose condition, or time, had a say."""
    conditions: frozenset[Sight] = frozenset()
    deciding: frozenset[Sight] = frozenset()

    def __or__(self, other: Sightings) -> Sightings:
        return Sightings(
            self.fired | other.fired,
            self.asked | other.asked,
            self.conditions | other.conditions,
            self.deciding | other.deciding,
        )

    def to_plain(self) -> list[Any]:
        """As lists, in an order that is always the same."""
        return [sorted(one) for one in (self.fired, self.asked, self.conditions, self.deciding)]


def sightings_of(plain: Iterable[Any]) -> Sightings:
    """The sightings that `to_plain` gave."""
    fired, asked, conditions, deciding = plain
    return Sightings(
        frozenset(fired), frozenset(asked), frozenset(map(tuple, conditions)), frozenset(map(tuple, deciding))
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """A condition as it was seen, with what it is joined from."""

    expr: Expr
    holds: bool
    parts: tuple[_Held, ...] = ()


@dataclass(frozen=True, slots=True)
class _Looked:
    """What there is to be seen of an expression: itself where it is a condition, and the `if`s in its values."""

    is_condition: bool
    ifs: tuple[If, ...]


@dataclass(slots=True)
class Observer:
    """Looks at decisions again. What it compiles is kept, so one observer serves all tests of a project."""

    plan: Plan
    _truths: dict[NodeId, Truth] = field(default_factory=dict)
    _looked: dict[NodeId, _Looked] = field(default_factory=dict)
    _definitions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _scores: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def see(self, asked: Iterable[Asked]) -> Sightings:
        """What some decisions saw."""
        notes = _Notes(self, asked={one.rule.id for one in self.plan.time_rules})
        for one in asked:
            notes.decision(one)
        return notes.sightings()

    def truth(self, expr: Expr) -> Truth:
        """Whether an expression holds, compiled once."""
        found = self._truths.get(expr.id)
        if found is None:
            found = self._truths[expr.id] = self.plan.evaluator.truth_of(expr)
        return found

    def looked_at(self, expr: Expr) -> _Looked:
        """What there is to be seen of an expression."""
        found = self._looked.get(expr.id)
        if found is None:
            is_condition = self.plan.checked.types[expr.id] is Simple.BOOLEAN
            values = leaves(expr) if is_condition else (expr,)
            ifs = tuple(one for value in values for one in ifs_in_values(value))
            found = self._looked[expr.id] = _Looked(is_condition, ifs)
        return found

    def definitions(self, key: str, exprs: Iterable[Expr]) -> tuple[str, ...]:
        """The definitions that some expressions read; `key` names the expressions."""
        if key not in self._definitions:
            self._definitions[key] = tuple(definitions_read(exprs, self.plan.checked))
        return self._definitions[key]

    def scores(self, key: str, exprs: Iterable[Expr]) -> tuple[str, ...]:
        """The scores that some expressions read; `key` names the expressions."""
        if key not in self._scores:
            self._scores[key] = tuple(scores_read(exprs, self.plan.checked))
        return self._scores[key]


@dataclass(slots=True)
class _Notes:
    """What is noted while decisions are looked at."""

    observer: Observer
    fired: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    conditions: set[Sight] = field(default_factory=set)
    deciding: set[Sight] = field(default_factory=set)

    @property
    def checked(self) -> Checked:
        return self.observer.plan.checked

    def sightings(self) -> Sightings:
        """What was noted."""
        return Sightings(
            frozenset(self.fired), frozenset(self.asked), frozenset(self.conditions), frozenset(self.deciding)
        )

    def decision(self, asked: Asked) -> None:
        """Look at a decision: its rules, and what its stages derived."""
        run = run_stages(self.observer.plan, asked.event, asked.facts, asked.now, in_full=True)
        for one in (one for stage in run.stages for one in stage.rules):
            self.rule(one)
        snapshots = [run.final, *(one.seen for stage in run.stages for one in stage.rules)]
        for seen in {id(one): one for one in snapshots}.values():
            self.segments(seen)
            self.contracts(seen)

    def rule(self, run: RuleRun) -> None:
        """Look at a rule that was asked."""
        rule = run.planned.rule
        if run.fate in {*_ASKED, Fate.FAILED} or run.gate is Gate.NO_TICKET_ID:
            self.asked.add(rule.id)
        if run.fate in _ASKED and rule.when is not None:
            self.expression(rule.when, run.seen, f"rule {rule.id}")
        planned = run.planned
        table = (
            planned if isinstance(planned, PlannedTable) else planned.of if isinstance(planned, PlannedRow) else None
        )
        if run.fate in _ASKED and table is not None:
            self.asked.add(table.rule.id)
            for expr in asked_by_columns(table.source):
                self.expression(expr, run.seen, f"column of {table.rule.id}: {expr.id}")
        if run.fate in _FIRED:
            self.fired.add(rule.id)
            for at, value in enumerate(action_values(rule)):
                self.expression(value, run.seen, f"action {at} of {rule.id}")

    def segments(self, seen: Snapshot) -> None:
        """Look at the conditions of derived segments, where they were asked; each sees the segments before it."""
        if SEGMENTS not in seen.computed:
            return
        final, held = seen[SEGMENTS], seen[ASSIGNED]
        now: frozenset[Any] = held if isinstance(held, frozenset) else frozenset()
        for name in self.checked.derived:
            when = self.checked.model.segments[name].when
            seen[SEGMENTS] = now
            if when is not None and self.expression(when, seen, f"segment {name}"):
                now |= {name}
        seen[SEGMENTS] = final

    def contracts(self, seen: Snapshot) -> None:
        """Look at the contracts that were tried."""
        if "contract" not in seen.computed:
            return
        for one in self.observer.plan.contracts.of(seen):
            when = one.contract.applies_when
            if when is None or self.expression(when, seen, f"contract {one.contract.id}"):
                return

    def expression(self, expr: Expr, seen: Snapshot, key: str) -> bool:
        """Look at an expression, and the definitions and scores that it reads; whether it holds. `key` names it."""
        for name in self.observer.definitions(key, (expr,)):
            self.whole(self.checked.model.definitions[name].value, seen)
        for name in self.observer.scores(key, (expr,)):
            self.score(self.checked.model.scores[name], seen)
        return self.whole(expr, seen)

    def score(self, score: Score, seen: Snapshot) -> None:
        """Look at the conditions of a score: those of its classes up to the first that holds."""
        for expr in asked_by(score, self.checked):
            if self.whole(expr, seen) and score.classes:
                return

    def whole(self, expr: Expr, seen: Snapshot) -> bool:
        """Look at an expression as such: as a condition where it is one, and at the `if`s in its values."""
        looked = self.observer.looked_at(expr)
        try:
            held = looked.is_condition and self.condition(expr, seen)
            for one in looked.ifs:
                self.condition(one.condition, seen)
        except BudgetError:
            return False
        return held

    def condition(self, expr: Expr, seen: Snapshot) -> bool:
        """Look at a condition and its parts."""
        held = self.held(expr, seen)
        self.conditions.add((expr.id, held.holds))
        self.deciding.update(_deciding(held))
        return held.holds

    def held(self, expr: Expr, seen: Snapshot) -> _Held:
        """A condition and its parts, each evaluated whatever the others are."""
        match expr:
            case And() | Or():
                parts = tuple(self.held(part, seen) for part in expr.operands)
                join = all if isinstance(expr, And) else any
                return _Held(expr, join(part.holds for part in parts), parts)
            case Not():
                part = self.held(expr.operand, seen)
                return _Held(expr, not part.holds, (part,))
            case If():
                condition, then, otherwise = (
                    self.held(part, seen) for part in (expr.condition, expr.then, expr.otherwise)
                )
                self.conditions.add((expr.condition.id, condition.holds))
                return _Held(expr, (then if condition.holds else otherwise).holds, (condition, then, otherwise))
            case _:
                return _Held(expr, self.observer.truth(expr)(seen))


def _deciding(held: _Held) -> Iterator[Sight]:
    """The tests that make the difference, each with how it was."""
    match held.expr:
        case And() | Or():
            neutral = isinstance(held.expr, And)
            against = [part for part in held.parts if part.holds is not neutral]
            for part in held.parts:
                if not against or (len(against) == 1 and against[0] is part):
                    yield from _deciding(part)
        case Not():
            yield from _deciding(held.parts[0])
        case If():
            condition, then, otherwise = held.parts
            if then.holds is not otherwise.holds:
                yield from _deciding(condition)
            yield from _deciding(then if condition.holds else otherwise)
        case _:
            yield held.expr.id, held.holds
