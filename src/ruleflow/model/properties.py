"""Promises about decisions, and what may be taken for granted of facts, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from ruleflow.source import Span
from ruleflow.syntax.expressions import Expr


class Order(Enum):
    """What a value may not become where a field has more; `not_later` and `not_higher` are two words for one thing."""

    NOT_LATER = "not_later"
    NOT_EARLIER = "not_earlier"
    NOT_HIGHER = "not_higher"
    NOT_LOWER = "not_lower"

    @property
    def falls(self) -> bool:
        """Whether the value may only stay or become less; else it may only stay or become more."""
        return self in {Order.NOT_LATER, Order.NOT_HIGHER}


@dataclass(frozen=True, slots=True)
class Monotone:
    """Of two tickets alike but for the fact `path`, the one with more in it does not get more (or less) of `value`."""

    path: str
    value: Expr
    order: Order
    span: Span = field(compare=False, repr=False)
    """Where the field is named."""


@dataclass(frozen=True, slots=True)
class Property:
    """A promise about every decision. `events` empty: all that the rules name. `for_` None: every ticket.

    Exactly one of `expect`, `never` and `monotone` is given, unless a finding says that it is not so.
    """

    id: str
    events: tuple[str, ...]
    for_: Expr | None
    expect: Expr | None
    never: Expr | None
    monotone: Monotone | None
    title: str = ""
    note: str = ""
    span: Span | None = field(default=None, compare=False, repr=False)
    """The id where it is defined."""
    event_spans: tuple[Span, ...] = field(default=(), compare=False, repr=False)
    """Where each of `events` is written."""

    @property
    def promised(self) -> Expr | None:
        """The expression over the outcome, whatever is promised of it."""
        return self.expect or self.never or (self.monotone.value if self.monotone is not None else None)


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something that holds for the facts of every ticket; promises are made only about such tickets."""

    condition: Expr

    @property
    def text(self) -> str:
        """As written, on one line."""
        return " ".join(self.condition.span.text.split())
