"""`ruleflow verify`: the promises of a project, for all tickets."""

from __future__ import annotations

from pathlib import Path

import click

from ruleflow.cli.exits import FINDINGS, FINE
from ruleflow.cli.projects import open_project
from ruleflow.cli.terminal import folder_argument


@click.command(
    "verify",
    help="""Prove the promises (`properties:`) of the project in DIR for every ticket there can be, or show one that breaks them.

    Exit: 0 all are proved, 1 some ticket breaks one, or it is not known, 2 wrong usage.
    """,
)
@folder_argument
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "github", "markdown"]),
    default="text",
    show_default=True,
    help="`markdown` is for a comment on a pull request.",
)
@click.option("--allow-unknown", is_flag=True, help="Exit with 0 where no promise is known to fail.")
@click.option(
    "--budget", type=click.IntRange(1), default=300_000, show_default=True, help="Conflicts that a proof may cost."
)
def command(folder: Path, format_: str, allow_unknown: bool, budget: int) -> int:
    """Verify."""
    from ruleflow.analysis.verdicts import Proof
    from ruleflow.analysis.verify import ProverMissing, verify
    from ruleflow.review.report.verification import FORMATS

    project = open_project(folder)
    try:
        found = verify(project.plan, budget=budget)
    except ProverMissing as error:
        raise click.UsageError(str(error)) from error
    click.echo(FORMATS[format_](found, "" if folder == Path() else folder.as_posix()), nl=False)
    bad = {Proof.FAILS} if allow_unknown else {Proof.FAILS, Proof.UNKNOWN}
    return FINDINGS if bad & {one.proof for one in found.promises} else FINE
