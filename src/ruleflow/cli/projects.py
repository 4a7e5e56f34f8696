"""Opening a project for a command, with its findings shown where it has errors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ruleflow.cli.terminal import exit_code, show_findings

if TYPE_CHECKING:
    from ruleflow.project.project import Project
    from ruleflow.project.revisions import Place, Version


def open_project(folder: Path) -> Project:
    """The project in a folder; where it has errors they are shown and the command ends."""
    from ruleflow.project.errors import ProjectError
    from ruleflow.project.project import load

    try:
        return load(folder)
    except ProjectError as error:
        show_findings(error.diagnostics, "text", folder, err=True)
        raise click.exceptions.Exit(exit_code(error.diagnostics)) from error


def open_place(place: Place) -> Version:
    """A version of a project; where it has errors they are shown and the command ends."""
    from ruleflow.cli.exits import WRONG_USAGE
    from ruleflow.project.errors import ProjectError
    from ruleflow.project.revisions import open_version

    try:
        return open_version(place)
    except ProjectError as error:
        click.echo(f"error: the project cannot be compared: this is what is wrong with {place.name}", err=True)
        show_findings(error.diagnostics, "text", place.folder, err=True)
        raise click.exceptions.Exit(WRONG_USAGE) from error
