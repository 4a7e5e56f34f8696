"""The facts that the rules of one stage see."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime

from ruleflow.types.text import fold
from ruleflow.types.values import Value

Derive = Callable[["Snapshot"], Value]
"""Computes a value that is made of others: derived segments, the contract, a definition."""


_FOLDED = "folded "


def folded(path: str) -> str:
    """Under which path the folded text of a field is kept; None there where the field is missing."""
    return _FOLDED + path


class BudgetError(Exception):
    """A value is too large, or a computation too far: the rule that met it is reported, the others decide."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"`{path}`: {message}" if path else message)
        self.path = path
        self.message = message


class Snapshot(dict[str, Value]):
    """Values by path. What is derived is computed when it is first read, and kept; what is absent reads None.

    `initial` has the facts as they came, `before` the old values of what the event changed. `created`: the event makes
    the ticket. `item` is the record at hand inside a quantifier, `computed` names what was derived so far.
    """

    __slots__ = ("before", "computed", "created", "derive", "initial", "item", "now", "over_budget")

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
        dict.__init__(self, values)
        self.initial = initial
        self.derive = derive
        self.now = now
        self.before = before
        self.created = created
        self.over_budget = over_budget
        self.item: Value = None
        self.computed: list[str] = []

    def __missing__(self, path: str) -> Value:
        derive = self.derive.get(path)
        if derive is None:
            if path.startswith(_FOLDED):
                return self._folded(path)
            if path in self.over_budget:
                raise BudgetError(path, self.over_budget[path])
            return None
        item, self.item = self.item, None
        value = derive(self)
        self.item = item
        self[path] = value
        self.computed.append(path)
        return value

    def _folded(self, path: str) -> Value:
        text = self[path.removeprefix(_FOLDED)]
        value = self[path] = None if text is None else fold(str(text))
        self.computed.append(path)
        return value

    def keep_from(self, earlier: Snapshot, depends: Mapping[str, frozenset[str]], written: Collection[str]) -> None:
        """Take over what an earlier stage derived from facts that were not written since."""
        for path in earlier.computed:
            made_of = (path.removeprefix(_FOLDED),) if path.startswith(_FOLDED) else depends.get(path)
            if made_of is not None and not any(_touches(one, other) for one in made_of for other in written):
                self[path] = earlier[path]
                self.computed.append(path)

    def given(self) -> dict[str, Value]:
        """The facts that are no work of ours."""
        return {path: value for path, value in self.items() if path not in self.derive and not path.startswith(_FOLDED)}

    def at(self, now: datetime, event: Mapping[str, Value]) -> Snapshot:
        """The same facts at another instant, on an event that changed nothing; everything derived is derived anew."""
        kept = {path: value for path, value in self.given().items() if not path.startswith("event.")}
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


def _touches(path: str, written: str) -> bool:
    """Whether writing one fact changes another: itself, its record, or a part of it."""
    if path.startswith(written) or written.startswith(path):
        return path == written or path.startswith(f"{written}.") or written.startswith(f"{path}.")
    return False


def no_facts() -> Snapshot:
    """A snapshot without facts."""
    now = datetime(1970, 1, 1, tzinfo=UTC)
    return Snapshot({}, initial={}, derive={}, now=now, before={}, created=False, over_budget={})


NOTHING = no_facts()
"""No facts, for what asks for none."""
