"""Stages, actions and rules as written, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from ruleflow.model.vocabulary import TimeSpan
from ruleflow.source import Span
from ruleflow.syntax.expressions import Expr
from ruleflow.syntax.text_template import TextParts
from ruleflow.types.terms import ListOf, SetOf, Simple, Type


class Hit(Enum):
    """Which matching rules of a stage act: all, or only the first in file order."""

    ALL = "all"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of a decision; its rules all see the same facts."""

    id: str
    hit: Hit = Hit.ALL
    span: Span | None = field(default=None, compare=False, repr=False)


DEFAULT_STAGES = tuple(Stage(name) for name in ("classify", "prioritise", "sla", "route", "notify"))


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an action. One that is not required is left out of the action when its value is missing.

    `expression`: an expression although it is a text (`to: contact.email`).
    """

    name: str
    type: Type
    required: bool = False
    title: str = ""
    expression: bool = False

    @property
    def literal(self) -> bool:
        """Whether it is written as literal text: a text, or the items of a set or list of texts."""
        return not self.expression and is_literal(self.type)


def is_literal(kind: Type) -> bool:
    """Whether values of this type are written as text where a rule writes them; any other is an expression."""
    match kind:
        case SetOf() | ListOf():
            return kind.of is Simple.TEXT
        case _:
            return kind is Simple.TEXT


@dataclass(frozen=True, slots=True)
class ActionType:
    """What an action is called and takes. `main` is the parameter meant by the short form `set_sla: vip` ('' : no short form).

    `any_of`: at least one of these parameters must be given (empty: no such demand).
    """

    name: str
    parameters: tuple[Parameter, ...]
    main: str = ""
    any_of: tuple[str, ...] = ()
    title: str = ""
    standard: bool = False
    span: Span | None = field(default=None, compare=False, repr=False)

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name, or None."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)


ArgumentValue: TypeAlias = Expr | TextParts
"""A parameter of a text type is text with `{{ … }}`; any other is an expression."""


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter's value. `value` None: written as null, which clears the field of a `set`. `span` is the value's.

    A YAML list is an `Items` of its items; for a set of texts these are `Literal` texts.
    """

    name: str
    value: ArgumentValue | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a rule does. For `set`, `field` is the path written and the one argument is called `value`; else `field` is ''.

    `span` is the name of the action, for `set` the path of the field.
    """

    type: str
    arguments: tuple[Argument, ...]
    span: Span = field(compare=False, repr=False)
    field: str = ""

    def argument(self, name: str) -> Argument | None:
        """The argument of that name, or None where it is not given."""
        return next((argument for argument in self.arguments if argument.name == name), None)


class Mode(Enum):
    """Whether a matching rule acts, or is only reported."""

    ACTIVE = "active"
    SHADOW = "shadow"


@dataclass(frozen=True, slots=True)
class After:
    """When a time rule fires: `time` after `since`, counted in `calendar` (None: around the clock).

    It fires once for each value of `since`; with `repeat`, again and again at that distance.
    """

    time: TimeSpan
    since: Expr
    calendar: Expr | None
    repeat: TimeSpan | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as written. `events` empty: any event. `when` None: always. `rollout` is a share in percent, None: every ticket.

    `valid_from` and `valid_until`: a date means that whole day in the project's zone (both days in); an instant
    `valid_until` is the first instant at which the rule no longer runs. `position` counts rules in file order.
    """

    id: str
    stage: str
    events: tuple[str, ...]
    when: Expr | None
    actions: tuple[Action, ...]
    position: int
    title: str = ""
    enabled: bool = True
    mode: Mode = Mode.ACTIVE
    owner: str = ""
    labels: tuple[str, ...] = ()
    note: str = ""
    rollout: int | Decimal | None = None
    valid_from: date | datetime | None = None
    valid_until: date | datetime | None = None
    on_own_changes: bool = False
    after: After | None = None
    """Makes it a time rule, which runs on no event but when its time has come."""
    once: Expr | None = None
    """It fires at most once for each value of this, for one ticket."""
    span: Span | None = field(default=None, compare=False, repr=False)
    """The whole rule."""
    id_span: Span | None = field(default=None, compare=False, repr=False)
    stage_span: Span | None = field(default=None, compare=False, repr=False)
    event_spans: tuple[Span, ...] = field(default=(), compare=False, repr=False)
    """Where each of `events` is written."""

    def runs_on(self, event: str) -> bool:
        """Whether it may run on an event; a time rule runs on `timer`."""
        if self.after is not None:
            return event == "timer"
        return not self.events or event in self.events
