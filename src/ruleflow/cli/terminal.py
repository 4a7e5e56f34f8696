"""What goes to the terminal, and how it looks there."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

import click

from ruleflow.cli.exits import FINDINGS, FINE, WRONG_USAGE
from ruleflow.diagnostics import codes
from ruleflow.diagnostics.allowances import standing
from ruleflow.diagnostics.diagnostic import Diagnostic, Severity
from ruleflow.diagnostics.render import FORMATS
from ruleflow.diagnostics.render_text import render_text, summary

folder_argument = click.argument(
    "folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path), required=False
)
"""The folder of a project; the current one where it is left out."""


def wants_color(stream: IO[str]) -> bool:
    """Whether a person is likely to look at the stream, and has not asked for plain text."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def show_findings(
    findings: tuple[Diagnostic, ...], format_: str, folder: Path, *, err: bool = False, silenced: bool = False
) -> None:
    """Print findings; as text with a summary, coloured where a person looks. `silenced`: those that are silenced, too."""
    stream = sys.stderr if err else sys.stdout
    shown_folder = "" if folder == Path() else folder.as_posix()
    if format_ == "text":
        shown = findings if silenced else standing(findings)
        text = render_text(shown, color=wants_color(stream), folder=shown_folder)
        click.echo(f"{text}\n{summary(findings)}" if shown else summary(findings), file=stream)
    else:
        click.echo(FORMATS[format_](findings, folder=shown_folder), file=stream, nl=False)


def exit_code(findings: tuple[Diagnostic, ...], *, strict: bool = False) -> int:
    """2 where there is no project to read, 1 where there are errors (`strict`: or warnings that nobody silenced), else 0."""
    if any(finding.code is codes.NO_PROJECT for finding in findings):
        return WRONG_USAGE
    bad = any(one.is_error or (strict and one.severity is Severity.WARNING) for one in standing(findings))
    return FINDINGS if bad else FINE
