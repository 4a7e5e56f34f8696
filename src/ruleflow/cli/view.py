"""`ruleflow view`: the records of a view, in its order."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ruleflow.cli.exits import FINDINGS, FINE, WRONG_USAGE
from ruleflow.cli.instants import Instant
from ruleflow.cli.projects import open_project

if TYPE_CHECKING:
    from ruleflow.project.project import Project

FORMATS = ("text", "json", "jsonl", "csv")


@click.command(
    "view",
    help="""List the records in DATA that are in the view NAME of the project in DIR, in the order of the view. Without a
    name the views of the project are listed.

    DATA is JSON Lines of facts (also .jsonl.gz; `-` reads them from standard input), CSV (also .csv.gz) whose columns are
    called as facts are or are mapped with --mapping, Parquet or Arrow. It may be larger than memory.
    """,
)
@click.argument("words", metavar="[DIR] [NAME DATA]", nargs=-1, type=str)
@click.option("--mapping", "-m", metavar="FILE", type=click.Path(path_type=Path), help="Which column is which fact.")
@click.option("--now", type=Instant(), help="The instant of clocks, 2026-03-01T18:00+03:00; the clock's if left out.")
@click.option("--limit", type=click.IntRange(1), help="So many at most; left out: as the view says.")
@click.option("--strict", is_flag=True, help="Refuse segments, contracts and options that the project does not know.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes that look; every core for a large file.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="`jsonl` gives the records as they are, `csv` the columns, `json` both.",
)
def command(
    words: tuple[str, ...],
    mapping: Path | None,
    now: datetime | None,
    limit: int | None,
    strict: bool,
    workers: int | None,
    format_: str,
) -> int:
    """List a view, or the views."""
    from ruleflow.cli.view_output import listed, show
    from ruleflow.cli.view_records import Asking, counted, place_of, selected_in
    from ruleflow.project.errors import UnknownViewError
    from ruleflow.project.views import look_at
    from ruleflow.replay.tables import UnreadableTableError
    from ruleflow.views.external_sort import ExternalSort, SpillError

    folder, name, data = _arranged(words)
    project = open_project(folder)
    if not name:
        click.echo(listed(project.model, format_), nl=False)
        return FINE
    if data is None:
        raise click.UsageError(_no_data(name, project))
    try:
        look = look_at(project.plan, project.door, name, now or datetime.now(UTC), strict=strict)
    except UnknownViewError as error:
        raise click.UsageError(str(error)) from error
    sort = ExternalSort(limit or look.planned.view.limit)
    try:
        with selected_in(Asking(project, look, data, mapping, workers, sort.wants)) as found:
            counts = counted(found, sort)
        show(look, project.model.zone, (record for _, record in sort.sorted()), counts, format_, place_of(data))
    except (SpillError, UnreadableTableError) as error:
        click.echo(f"error: {error}", err=True)
        return WRONG_USAGE
    finally:
        sort.close()
    return FINDINGS if counts.missed else FINE


def _arranged(words: tuple[str, ...]) -> tuple[Path, str, Path | None]:
    """The folder of the project, the name of the view, the data: the folder may come first or last, or be left out."""
    match words:
        case ():
            return Path(), "", None
        case (word,):
            return (Path(word), "", None) if Path(word).is_dir() else (Path(), word, None)
        case (first, second):
            is_folder = Path(first).is_dir() and not Path(second).exists()
            return (Path(first), second, None) if is_folder else (Path(), first, Path(second))
        case (first, second, third):
            is_last = Path(third).is_dir() and not Path(first).is_dir()
            return (Path(third), first, Path(second)) if is_last else (Path(first), second, Path(third))
        case _:
            raise click.UsageError("give the folder of the project, the name of a view and one file")


def _no_data(name: str, project: Project) -> str:
    if name in project.model.views:
        return f"name the file of records: `ruleflow view {name} tickets.jsonl`"
    views = ", ".join(f"`{one}`" for one in project.model.views)
    return f"`{name}` is neither a folder nor a view of this project" + (f"; it has {views}" if views else "")
