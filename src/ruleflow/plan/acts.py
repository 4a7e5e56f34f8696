"""What a rule that matched does: its actions with their arguments computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ruleflow.model.model import Model
from ruleflow.plan.actions import PlannedAction
from ruleflow.plan.snapshot import Snapshot
from ruleflow.types.terms import Reference, SetOf, Type
from ruleflow.types.values import Value

ROUTE = "route"
DENIED = "denied"


@dataclass(frozen=True)
class Act:
    """An action of a rule that matched, its arguments computed. Missing optional arguments are left out."""

    rule: str
    type: str
    arguments: Mapping[str, Value]
    field: str = ""

    @cached_property
    def target(self) -> str:
        """What it writes so that only one write can stand; '' for actions that add up."""
        if self.field:
            return self.field
        return {"route": ROUTE, "set_sla": "ticket.sla", "deny": DENIED}.get(self.type, "")

    @property
    def value(self) -> Value:
        """What it writes there."""
        match self.type:
            case "set":
                return self.arguments.get("value")
            case "set_sla":
                return self.arguments.get("policy")
            case "deny":
                return self.arguments.get("reason")
            case _:
                return self.told

    @property
    def told(self) -> dict[str, Value]:
        """The arguments that say what is done; when a route acts is the rule's own business."""
        return {name: value for name, value in self.arguments.items() if name != "only_if_unassigned"}


@dataclass(frozen=True, slots=True)
class Acts:
    """What a rule does, and `notes` about what it does not do; `lacking` are those notes that tell of a missing value."""

    acts: tuple[Act, ...]
    notes: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()


def acts_of(rule: str, actions: Sequence[PlannedAction], seen: Snapshot, model: Model) -> Acts:
    """What a rule does that has matched."""
    acts: list[Act] = []
    notes: list[str] = []
    lacking: list[str] = []
    for action in actions:
        arguments = dict(_arguments(action, seen, model))
        idle = _idle(action, arguments, seen)
        lack = "" if idle else _lack(action, arguments, model)
        if lack:
            lacking.append(lack)
        if idle or lack:
            notes.append(idle or lack)
        else:
            acts.append(Act(rule, action.action.type, arguments, action.action.field))
    return Acts(tuple(acts), tuple(notes), tuple(lacking))


def _arguments(action: PlannedAction, seen: Snapshot, model: Model) -> Iterator[tuple[str, Value]]:
    """The arguments that have a value; for `set`, a null too."""
    for one in action.arguments:
        value = None if one.value is None else known_things(one.value(seen), one.parameter.type, model)
        if value is not None or action.action.field:
            yield one.argument.name, value


def known_things(value: Any, kind: Type, model: Model) -> Value:
    """A reference to a thing that the project does not have counts as missing: nobody could carry it out."""
    match kind:
        case Reference(kinds):
            return value if any(value in model.things(one) for one in kinds) else None
        case SetOf(of=Reference() as of) if value is not None:
            return frozenset(one for one in value if known_things(one, of, model) is not None)
        case SetOf() if isinstance(value, tuple):
            return frozenset(value)
        case _:
            return value  # type: ignore[no-any-return]


def _idle(action: PlannedAction, arguments: Mapping[str, Value], seen: Snapshot) -> str:
    """Why an action does nothing by its own words; '' when it does something."""
    if action.asks_for_assignee and arguments.get("only_if_unassigned") is True:
        assigned = seen["ticket.team"] is not None or seen["ticket.agent"] is not None
        return "`route` does nothing: the ticket has somebody already (`only_if_unassigned`)" if assigned else ""
    return ""


def _lack(action: PlannedAction, arguments: Mapping[str, Value], model: Model) -> str:
    """What an action would need and does not have; '' when it has everything."""
    if action.action.field:
        written = action.action.argument("value")
        lost = written is not None and written.value is not None and arguments.get("value") is None
        return f"`{action.action.field}` is not written: there is no value" if lost else ""
    kind = model.actions[action.action.type]
    if kind.any_of and not any(arguments.get(name) for name in kind.any_of):
        return f"`{kind.name}` does nothing: none of {', '.join(kind.any_of)} has a value"
    missing = [one.name for one in kind.parameters if one.required and one.name not in arguments]
    return f"`{kind.name}` does nothing: `{missing[0]}` has no value" if missing else ""
