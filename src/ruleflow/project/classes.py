"""The classes that a kept project is made of. Nothing else can be made by reading one, so reading one runs nothing foreign.

A value is kept as it is (None, truths, numbers, texts) or as a list: a number that says what it is, then its parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum, IntEnum
from functools import cache
from hashlib import sha256
from types import ModuleType

from ruleflow import source
from ruleflow.calendar import parts
from ruleflow.checker import checked
from ruleflow.model import model, properties, rules, scores, tables, tests, views, vocabulary
from ruleflow.plan import conditions
from ruleflow.project.lazy import LazyClass
from ruleflow.regex import regex, translate
from ruleflow.syntax import expressions, text_template
from ruleflow.templates import liquid_text
from ruleflow.types import durations, terms


class Tag(IntEnum):
    """What a list stands for; the numbers after the last are those of `CLASSES`."""

    TUPLE = 0
    LIST = 1
    SET = 2
    MAPPING = 3
    SHARED = 4
    SPAN = 5
    LATER = 6
    DECIMAL = 7
    BIG_NUMBER = 8
    DATE = 9
    TIME = 10
    DATETIME = 11
    DURATION = 12
    OFFSET = 13
    ZONE = 14
    CALENDAR = 15
    FORMAT = 16


FIRST_CLASS = 32

MODULES = (
    source, durations, terms, parts, translate, regex, liquid_text, expressions, text_template,
    vocabulary, rules, tables, properties, tests, views, scores, model, checked, conditions,
)  # fmt: skip


def _classes(module: ModuleType) -> Iterator[type]:
    """The dataclasses and enums that a module defines."""
    for value in vars(module).values():
        if not isinstance(value, type) or value.__module__ != module.__name__:
            continue
        if is_dataclass(value) or issubclass(value, Enum):
            yield value


CLASSES: tuple[type, ...] = tuple(one for module in MODULES for one in _classes(module))
NUMBERS = {one: number for number, one in enumerate(CLASSES, FIRST_CLASS)}

SHARED = frozenset(
    one
    for module in (source, terms, checked, conditions)
    for one in _classes(module)
    if not issubclass(one, Enum) and one not in {source.Span, checked.Checked, conditions.All, conditions.Any}
)
"""Classes whose values are many and alike: each is kept once, and made when first asked for."""

LATER = {
    rules.Rule: ("when", "actions", "title", "owner", "labels", "note", "span", "id_span", "stage_span", "event_spans"),
    model.Model: ("tests", "properties", "assumptions", "views", "references", "options"),
}  # fmt: skip
"""Fields that a decision seldom looks at; they are kept apart, and made when one of them is first read."""


def names_of(cls: type, without: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The fields of a dataclass, in order."""
    return tuple(one.name for one in fields(cls) if one.name not in without)


LAZY = {cls: LazyClass(cls, names_of(cls, without=later), later) for cls, later in LATER.items()}


@cache
def shape() -> str:
    """A digest of how projects are kept: of the tags, the classes and their fields. The same on every machine."""
    classes = [(one.__module__, one.__qualname__, _parts_of(one), one in SHARED, LATER.get(one)) for one in CLASSES]
    return sha256(repr([_parts_of(Tag), classes]).encode()).hexdigest()


def _parts_of(cls: type) -> tuple[str, ...]:
    """The members of an enum, the fields of a dataclass."""
    if issubclass(cls, Enum):
        return tuple(f"{name}={member.value!r}" if cls is Tag else name for name, member in cls.__members__.items())
    return names_of(cls)
