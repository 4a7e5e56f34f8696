"""The facts that the rules of one stage see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from ruleflow.types.values import Value

Derive = Callable[["Snapshot"], Value]
"""Computes a value that is made of others: derived segments, the contract, a definition."""


class BudgetError(Exception):
    """A value is too large, or a computation too far: the rule that met it is reported, the others decide."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"`{path}`: {message}" if path else message)
        self.path = path
        self.message = message


class Snapshot(dict[str, Value]):
    """Values by path. What is derived is computed when it is first read, and kept; what is absent reads None.

    `initial` has the facts as they came, `before` the old values of what the event changed. `created`: the event makes
    the ticket. `item` is the record at hand inside a quantifier.
    """

    __slots__ = ("before", "created", "derive", "initial", "item", "now", "over_budget")

    def __init__(
        self,
        values: Mapping[str, Value],
        *,
        initial: Mapping[str, Value],
        derive: Mapping[str, Derive],
        now: datetime,
        before: Mapping[str, Value],
        created: bool,
        over_budget: Mapping[str, str],
    ) -> None:
        super().__init__(values)
        self.initial = initial
        self.derive = derive
        self.now = now
        self.before = before
        self.created = created
        self.over_budget = over_budget
        self.item: Value = None

    def __missing__(self, path: str) -> Value:
        derive = self.derive.get(path)
        if derive is None:
            if path in self.over_budget:
                raise BudgetError(path, self.over_budget[path])
            return None
        item, self.item = self.item, None
        value = derive(self)
        self.item = item
        self[path] = value
        return value

    def at(self, now: datetime, event: Mapping[str, Value]) -> Snapshot:
        """The same facts at another instant, on an event that changed nothing; everything derived is derived anew."""
        kept = {
            path: value for path, value in self.items() if path not in self.derive and not path.startswith("event.")
        }
        fired = self.get("event.fired")
        values = {**kept, **event, **({} if fired is None else {"event.fired": fired})}
        return Snapshot(
            values, initial=values, derive=self.derive, now=now, before={}, created=False, over_budget=self.over_budget
        )

    def value_before(self, path: str) -> Value:
        """The value before the event: what `before` says; on creation a ticket had none; else what came with the facts."""
        if path in self.before:
            return self.before[path]
        if self.created and path.startswith("ticket."):
            return None
        return self.initial.get(path)
