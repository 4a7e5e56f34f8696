"""`ruleflow segments`: scores and segments from a file of purchases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ruleflow.cli.exits import FINDINGS, FINE, WRONG_USAGE
from ruleflow.cli.projects import open_project
from ruleflow.cli.purchases import bought, purchase_options, read, told

if TYPE_CHECKING:
    from ruleflow.project.project import Project
    from ruleflow.segmentation.fit import Fitted
    from ruleflow.segmentation.summary import Summary

_FOLDER = click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
_DATA = click.argument("data", metavar="DATA", type=click.Path(path_type=Path), required=False)
_FORMAT = click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)


@click.group("segments", help="Find the bounds of scores in purchases, and place contacts by them.")
def command() -> None:
    """Hold the two commands."""


@command.command(
    "fit",
    help="""Find the bounds of the scores that say `fit:` in a file of purchases, and write them into the project.

    DATA is CSV, JSON Lines (both also .gz) or Parquet. Only numbers in the files change, comments stay. With --diff
    nothing is written, and the change is shown.
    """,
)
@_FOLDER
@_DATA
@click.option("--score", "only", metavar="NAME", multiple=True, help="Only this score; may be given again.")
@click.option("--diff", "--dry-run", "is_trial", is_flag=True, help="Show the change and write nothing.")
@purchase_options
@_FORMAT
def fit(
    folder: Path | None, data: Path | None, only: tuple[str, ...], is_trial: bool, format_: str, **options: Any
) -> int:
    """Fit."""
    folder, data = _places(folder, data)
    project = open_project(folder)
    purchases = read(data, project.model.zone, options)
    from ruleflow.cli.terminal import show_findings
    from ruleflow.diagnostics.collector import Collector
    from ruleflow.project.edited import ChangedMeanwhileError, changed_files, patch, write_files
    from ruleflow.project.folder import read_folder
    from ruleflow.project.loading import without_ignored
    from ruleflow.segmentation.errors import FitError
    from ruleflow.segmentation.fit import fit_scores

    found_folder = read_folder(folder, Collector())
    if found_folder is None:
        raise click.UsageError(f"{folder} is not a folder whose files can be written")
    before = without_ignored(found_folder)
    try:
        found = fit_scores(before, project, purchases, only)
    except FitError as error:
        click.echo(f"error: {error}", err=True)
        return FINDINGS
    if found.findings:
        show_findings(found.findings, "text", folder, err=True)
        click.echo("error: with these bounds the project would have errors, so nothing was written", err=True)
        return FINDINGS
    changes = {old.name: (old.content, new.content) for old, new in changed_files(before, found.folder)}
    difference = "".join(patch(name, *pair) for name, pair in changes.items())
    if not is_trial:
        try:
            write_files(folder, changes)
        except (ChangedMeanwhileError, OSError) as error:
            click.echo(f"error: nothing is written: {error}", err=True)
            return WRONG_USAGE
    if format_ == "json":
        _print_json(_fit_dict(found, list(changes), difference, is_trial=is_trial))
        return FINE
    click.echo("\n".join(told(purchases, project.model.zone)), err=is_trial)
    click.echo(_fit_text(found), err=is_trial)
    if is_trial:
        click.echo(difference, nl=False)
    else:
        names = ", ".join(str(folder / name) for name in changes)
        click.echo(f"written to {names}" if changes else "the project has these bounds already")
    return FINE


def _fit_text(found: Fitted) -> str:
    from ruleflow.cli.aligned import aligned
    from ruleflow.segmentation.summary import result_text

    blocks = []
    for name, bounds in found.bounds.items():
        rows = [[f"score.{name}", "bin", "contacts"]]
        rows += [[result_text(step.result), step.key, f"{step.contacts:,}"] for step in bounds.steps]
        lines = [*aligned(rows)]
        if bounds.empty:
            left = ", ".join(map(result_text, bounds.empty))
            lines.append(f"  nobody gets {left}: too many contacts have equal values, and these stay together")
        blocks.append("\n".join(lines))
    problems = [f"  left out: {number:,} contacts: {text}" for text, number in found.problems.items()]
    return "\n".join(["", *blocks, *problems, ""])


def _fit_dict(found: Fitted, files: list[str], difference: str, *, is_trial: bool) -> dict[str, Any]:
    scores = {
        name: {
            "bins": [{"bin": one.key, "result": _plain(one.result), "contacts": one.contacts} for one in bounds.steps],
            "empty": [_plain(one) for one in bounds.empty],
        }
        for name, bounds in found.bounds.items()
    }
    return {"written": not is_trial, "files": files, "scores": scores, "diff": difference}


def _plain(result: Any) -> Any:
    return result if isinstance(result, int | str) else float(result)


@command.command(
    "assign",
    help="""Give every customer in a file of purchases the scores and segments that a decision would give at that instant.

    DATA is CSV, JSON Lines (both also .gz) or Parquet. Prints how large the segments are; -o writes the contacts.
    """,
)
@_FOLDER
@_DATA
@click.option(
    "--output",
    "-o",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the contacts: .csv, .jsonl or .parquet.",
)
@click.option("--plot", metavar="FILE", type=click.Path(path_type=Path), help="Write a picture (SVG).")
@click.option(
    "--map", "map_of", metavar="SCORE,SCORE", default="", help="The scores of the map in the picture: across, up."
)
@purchase_options
@_FORMAT
def assign(
    folder: Path | None,
    data: Path | None,
    output: Path | None,
    plot: Path | None,
    map_of: str,
    format_: str,
    **options: Any,
) -> int:
    """Assign."""
    folder, data = _places(folder, data)
    if plot is not None and plot.suffix.lower() != ".svg":
        raise click.UsageError(f"the picture is SVG: name a file that ends in .svg, not {plot.name}")
    project = open_project(folder)
    if not project.model.scores and not any(one.when for one in project.model.segments.values()):
        raise click.UsageError("the project has neither scores nor derived segments")
    purchases = read(data, project.model.zone, options)
    from ruleflow.segmentation.scoring import scored
    from ruleflow.segmentation.summary import summary_for

    summary = summary_for(project.model, _map(map_of, project))
    contacts = (_counted(one, summary) for one in scored(project, purchases))
    _write(contacts, output, project)
    about = [*told(purchases, project.model.zone)]
    if format_ == "json":
        from ruleflow.segmentation.summary import summary_dict

        _print_json(summary_dict(summary))
    else:
        click.echo("\n".join([*about, *_summary_text(summary, project)]))
    if plot is not None:
        from ruleflow.segmentation.picture import segments_svg

        _write_text(plot, segments_svg(summary, project.model, bought(purchases, project.model.zone)))
    return FINDINGS if summary.problems else FINE


def _counted(one: Any, summary: Summary) -> Any:
    summary.add(one)
    return one


def _write(contacts: Any, output: Path | None, project: Project) -> None:
    """Write the contacts, or only go through them."""
    if output is None:
        for _ in contacts:
            pass
        return
    from ruleflow.segmentation.output import WRITERS

    write = WRITERS.get(output.suffix.lower())
    if write is None:
        raise click.UsageError(f"name a file that ends in {', '.join(WRITERS)}, not {output.name}")
    try:
        write(output, contacts, project.model)
    except OSError as error:
        click.echo(f"error: {output} cannot be written: {error.strerror}", err=True)
        raise click.exceptions.Exit(WRONG_USAGE) from error


def _map(text: str, project: Project) -> tuple[str, str] | None:
    from ruleflow.segmentation.summary import map_of, steps_of

    if not text:
        return map_of(project.model)
    names = [name.strip().removeprefix("score.") for name in text.split(",")]
    stepped = [name for name, score in project.model.scores.items() if steps_of(score)]
    unknown = next((name for name in names if name not in stepped), None)
    if len(names) != 2 or unknown is not None:
        raise click.UsageError(f"--map takes two scores that come in steps: {', '.join(stepped) or 'there are none'}")
    return names[0], names[1]


def _summary_text(summary: Summary, project: Project) -> list[str]:
    from ruleflow.cli.aligned import aligned
    from ruleflow.segmentation.summary import result_rows, rows_of

    lines = [""]
    for name, results in summary.results.items():
        lines += [*aligned(result_rows(results, f"score.{name}", summary.total)), ""]
    if any(one.when for one in project.model.segments.values()):
        lines += aligned(rows_of(summary, {name: name for name in project.model.segments}))
    return [*lines, *(f"  not placed: {number:,} contacts: {text}" for text, number in summary.problems.items())]


def _write_text(place: Path, text: str) -> None:
    try:
        place.write_text(text, encoding="utf-8")
    except OSError as error:
        click.echo(f"error: {place} cannot be written: {error.strerror}", err=True)
        raise click.exceptions.Exit(WRONG_USAGE) from error
    click.echo(f"written to {place}", err=True)


def _print_json(content: dict[str, Any]) -> None:
    from ruleflow.diagnostics.json_text import json_text

    click.echo(json_text(content), nl=False)


def _places(folder: Path | None, data: Path | None) -> tuple[Path, Path]:
    """The project and the file of purchases; a single place is the file."""
    if folder is None:
        raise click.UsageError("name the file of purchases: `ruleflow segments assign DIR purchases.csv`")
    return (Path(), folder) if data is None else (folder, data)
