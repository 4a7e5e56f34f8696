"""Findings as workflow commands of GitHub Actions, which shows them beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Sequence

from ruleflow.diagnostics.cells import visible
from ruleflow.diagnostics.diagnostic import Diagnostic, Severity
from ruleflow.diagnostics.places import clamped, file_name
from ruleflow.diagnostics.plain_words import plain_words
from ruleflow.source import Span

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render_github(diagnostics: Sequence[Diagnostic], *, folder: str = "") -> str:
    """A line for each finding that stands. `folder` leads from the root of the repository to the project."""
    return "".join(_command(diagnostic, folder) for diagnostic in diagnostics if not diagnostic.silenced)


def _command(diagnostic: Diagnostic, folder: str) -> str:
    place = _place(diagnostic.span, folder) if diagnostic.span else {}
    properties = {**place, "title": f"{diagnostic.code}"}
    listed = ",".join(f"{name}={escape_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[diagnostic.severity]} {listed}::{escape_text(plain_words(diagnostic))}\n"


def _place(span: Span, folder: str) -> dict[str, str]:
    """File, lines and columns; columns are understood within one line only."""
    inside = clamped(span)
    first, last = inside.first, inside.last
    place = {"file": file_name(span, folder), "line": str(first.line)}
    if first.line != last.line:
        return {**place, "endLine": str(last.line)}
    return {**place, "endLine": str(last.line), "col": str(first.column), "endColumn": str(last.column)}


def escape_text(text: str) -> str:
    """Text as the message of a workflow command."""
    lines = text.replace("%", "%25").split("\n")
    return "%0A".join(visible(line.replace("\r", "%0D")) for line in lines)


def escape_property(text: str) -> str:
    """Text as a property of a workflow command."""
    return escape_text(text).replace(":", "%3A").replace(",", "%2C")
