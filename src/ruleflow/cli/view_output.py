"""How the records of a view are printed: a table for people, or what programs read."""

from __future__ import annotations

import csv
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import Any
from zoneinfo import ZoneInfo

import click

from ruleflow.cli.aligned import aligned
from ruleflow.cli.view_records import Counts
from ruleflow.diagnostics.cells import column_count, columns, visible
from ruleflow.diagnostics.json_text import json_line, json_text
from ruleflow.engine.canonical import plain
from ruleflow.model.model import Model
from ruleflow.plan.views import headings
from ruleflow.project.fact_files import read_json
from ruleflow.project.views import facts_of
from ruleflow.types.values import Value
from ruleflow.views.look import Look

_MEASURED = 1_000
"""The first rows of a table say how wide its columns are."""
_WIDEST, _NARROWEST = 80, 4
_GAP = 2
_CUT = "…"


def listed(model: Model, format_: str) -> str:
    """The views of a project."""
    views = model.views.values()
    if format_ != "text":
        return json_text([{"id": one.id, "title": one.title, "of": one.of.value, "owner": one.owner} for one in views])
    if not views:
        return "this project has no views\n"
    return "".join(f"{line}\n" for line in aligned([(one.id, one.of.value, one.title) for one in views]))


def show(look: Look, zone: ZoneInfo, records: Iterable[bytes], counts: Counts, format_: str, place: str) -> None:
    """Print the records; what there is to say about them goes to the error stream, for people.

    `place` is what records are counted by: `line`, `row`.
    """
    match format_:
        case "jsonl":
            sys.stdout.buffer.writelines(line for record in records for line in (record, b"\n"))
        case "csv":
            out = csv.writer(sys.stdout, lineterminator="\n")
            out.writerow(headings(look.planned.columns))
            out.writerows([_text(cell, zone) for cell in _cells(look, record)] for record in records)
        case "json":
            _show_json(look, zone, records, counts)
        case _:
            shown = _show_table(look, zone, records)
            click.echo(_summary(look, shown, counts), err=True)
    for one in counts.told:
        click.echo(f"{place} {one.number}: {visible(one.reason)}", err=True)
    if counts.missed:
        more = f" (the first {len(counts.told)} are shown)" if counts.missed > len(counts.told) else ""
        click.echo(f"{counts.missed:,} could not be looked at{more}", err=True)


def _summary(look: Look, shown: int, counts: Counts) -> str:
    of = look.planned.view.of.value
    first = f"the first {shown:,} of " if shown < counts.selected else ""
    return f"{first}{counts.selected:,} {of} in the view, of {counts.read:,} read"


def _cells(look: Look, record: bytes) -> tuple[Value, ...]:
    return look.cells(facts_of(read_json(record)))


def _show_json(look: Look, zone: ZoneInfo, records: Iterable[bytes], counts: Counts) -> None:
    """One document, written record by record: there may be more of them than memory holds."""
    head = {
        "version": 1,
        "view": look.planned.view.id,
        "of": look.planned.view.of.value,
        "now": plain(look.now, zone),
        "read": counts.read,
        "selected": counts.selected,
        "refused": counts.missed,
        "columns": headings(look.planned.columns),
    }
    sys.stdout.write(json_text(head).removesuffix("\n}\n") + ',\n  "records": [')
    between = "\n    "
    for record in records:
        cells = [plain(cell, zone) for cell in _cells(look, record)]
        sys.stdout.write(between + json_line({"cells": cells, "facts": facts_of(read_json(record))}))
        between = ",\n    "
    sys.stdout.write("\n  ]\n}\n")


def _show_table(look: Look, zone: ZoneInfo, records: Iterable[bytes]) -> int:
    """Print aligned columns, cut to the terminal where there is one; the number of rows."""
    heading = [visible(one) for one in headings(look.planned.columns)]
    rows = ([visible(_for_people(cell, zone)) for cell in _cells(look, record)] for record in records)
    first = list(islice(rows, _MEASURED))
    widths = [min(max(map(columns, cells)), _WIDEST) for cells in zip(heading, *first, strict=True)]
    cut = sys.stdout.isatty()
    if cut:
        widths = fitted(widths, shutil.get_terminal_size().columns)
    shown = -1
    for row in chain([heading], first, rows):
        sys.stdout.write(f"{_line(row, widths, cut=cut)}\n")
        shown += 1
    return shown


def _line(row: Sequence[str], widths: Sequence[int], *, cut: bool) -> str:
    cells = [shortened(cell, width) for cell, width in zip(row, widths, strict=True)] if cut else row
    padded = (cell + " " * (width - columns(cell)) for cell, width in zip(cells, widths, strict=True))
    return (" " * _GAP).join(padded).rstrip()


def fitted(widths: Sequence[int], room: int) -> list[int]:
    """The widths of columns, the widest ones cut so that all have room beside each other."""
    found = list(widths)
    while sum(found) + _GAP * (len(found) - 1) > room and max(found) > _NARROWEST:
        found[found.index(max(found))] -= 1
    return found


def shortened(text: str, width: int) -> str:
    """A text that is drawn in so many terminal columns at most; what is cut off ends in `…`."""
    if columns(text) <= width:
        return text
    return "".join(_beginning(text, width - 1)) + _CUT


def _beginning(text: str, room: int) -> Iterator[str]:
    for character in text:
        room -= column_count(character)
        if room < 0:
            return
        yield character


def _for_people(cell: Value, zone: ZoneInfo) -> str:
    match cell:
        case bool():
            return "yes" if cell else "no"
        case datetime():
            return cell.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        case _:
            return _text(cell, zone)


def _text(cell: Value, zone: ZoneInfo) -> str:
    """A value as text: '' where it is missing, what is in a set between commas."""
    found: Any = plain(cell, zone)
    match found:
        case None:
            return ""
        case bool():
            return str(found).lower()
        case list():
            return ", ".join(_text(one, zone) for one in found)
        case dict():
            return json_line(found)
        case _:
            return str(found)
