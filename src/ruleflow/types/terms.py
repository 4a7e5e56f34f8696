"""What kind of value a fact, an expression or a parameter has."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias


class Simple(Enum):
    """A type without parts; the value is its name in a project and in messages."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"
    DATETIME = "datetime"
    DATE = "date"
    TIME = "time"
    DURATION = "duration"
    CALENDAR_DAYS = "calendar days"
    WORKING_DAYS = "working days"
    UNKNOWN = "unknown"


class Kind(Enum):
    """A kind of named thing that a fact or a rule may refer to; the value is its name in a project."""

    SEGMENT = "segment"
    CONTRACT = "contract"
    TEAM = "team"
    AGENT = "agent"
    SKILL = "skill"
    CALENDAR = "calendar"
    SLA = "sla"
    TEMPLATE = "template"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some options. `ordered`: the options stand from lowest to highest and compare so."""

    options: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """The id of a named thing, of one kind or of any of several (an owner is a team or an agent)."""

    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class SetOf:
    """Different elements without order; an absent set is empty."""

    of: Type


@dataclass(frozen=True, slots=True)
class ListOf:
    """Elements in order; an absent list is empty."""

    of: Type


@dataclass(frozen=True, slots=True)
class Record:
    """Named parts, each of which may be missing. `secrets` names the parts that are only ever shown masked."""

    parts: tuple[tuple[str, Type], ...]
    secrets: frozenset[str] = field(default=frozenset())

    def part(self, name: str) -> Type | None:
        """The type of a part, or None where there is no such part."""
        return next((kind for known, kind in self.parts if known == name), None)


Type: TypeAlias = Simple | Choice | Reference | SetOf | ListOf | Record


def secrets_in(kind: Type) -> frozenset[str]:
    """The names of the secret parts of a record, or of the records of a list."""
    match kind:
        case SetOf(of=of) | ListOf(of=of):
            return secrets_in(of)
        case Record():
            return kind.secrets.union(*(secrets_in(part) for _, part in kind.parts))
        case _:
            return frozenset()


NUMBERS = frozenset({Simple.INTEGER, Simple.DECIMAL})
"""The types that count; an integer fits wherever a decimal is wanted."""


def fits(found: Type, wanted: Type) -> bool:
    """Whether a value of type `found` may stand where `wanted` is asked for; UNKNOWN fits everything."""
    if Simple.UNKNOWN in (found, wanted) or found == wanted:
        return True
    match found, wanted:
        case Simple.INTEGER, Simple.DECIMAL:
            return True
        case Choice(), Choice():
            return set(found.options) <= set(wanted.options)
        case Reference(), Reference():
            return set(found.kinds) <= set(wanted.kinds)
        case ((SetOf() | ListOf()), (SetOf() | ListOf())):
            return fits(found.of, wanted.of)
        case Record(), Record():
            return all((own := found.part(name)) is not None and fits(own, kind) for name, kind in wanted.parts)
        case _:
            return False


def alike(one: Type, other: Type) -> bool:
    """Whether two values may be compared for equality: some value could belong to both types."""
    if Simple.UNKNOWN in (one, other) or fits(one, other) or fits(other, one):
        return True
    match one, other:
        case Choice(), Choice():
            return bool(set(one.options) & set(other.options))
        case Reference(), Reference():
            return bool(set(one.kinds) & set(other.kinds))
        case _:
            return False


def is_ordered(kind: Type) -> bool:
    """Whether values of this type compare with `<`: numbers, times, durations and ordered choices."""
    match kind:
        case Choice():
            return kind.ordered
        case Simple():
            return kind not in {Simple.BOOLEAN, Simple.TEXT}
        case _:
            return False


def describe(kind: Type) -> str:
    """The type in an admin's words: `a number`, `one of the options low, normal and high`, `a set of segments`."""
    match kind:
        case Simple():
            return _SIMPLE_WORDS[kind]
        case Choice():
            shown = ", ".join(kind.options[:4])
            return f"one of the options {shown}{', …' if len(kind.options) > 4 else ''}"
        case Reference():
            return " or ".join(_with_article(one.value) for one in kind.kinds)
        case SetOf():
            return f"a set of {_plural(kind.of)}"
        case ListOf():
            return f"a list of {_plural(kind.of)}"
        case Record():
            return "a record"


_SIMPLE_WORDS = {
    Simple.BOOLEAN: "a yes/no value",
    Simple.INTEGER: "a whole number",
    Simple.DECIMAL: "a number",
    Simple.TEXT: "a text",
    Simple.DATETIME: "a date with time",
    Simple.DATE: "a date",
    Simple.TIME: "a time of day",
    Simple.DURATION: "a duration",
    Simple.CALENDAR_DAYS: "a number of days",
    Simple.WORKING_DAYS: "a number of working days",
    Simple.UNKNOWN: "anything",
}


def _with_article(name: str) -> str:
    return "an SLA policy" if name == "sla" else f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _plural(kind: Type) -> str:
    match kind:
        case Reference():
            return " or ".join("SLA policies" if one is Kind.SLA else f"{one.value}s" for one in kind.kinds)
        case Choice():
            return "options"
        case Record():
            return "records"
        case SetOf() | ListOf():
            return "lists"
        case Simple():
            return {
                Simple.TEXT: "texts",
                Simple.DATE: "dates",
                Simple.INTEGER: "numbers",
                Simple.DECIMAL: "numbers",
            }.get(kind, f"{kind.value}s")
