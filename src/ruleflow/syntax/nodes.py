"""A YAML document as located nodes. Scalars are text with their quoting; the key above decides what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from ruleflow.source import Span


class Style(Enum):
    """How a scalar is written."""

    PLAIN = "plain"
    SINGLE = "'"
    DOUBLE = '"'
    LITERAL = "|"
    FOLDED = ">"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as YAML reads it; `span` covers it with its quotes. A key without a value is a plain empty one."""

    text: str
    style: Style
    span: Span = field(compare=False, repr=False)

    @property
    def is_null(self) -> bool:
        """Whether YAML 1.2 reads it as null: plain and empty, `~`, `null`, `Null` or `NULL`."""
        return self.style is Style.PLAIN and self.text in {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value."""

    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in file order; no key stands twice (a repeated one was reported, and its later value dropped)."""

    entries: tuple[Entry, ...]
    span: Span = field(compare=False, repr=False)

    def get(self, key: str) -> Node | None:
        """The value of a key, or None where the key is absent."""
        return next((entry.value for entry in self.entries if entry.key.text == key), None)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)


Node: TypeAlias = Scalar | Sequence | Mapping
