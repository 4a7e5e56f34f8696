"""The vocabulary of a project as frozen values: what rules may name. Built once, shared by every later floor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from ruleflow.calendar.calendar import Calendar
from ruleflow.formats.formats import TextFormat
from ruleflow.regex.regex import Regex
from ruleflow.source import Span
from ruleflow.syntax.expressions import Expr
from ruleflow.templates.liquid_text import LiquidText
from ruleflow.types.durations import CalendarDays, WorkingDays
from ruleflow.types.terms import Kind, Type
from ruleflow.types.values import Value


class Resolve(Enum):
    """Which of several writes of one stage to one field stands."""

    FIRST = "first"
    LAST = "last"
    HIGHEST = "highest"
    LOWEST = "lowest"
    UNIQUE = "unique"
    APPEND = "append"


@dataclass(frozen=True, slots=True)
class Field:
    """A fact that rules may read.

    `default` stands in for a missing value (None: there is none); a field with a default, or required, never reads
    as missing. `pattern` or `format` constrain a text, `minimum` and `maximum` a number (both ends in), `secret` fields
    are only ever shown masked. `resolve` is None where nobody chose one: then `first` (sets and lists: `append`).
    """

    path: str
    type: Type
    title: str = ""
    required: bool = False
    default: Value = None
    secret: bool = False
    format: TextFormat | None = None
    pattern: Regex | None = None
    minimum: int | Decimal | None = None
    maximum: int | Decimal | None = None
    unit: str = ""
    resolve: Resolve | None = None
    external_options: Mapping[str, str] = field(default_factory=dict)
    """What the helpdesk calls an option, to the option here (`external_id` and `was` of an option)."""
    was: tuple[str, ...] = ()
    standard: bool = False
    span: Span | None = field(default=None, compare=False, repr=False)

    @property
    def optional(self) -> bool:
        """Whether it may read as missing."""
        return not self.required and self.default is None


@dataclass(frozen=True, slots=True)
class Named:
    """What everything with an id has. `external_id` and `was` (old ids) are accepted in facts in place of the id."""

    id: str
    title: str = ""
    external_id: str = ""
    was: tuple[str, ...] = ()
    span: Span | None = field(default=None, compare=False, repr=False)
    """The id where it is defined."""


@dataclass(frozen=True, slots=True)
class Segment(Named):
    """A group of contacts: assigned (comes with the facts), or derived where `when` is given. Colours are `#rrggbb` or ''."""

    color: str = ""
    background: str = ""
    when: Expr | None = None


@dataclass(frozen=True, slots=True)
class Team(Named):
    """A department."""

    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Agent(Named):
    """A person who answers. `teams` and `skills` are ids."""

    email: str = ""
    teams: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skill(Named):
    """What an agent can do: a language, a product."""


@dataclass(frozen=True, slots=True)
class Folder(Named):
    """A part of a contract's clients. `parent` is the folder above, '' at the top."""

    contract: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class OpenTime:
    """A target in exact open time of a calendar, in whole seconds."""

    seconds: int


class EndOfWorkingDay(Enum):
    """A target at the end of the working day on which the clock starts."""

    END = "end of working day"


TargetTime = OpenTime | WorkingDays | EndOfWorkingDay
TimeSpan = TargetTime | CalendarDays
"""How long after an instant something happens: a target, or calendar days at the same clock time."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a contract promises for a kind of request: its priority ('' : unchanged) and the time to resolve (None: no promise)."""

    request_type: str
    title: str = ""
    priority: str = ""
    resolve_in: TargetTime | None = None
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Contract(Named):
    """What a client has agreed. `owner_team` or `owner_agent` answers for it (both '': nobody); `rating` 0 where none is given."""

    owner_team: str = ""
    owner_agent: str = ""
    tag: str = ""
    color: str = ""
    calendar: str = ""
    regulation: str = ""
    rating: int | Decimal = 0
    folders: tuple[Folder, ...] = ()
    requests: tuple[Request, ...] = ()
    applies_when: Expr | None = None


@dataclass(frozen=True, slots=True)
class CalendarEntry(Named):
    """A named calendar."""

    calendar: Calendar | None = None
    """None where it could not be read (and a finding says why)."""


class Metric(Enum):
    """What an SLA clock measures."""

    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    UPDATE = "update"
    RESOLUTION = "resolution"
    ASSIGNMENT = "assignment"


class OnChange(Enum):
    """What a running clock does when priority, policy or calendar changes."""

    KEEP = "keep"
    RESTART = "restart"
    OLD_DEADLINE = "old_deadline"


@dataclass(frozen=True, slots=True)
class Target:
    """What a policy promises for a metric: `times` maps a priority or request type (of field `by`) to a time; `by` '' and key '' : always."""

    metric: Metric
    by: str
    times: Mapping[str, TargetTime]
    warn_at: tuple[int | Decimal | OpenTime, ...] = ()
    """Warnings: a number is a percentage of the target, an open time is that long before it is due."""
    on_change: OnChange = OnChange.KEEP


@dataclass(frozen=True, slots=True)
class SlaPolicy(Named):
    """What a client may expect. `calendar` '' means the contract's, and without one around the clock."""

    calendar: str = ""
    targets: tuple[Target, ...] = ()
    pause_when: Expr | None = None
    solved_when: Expr | None = None
    """When a ticket is solved, so that nothing is left to wait for; None: its status is `solved` or `closed`."""


class BodyFormat(Enum):
    """How a message body is written; only HTML is escaped."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class PlaceholderUse:
    """A fact that a message shows, where it stands in the template's file; `contact.tickets[].subject` inside a loop.

    `has_fallback`: the template says what to write where the fact is missing.
    """

    path: str
    span: Span = field(compare=False, repr=False)
    has_fallback: bool = False


@dataclass(frozen=True, slots=True)
class QuotedUse:
    """A quoted text of a template: the `'vip'` of `{% if contact.segments contains 'vip' %}`.

    `path` is the fact that it is held against, '' where it is none, or one that goes by another name there.
    """

    path: str
    text: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class TemplateVariant:
    """One wording of a message. `locale` and `segment` '' : for everyone."""

    file: str
    subject: LiquidText
    body: LiquidText
    locale: str = ""
    segment: str = ""
    format: BodyFormat = BodyFormat.TEXT
    placeholders: tuple[PlaceholderUse, ...] = ()
    """What subject and body read, in the order of the file."""
    quoted: tuple[QuotedUse, ...] = field(default=(), compare=False, repr=False)
    """What subject and body hold against facts."""


@dataclass(frozen=True, slots=True)
class Template(Named):
    """A message, in one or more variants."""

    variants: tuple[TemplateVariant, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """An expression under a name."""

    name: str
    value: Expr
    title: str = ""
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class EventType:
    """Something that happens to a ticket or a contact; `standard` ones ship with the package."""

    name: str
    title: str = ""
    standard: bool = False
    span: Span | None = field(default=None, compare=False, repr=False)


THINGS: Mapping[str, Kind] = {
    "segments": Kind.SEGMENT,
    "contracts": Kind.CONTRACT,
    "teams": Kind.TEAM,
    "agents": Kind.AGENT,
    "skills": Kind.SKILL,
    "calendars": Kind.CALENDAR,
    "sla": Kind.SLA,
    "templates": Kind.TEMPLATE,
}
"""The section of a project that defines the things of a kind (folders stand inside contracts)."""
