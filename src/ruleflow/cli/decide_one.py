"""Deciding one document of facts."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from ruleflow.cli.decision_text import decision_text
from ruleflow.cli.exits import WRONG_USAGE
from ruleflow.diagnostics.cells import visible
from ruleflow.diagnostics.json_text import json_text
from ruleflow.engine.facts import FactProblem
from ruleflow.project.errors import FactsError
from ruleflow.project.fact_files import MAX_BYTES, Unreadable, read_json
from ruleflow.project.project import Project
from ruleflow.project.questions import Question, unwrap


def read_facts_file(path: Path) -> Any:
    """The JSON document in a file, or on standard input for `-`; ends the command where there is none."""
    found = read_json(_read_bytes(path))
    if isinstance(found, Unreadable):
        click.echo(f"error: {_name(path)}: {found}", err=True)
        raise click.exceptions.Exit(WRONG_USAGE)
    return found


def decide_one(project: Project, question: Question, path: Path, format_: str, *, explain: bool) -> bool:
    """Decide the document and print the decision; False where the facts were refused."""
    event, facts, now = unwrap(question, read_facts_file(path))
    if not event:
        raise click.UsageError("say what happened: --event ticket.created")
    now = now or datetime.now(UTC)
    try:
        decision = project.decide(event, facts, now=now, strict=question.strict)
        reasons = project.explain(event, facts, now=now, strict=question.strict) if explain else None
    except FactsError as error:
        show_problems(error.problems, format_)
        return False
    if format_ == "json":
        shown = (
            decision.to_dict()
            if reasons is None
            else {"decision": decision.to_dict(), "explanation": reasons.to_dict()}
        )
        click.echo(json_text(shown), nl=False)
    else:
        click.echo(decision_text(decision.to_dict()), nl=False)
        click.echo("" if reasons is None else f"\n{reasons.to_text()}", nl=False)
    return True


def show_problems(problems: tuple[FactProblem, ...], format_: str) -> None:
    """Print why facts were refused: text on the error stream, JSON on the output."""
    if format_ == "json":
        click.echo(json_text({"refused": [problem.to_dict() for problem in problems]}), nl=False)
        return
    count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
    click.echo(f"the facts were refused, nothing was decided: {count}", err=True)
    for problem in problems:
        click.echo(f"  {problem.pointer or '/'}: {visible(problem.message)} [{problem.code}]", err=True)
        if problem.help:
            click.echo(f"      help: {visible(problem.help)}", err=True)


def _read_bytes(path: Path) -> bytes:
    if str(path) == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        click.echo(f"error: {path} cannot be read: {error.strerror}", err=True)
        raise click.exceptions.Exit(WRONG_USAGE) from error


def _name(path: Path) -> str:
    return "standard input" if str(path) == "-" else str(path)
