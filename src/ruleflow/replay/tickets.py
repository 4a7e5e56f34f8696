"""From the rows of a file to events of tickets, as a mapping says. Nothing is kept but the rows of one ticket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ruleflow.replay.events import Events
from ruleflow.replay.mapping import Column, TicketMapping
from ruleflow.replay.recorded import Found
from ruleflow.replay.tables import Row, Unusable

MOST_ROWS = 10_000
"""Rows of one ticket; a history may not be longer either."""
MOST_REMEMBERED = 500_000
"""Tickets of which it is remembered that they were there, to find rows that stand apart."""


def tickets_of(rows: Iterable[Row | Unusable], mapping: TicketMapping) -> Iterator[Found]:
    """The events of every ticket, in the order of the rows; rows of which nothing can be made come as they are."""
    events = Events.of(mapping)
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
