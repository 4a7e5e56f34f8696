"""Opening a file of recorded tickets, with its mapping or without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from ruleflow.diagnostics.collector import Collector
from ruleflow.replay import errors
from ruleflow.replay.csv_rows import csv_table
from ruleflow.replay.facts_lines import recorded_in
from ruleflow.replay.json_rows import json_table
from ruleflow.replay.mapping import TicketMapping
from ruleflow.replay.parquet_rows import parquet_table
from ruleflow.replay.recorded import Found
from ruleflow.replay.tables import CSV, JSON_LINES, Kind, Meter, opened
from ruleflow.replay.tickets import tickets_of


@contextmanager
def opened_facts(path: Path, event: str, zone: ZoneInfo, meter: Meter) -> Iterator[Iterator[Found]]:
    """The events in JSON Lines of facts. Raises `UnreadableTableError`."""
    with opened(path) as (raw, file):
        yield meter.measured(recorded_in(file, event, zone), raw)


@contextmanager
def opened_table(
    path: Path, kind: Kind, mapping: TicketMapping, meter: Meter, out: Collector
) -> Iterator[Iterator[Found]]:
    """The events in a table, as a mapping says. Columns that are not there go to `out`. Raises `UnreadableTableError`."""
    with ExitStack() as stack:
        raw, file = stack.enter_context(opened(path))
        if kind is CSV:
            table = stack.enter_context(csv_table(file, mapping.form, path.name))
        elif kind is JSON_LINES:
            table = json_table(file, meter.unseen)
        else:
            table = parquet_table(file, path.name)
        if table.columns is not None:
            report_columns(table.columns, mapping, path.name, out)
        rows = table.rows({column.name for column in mapping.columns()})
        yield tickets_of(meter.measured(rows, raw), mapping)


def report_columns(columns: tuple[str, ...], mapping: TicketMapping, where: str, out: Collector) -> None:
    """Report every column of a mapping that a file does not have, or has twice."""
    for column in mapping.columns():
        places = [place for place, name in enumerate(columns, 1) if name == column.name]
        if not places:
            out.report(errors.unknown_column(column.span, column.name, columns, where))
        elif len(places) > 1:
            out.report(errors.column_twice(column.span, column.name, places, where))
