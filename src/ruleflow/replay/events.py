"""From the rows of one ticket to its events with their facts, as a mapping says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ruleflow.model.fields import HISTORY
from ruleflow.replay.chosen_rows import chosen_rows
from ruleflow.replay.mapping import EventRows, Rows, Source, TicketMapping
from ruleflow.replay.readings import Notes, Reading, reading_of
from ruleflow.replay.recorded import Found, Recorded, Silent
from ruleflow.replay.tables import Row, Unusable

OF_AN_ENTRY = frozenset({"at", "event", "by"})
"""What an entry of the history says beside fields of the ticket."""
CREATED = "ticket.created"
"""Before this event everything was missing, as the language has it."""
Readings = tuple[tuple[tuple[str, ...], Reading], ...]
"""Readings of facts, each with the keys on the way to it."""


def _readings(sources: Mapping[str, Source], mapping: TicketMapping) -> Readings:
    return tuple((tuple(path.split(".")), reading_of(one, mapping.absent)) for path, one in sources.items())


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a mapping with its readings."""

    rows: Rows
    event: Reading
    now: Reading
    now_column: str
    facts: Readings
    before: Readings

    @staticmethod
    def of(event: EventRows, mapping: TicketMapping) -> Event:
        """Prepare the readings of an event."""
        sources: Mapping[str, Source] = {**mapping.facts, **event.facts}
        return Event(
            event.rows,
            reading_of(event.event, mapping.absent),
            reading_of(event.now, mapping.absent),
            event.now.column.name if event.now.column is not None else "now",
            _readings(sources, mapping),
            _readings(event.before, mapping),
        )


@dataclass(frozen=True, slots=True)
class Events:
    """All that a mapping makes of the rows of a ticket."""

    events: tuple[Event, ...]
    history: tuple[tuple[str, Reading], ...]

    @staticmethod
    def of(mapping: TicketMapping) -> Events:
        """Prepare the readings of a mapping."""
        history = ((name, reading_of(source, mapping.absent)) for name, source in mapping.history.items())
        return Events(tuple(Event.of(one, mapping) for one in mapping.events), tuple(history))

    def of_ticket(self, rows: Sequence[Row], ticket: str) -> Iterator[Found]:
        """The events of a ticket in the order of its rows; of one row in the order of the mapping."""
        chosen = sorted(((at, order) for order, one in enumerate(self.events) for at in chosen_rows(rows, one.rows)))
        for at, order in chosen:
            yield self._recorded(self.events[order], rows, at, ticket)

    def _recorded(self, event: Event, rows: Sequence[Row], at: int, ticket: str) -> Found:
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


def _before(event: Event, rows: Sequence[Row], at: int, notes: Notes) -> dict[str, Any]:
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
