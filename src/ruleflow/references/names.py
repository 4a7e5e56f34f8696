"""The names of a project: what has one, where it is written, and what holds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from ruleflow.source import Span
from ruleflow.types import terms


class Kind(Enum):
    """What may be named; the value is the word for it on the command line."""

    SEGMENT = "segment"
    CONTRACT = "contract"
    TEAM = "team"
    AGENT = "agent"
    SKILL = "skill"
    CALENDAR = "calendar"
    SLA = "sla"
    TEMPLATE = "template"
    FOLDER = "folder"
    FIELD = "field"
    OPTION = "option"
    DEFINITION = "definition"
    EVENT = "event"
    ACTION = "action"
    STAGE = "stage"
    RULE = "rule"
    TABLE = "table"
    ROW = "row"
    VIEW = "view"
    SCORE = "score"
    PROPERTY = "property"

    @property
    def plural(self) -> str:
        """Several of them."""
        return {"sla": "SLA policies", "property": "properties"}.get(self.value, f"{self.value}s")


_WITHIN = {Kind.OPTION: ":", Kind.ROW: "/"}
"""Kinds that are called after what they are in, and what stands between the two names."""

OF_TERMS: dict[terms.Kind, Kind] = {kind: Kind(kind.value) for kind in terms.Kind}
"""The kinds of things that expressions refer to."""


@dataclass(frozen=True, slots=True)
class Name:
    """A named thing. A field is called by its path, a part of a record by its path below the field, an option `path:option`.

    A row of a table with an id of its own is called `table/row`.
    """

    kind: Kind
    id: str

    @property
    def written(self) -> str:
        """What stands in the files for it at its shortest: the last part of a path, the option or the row itself."""
        if self.kind in _WITHIN:
            return self.id.partition(_WITHIN[self.kind])[2]
        return self.id.rpartition(".")[2] if self.kind is Kind.FIELD else self.id

    @property
    def owner(self) -> str:
        """For an option its field, for a row its table, for a field what stands before the last part of its path; else ''."""
        if self.kind in _WITHIN:
            return self.id.partition(_WITHIN[self.kind])[0]
        return self.id.rpartition(".")[0] if self.kind is Kind.FIELD else ""

    @property
    def is_inside(self) -> bool:
        """Whether it is called after what it is in, so that its own word alone may be enough."""
        return self.kind in _WITHIN

    def beside(self, written: str) -> Name:
        """What is in the same field or table under another name; given whole or by its own word."""
        between = _WITHIN.get(self.kind, "")
        whole = not between or written.startswith(f"{self.owner}{between}")
        return Name(self.kind, written if whole else f"{self.owner}{between}{written}")

    def __str__(self) -> str:
        if self.kind is Kind.OPTION:
            return f"option `{self.written}` of `{self.owner}`"
        return f"{'SLA policy' if self.kind is Kind.SLA else self.kind.value} `{self.id}`"


def option(path: str, word: str) -> Name:
    """An option of a choice field."""
    return Name(Kind.OPTION, f"{path}:{word}")


class Role(Enum):
    """What a place does with a name."""

    DEFINITION = "definition"
    USE = "use"
    EARLIER = "was"
    """An old name of the thing, under `was`."""


@dataclass(frozen=True, slots=True)
class Holder:
    """What holds a place: the `condition` of the `rule` called `vip_first`. `part` '' : the thing as a whole."""

    kind: str
    id: str = ""
    part: str = ""

    def __str__(self) -> str:
        whole = f"{self.kind} `{self.id}`" if self.id else self.kind
        return f"{self.part} of {whole}" if self.part else whole


@dataclass(frozen=True, slots=True)
class Use:
    """A place that names a thing; `span` is the name as it is written there, without quotes.

    A field may be written whole (`ticket.plan`), by its last part (a key of a test), or as a part of a record (`it.plan`).
    Tests may call a thing by its `external_id` or an old name: then that is the text of `span`.
    """

    name: Name
    span: Span
    holder: Holder
    role: Role = field(default=Role.USE)


@dataclass(frozen=True, slots=True)
class Link:
    """A place where the options of two fields meet: a comparison of both, a value of one that is set to the other."""

    one: str
    other: str
    span: Span
    holder: Holder
