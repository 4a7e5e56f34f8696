"""`ruleflow diff`: what was edited between two versions of a project, and what that means for tickets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ruleflow.cli.exits import FINDINGS, FINE

if TYPE_CHECKING:
    from ruleflow.replay.report import Report
    from ruleflow.review.review import Review

FEW, ALL = 5, 10_000


@click.command(
    "diff",
    help="""Say what was edited between two versions of a project, and prove what that means for tickets.

    OLD and NEW are folders or git revisions: `main`, `HEAD~2`, `v1:support`, `main..HEAD` (or `main...HEAD`, from where
    the two parted). Left out, the last commit is compared with the files as they are now.

    Exit: 0 no difference in behaviour is known, 1 some tickets are decided differently, 2 a version cannot be read. With
    `--expect unchanged` it is 1 unless every outcome is proved unchanged.
    """,
)
@click.argument("old", metavar="[OLD]", default="", required=False)
@click.argument("new", metavar="[NEW]", default="", required=False)
@click.option(
    "--project",
    "-C",
    "folder",
    metavar="DIR",
    default=".",
    type=click.Path(path_type=Path),
    help="The folder of the project; the current one if left out.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "markdown", "sarif", "html"]),
    default="text",
    show_default=True,
    help="`markdown` is for a comment on a pull request.",
)
@click.option("--output", "-o", metavar="FILE", type=click.Path(path_type=Path), help="Write it to a file.")
@click.option("--no-proof", is_flag=True, help="Tell what was edited and leave out what it means.")
@click.option(
    "--expect",
    type=click.Choice(["unchanged"]),
    help="Exit with 1 unless it is proved that every ticket is decided as before.",
)
@click.option(
    "--accept",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Changes that are meant; with others the exit code is 1.",
)
@click.option(
    "--write-accepted",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the changes as a file for --accept.",
)
@click.option(
    "--write-tests",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the tickets shown as tests of the project.",
)
@click.option(
    "--data",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Recorded tickets, as `ruleflow replay` reads them: what the change would have done to them.",
)
@click.option(
    "--mapping", "-m", metavar="FILE", type=click.Path(path_type=Path), help="Of --data, which column is which fact."
)
@click.option("--all", "all_", is_flag=True, help=f"Show every change of an outcome, not only {FEW}.")
@click.option(
    "--budget", type=click.IntRange(1), default=300_000, show_default=True, help="Conflicts that a proof may cost."
)
def command(
    old: str,
    new: str,
    folder: Path,
    format_: str,
    output: Path | None,
    no_proof: bool,
    expect: str | None,
    accept: Path | None,
    write_accepted: Path | None,
    write_tests: Path | None,
    data: Path | None,
    mapping: Path | None,
    all_: bool,
    budget: int,
) -> int:
    """Compare."""
    from ruleflow.cli.diff_files import check_accepted, write_accepted_file, write_tests_file
    from ruleflow.cli.projects import open_place
    from ruleflow.project.errors import RevisionError
    from ruleflow.project.revisions import places
    from ruleflow.review.review import review

    asked = {"--expect": expect, "--accept": accept, "--write-accepted": write_accepted, "--write-tests": write_tests}
    needs_proof = [name for name, given in asked.items() if given]
    if no_proof and needs_proof:
        raise click.UsageError(f"{needs_proof[0]} needs the proof; leave --no-proof out")
    if data is not None and format_ not in {"text", "json", "markdown"}:
        raise click.UsageError("--data goes with the formats text, json and markdown")
    try:
        before, after = (open_place(place) for place in places(old, new, folder))
    except RevisionError as error:
        raise click.UsageError(str(error)) from error
    most = ALL if all_ or accept or write_accepted else FEW
    found = review(before, after, prove=not no_proof, budget=budget, most=most)
    recorded = None if data is None else _recorded(found, data, mapping)
    codes = [_show(found, format_, output, recorded)]
    codes += [write_accepted_file(found, write_accepted)] if write_accepted else []
    codes += [write_tests_file(found, write_tests)] if write_tests else []
    codes += [check_accepted(found, accept) if accept else _exit(found, expect)]
    return max(codes)


def _recorded(found: Review, data: Path, mapping: Path | None) -> Report | None:
    """What the change would have done to recorded tickets; None where one side has no project."""
    from ruleflow.cli.recorded import replayed
    from ruleflow.replay.select import Selection

    old, new = found.old.project, found.new.project
    if old is None or new is None:
        return None
    return replayed(new, old, data, mapping, "", Selection(), None, strict=False)


def _with_recorded(text: str, report: Report, format_: str) -> str:
    from ruleflow.diagnostics.json_text import json_text
    from ruleflow.replay.render import render_differences

    if format_ == "json":
        return json_text({**json.loads(text), "recorded": report})
    return f"{text}\n{render_differences(report, markdown=format_ == 'markdown')}"


def _show(found: Review, format_: str, output: Path | None, recorded: Report | None) -> int:
    from ruleflow.cli.diff_files import write
    from ruleflow.cli.review_text import show_review
    from ruleflow.review.report.render import FORMATS

    folder = found.new.place.folder
    text = FORMATS[format_](found, folder="" if folder == Path() else folder.as_posix())
    if recorded is not None:
        text = _with_recorded(text, recorded, format_)
    if output is not None:
        return write(output, text)
    if format_ == "text":
        show_review(text)
    else:
        click.echo(text, nl=False)
    return FINE


def _exit(found: Review, expect: str | None) -> int:
    from ruleflow.analysis.verdicts import State
    from ruleflow.review.report.words import state_text

    if expect and found.state is not State.UNCHANGED:
        click.echo(f"expected: unchanged; found: {state_text(found)}", err=True)
        return FINDINGS
    return FINDINGS if found.state is State.CHANGED else FINE
