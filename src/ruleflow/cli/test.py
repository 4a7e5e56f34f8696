"""`ruleflow test`: the tests that an admin wrote, run against the rules."""

from __future__ import annotations

from pathlib import Path

import click

from ruleflow.cli.exits import FINDINGS, FINE
from ruleflow.cli.projects import open_project
from ruleflow.cli.terminal import folder_argument


@click.command("test", help="Run the tests of the project in DIR.")
@folder_argument
@click.option("--only", metavar="TEXT", default="", help="Run only tests whose name contains TEXT.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json", "junit", "github"]), default="text", show_default=True
)
@click.option("--suggest", is_flag=True, help="Write the tests that are missing, as YAML, and run none.")
@click.option("--output", "-o", metavar="FILE", type=click.Path(path_type=Path), help="Where `--suggest` writes them.")
def command(folder: Path, only: str, format_: str, output: Path | None, *, suggest: bool) -> int:
    """Run tests."""
    if suggest or output is not None:
        from ruleflow.cli.suggest import suggest_into

        return suggest_into(open_project(folder), output, suggest=suggest)
    from ruleflow.testing.render import RENDERERS
    from ruleflow.testing.run import run_tests

    project = open_project(folder)
    report = run_tests(project, only)
    click.echo(RENDERERS[format_](report, project.name, "" if folder == Path() else folder.as_posix()), nl=False)
    return FINDINGS if report.failed else FINE
