"""`ruleflow git`: what git shows of changes of rules."""

from __future__ import annotations

from pathlib import Path

import click

from ruleflow.cli.exits import FINDINGS, FINE
from ruleflow.cli.terminal import folder_argument


@click.group("git", help="Teach git to show changes of rules.")
def command() -> None:
    """Hold the two commands, and the one that git calls."""


@command.command(
    "install",
    help="""Set up this repository for the project in DIR: `git diff` says what was edited in a file of rules, and
    names the rule in the head of each piece. Nothing outside the repository is changed.
    """,
)
@folder_argument
def install(folder: Path) -> int:
    """Set up."""
    from ruleflow.project.errors import RevisionError
    from ruleflow.review.git_setup import install as set_up

    try:
        done = set_up(folder)
    except RevisionError as error:
        raise click.UsageError(str(error)) from error
    click.echo("\n".join(done or ["everything was set up already"]))
    return FINE


@command.command("uninstall", help="Take back what `ruleflow git install` set up.")
@folder_argument
def uninstall(folder: Path) -> int:
    """Take back."""
    from ruleflow.project.errors import RevisionError
    from ruleflow.review.git_setup import uninstall as take_back

    try:
        done = take_back(folder)
    except RevisionError as error:
        raise click.UsageError(str(error)) from error
    click.echo("\n".join(done or ["nothing was set up"]))
    return FINE


@command.command("show", hidden=True, help="What git calls to show how a file changed.")
@click.argument("path")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("rest", nargs=-1)
def show(path: str, old: Path, rest: tuple[str, ...]) -> int:
    """Show one file: PATH OLD-FILE OLD-HEX OLD-MODE NEW-FILE NEW-HEX NEW-MODE [NEW-PATH INFO]."""
    from ruleflow.review.file_diff import file_diff

    if len(rest) not in {5, 7}:
        click.echo("git calls this with seven arguments", err=True)
        return FINDINGS
    new_path = rest[5] if len(rest) == 7 else path
    click.echo(file_diff(path, new_path, _read(old), _read(Path(rest[2]))), nl=False)
    return FINE


def _read(path: Path) -> bytes | None:
    """The content of a version of the file; None where there is none."""
    return None if str(path) == "/dev/null" else path.read_bytes()
