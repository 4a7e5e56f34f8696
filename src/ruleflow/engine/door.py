"""The door: facts come in as JSON has them, and are refused with every fault at once, or read.

What nobody declared is ignored. What the project does not know (yet), a segment, a contract, an option, is kept with a
warning and matches nothing, so that a helpdesk that is ahead of the rules loses no ticket.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.suggest import nearest
from ruleflow.engine.facts import FactProblem, Facts
from ruleflow.engine.readers import Log, OverBudgetError, Reader, reader_of
from ruleflow.model.model import Model
from ruleflow.model.vocabulary import Field
from ruleflow.types.terms import Record
from ruleflow.types.values import Value


@dataclass(frozen=True, slots=True)
class FieldReader:
    """A field with its reader, its place in the facts and its JSON pointer."""

    field: Field
    keys: tuple[str, ...]
    pointer: str
    read: Reader


@dataclass(frozen=True, slots=True)
class Door:
    """Reads the facts of a project. Made once, used by many threads."""

    fields: tuple[FieldReader, ...]
    events: frozenset[str]

    def read(self, event: str, raw: object, *, strict: bool = False) -> Facts | tuple[FactProblem, ...]:
        """The facts of an event, or every problem that they have; `strict` refuses what the project does not know."""
        log = Log(strict)
        self._check_event(event, log)
        if not isinstance(raw, Mapping):
            log.refuse("", codes.WRONG_FACT, "facts are an object with `ticket`, `contact` and the like")
            return tuple(log.problems)
        values: dict[str, Value] = {}
        over: dict[str, str] = {}
        before: dict[str, Value] = {}
        self._read_into(values, over, raw, str(event), log)
        self._read_before(before, raw.get("before"), log)
        values["event.name"] = event
        return tuple(log.problems) if log.problems else Facts(values, before, over, tuple(log.warnings))

    def _check_event(self, event: object, log: Log) -> None:
        """Report an event that the project does not have."""
        if not isinstance(event, str):
            log.refuse("/event", codes.UNKNOWN_EVENT_IN_FACTS, "an event is a text such as `ticket.created`")
        elif event not in self.events:
            near = nearest(event, self.events)
            help_ = f"did you mean `{near}`?" if near else ""
            log.refuse("/event", codes.UNKNOWN_EVENT_IN_FACTS, f"`{event[:80]}` is not an event of this project", help_)

    def _read_into(
        self, values: dict[str, Value], over: dict[str, str], raw: Mapping[str, object], event: str, log: Log
    ) -> None:
        groups = _groups(raw, {one.keys[0] for one in self.fields}, "", log)
        concerned = {*groups, event.partition(".")[0]}
        for one in self.fields:
            found = _value_at(groups, one.keys)
            try:
                value = None if found is None else one.read(found, one.pointer, log)
            except OverBudgetError as error:
                over[one.field.path] = str(error)
                continue
            if value is None:
                value = one.field.default
            if value is not None:
                _put(values, one.field, value)
            elif one.field.required and found is None and one.keys[0] in concerned:
                log.refuse(one.pointer, codes.REQUIRED_FACT, f"`{one.field.path}` is required")

    def _read_before(self, before: dict[str, Value], raw: object, log: Log) -> None:
        if raw is None:
            return
        if not isinstance(raw, Mapping):
            log.refuse("/before", codes.WRONG_FACT, "`before` is an object with `ticket`, `contact` and the like")
            return
        groups = _groups(raw, {one.keys[0] for one in self.fields}, "/before", log)
        for one in self.fields:
            if not _names(groups, one.keys):
                continue
            found = _value_at(groups, one.keys)
            try:
                before[one.field.path] = None if found is None else one.read(found, f"/before{one.pointer}", log)
            except OverBudgetError:
                continue


def make_door(model: Model) -> Door:
    """The door of a project."""
    readers = (
        FieldReader(declared, keys, "/" + "/".join(keys), reader_of(declared.type, model, declared))
        for path, declared in model.fields.items()
        if path != "event.name"
        for keys in (tuple(path.split(".")),)
    )
    return Door(tuple(readers), frozenset(model.events))


def _groups(raw: Mapping[str, object], known: set[str], pointer: str, log: Log) -> dict[str, Mapping[str, object]]:
    """The objects `ticket`, `contact`, …; one that is no object is a problem."""
    groups: dict[str, Mapping[str, object]] = {}
    for name in known:
        group = raw.get(name)
        if isinstance(group, Mapping):
            groups[name] = group
        elif group is not None:
            log.refuse(f"{pointer}/{name}", codes.WRONG_FACT, f"`{name}` needs an object")
    return groups


def _value_at(groups: Mapping[str, Mapping[str, object]], keys: tuple[str, ...]) -> object:
    """The value under a path; None where a key on the way is absent."""
    found: object = groups.get(keys[0])
    for key in keys[1:]:
        if not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found


def _names(groups: Mapping[str, Mapping[str, object]], keys: tuple[str, ...]) -> bool:
    """Whether the object names the last key at all, be it with null."""
    found: object = groups.get(keys[0])
    for key in keys[1:-1]:
        found = found.get(key) if isinstance(found, Mapping) else None
    return isinstance(found, Mapping) and keys[-1] in found


def _put(values: dict[str, Value], declared: Field, value: Value) -> None:
    values[declared.path] = value
    if isinstance(declared.type, Record) and isinstance(value, Mapping):
        values.update({f"{declared.path}.{name}": part for name, part in value.items()})
