"""How the tickets in a file of recorded ones stand at its end: of each its last row, whatever happened before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ruleflow.diagnostics.collector import Collector
from ruleflow.model.model import Model
from ruleflow.replay.csv_rows import csv_table
from ruleflow.replay.mapping import Column, EventRows, FileForm, Rows, Source, Take, TicketMapping
from ruleflow.replay.mapping_reader import fact_types
from ruleflow.replay.moments import ISO, Form
from ruleflow.replay.opening import opened_table
from ruleflow.replay.recorded import Found
from ruleflow.replay.tables import Kind, Meter, opened
from ruleflow.source import Source as TextFile
from ruleflow.source import Span
from ruleflow.types.terms import Simple

SEPARATOR = ","
"""What stands between the values of a set in one cell, where no mapping says so."""

_LAST_ROW = EventRows(
    Source(None, constant="timer"),
    Source(None, Simple.DATETIME, constant="1970-01-01T00:00:00+00:00"),
    Rows(take=Take.LAST),
    {},
    {},
)


@contextmanager
def standing_in(
    path: Path, kind: Kind, mapping: TicketMapping, meter: Meter, out: Collector
) -> Iterator[Iterator[Found]]:
    """The tickets in a table with the facts of a mapping that hold for all its events. Raises `UnreadableTableError`."""
    with opened_table(path, kind, replace(mapping, events=(_LAST_ROW,)), meter, out) as found:
        yield found


def mapping_of_heading(path: Path, model: Model) -> TicketMapping:
    """The mapping of a CSV file whose columns are called as the facts are: `ticket.priority`; others are passed over.

    Each row is a record. Raises `UnreadableTableError`.
    """
    with opened(path) as (_, file), csv_table(file, FileForm(), path.name) as table:
        heading = table.columns or ()
    known = dict(fact_types(model))
    form = Form(ISO, model.zone)
    facts = {
        name: Source(
            Column(name, Span(TextFile(path.name, name), 0, len(name))),
            known[name],
            separator=SEPARATOR,
            form=form,
            secret=(field := model.fields.get(name)) is not None and field.secret,
        )
        for name in heading
        if name in known
    }
    return TicketMapping(facts=facts, zone=model.zone)
