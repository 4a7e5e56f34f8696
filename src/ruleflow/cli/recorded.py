"""Deciding recorded tickets for a command: with a progress bar, and mistakes shown where they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ruleflow.cli.exits import FINDINGS, WRONG_USAGE
from ruleflow.cli.terminal import show_findings
from ruleflow.diagnostics.collector import Collector

if TYPE_CHECKING:
    from ruleflow.project.project import Project
    from ruleflow.replay.mapping import TicketMapping
    from ruleflow.replay.recorded import Found
    from ruleflow.replay.report import Report
    from ruleflow.replay.select import Selection
    from ruleflow.replay.tables import Meter


def replayed(
    project: Project,
    old: Project | None,
    data: Path,
    mapping: Path | None,
    event: str,
    selection: Selection,
    workers: int | None,
    *,
    strict: bool,
) -> Report:
    """The report of recorded tickets, decided by a project and, where given, an older one; mistakes end the command."""
    from ruleflow.cli.progress import progress
    from ruleflow.replay.report import report_of
    from ruleflow.replay.run import replay
    from ruleflow.replay.select import selected
    from ruleflow.replay.tables import Meter, UnreadableTableError

    try:
        size = data.stat().st_size if data.is_file() else 0
        with progress(size, "replaying") as advance:
            meter = Meter(advance)
            with _found(project, data, mapping, event, meter) as found:
                count = workers_for(data, size) if workers is None else workers
                result = replay(selected(found, selection), project, old, strict=strict, workers=count)
    except UnreadableTableError as error:
        click.echo(f"error: {error}", err=True)
        raise click.exceptions.Exit(WRONG_USAGE) from error
    return report_of(result, project, old, meter, data.name)


@contextmanager
def _found(project: Project, data: Path, mapping: Path | None, event: str, meter: Meter) -> Iterator[Iterator[Found]]:
    """The events in the data; the findings about its mapping are shown, and with errors among them the command ends."""
    from ruleflow.replay.opening import opened_facts, opened_table
    from ruleflow.replay.tables import JSON_LINES, KINDS, kind_of

    kind = kind_of(data)
    if kind is None:
        endings = ", ".join(ending for one in KINDS for ending in one.endings)
        raise click.UsageError(f"the name of {data} does not say what it is; it ends in one of {endings}")
    if mapping is None:
        if kind is not JSON_LINES:
            raise click.UsageError(f"a {kind.name} file needs --mapping FILE, which says which column is which fact")
        with opened_facts(data, event, project.model.zone, meter) as found:
            yield found
        return
    out = Collector()
    read = read_mapping_file(mapping, project, out)
    with opened_table(data, kind, read, meter, out) as found:
        if out.has_errors:
            show_findings(out.sorted(), "text", Path(), err=True)
            raise click.exceptions.Exit(FINDINGS)
        yield found


def read_mapping_file(path: Path, project: Project, out: Collector) -> TicketMapping:
    """The mapping in a file; what is wrong with it goes to `out`. Ends the command where it cannot be read."""
    from ruleflow.replay.mapping import TicketMapping
    from ruleflow.replay.mapping_reader import read_mapping
    from ruleflow.syntax.decode import decode

    try:
        raw = path.read_bytes()
    except OSError as error:
        click.echo(f"error: {path} cannot be read: {error.strerror}", err=True)
        raise click.exceptions.Exit(WRONG_USAGE) from error
    source = decode(path.as_posix(), raw, out)
    return TicketMapping() if source is None else read_mapping(source, project.model, out)


def workers_for(data: Path, size: int) -> int:
    """Every core for a large file. A packed file is some ten times larger inside."""
    from ruleflow.cli.decide_lines import LARGE
    from ruleflow.project.processes import cores

    return cores() if size * (1 if data.suffix != ".gz" else 10) >= LARGE else 1
