"""A mapping: which column of a file of recorded tickets is which fact, and which of its rows are events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from ruleflow.replay.moments import Form
from ruleflow.source import Span
from ruleflow.types.terms import Simple, Type


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a mapping names, and where it does."""

    name: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from: a column, or `constant` where `column` is None.

    `values` says for each text of the column what it is as a fact (None: as it stands). A text that it does not name
    stands as it is, and is counted; with `names_others` it is `other`. `separator` '' : the column holds one value.
    `secret` values are shown masked only.
    """

    column: Column | None
    kind: Type = Simple.TEXT
    constant: Any = None
    values: Mapping[str, Any] | None = None
    names_others: bool = False
    other: Any = None
    separator: str = ""
    form: Form = field(default_factory=Form)
    secret: bool = False


class Take(Enum):
    """Which of the rows of a ticket that fit are taken."""

    EACH = "each"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows of a ticket are an event: all that `where` allows, and that differ so from the row before; of these `take`.

    `increased` and `changed` never hold for the first row of a ticket.
    """

    where: tuple[tuple[Column, frozenset[str]], ...] = ()
    increased: Column | None = None
    changed: Column | None = None
    take: Take = Take.EACH

    @property
    def look_around(self) -> bool:
        """Whether other rows of the ticket must be known."""
        return self.take is not Take.EACH or self.increased is not None or self.changed is not None


@dataclass(frozen=True, slots=True)
class EventRows:
    """An event of a ticket: the rows at which it happened, its instant, and facts beside those of the mapping, or in their place.

    `before` are values that the event changed, as they were; what the row before says otherwise need not stand there.
    """

    event: Source
    now: Source
    rows: Rows
    facts: Mapping[str, Source]
    before: Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class FileForm:
    """How a file of texts is written; '' : found out from its beginning."""

    encoding: str = ""
    delimiter: str = ""


@dataclass(frozen=True, slots=True)
class TicketMapping:
    """Everything that a mapping says. `ticket` None: each row is a ticket of its own.

    `history` has the parts of an entry of `ticket.history` that each row makes, '' none. `absent` are texts that mean nothing.
    """

    ticket: Column | None = None
    facts: Mapping[str, Source] = field(default_factory=dict)
    history: Mapping[str, Source] = field(default_factory=dict)
    events: tuple[EventRows, ...] = ()
    absent: frozenset[str] = frozenset()
    form: FileForm = field(default_factory=FileForm)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    @property
    def needs_tickets_together(self) -> bool:
        """Whether a row is understood only with the others of its ticket."""
        return bool(self.history) or any(one.rows.look_around for one in self.events)

    def columns(self) -> Iterator[Column]:
        """Every column that is named, as often as it is."""
        if self.ticket is not None:
            yield self.ticket
        for event in self.events:
            rows = event.rows
            yield from (column for column, _ in rows.where)
            yield from (column for column in (rows.increased, rows.changed) if column is not None)
        for source in self._sources():
            if source.column is not None:
                yield source.column

    def _sources(self) -> Iterator[Source]:
        yield from self.facts.values()
        yield from self.history.values()
        for event in self.events:
            yield from (event.event, event.now, *event.facts.values(), *event.before.values())
