"""`ruleflow replay`: recorded tickets decided again, to see what the rules do before they do it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ruleflow.cli.exits import FINDINGS, FINE, WRONG_USAGE
from ruleflow.cli.instants import Instant
from ruleflow.cli.projects import open_place, open_project

if TYPE_CHECKING:
    from ruleflow.project.project import Project
    from ruleflow.replay.report import Report


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
    from ruleflow.cli.recorded import replayed
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
    report = replayed(project, old, data, mapping, event, selection, workers, strict=strict)
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
