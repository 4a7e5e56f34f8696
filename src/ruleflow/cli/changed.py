"""Changes of files that a command makes, shows or refuses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ruleflow.cli.exits import FINE, WRONG_USAGE
from ruleflow.cli.terminal import show_findings

if TYPE_CHECKING:
    from ruleflow.references.rename import Edited, InTheWay


def make(found: Edited, folder: Path, done: str, *, dry_run: bool, as_diff: bool) -> int:
    """Write the files, or say what would be written; a file that cannot be written ends the command, and none is."""
    from ruleflow.project.edited import ChangedMeanwhileError, patch, write_files

    if as_diff:
        click.echo("".join(patch(name, *pair) for name, pair in sorted(found.files.items())), nl=False)
        return FINE
    if not dry_run:
        try:
            write_files(folder, found.files)
        except (ChangedMeanwhileError, OSError) as error:
            click.echo(f"error: nothing is written: {error}", err=True)
            return WRONG_USAGE
    files = len(found.files)
    would = "would change" if dry_run else "changed"
    click.echo(f"{done[:1].upper()}{done[1:]}: {files} file{'s' * (files != 1)} {would}.")
    for name in sorted(found.files):
        count = sum(edit.file == name for edit in found.edits)
        click.echo(f"  {name}  ({count} edit{'s' * (count != 1)})")
    for note in found.notes:
        click.echo(f"note: {note}")
    return FINE


def show_obstacle(found: InTheWay, folder: Path, *, places: bool = True) -> None:
    """Say why nothing is done."""
    from ruleflow.references.shown import place_lines

    click.echo(f"error: nothing is changed: {found.reason}", err=True)
    for line in place_lines(found.places) if places else ():
        click.echo(line, err=True)
    if found.findings:
        show_findings(found.findings, "text", folder, err=True)
