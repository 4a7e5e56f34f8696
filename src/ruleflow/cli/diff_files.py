"""The files that `ruleflow diff` reads and writes: its report, accepted changes, tests."""

from __future__ import annotations

from pathlib import Path

import click

from ruleflow.analysis.verdicts import Meaning
from ruleflow.cli.exits import FINDINGS, FINE, WRONG_USAGE
from ruleflow.cli.terminal import show_findings
from ruleflow.diagnostics.collector import Collector
from ruleflow.review.accepted import accepted_text, read_accepted, unexplained
from ruleflow.review.report.words import state_text
from ruleflow.review.review import Review
from ruleflow.review.witnesses import HEAD, tests_text


def write(path: Path, text: str) -> int:
    """Write a file and say so on the error stream, since the output may be read by a program."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        click.echo(f"error: {path} cannot be written: {error.strerror}", err=True)
        return WRONG_USAGE
    click.echo(f"written to {path}", err=True)
    return FINE


def write_accepted_file(found: Review, path: Path) -> int:
    """Write all changes as accepted ones."""
    return FINDINGS if (meaning := _proved(found)) is None else write(path, accepted_text(meaning))


def write_tests_file(found: Review, path: Path) -> int:
    """Write the tickets as tests; a file that somebody wrote by hand stays as it is."""
    meaning = _proved(found)
    if meaning is None or found.new.project is None:
        return FINDINGS
    if not any(verdict.changes for verdict in meaning.verdicts):
        click.echo(f"no ticket is decided differently: {path} was not written", err=True)
        return FINE
    try:
        is_other = path.exists() and not path.read_text(encoding="utf-8").startswith(HEAD)
    except (OSError, UnicodeDecodeError):
        is_other = True
    if is_other:
        click.echo(f"error: {path} was not written by this command and stays as it is", err=True)
        return WRONG_USAGE
    return write(path, tests_text(meaning, found.new.project))


def check_accepted(found: Review, path: Path) -> int:
    """Whether every change is accepted; those that are not are listed on the error stream."""
    out = Collector()
    try:
        accepted = read_accepted(path.name, path.read_bytes(), out)
    except OSError as error:
        click.echo(f"error: {path} cannot be read: {error.strerror}", err=True)
        return WRONG_USAGE
    if isinstance(accepted, str):
        show_findings(out.sorted(), "text", path.parent, err=True) if len(out) else None
        click.echo(f"error: {path}: {accepted}", err=True)
        return WRONG_USAGE
    meaning = _proved(found)
    if meaning is None:
        return FINDINGS
    rest = list(unexplained(meaning, accepted))
    for line in rest:
        click.echo(f"not accepted: {line}", err=True)
    return FINDINGS if rest else FINE


def _proved(found: Review) -> Meaning | None:
    if found.meaning is None:
        click.echo(f"error: {state_text(found)}", err=True)
    return found.meaning
