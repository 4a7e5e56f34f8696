"""What was edited between two versions of a project, as plain values. Layout, comments, quoting and files are no edits."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from ruleflow.source import Span


class Kind(Enum):
    """What was edited; the value is its name for people."""

    PROJECT = "project"
    STAGE = "stage"
    EVENT = "event"
    FIELD = "field"
    SEGMENT = "segment"
    SCORE = "score"
    CALENDAR = "calendar"
    SLA = "SLA policy"
    CONTRACT = "contract"
    TEAM = "team"
    AGENT = "agent"
    SKILL = "skill"
    TEMPLATE = "template"
    ACTION = "action"
    DEFINITION = "definition"
    RULE = "rule"
    TABLE = "table"
    VIEW = "view"
    PROMISE = "promise"
    TEST = "test"


Plain: TypeAlias = bool | int | str | tuple[str, ...] | None
"""A setting as it is shown: numbers with a point, times and dates are texts; a list is a tuple; None: it is not set."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The thing that was edited, in one version. `stage` is that of a rule or a table, '' for anything else."""

    kind: Kind
    id: str
    title: str = ""
    stage: str = ""
    span: Span | None = field(default=None, compare=False, repr=False)
    """Where it stands in that version; None for what nobody wrote, such as the default stages."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """It has another id."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class MovedToStage:
    """The rule runs in another stage."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Moved:
    """It stands elsewhere among its likes, where the order counts: after another one, or first (both '' : first)."""

    after_before: str
    after_now: str


@dataclass(frozen=True, slots=True)
class ValueChanged:
    """A setting has another value; `key` leads there: `targets.first_reply.high`."""

    key: str
    before: Plain
    after: Plain


@dataclass(frozen=True, slots=True)
class PartAdded:
    """A condition asks for something more. `within` are the words around it, outermost first: `any of`, `not`."""

    key: str
    text: str
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartRemoved:
    """A condition no longer asks for something."""

    key: str
    text: str
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartChanged:
    """A part of a condition asks for something else; `shown` is both in one: `ticket.amount > 500 → 250`."""

    key: str
    before: str
    after: str
    shown: str
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reworded:
    """A condition is written in another way and means the same."""

    key: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ActionAdded:
    """The rule does something more."""

    text: str


@dataclass(frozen=True, slots=True)
class ActionRemoved:
    """The rule no longer does something."""

    text: str


@dataclass(frozen=True, slots=True)
class ArgumentChanged:
    """The rule does the same with another argument; `action` is `route`, or `set ticket.priority` (then `argument` is '')."""

    action: str
    argument: str
    before: Plain
    after: Plain


Change: TypeAlias = (
    Renamed | MovedToStage | Moved
    | ValueChanged
    | PartAdded | PartRemoved | PartChanged | Reworded
    | ActionAdded | ActionRemoved | ArgumentChanged
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Added:
    """It is only in the new version."""

    subject: Subject


@dataclass(frozen=True, slots=True)
class Removed:
    """It is only in the old version."""

    subject: Subject


@dataclass(frozen=True, slots=True)
class Edited:
    """It is in both. `likeness` is given, in percent, where the two were matched by what they say and not by their names."""

    before: Subject
    after: Subject
    changes: tuple[Change, ...]
    likeness: int | None = None


Edit: TypeAlias = Added | Removed | Edited

_SAYS_NOTHING = frozenset({"title", "note", "labels", "owner"})
"""Settings of a rule that no decision looks at."""


def subject_of(edit: Edit) -> Subject:
    """The thing as it is now, or as it was where it is gone."""
    return edit.after if isinstance(edit, Edited) else edit.subject


def can_matter(edit: Edit) -> bool:
    """Whether a decision may come out differently for it; False only where that cannot be."""
    kind = subject_of(edit).kind
    if kind in {Kind.TEST, Kind.PROMISE, Kind.VIEW}:
        return False
    if not isinstance(edit, Edited):
        return True
    return any(not _is_silent(change, kind) for change in edit.changes)


def _is_silent(change: Change, kind: Kind) -> bool:
    match change:
        case Reworded():
            return True
        case ValueChanged(key):
            is_row = key.startswith("row ") and key.endswith((": title", ": note"))
            return (kind in {Kind.RULE, Kind.TABLE} and key in _SAYS_NOTHING) or (kind is Kind.TABLE and is_row)
        case _:
            return False
