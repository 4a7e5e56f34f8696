"""The terms in which the structure of a file is said: data that a checker walks and a JSON Schema is made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TypeAlias


class Word(Enum):
    """What a single value may be; the value says it in an admin's words."""

    TEXT = "a text"
    ID = "an id"
    RULE = "the id of a rule, or of a table and a row of it, such as `sla_times/3`"
    PATH = "the name of a field, such as `ticket.priority`"
    EVENT = "the name of an event, such as `ticket.created`"
    COLOR = "a colour, such as `#c8102e`"
    FLAG = "`true` or `false`"
    NUMBER = "a number"
    PERCENT = "a percentage, such as `25%`"
    EXPRESSION = "an expression"
    DURATION = "a time, such as `4h` or `1h30m`"
    TARGET = "a time, such as `4h`, `2 working days` or `end of working day`"
    SPAN = "a time, such as `24h`, `3 days`, `2 working days` or `end of working day`"
    WARNING = "a percentage or a time, such as `75%` or `1h`"
    MOMENT = "a date or an instant, such as `2026-03-01`"
    SCALAR = "a single value"


@dataclass(frozen=True, eq=False, slots=True)
class OneOf:
    """One of some words, written as they stand."""

    options: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class ListOf:
    """A list. `distinct`: no item stands twice."""

    of: Shape
    distinct: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class OneOrMany:
    """A list, or its only item without the list."""

    of: Shape


@dataclass(frozen=True, eq=False, slots=True)
class MapOf:
    """A mapping with keys that the author chooses."""

    key: Word
    value: Shape


@dataclass(frozen=True, eq=False, slots=True)
class Key:
    """A key of a record, with what the documentation and an editor say about it."""

    name: str
    shape: Shape
    doc: str
    required: bool = False
    example: str = ""


@dataclass(frozen=True, eq=False)
class Record:
    """A mapping with known keys. `one_of`: at least one of these must be given (empty: no such demand)."""

    keys: tuple[Key, ...]
    one_of: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, Key]:
        """The keys by name."""
        return {key.name: key for key in self.keys}

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The names of the keys that must be given."""
        return tuple(key.name for key in self.keys if key.required)


@dataclass(frozen=True, eq=False)
class OneKey:
    """A mapping with exactly one key, which says what it is (an action). `open`: a project may add names of its own."""

    keys: tuple[Key, ...]
    what: str
    open: bool = False

    @cached_property
    def by_name(self) -> Mapping[str, Key]:
        """The keys by name."""
        return {key.name: key for key in self.keys}


@dataclass(frozen=True, eq=False, slots=True)
class ByKind:
    """What is meant follows from the kind of node; None: that kind may not stand here."""

    scalar: Shape | None = None
    mapping: Shape | None = None
    sequence: Shape | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Maybe:
    """Null, or a key without a value, is fine."""

    of: Shape


@dataclass(frozen=True, eq=False, slots=True)
class Named:
    """A shape under a name, so that a shape may hold itself."""

    name: str
    get: Callable[[], Shape]


@dataclass(frozen=True, eq=False, slots=True)
class Refused:
    """A key that the language knows, and that belongs in the root file."""


@dataclass(frozen=True, eq=False, slots=True)
class Anything:
    """Any value: facts of a test, or something that another reader looks at."""


Shape: TypeAlias = (
    Word | OneOf | ListOf | OneOrMany | MapOf | Record | OneKey | ByKind | Maybe | Named | Refused | Anything
)
