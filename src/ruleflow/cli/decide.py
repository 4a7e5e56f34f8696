"""`ruleflow decide`: decide a ticket, or a file of tickets."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from ruleflow.cli.exits import FINDINGS, FINE
from ruleflow.cli.instants import Instant
from ruleflow.cli.projects import open_project
from ruleflow.cli.terminal import folder_argument


@click.command(
    "decide",
    help="""Decide with the project in DIR.

    FACTS is a JSON document ({"ticket": {…}, "contact": {…}}), or JSON Lines with one such document a line: then a
    decision a line comes out. A line may also be {"event": …, "facts": {…}, "now": …}. `-` reads standard input.
    Of a table (.parquet, .arrow, .feather) each row is a ticket; a line comes out for each row that a rule matches.
    """,
)
@folder_argument
@click.option("--event", "-e", metavar="EVENT", default="", help="What happened, for instance ticket.created.")
@click.option(
    "--facts", "-f", "facts_path", metavar="FACTS", required=True, type=click.Path(path_type=Path, allow_dash=True)
)
@click.option(
    "--now", type=Instant(), help="The instant of the decision, 2026-03-01T18:00+03:00; the clock's if left out."
)
@click.option("--explain", is_flag=True, help="Say why: every stage, every rule that matched, who lost to whom.")
@click.option("--strict", is_flag=True, help="Refuse segments, contracts and options that the project does not know.")
@click.option("--lines", is_flag=True, help="Read JSON Lines whatever the name of the file (.jsonl and .ndjson are).")
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help="Processes that decide a file of lines; every core for a large file, if left out.",
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    folder: Path,
    event: str,
    facts_path: Path,
    now: datetime | None,
    explain: bool,
    strict: bool,
    lines: bool,
    workers: int | None,
    format_: str,
) -> int:
    """Decide."""
    from ruleflow.cli.decide_lines import decide_lines
    from ruleflow.cli.decide_one import decide_one
    from ruleflow.cli.decide_rows import TABLES, decide_rows
    from ruleflow.project.questions import Question

    project = open_project(folder)
    question = Question(event, now, strict)
    if facts_path.suffix in TABLES and not lines:
        if explain:
            raise click.UsageError("--explain takes one document, not a table")
        return FINE if decide_rows(project, question, facts_path) else FINDINGS
    if lines or facts_path.suffix in {".jsonl", ".ndjson"}:
        if explain:
            raise click.UsageError(
                "--explain takes one document; for one line of a file use `sed -n 5p FILE | ruleflow decide -f -`"
            )
        return FINE if decide_lines(project, question, facts_path, workers) else FINDINGS
    return FINE if decide_one(project, question, facts_path, format_, explain=explain) else FINDINGS
