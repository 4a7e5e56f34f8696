"""Asking a view about records one by one: whether each is in it, where it stands, what is shown of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeAlias

from ruleflow.diagnostics import codes
from ruleflow.engine.door import Door
from ruleflow.engine.facts import FactProblem, Facts
from ruleflow.engine.stages import snapshot_of
from ruleflow.formats.masking import mask
from ruleflow.plan.plan import Plan
from ruleflow.plan.snapshot import BudgetError, Snapshot
from ruleflow.plan.views import PlannedView
from ruleflow.types.values import Value
from ruleflow.views.sort_keys import key_of

EVENT = "timer"
"""Records are looked at as on this event, which changes nothing."""
_OF_EVENTS = frozenset({"event", "before"})

Found: TypeAlias = bytes | tuple[FactProblem, ...] | None
"""The sort key of a record that is in the view; None for one that is not; or why nobody can tell."""


@dataclass(frozen=True)
class Look:
    """A view with a project's door, at one instant for all records."""

    planned: PlannedView
    plan: Plan
    door: Door
    now: datetime
    strict: bool = False

    @cached_property
    def key(self) -> Callable[[Snapshot], bytes]:
        """The sort key of a record. May raise `BudgetError`."""
        return key_of(self.planned.keys)

    def find(self, raw: object) -> Found:
        """Whether facts are in the view, and where. What came with them about an event is not looked at."""
        read = self.read(raw)
        if not isinstance(read, Facts):
            return read
        seen = self.snapshot(read)
        try:
            return self.key(seen) if self.planned.holds(seen) else None
        except BudgetError as error:
            return (too_large(error),)

    def cells(self, raw: object) -> tuple[Value, ...]:
        """What is shown of facts that are in the view; None for a value that is missing or too large, secrets masked."""
        read = self.read(raw)
        if not isinstance(read, Facts):
            return tuple(None for _ in self.planned.columns)
        seen = self.snapshot(read)
        return tuple(_cell(one.compute, seen, secret=one.secret) for one in self.planned.columns)

    def read(self, raw: object) -> Facts | tuple[FactProblem, ...]:
        """The facts of a record, or their problems."""
        if isinstance(raw, Mapping) and not _OF_EVENTS.isdisjoint(raw):
            raw = {name: value for name, value in raw.items() if name not in _OF_EVENTS}
        return self.door.read(EVENT, raw, strict=self.strict)

    def snapshot(self, facts: Facts) -> Snapshot:
        """What the expressions of the view see."""
        return snapshot_of(self.plan, EVENT, facts, self.now, facts.values)


def too_large(error: BudgetError) -> FactProblem:
    """Why nobody can tell whether a record is in a view."""
    pointer = "/" + error.path.replace(".", "/") if error.path else ""
    return FactProblem(pointer, codes.OVER_BUDGET.number, error.message)


def _cell(compute: Callable[[Snapshot], Value], seen: Snapshot, *, secret: bool) -> Value:
    try:
        value = compute(seen)
    except BudgetError:
        return None
    return mask(str(value)) if secret and value is not None else value
