"""Test results in every form a command can print."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ruleflow.diagnostics.json_text import json_text
from ruleflow.diagnostics.render_github import escape_property, escape_text
from ruleflow.testing.junit import render_junit
from ruleflow.testing.results import CaseResult, Report
from ruleflow.testing.words import failure_lines, render_text, to_dict

Renderer = Callable[[Report, str, str], str]
"""(report, name of the project, folder as the reader names it) to text."""


def _text(report: Report, _project: str, _folder: str) -> str:
    return render_text(report)


def _json(report: Report, _project: str, _folder: str) -> str:
    return json_text(to_dict(report))


def _junit(report: Report, project: str, _folder: str) -> str:
    return render_junit(report, project)


def _github(report: Report, _project: str, folder: str) -> str:
    """Annotations of GitHub's checks, one for each case that failed."""
    return "".join(_annotation(result, folder) for result in report.failed)


def _annotation(result: CaseResult, folder: str) -> str:
    file = f"{folder}/{result.span.source.name}" if folder else result.span.source.name
    message = "\n".join((result.name, *failure_lines(result)))
    return f"::error file={escape_property(file)},line={result.span.first.line},title=test failed::{escape_text(message)}\n"


RENDERERS: Mapping[str, Renderer] = {
    "text": _text,
    "json": _json,
    "junit": _junit,
    "github": _github,
}
