"""The vocabulary of a project as a form, and the form as facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from ruleflow.diagnostics.json_text import json_text
from ruleflow.engine.facts import FactProblem
from ruleflow.model.model import Model
from ruleflow.model.vocabulary import Field
from ruleflow.project.fact_files import Unreadable, read_json
from ruleflow.types.terms import Choice, Kind, ListOf, Record, Reference, SetOf, Simple, Type

PREFIX = "facts."
BEFORE = "before"
_NOT_JSON = "not-json"
_MOST_BOXES = 40
"""Options of a set that are shown as boxes; more of them are a list to choose from."""
_MOST_DIGITS = 400
Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Input:
    """A field in the form.

    `kind` is a way to ask: `choice`, `boxes`, `several`, `number`, `date`, `moment`, `time`, `text`, `long`, `lines`, `json`.
    `options` are values with their names; filled in is one text, `value`, or what is `chosen` of a set.
    """

    path: str
    title: str
    kind: str
    options: tuple[tuple[str, str], ...]
    value: str
    chosen: tuple[str, ...]
    field: Field
    problems: tuple[FactProblem, ...]

    @property
    def name(self) -> str:
        """Its name in the form."""
        return PREFIX + self.path


@dataclass(frozen=True, slots=True)
class Group:
    """The fields under one first name: those that rules look at, and the rest."""

    name: str
    read: tuple[Input, ...]
    rest: tuple[Input, ...]

    @property
    def opened(self) -> bool:
        """Whether something is filled in, or wrong, among the rest."""
        return any(one.value or one.chosen or one.problems for one in self.rest)


def groups_of(
    model: Model, facts: Facts, read: Iterable[str], problems: Sequence[FactProblem], raw: Mapping[str, Sequence[str]]
) -> tuple[Group, ...]:
    """The form of a vocabulary with facts filled in. What was typed stands as it was, also where it cannot be read.

    `read` are the paths that rules look at. The name of the event is asked elsewhere.
    """
    known = frozenset(read)
    fields = [one for one in model.fields.values() if one.path != "event.name" and _can_be_asked(one.type)]
    fields.sort(key=lambda one: _ORDER.get(_root(one), len(_ORDER)))
    found = []
    for root, own in groupby(fields, _root):
        inputs = [_input(one, model, facts, problems, raw) for one in own]
        found.append(
            Group(
                root,
                tuple(one for one in inputs if one.path in known or one.field.required),
                tuple(one for one in inputs if one.path not in known and not one.field.required),
            )
        )
    return tuple(found)


_ORDER = {"ticket": 0, "contact": 1, "company": 2}


def _root(field: Field) -> str:
    return field.path.partition(".")[0]


def _can_be_asked(kind: Type) -> bool:
    return kind not in {Simple.UNKNOWN, Simple.CALENDAR_DAYS, Simple.WORKING_DAYS}


def _input(
    field: Field, model: Model, facts: Facts, problems: Sequence[FactProblem], raw: Mapping[str, Sequence[str]]
) -> Input:
    kind, options = _asked(field, model)
    value = value_at(facts, field.path)
    chosen = tuple(map(str, value)) if kind in {"boxes", "several"} and isinstance(value, list) else ()
    typed = raw.get(PREFIX + field.path)
    shown = "" if kind in {"boxes", "several"} else typed[-1] if typed else _filled(value, kind, model.zone)
    known = {option for option, _ in options}
    extra = [one for one in (chosen or ((shown,) if kind == "choice" and shown else ())) if one not in known]
    return Input(
        field.path,
        field.title or field.path.partition(".")[2].replace("_", " "),
        kind,
        (*options, *((one, one) for one in extra)),
        shown,
        chosen,
        field,
        tuple(one for one in problems if _lies_at(one.pointer, field.path)),
    )


def _asked(field: Field, model: Model) -> tuple[str, tuple[tuple[str, str], ...]]:
    """How a field is asked, and what can be chosen."""
    match field.type:
        case Simple.BOOLEAN:
            return "choice", (("true", ""), ("false", ""))
        case Simple.INTEGER | Simple.DECIMAL:
            return "number", ()
        case Simple.DATE:
            return "date", ()
        case Simple.DATETIME:
            return "moment", ()
        case Simple.TIME:
            return "time", ()
        case Choice() | Reference():
            return "choice", _options(field.type, model)
        case SetOf(of=Choice() | Reference() as inside) | ListOf(of=Choice() | Reference() as inside):
            options = _options(inside, model)
            return ("boxes" if len(options) <= _MOST_BOXES else "several"), options
        case SetOf(of=Record()) | ListOf(of=Record()) | Record():
            return "json", ()
        case SetOf() | ListOf():
            return "lines", ()
        case _:
            return ("long" if field.path.endswith((".body", ".text", "_notes")) else "text"), ()


def _options(kind: Choice | Reference, model: Model) -> tuple[tuple[str, str], ...]:
    """The options with their names for people; what the project works out itself cannot be chosen."""
    if isinstance(kind, Choice):
        return tuple((option, option.replace("_", " ")) for option in kind.options)
    return tuple(
        (thing.id, f"{thing.title} ({thing.id})" if thing.title else thing.id)
        for one in kind.kinds
        for thing in model.things(one).values()
        if not (one is Kind.SEGMENT and model.segments[thing.id].when is not None)
    )


def _filled(value: Any, kind: str, zone: ZoneInfo) -> str:
    """A fact as its input shows it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list() if kind == "lines":
            return "\n".join(map(str, value))
        case dict() | list():
            return facts_text(value).strip()
        case str() if kind == "moment":
            return local_moment(value, zone)
        case _:
            return str(value)


def facts_text(value: Any) -> str:
    """Facts as indented JSON. A number that would fill the memory when it is written out (`1e999999999`) is a text."""
    return json_text(_writable(value))


def _writable(value: Any) -> Any:
    match value:
        case Mapping():
            return {key: _writable(one) for key, one in value.items()}
        case list():
            return [_writable(one) for one in value]
        case Decimal() if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
            return str(value)
        case _:
            return value


def local_moment(text: str, zone: ZoneInfo) -> str:
    """An instant as an input for date and time takes it, in a zone; any other text stays as it is."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    local = at.astimezone(zone) if at.tzinfo is not None else at
    return local.replace(tzinfo=None).isoformat(timespec="seconds" if not local.microsecond else "microseconds")


def zoned_moment(text: str, zone: ZoneInfo) -> str:
    """What was typed as an instant with its offset: where it has none, that of the zone."""
    try:
        at = datetime.fromisoformat(text)
        return at.isoformat() if at.tzinfo is not None else at.replace(tzinfo=zone).isoformat()
    except (ValueError, OverflowError):
        return text


def facts_of(model: Model, form: Mapping[str, Sequence[str]]) -> tuple[dict[str, Any], tuple[FactProblem, ...]]:
    """The facts that a form says, and which parts of it are no JSON. Empty inputs are missing facts.

    What cannot be read as the type of its field is left as it was typed, for the door to refuse.
    """
    facts: dict[str, Any] = {}
    problems: list[FactProblem] = []
    for field in model.fields.values():
        typed = [one for one in form.get(PREFIX + field.path, ()) if one.strip()]
        if not typed:
            continue
        kind, _ = _asked(field, model)
        value = _read(kind, field, typed, model.zone)
        if isinstance(value, Unreadable):
            problems.append(FactProblem(_pointer(field.path), _NOT_JSON, str(value)))
        else:
            _put(facts, field.path, value)
    before = (form.get(PREFIX + BEFORE) or ("",))[-1]
    if before.strip():
        value = read_json(before.encode())
        if isinstance(value, Unreadable):
            problems.append(FactProblem("/before", _NOT_JSON, str(value)))
        else:
            facts[BEFORE] = value
    return facts, tuple(problems)


def _read(kind: str, field: Field, typed: Sequence[str], zone: ZoneInfo) -> Any | Unreadable:
    text = typed[-1]
    match kind:
        case "boxes" | "several":
            return list(typed)
        case "choice" if field.type is Simple.BOOLEAN:
            return {"true": True, "false": False}.get(text, text)
        case "number":
            return _number(text.strip())
        case "moment":
            return zoned_moment(text.strip(), zone)
        case "lines":
            return [line.strip() for line in text.splitlines() if line.strip()]
        case "json":
            return read_json(text.encode())
        case "text" | "long":
            return text.replace("\r\n", "\n")
        case _:
            return text.strip()


def _number(text: str) -> int | Decimal | str:
    try:
        return int(text) if text.lstrip("+-").isdecimal() else Decimal(text)
    except (ValueError, InvalidOperation):
        return text


def value_at(facts: Any, path: str) -> Any:
    """The fact at a path; None where there is none."""
    found = facts
    for name in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return found


def _put(facts: dict[str, Any], path: str, value: Any) -> None:
    *around, last = path.split(".")
    inside = facts
    for name in around:
        inside = inside.setdefault(name, {})
    inside[last] = value


def elsewhere(model: Model, problems: Iterable[FactProblem]) -> Iterator[FactProblem]:
    """The problems that lie at no field of the form."""
    paths = [field.path for field in model.fields.values() if field.path != "event.name"]
    for problem in problems:
        if not any(_lies_at(problem.pointer, path) for path in paths):
            yield problem


def _lies_at(pointer: str, path: str) -> bool:
    place = _pointer(path)
    return pointer == place or pointer.startswith(f"{place}/")


def _pointer(path: str) -> str:
    return "/" + path.replace(".", "/")
