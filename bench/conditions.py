"""Conditions as values, and what they mean: the judge that every engine is held to."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bench.fields import Field


@dataclass(frozen=True, slots=True)
class Is:
    field: Field
    value: Any


@dataclass(frozen=True, slots=True)
class OneOf:
    field: Field
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """`sign` is one of < <= > >=."""

    field: Field
    sign: str
    bound: float


@dataclass(frozen=True, slots=True)
class Between:
    """Both ends are in."""

    field: Field
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Text:
    """`how` is contains, starts or ends."""

    field: Field
    how: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Has:
    """Whether a set has any, or every one, of some elements; a missing set is empty."""

    field: Field
    wanted: tuple[str, ...]
    every: bool


@dataclass(frozen=True, slots=True)
class Not:
    part: Is | OneOf | Has


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Condition, ...]


Condition = Is | OneOf | Order | Between | Text | Has | Not | And | Or

_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TEXTS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": operator.contains,
    "starts": str.startswith,
    "ends": str.endswith,
}


def holds(condition: Condition, ticket: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a condition holds for a ticket."""
    match condition:
        case And(parts):
            return all(holds(part, ticket) for part in parts)
        case Or(parts):
            return any(holds(part, ticket) for part in parts)
        case Not(part):
            return not holds(part, ticket)
    value = ticket[condition.field.group].get(condition.field.name)
    match condition:
        case Is():
            return bool(value == condition.value)
        case OneOf():
            return value in condition.values
        case Has(_, wanted, every):
            return value is not None and (all if every else any)(one in value for one in wanted)
        case Order(_, sign, bound):
            return value is not None and _SIGNS[sign](value, bound)
        case Between(_, low, high):
            return value is not None and low <= value <= high
        case Text(_, how, pattern):
            return value is not None and _TEXTS[how](value, pattern)
