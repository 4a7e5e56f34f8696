"""From rows to events of tickets, as a mapping says. Nothing is kept but the rows of one ticket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from ruleflow.model.fields import HISTORY
from ruleflow.replay.mapping import Column, EventRows, Rows, Source, Take, TicketMapping
from ruleflow.replay.readings import Notes, Reading, reading_of
from ruleflow.replay.tables import Row, Unusable

OF_AN_ENTRY = frozenset({"at", "event", "by"})
"""What an entry of the history says beside fields of the ticket."""
CREATED = "ticket.created"
"""Before this event everything was missing, as the language has it."""
MOST_ROWS = 10_000
"""Rows of one ticket; a history may not be longer either."""
MOST_REMEMBERED = 500_000
"""Tickets of which it is remembered that they were there, to find rows that stand apart."""


class Recorded(NamedTuple):
    """An event of a ticket as it was recorded, ready to be decided. `ticket` '' : nobody says which.

    `unmapped` are the texts that no table of the mapping names, each with its column.
    """

    number: int
    ticket: str
    event: str
    at: datetime
    facts: Mapping[str, Any]
    unmapped: tuple[tuple[str, str], ...] = ()


class Silent(NamedTuple):
    """A row that is no event, since the column that says so says nothing."""

    number: int


Found = Recorded | Unusable | Silent


def tickets_of(rows: Iterable[Row | Unusable], mapping: TicketMapping) -> Iterator[Found]:
    """The events of every ticket, in the order of the rows; rows of which nothing can be made come as they are."""
    events = _Events.of(mapping)
    if mapping.ticket is None:
        for row in rows:
            yield from (row,) if isinstance(row, Unusable) else events.of_ticket([row], "")
        return
    remembered: set[int] = set()
    for one in _together(rows, mapping.ticket):
        if isinstance(one, Unusable):
            yield one
            continue
        name = _name(one[0], mapping.ticket)
        if mapping.needs_tickets_together:
            if hash(name) in remembered:
                yield from (_apart(row, name) for row in one)
                continue
            if len(remembered) < MOST_REMEMBERED:
                remembered.add(hash(name))
        yield from events.of_ticket(one, name)


def _together(rows: Iterable[Row | Unusable], column: Column) -> Iterator[list[Row] | Unusable]:
    """The rows of each ticket that stand together. A row that names no ticket, or is one too many, is unusable."""
    ticket: list[Row] = []
    name = ""
    for row in rows:
        if isinstance(row, Unusable):
            yield row
            continue
        own = _name(row, column)
        if not own:
            yield Unusable(row.number, f"`{column.name}` is empty, so nobody knows which ticket it is")
            continue
        if own != name and ticket:
            yield ticket
            ticket = []
        name = own
        if len(ticket) < MOST_ROWS:
            ticket.append(row)
        else:
            reason = f"a ticket has more than {MOST_ROWS:,} rows; is `{column.name}` the column that names it?"
            yield Unusable(row.number, reason, ticket=own)
    if ticket:
        yield ticket


def _name(row: Row, column: Column) -> str:
    cell = row.cells.get(column.name)
    return "" if cell is None else str(cell).strip()


def _apart(row: Row, ticket: str) -> Unusable:
    return Unusable(row.number, "other rows of the ticket stand further up; sort the file by ticket", ticket=ticket)


Readings = tuple[tuple[tuple[str, ...], Reading], ...]
"""Readings of facts, each with the keys on the way to it."""


def _readings(sources: Mapping[str, Source], mapping: TicketMapping) -> Readings:
    return tuple((tuple(path.split(".")), reading_of(one, mapping.absent)) for path, one in sources.items())


@dataclass(frozen=True, slots=True)
class _Event:
    """An event of a mapping with its readings."""

    rows: Rows
    event: Reading
    now: Reading
    now_column: str
    facts: Readings
    before: Readings

    @staticmethod
    def of(event: EventRows, mapping: TicketMapping) -> _Event:
        """Prepare the readings of an event."""
        sources: Mapping[str, Source] = {**mapping.facts, **event.facts}
        return _Event(
            event.rows,
            reading_of(event.event, mapping.absent),
            reading_of(event.now, mapping.absent),
            event.now.column.name if event.now.column is not None else "now",
            _readings(sources, mapping),
            _readings(event.before, mapping),
        )


@dataclass(frozen=True, slots=True)
class _Events:
    """All that a mapping makes of the rows of a ticket."""

    events: tuple[_Event, ...]
    history: tuple[tuple[str, Reading], ...]

    @staticmethod
    def of(mapping: TicketMapping) -> _Events:
        """Prepare the readings of a mapping."""
        history = ((name, reading_of(source, mapping.absent)) for name, source in mapping.history.items())
        return _Events(tuple(_Event.of(one, mapping) for one in mapping.events), tuple(history))

    def of_ticket(self, rows: Sequence[Row], ticket: str) -> Iterator[Found]:
        """The events of a ticket in the order of its rows; of one row in the order of the mapping."""
        chosen = sorted(((at, order) for order, one in enumerate(self.events) for at in chosen_rows(rows, one.rows)))
        for at, order in chosen:
            yield self._recorded(self.events[order], rows, at, ticket)

    def _recorded(self, event: _Event, rows: Sequence[Row], at: int, ticket: str) -> Found:
        row, notes = rows[at], Notes()
        name = event.event(row.cells, notes)
        if name is None:
            return Silent(row.number)
        now = event.now(row.cells, notes)
        facts: dict[str, Any] = {}
        for keys, read in event.facts:
            value = read(row.cells, notes)
            if value is not None:
                _put(facts, keys, value)
        before = _before(event, rows, at, notes) if name != CREATED else {}
        if before:
            facts["before"] = before
        if self.history:
            _put(facts, tuple(HISTORY.split(".")), list(self._history(rows[: at + 1], notes)))
        told = ticket or _ticket_id(facts) or ""
        if notes.faults:
            column, text = notes.faults[0]
            return Unusable(row.number, f"`{column}` is not an instant of the format that the mapping says", text, told)
        if now is None:
            return Unusable(row.number, f"`{event.now_column}` is empty, so nobody knows when it happened", "", told)
        return Recorded(
            row.number, told, str(name), datetime.fromisoformat(now), facts, tuple(dict.fromkeys(notes.unmapped))
        )

    def _history(self, rows: Sequence[Row], notes: Notes) -> Iterator[dict[str, Any]]:
        """What rows add to the history, those without an instant nothing; an empty text: the field has no value any more."""
        for row in rows:
            found = {name: read(row.cells, notes) for name, read in self.history}
            if found["at"] is not None:
                yield {
                    name: "" if value is None and name not in OF_AN_ENTRY else value for name, value in found.items()
                }


def _before(event: _Event, rows: Sequence[Row], at: int, notes: Notes) -> dict[str, Any]:
    """What an event changed, with the old values: what the ticket's row before says otherwise, and what the mapping says."""
    found: dict[str, Any] = {}
    if at > 0:
        for keys, read in event.facts:
            old = read(rows[at - 1].cells, Notes())
            if old != read(rows[at].cells, Notes()):
                _put(found, keys, old)
    for keys, read in event.before:
        _put(found, keys, read(rows[at].cells, notes))
    return found


def chosen_rows(rows: Sequence[Row], wanted: Rows) -> list[int]:
    """The places of the rows that are an event."""
    fitting = [at for at in range(len(rows)) if _fits(rows, at, wanted)]
    match wanted.take:
        case Take.FIRST:
            return fitting[:1]
        case Take.LAST:
            return fitting[-1:]
        case Take.EACH:
            return fitting


def _fits(rows: Sequence[Row], at: int, wanted: Rows) -> bool:
    row = rows[at].cells
    if any(_said(row, column) not in texts for column, texts in wanted.where):
        return False
    if wanted.increased is None and wanted.changed is None:
        return True
    if at == 0:
        return False
    before = rows[at - 1].cells
    if wanted.changed is not None and _said(row, wanted.changed) == _said(before, wanted.changed):
        return False
    return wanted.increased is None or _is_more(_said(row, wanted.increased), _said(before, wanted.increased))


def _said(row: Mapping[str, object], column: Column) -> str:
    cell = row.get(column.name)
    return "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell).strip()


def _is_more(text: str, before: str) -> bool:
    """Whether one number is above another; what is no number counts as none at all, 0."""
    return _number(text) > _number(before)


def _number(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() else Decimal(0)


def _put(facts: dict[str, Any], keys: tuple[str, ...], value: Any) -> None:
    """Set a value in nested objects; one that stands in the way, given as a whole before, gives way."""
    for key in keys[:-1]:
        inner = facts.get(key)
        if not isinstance(inner, dict):
            inner = facts[key] = {}
        facts = inner
    facts[keys[-1]] = value


def _ticket_id(facts: Mapping[str, Any]) -> str:
    ticket = facts.get("ticket")
    found = ticket.get("id") if isinstance(ticket, Mapping) else None
    return "" if found is None else str(found)
