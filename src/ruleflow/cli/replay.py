"""`ruleflow replay`: recorded tickets decided again, to see what the rules do before they do it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ruleflow.cli.exits import FINDINGS, FINE, WRONG_USAGE
from ruleflow.cli.instants import Instant
from ruleflow.cli.projects import open_place, open_project
from ruleflow.cli.terminal import show_findings
from ruleflow.diagnostics.collector import Collector

if TYPE_CHECKING:
    from ruleflow.project.project import Project
    from ruleflow.replay.mapping import TicketMapping
    from ruleflow.replay.recorded import Found
    from ruleflow.replay.report import Report
    from ruleflow.replay.select import Selection
    from ruleflow.replay.tables import Meter


@click.command(
    "replay",
    help="""Decide recorded tickets again with the project in DIR, and count what comes of it.

    DATA is CSV (also .csv.gz), JSON Lines (also .jsonl.gz) or Parquet. A mapping file says which column is which fact;
    JSON Lines of facts, as `ruleflow decide` reads them, need none. With --against it also tells what another project
    decides otherwise.
    """,
)
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
@click.argument("data", metavar="DATA", type=click.Path(path_type=Path), required=False)
@click.option("--mapping", "-m", metavar="FILE", type=click.Path(path_type=Path), help="Which column is which fact.")
@click.option("--against", metavar="OLD", help="The project to compare with: a folder, or a git revision.")
@click.option("--event", "-e", metavar="EVENT", default="", help="What happened in lines of facts that do not say so.")
@click.option("--since", type=Instant(), help="Only what happened then or later.")
@click.option("--until", type=Instant(), help="Only what happened earlier.")
@click.option("--limit", type=click.IntRange(1), default=None, help="Only so many tickets, the first ones.")
@click.option("--sample", type=click.IntRange(1), default=None, help="Only so many tickets, drawn by chance.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same number draws the same sample.")
@click.option("--strict", is_flag=True, help="Refuse segments, contracts and options that the project does not know.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes that decide; every core for a large file.")
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--plots", metavar="DIR", type=click.Path(path_type=Path), help="Write pictures (SVG) into a folder.")
def command(
    folder: Path | None,
    data: Path | None,
    mapping: Path | None,
    against: str | None,
    event: str,
    since: datetime | None,
    until: datetime | None,
    limit: int | None,
    sample: int | None,
    seed: int,
    strict: bool,
    workers: int | None,
    format_: str,
    plots: Path | None,
) -> int:
    """Replay."""
    from ruleflow.replay.render import RENDERERS
    from ruleflow.replay.select import Selection

    if limit and sample:
        raise click.UsageError("--limit takes the first tickets, --sample some by chance; give one of them")
    if folder is None:
        raise click.UsageError("name the file of recorded tickets: `ruleflow replay DIR tickets.csv --mapping FILE`")
    folder, data = (Path(), folder) if data is None else (folder, data)
    project = open_project(folder)
    old = None if against is None else open_against(against, folder)
    selection = Selection(since, until, limit or 0, sample or 0, seed)
    report = _report(project, old, data, mapping, event, selection, workers, strict=strict)
    click.echo(RENDERERS[format_](report), nl=False)
    if plots is not None:
        _write_plots(report, plots)
    return FINDINGS if report["refused"] or report["unusable"] or report["errors"] else FINE


def open_against(old: str, folder: Path) -> Project:
    """The project to compare with: in a folder, or that of `folder` at a git revision."""
    from ruleflow.project.errors import RevisionError
    from ruleflow.project.revisions import place

    try:
        found = open_place(place(old, folder)).project
    except RevisionError as error:
        raise click.UsageError(str(error)) from error
    if found is None:
        raise click.UsageError(f"there is no project at {old}")
    return found


def _report(
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
                count = _workers(data, size) if workers is None else workers
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
    read = _read_mapping(mapping, project, out)
    with opened_table(data, kind, read, meter, out) as found:
        if out.has_errors:
            show_findings(out.sorted(), "text", Path(), err=True)
            raise click.exceptions.Exit(FINDINGS)
        yield found


def _read_mapping(path: Path, project: Project, out: Collector) -> TicketMapping:
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


def _workers(data: Path, size: int) -> int:
    """Every core for a large file. A packed file is some ten times larger inside."""
    from ruleflow.cli.decide_lines import LARGE
    from ruleflow.project.processes import cores

    return cores() if size * (1 if data.suffix != ".gz" else 10) >= LARGE else 1


def _write_plots(report: Report, folder: Path) -> None:
    from ruleflow.replay.plots import plots_of

    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = [_written(folder / name, picture) for name, picture in plots_of(report).items()]
    except OSError as error:
        click.echo(f"error: {folder} cannot be written: {error.strerror}", err=True)
        raise click.exceptions.Exit(WRONG_USAGE) from error
    click.echo(f"{', '.join(written)} written to {folder}", err=True)


def _written(place: Path, text: str) -> str:
    place.write_text(text, encoding="utf-8")
    return place.name
