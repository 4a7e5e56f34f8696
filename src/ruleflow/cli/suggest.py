"""`ruleflow test --suggest`: the tests that a project lacks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ruleflow.cli.exits import FINE, WRONG_USAGE

if TYPE_CHECKING:
    from ruleflow.project.project import Project


def suggest_into(project: Project, output: Path | None, *, suggest: bool) -> int:
    """Print the tests, or write them to a file that is not there yet."""
    from ruleflow.analysis.solver import ProverMissing
    from ruleflow.cli.diff_files import write
    from ruleflow.testing.suggest import suggest_tests

    if not suggest:
        raise click.UsageError("--output says where --suggest writes")
    if output is not None and output.exists():
        raise click.UsageError(f"{output} is there already; name a new file")
    try:
        text = suggest_tests(project)
    except ProverMissing as error:
        click.echo(f"error: {error}", err=True)
        return WRONG_USAGE
    if output is None:
        click.echo(text, nl=False)
        return FINE
    return write(output, text)
