"""The door: facts come in as JSON has them, and are refused with every fault at once, or read.

What nobody declared is ignored. What the project does not know (yet), a segment, a contract, an option, is kept with a
warning and matches nothing, so that a helpdesk that is ahead of the rules loses no ticket.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.suggest import nearest
from ruleflow.engine.facts import FactProblem, Facts
from ruleflow.engine.quick import Quick, quick_of
from ruleflow.engine.readers import Log, OverBudgetError, Reader, reader_of
from ruleflow.model.model import Model
from ruleflow.model.vocabulary import Field
from ruleflow.types.values import Value


@dataclass(frozen=True, slots=True)
class FieldReader:
    """A field with its reader, its place in the facts and its JSON pointer."""

    field: Field
    path: str
    keys: tuple[str, ...]
    pointer: str
    read: Reader
    quick: Quick


@dataclass(frozen=True, slots=True)
class Group:
    """An object of the facts: what may stand in it. `fields` of one that is no object itself: the readers of its keys."""

    pointer: str
    fields: Mapping[str, FieldReader]
    groups: Mapping[str, Group]


@dataclass(frozen=True, slots=True)
class Door:
    """Reads the facts of a project. Made once, used by many threads.

    It goes through what the facts say, not through all that they could say, so declared fields that are absent cost nothing.
    """

    root: Group
    events: frozenset[str]
    defaults: Mapping[str, Value]
    required: tuple[FieldReader, ...]

    def read(self, event: str, raw: object, *, strict: bool = False) -> Facts | tuple[FactProblem, ...]:
        """The facts of an event, or every problem that they have; `strict` refuses what the project does not know."""
        log = Log(strict)
        self._check_event(event, log)
        if not isinstance(raw, Mapping):
            log.refuse("", codes.WRONG_FACT, "facts are an object with `ticket`, `contact` and the like")
            return tuple(log.problems)
        values, before, over = dict(self.defaults), dict[str, Value](), dict[str, str]()
        _Reading(log, values, over).group(self.root, raw)
        if self.required:
            self._check_required({*values, *over}, raw, event, log)
        if raw.get("before") is not None:
            self._read_before(before, raw["before"], log)
        values["event.name"] = event
        if log.problems:
            return tuple(sorted(log.problems, key=lambda problem: problem.pointer))
        log.warnings.sort(key=lambda warning: warning.pointer)
        return Facts(values, before, over, tuple(log.warnings))

    def _check_event(self, event: object, log: Log) -> None:
        """Report an event that the project does not have."""
        if not isinstance(event, str):
            log.refuse("/event", codes.UNKNOWN_EVENT_IN_FACTS, "an event is a text such as `ticket.created`")
        elif event not in self.events:
            near = nearest(event, self.events)
            help_ = f"did you mean `{near}`?" if near else ""
            log.refuse("/event", codes.UNKNOWN_EVENT_IN_FACTS, f"`{event[:80]}` is not an event of this project", help_)

    def _check_required(self, known: set[str], raw: Mapping[str, object], event: object, log: Log) -> None:
        """Report required fields that are absent, of the objects that are there and that of the event."""
        concerned = {*raw, str(event).partition(".")[0]}
        for one in self.required:
            if one.path not in known and one.keys[0] in concerned and _value_at(raw, one.keys) is None:
                log.refuse(one.pointer, codes.REQUIRED_FACT, f"`{one.path}` is required")

    def _read_before(self, before: dict[str, Value], raw: object, log: Log) -> None:
        if isinstance(raw, Mapping):
            _Reading(log, before, {}, "/before", keeps_missing=True).group(self.root, raw)
        else:
            log.refuse("/before", codes.WRONG_FACT, "`before` is an object with `ticket`, `contact` and the like")


def make_door(model: Model) -> Door:
    """The door of a project."""
    readers = [
        FieldReader(
            declared,
            path,
            tuple(path.split(".")),
            "/" + path.replace(".", "/"),
            reader_of(declared.type, model, declared),
            quick_of(declared.type, model, declared),
        )
        for path, declared in model.fields.items()
        if path != "event.name"
    ]
    defaults: dict[str, Value] = {}
    for one in readers:
        if one.field.default is not None:
            _put(defaults, one.path, one.field.default)
    required = tuple(one for one in readers if one.field.required and one.field.default is None)
    return Door(_group(readers, 0, ""), frozenset(model.events), defaults, required)


def _group(readers: Sequence[FieldReader], depth: int, pointer: str) -> Group:
    """The group of the fields whose paths agree in their first `depth` keys."""
    inner: dict[str, list[FieldReader]] = {}
    for one in readers:
        if len(one.keys) > depth + 1:
            inner.setdefault(one.keys[depth], []).append(one)
    groups = {name: _group(own, depth + 1, f"{pointer}/{name}") for name, own in inner.items()}
    return Group(pointer, {one.keys[-1]: one for one in readers if len(one.keys) == depth + 1}, groups)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Facts being read into `values` by path, and into `over` what is too large to be looked at, with why.

    `above` is the pointer of the object. `keeps_missing`: a field that is named and missing is None in `values`; else what
    stands there, its default, stays.
    """

    log: Log
    values: dict[str, Value]
    over: dict[str, str]
    above: str = ""
    keeps_missing: bool = False

    def group(self, group: Group, raw: Mapping[str, object]) -> None:
        """Read the fields that an object names."""
        fields, groups, values = group.fields, group.groups, self.values
        for name, value in raw.items():
            one = fields.get(name)
            if one is not None:
                quick = one.quick.get(value.__class__)
                if quick is not None and (found := quick(value)) is not None:
                    values[one.path] = found
                    continue
                self._field(one, value)
            inner = groups.get(name)
            if inner is None or value is None:
                continue
            if value.__class__ is dict or isinstance(value, Mapping):  # asking for any mapping takes longer
                self.group(inner, value)
            elif one is None:
                self.log.refuse(f"{self.above}{inner.pointer}", codes.WRONG_FACT, f"`{name}` needs an object")

    def _field(self, one: FieldReader, raw: object) -> None:
        try:
            value = None if raw is None else one.read(raw, f"{self.above}{one.pointer}", self.log)
        except OverBudgetError as error:
            self.over[one.path] = str(error)
            _drop(self.values, one.path)
            return
        if isinstance(value, dict):
            _drop(self.values, one.path)
            _put(self.values, one.path, value)
        elif value is not None or self.keeps_missing:
            self.values[one.path] = value


def _value_at(raw: Mapping[str, object], keys: tuple[str, ...]) -> object:
    """The value under a path; None where a key on the way is absent."""
    found: object = raw
    for key in keys:
        if not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found


def _put(values: dict[str, Value], path: str, value: Value) -> None:
    """Set a value, and the parts of a record under their own paths."""
    values[path] = value
    if isinstance(value, Mapping):
        values.update({f"{path}.{name}": part for name, part in value.items()})


def _drop(values: dict[str, Value], path: str) -> None:
    """Take a value away, with the parts of a record."""
    found = values.pop(path, None)
    if isinstance(found, Mapping):
        for name in found:
            values.pop(f"{path}.{name}", None)
