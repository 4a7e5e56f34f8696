"""The records of a file, asked whether they are in a view."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeAlias

import click

from ruleflow.cli.exits import FINDINGS
from ruleflow.cli.progress import progress
from ruleflow.cli.recorded import read_mapping_file, workers_for
from ruleflow.cli.terminal import show_findings
from ruleflow.diagnostics.collector import Collector
from ruleflow.engine.canonical import canonical_json
from ruleflow.project.fact_files import bounded_lines
from ruleflow.project.project import Project
from ruleflow.project.views import Missed, Selected, selected_lines
from ruleflow.replay.recorded import Found, Recorded
from ruleflow.replay.standing import mapping_of_heading, standing_in
from ruleflow.replay.tables import (
    BROKEN_FILE,
    CSV,
    JSON_LINES,
    KINDS,
    PARQUET,
    Kind,
    Meter,
    UnreadableTableError,
    Unusable,
    kind_of,
    opened,
)
from ruleflow.views.external_sort import ExternalSort
from ruleflow.views.look import Look

ARROW = (".arrow", ".feather")
TOLD = 5
"""So many records of which nobody can tell are shown."""

Answers: TypeAlias = Iterator[Selected | Missed | None]
"""For each record whether it is in the view; None for one that is not."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked about which file. `wants`: whether a record with a sort key is of any use."""

    project: Project
    look: Look
    data: Path
    mapping: Path | None
    workers: int | None
    wants: Callable[[bytes], bool]


@dataclass(slots=True)
class Counts:
    """How many records were read, and how many are in the view; `told` are the first of which nobody can tell."""

    read: int = 0
    selected: int = 0
    missed: int = 0
    told: list[Missed] = field(default_factory=list)


def place_of(data: Path) -> str:
    """What the records of a file are counted by."""
    return "row" if data.name.lower().endswith((*PARQUET.endings, *ARROW)) else "line"


def counted(found: Answers, sort: ExternalSort) -> Counts:
    """Put what is in the view into a sort, and count."""
    counts = Counts()
    for one in found:
        counts.read += 1
        if isinstance(one, Selected):
            counts.selected += 1
            sort.add(one.key, one.record)
        elif one is not None:
            counts.missed += 1
            if len(counts.told) < TOLD:
                counts.told.append(one)
    return counts


@contextmanager
def selected_in(asking: Asking) -> Iterator[Answers]:
    """The answers for the records of a file, in order. Raises `UnreadableTableError`; wrong usage ends the command."""
    data = asking.data
    if str(data) == "-":
        yield _of_lines(asking, bounded_lines(sys.stdin.buffer), asking.workers or 1)
        return
    kind = kind_of(data)
    is_arrow = data.name.lower().endswith(ARROW)
    if kind is None and not is_arrow:
        endings = ", ".join((*(ending for one in KINDS for ending in one.endings), *ARROW))
        raise click.UsageError(f"the name of {data} does not say what it is; it ends in one of {endings}")
    if is_arrow and asking.mapping is not None:
        raise click.UsageError(
            "a mapping is for CSV, JSON Lines and Parquet; the columns of Arrow are called as facts are"
        )
    if asking.mapping is None and (kind is None or kind not in {CSV, JSON_LINES}):
        with _columns(asking) as answers:
            yield answers
        return
    size = data.stat().st_size if data.is_file() else 0
    workers = asking.workers or workers_for(data, size)
    with progress(size, "looking", results_follow=True) as advance:
        if kind is JSON_LINES and asking.mapping is None:
            with opened(data) as (raw, file):
                yield _of_lines(asking, _measured(bounded_lines(file), raw, advance), workers)
        elif kind is not None:
            with _mapped(asking, kind, Meter(advance)) as found:
                yield _of_rows(asking, found, workers)


def _of_lines(asking: Asking, lines: Iterable[bytes], workers: int) -> Answers:
    """Lines of JSON; empty ones are no records. A file that breaks off is told."""
    broken: list[Missed] = []
    asked: deque[bool] = deque()

    def whole() -> Iterator[bytes]:
        number = 0
        try:
            for line in lines:
                number += 1
                asked.append(bool(line.strip()))
                yield line
        except BROKEN_FILE:
            broken.append(Missed(number + 1, "the file breaks off here"))

    project = asking.project
    for answer in selected_lines(asking.look, whole(), project.folder, project.digest, workers):
        if asked.popleft():
            yield answer
    yield from broken


def _measured(lines: Iterable[bytes], raw: IO[bytes], advance: Callable[[int], None]) -> Iterator[bytes]:
    return Meter(advance).measured(lines, raw)


@contextmanager
def _mapped(asking: Asking, kind: Kind, meter: Meter) -> Iterator[Iterator[Found]]:
    """The tickets in a table as they stand, by the mapping or by its heading."""
    out = Collector()
    model = asking.project.model
    if asking.mapping is None:
        mapping = mapping_of_heading(asking.data, model)
        if not mapping.facts:
            raise click.UsageError(
                f"no column of {asking.data} is called as a fact is, such as `ticket.id`; --mapping FILE says which is which"
            )
    else:
        mapping = read_mapping_file(asking.mapping, asking.project, out)
    with standing_in(asking.data, kind, mapping, meter, out) as found:
        if out.has_errors:
            show_findings(out.sorted(), "text", Path(), err=True)
            raise click.exceptions.Exit(FINDINGS)
        yield found


def _of_rows(asking: Asking, found: Iterable[Found], workers: int) -> Answers:
    """Rows, as the lines of JSON that their facts are."""
    numbers: deque[int] = deque()
    unusable: deque[Missed] = deque()

    def lines() -> Iterator[bytes]:
        for one in found:
            if isinstance(one, Unusable):
                unusable.append(Missed(one.number, one.reason))
            elif isinstance(one, Recorded):
                numbers.append(one.number)
                yield canonical_json(one.facts)

    project = asking.project
    for answer in selected_lines(asking.look, lines(), project.folder, project.digest, workers):
        number = numbers.popleft()
        while unusable and unusable[0].number < number:
            yield unusable.popleft()
        yield answer._replace(number=number) if isinstance(answer, Missed) else answer
    yield from unusable


@contextmanager
def _columns(asking: Asking) -> Iterator[Answers]:
    """The rows of a Parquet or Arrow file, by columns."""
    try:
        from ruleflow.batch import TableError, open_table
        from ruleflow.batch.views import view_table
    except ModuleNotFoundError as error:
        raise UnreadableTableError(str(error)) from error
    project = asking.project
    try:
        with open_table(asking.data, project) as file, progress(file.rows, "looking", results_follow=True) as advance:
            yield view_table(project, asking.look, _counted(file.batches, advance), asking.wants)
    except TableError as error:
        raise UnreadableTableError(str(error)) from error


def _counted(batches: Iterable[Any], advance: Callable[[int], None]) -> Iterator[Any]:
    for batch in batches:
        yield batch
        advance(len(batch))
