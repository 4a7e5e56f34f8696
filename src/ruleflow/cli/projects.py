"""Opening a project for a command, with its findings shown where it has errors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ruleflow.cli.terminal import exit_code, show_findings

if TYPE_CHECKING:
    from ruleflow.project.project import Project


def open_project(folder: Path) -> Project:
    """The project in a folder; where it has errors they are shown and the command ends."""
    from ruleflow.project.errors import ProjectError
    from ruleflow.project.project import load

    try:
        return load(folder)
    except ProjectError as error:
        show_findings(error.diagnostics, "text", folder, err=True)
        raise click.exceptions.Exit(exit_code(error.diagnostics)) from error
