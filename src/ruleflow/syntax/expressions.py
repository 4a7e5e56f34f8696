"""The tree of an expression, as written. Nodes never change; what is learnt of them later stands in tables by `id`.

`span` and `id` take no part in equality: two expressions are equal when they say the same in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import NewType, TypeAlias

from ruleflow.source import Span
from ruleflow.types.durations import CalendarDays, WorkingDays

NodeId = NewType("NodeId", int)

LiteralValue: TypeAlias = bool | int | Decimal | str | date | datetime | time | timedelta | CalendarDays | WorkingDays


class Comparison(Enum):
    """How two values are compared; the value is the operator as the formatter writes it."""

    IS = "is"
    IS_NOT = "is not"
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


class SetTest(Enum):
    """What is asked of a set; the value is the operator as written."""

    HAS = "has"
    ANY = "has any of"
    ALL = "has all of"
    NONE = "has none of"


class TextTest(Enum):
    """What is asked of a text; the value is the operator as written."""

    CONTAINS = "contains"
    STARTS_WITH = "starts with"
    ENDS_WITH = "ends with"
    CONTAINS_WORD = "contains word"
    MATCHES = "matches"


class Presence(Enum):
    """What is asked of absence; the value is the operator as written."""

    MISSING = "is missing"
    PRESENT = "is present"
    BLANK = "is blank"


class Quantity(Enum):
    """What is asked of the records of a list."""

    ANY = "any"
    ALL = "all"
    NONE = "none"
    COUNT = "count"


class Aggregate(Enum):
    """What is made of a value of each record of a list."""

    SUM = "sum"
    MIN = "min"
    MAX = "max"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as it stands: `5`, `2.5`, `'text'`, `true`, `4h`, `2 working days`, `@2026-03-01T18:00+03:00`.

    A datetime without an offset is naive: it is meant in the project's zone. A number is an int, or a Decimal
    where it was written with a point.
    """

    value: LiteralValue
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Fact:
    """A dotted name: `ticket.priority`, `contract.rating`, `it.status`, `event.from`."""

    path: str
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Word:
    """A bare name: an option, a segment, a team, a definition, `now`, `contract`. What it means follows from where it stands."""

    name: str
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Items:
    """A list as written: `[a, b]`."""

    items: tuple[Expr, ...]
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    """`not x`."""

    operand: Expr
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class And:
    """`a and b and c`: two operands or more, flat where written without brackets."""

    operands: tuple[Expr, ...]
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Or:
    """`a or b or c`: two operands or more, flat where written without brackets."""

    operands: tuple[Expr, ...]
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """`a is b`, `a < b`; equality is total, order is false where a side is missing."""

    operator: Comparison
    left: Expr
    right: Expr
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Between:
    """`x between a and b`, both ends in; false where any side is missing."""

    operand: Expr
    low: Expr
    high: Expr
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class In:
    """`x in [a, b]`, `x not in [a, b]`; the right side may also be a set or a list of the facts."""

    left: Expr
    items: Expr
    negated: bool
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Has:
    """`s has x`, `s has any of [a, b]`; an absent set is empty. For `has`, `items` is the one element."""

    test: SetTest
    left: Expr
    items: Expr
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class MatchText:
    """`t contains 'x'`, `t starts with any of ['x', 'y']`, `t exactly contains 'x'`, `t matches 're'`.

    `patterns` has one item, or all of `any of`. `exact`: case is minded.
    """

    test: TextTest
    left: Expr
    patterns: tuple[Expr, ...]
    any_of: bool
    exact: bool
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Ask:
    """`x is missing`, `x is present`, `x is blank`, and their negations (`x is not missing`)."""

    presence: Presence
    operand: Expr
    negated: bool
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Changed:
    """`f changed`, `f changed to x`, `f changed from x`, `f changed from x to y`, against the value before the event."""

    operand: Expr
    before: Expr | None
    after: Expr | None
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class During:
    """`t during c`, `t outside c` (`outside` set); false where a side is missing."""

    instant: Expr
    calendar: Expr
    outside: bool
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`a + b`; `operator` is one of `+ - * / %`. Missing where a side is missing, or for a division by zero."""

    operator: str
    left: Expr
    right: Expr
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Negate:
    """`-x`."""

    operand: Expr
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class If:
    """`if c then a else b`."""

    condition: Expr
    then: Expr
    otherwise: Expr
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Fallback:
    """`a ?? b`: `b` where `a` is missing. `a ?? b ?? c` groups to the left."""

    left: Expr
    right: Expr
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Quantified:
    """`any (contact.tickets where it.status is open)`; without `where`, `condition` is None: every record counts."""

    quantity: Quantity
    records: Expr
    condition: Expr | None
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Aggregated:
    """`sum (contact.purchases of it.total where it.paid)`; without `where`, `condition` is None."""

    aggregate: Aggregate
    records: Expr
    value: Expr
    condition: Expr | None
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """`open_time(a, b, calendar)`."""

    function: str
    arguments: tuple[Expr, ...]
    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Broken:
    """Stands where an expression could not be read; its fault is already reported, its type fits everything."""

    span: Span = field(compare=False, repr=False)
    id: NodeId = field(compare=False, repr=False)


Expr: TypeAlias = (
    Literal | Fact | Word | Items
    | Not | And | Or
    | Compare | Between | In | Has | MatchText | Ask | Changed | During
    | Arithmetic | Negate | If | Fallback
    | Quantified | Aggregated | Call | Broken
)  # fmt: skip
