"""`ruleflow fmt`: files of rules in one form."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ruleflow.cli.exits import DEFECT, FINDINGS, FINE, WRONG_USAGE

if TYPE_CHECKING:
    from ruleflow.fmt.project import Formatted


@click.command(
    "fmt",
    help="""Write the YAML files of projects in one form; only their look changes, and each comment stays.

    PATHS are folders (of a project, in one, or above some) and files. With `-` a text is read from the standard input
    and written to the standard output: for editors.
    """,
)
@click.argument("paths", nargs=-1, metavar="[PATHS]...", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--check", is_flag=True, help="Change nothing; name the files that would change, and exit with 1.")
@click.option("--diff", is_flag=True, help="Change nothing; show what would change.")
@click.option("--stdin-name", type=click.Path(path_type=Path), help="With `-`: the file that the text belongs to.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(paths: tuple[Path, ...], check: bool, diff: bool, stdin_name: Path | None, format_: str) -> int:
    """Format files."""
    if stdin_name is not None or Path("-") in paths:
        return _from_stdin(paths, stdin_name, check=check, diff=diff)
    from ruleflow.cli.fmt_files import find_folders, place_of, write
    from ruleflow.cli.fmt_text import report
    from ruleflow.fmt.project import format_folder

    searched = find_folders(paths or (Path(),))
    for note in searched.notes:
        click.echo(note, err=True)
    if searched.missing:
        return WRONG_USAGE
    found: list[tuple[Path, Formatted]] = []
    for project, wanted in searched.folders:
        for one in format_folder(project, wanted):
            done = one if check or diff or not one.changes else write(project.path, one)
            found.append((place_of(project.path, one.file.name), done))
    report(found, format_, written=not (check or diff), diff=diff)
    return _exit_code([one for _, one in found], check=check)


def _exit_code(found: list[Formatted], *, check: bool) -> int:
    from ruleflow.fmt.format import Left

    left = [one.after for one in found if isinstance(one.after, Left)]
    if any(one.is_ours for one in left):
        return DEFECT
    return FINDINGS if left or (check and any(one.changes for one in found)) else FINE


def _from_stdin(paths: tuple[Path, ...], name: Path | None, *, check: bool, diff: bool) -> int:
    """Format the text of an editor; where it has mistakes nothing is written, so that the editor keeps what it has."""
    from ruleflow.cli.fmt_files import folder_with
    from ruleflow.cli.fmt_text import show_difference, show_left
    from ruleflow.fmt.project import format_folder

    if name is None or paths not in {(), (Path("-"),)}:
        raise click.UsageError("a text from the standard input takes `-` and `--stdin-name FILE`, and no other path")
    content = sys.stdin.buffer.read()
    folder, inside = folder_with(name, content)
    found = () if folder is None else format_folder(folder, lambda one: one == inside)
    if not found:
        click.echo(f"{name} is no file of a project; it is left as it is", err=True)
        click.echo(content, nl=False)
        return FINE
    (one,) = found
    if not isinstance(one.after, str):
        show_left(name, one)
    elif diff:
        show_difference(name, one)
    elif not check:
        click.echo(one.after.encode(), nl=False)
    return _exit_code([one], check=check)
