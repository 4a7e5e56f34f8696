"""The canonical form of conditions: atoms, each one field against constants, under `and`, `or` and `not`.

Two-valued and total, so `not` is classical. The engine, an index, an analysis and a diff all stand on it: conditions that
are written differently and mean the same in a plain way come out equal. Whatever is no such atom is `Opaque`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ruleflow.syntax.expressions import Expr, TextTest
from ruleflow.types.values import Value


@dataclass(frozen=True, slots=True)
class Equals:
    """The field has this value."""

    path: str
    value: Value


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field has one of these values."""

    path: str
    values: frozenset[Value]

    def __repr__(self) -> str:
        values = ", ".join(sorted(map(repr, self.values)))
        return f"OneOf(path={self.path!r}, values={{{values}}})"


@dataclass(frozen=True, slots=True)
class Range:
    """The field lies between bounds (None: no bound; `low_open`: the bound itself is out); false where it is missing.

    For an ordered choice `options` lists it from lowest to highest and the bounds are places in that list.
    """

    path: str
    low: Value
    high: Value
    low_open: bool = False
    high_open: bool = False
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IsMissing:
    """The field has no value."""

    path: str


@dataclass(frozen=True, slots=True)
class IsBlank:
    """The field has no value, or one without anything to see."""

    path: str


@dataclass(frozen=True, slots=True)
class HasElement:
    """The set or list has this element."""

    path: str
    value: Value


@dataclass(frozen=True, slots=True)
class TextMatch:
    """The text passes a test against a pattern, folded already unless `exact`."""

    path: str
    test: TextTest
    pattern: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class RegexMatch:
    """The text matches a regular expression somewhere."""

    path: str
    pattern: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Within:
    """The instant lies inside the open hours of a calendar, by id. `path` `now` is the instant of the decision."""

    path: str
    calendar: str


@dataclass(frozen=True, slots=True)
class HasChanged:
    """The field has another value than before the event; `before` and `after`, where asked for, are one-element tuples."""

    path: str
    before: tuple[Value, ...] = ()
    after: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Opaque:
    """A test that is no atom: field against field, arithmetic, a quantifier, a call."""

    expr: Expr


Atom: TypeAlias = (
    Equals | OneOf | Range | IsMissing | IsBlank | HasElement | TextMatch | RegexMatch | Within | HasChanged | Opaque
)


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts, true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Some part holds; without parts, false."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """The part does not hold; the part is an atom."""

    part: Atom


Condition: TypeAlias = Atom | All | Any | Negated

TRUE = All(())
FALSE = Any(())


def all_of(parts: Iterator[Condition] | tuple[Condition, ...]) -> Condition:
    """Parts joined by `and`: nested ones flat, each once, constants folded."""
    flat: dict[Condition, None] = {}
    for part in parts:
        if part == FALSE:
            return FALSE
        flat.update(dict.fromkeys(part.parts if isinstance(part, All) else (part,)))
    return next(iter(flat)) if len(flat) == 1 else All(tuple(flat))


def any_of(parts: Iterator[Condition] | tuple[Condition, ...]) -> Condition:
    """Parts joined by `or`: nested ones flat, each once, constants folded, equalities of one field made one."""
    flat: dict[Condition, None] = {}
    for part in parts:
        if part == TRUE:
            return TRUE
        flat.update(dict.fromkeys(part.parts if isinstance(part, Any) else (part,)))
    joined = _join_equalities(tuple(flat))
    return joined[0] if len(joined) == 1 else Any(joined)


def negation(condition: Condition) -> Condition:
    """The opposite, with `not` pushed down to the atoms."""
    match condition:
        case All(parts):
            return any_of(tuple(negation(part) for part in parts))
        case Any(parts):
            return all_of(tuple(negation(part) for part in parts))
        case Negated(part):
            return part
        case _:
            return Negated(condition)


def _join_equalities(parts: tuple[Condition, ...]) -> tuple[Condition, ...]:
    values: dict[str, list[Value]] = {}
    for part in parts:
        match part:
            case Equals(path, value):
                values.setdefault(path, []).append(value)
            case OneOf(path, several):
                values.setdefault(path, []).extend(sorted(several, key=repr))
    joined: dict[Condition, None] = {}
    for part in parts:
        if isinstance(part, Equals | OneOf):
            joined[one_of(part.path, values[part.path])] = None
        else:
            joined[part] = None
    return tuple(joined)


def one_of(path: str, values: list[Value]) -> Condition:
    """The field has one of some values; with one value an equality, with none never."""
    different = frozenset(values)
    if not different:
        return FALSE
    return Equals(path, next(iter(different))) if len(different) == 1 else OneOf(path, different)


def atoms(condition: Condition) -> Iterator[Atom]:
    """Every atom of a condition, in order."""
    match condition:
        case All(parts) | Any(parts):
            for part in parts:
                yield from atoms(part)
        case Negated(part):
            yield part
        case _:
            yield condition
