"""`ruleflow timeline`: what will happen to a ticket if nobody touches it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ruleflow.cli.exits import FINDINGS, FINE, WRONG_USAGE
from ruleflow.cli.instants import Instant
from ruleflow.cli.projects import open_project
from ruleflow.cli.terminal import folder_argument

if TYPE_CHECKING:
    from ruleflow.timeline.timeline import Timeline


@click.command(
    "timeline",
    help="""Say what will happen to a ticket if nobody touches it: every warning, breach, reminder and closing, with
    its instant, its rule and how it was counted.

    What rules do on the way is carried out: a ticket that a rule closes is closed from then on.
    """,
)
@folder_argument
@click.option("--event", "-e", metavar="EVENT", default="", help="What happens first; left out: nothing but time.")
@click.option(
    "--facts", "-f", "facts_path", metavar="FACTS", required=True, type=click.Path(path_type=Path, allow_dash=True)
)
@click.option("--now", type=Instant(), help="From when on, 2026-03-01T18:00+03:00; the clock's if left out.")
@click.option("--until", type=Instant(), help="Until when; left out: 30 days.")
@click.option("--strict", is_flag=True, help="Refuse segments, contracts and options that the project does not know.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "svg"]),
    default="text",
    show_default=True,
    help="`svg` is a picture.",
)
@click.option("--output", "-o", metavar="FILE", type=click.Path(path_type=Path), help="Write it to a file.")
def command(
    folder: Path,
    event: str,
    facts_path: Path,
    now: datetime | None,
    until: datetime | None,
    strict: bool,
    format_: str,
    output: Path | None,
) -> int:
    """Look ahead."""
    from ruleflow.cli.decide_one import read_facts_file, show_problems
    from ruleflow.project.errors import FactsError
    from ruleflow.project.questions import Question, unwrap

    project = open_project(folder)
    question = Question(event, now, strict)
    event, facts, now = unwrap(question, read_facts_file(facts_path))
    now = now or datetime.now(UTC)
    if until is not None and until < now:
        raise click.UsageError(f"--until lies before {now.isoformat(timespec='minutes')}, where the timeline begins")
    try:
        timeline = project.timeline(facts, event=event, now=now, until=until, strict=strict)
    except FactsError as error:
        show_problems(error.problems, format_)
        return FINDINGS
    return _write(_rendered(timeline, format_), output)


def _rendered(timeline: Timeline, format_: str) -> str:
    from ruleflow.diagnostics.json_text import json_text
    from ruleflow.timeline.picture import timeline_svg
    from ruleflow.timeline.text import timeline_text

    if format_ == "json":
        return json_text(timeline.to_dict())
    return timeline_svg(timeline) if format_ == "svg" else timeline_text(timeline)


def _write(text: str, output: Path | None) -> int:
    if output is None:
        click.echo(text, nl=False)
        return FINE
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        click.echo(f"error: {output} cannot be written: {error.strerror}", err=True)
        return WRONG_USAGE
    click.echo(f"written to {output}")
    return FINE
