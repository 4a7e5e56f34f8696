"""Deciding a file of facts, a JSON document a line, however long the file is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import click

from ruleflow.cli.decide_one import Question, unwrap
from ruleflow.cli.exits import WRONG_USAGE
from ruleflow.cli.progress import progress
from ruleflow.cli.tally import Tally
from ruleflow.engine.canonical import canonical_json
from ruleflow.project.errors import FactsError
from ruleflow.project.fact_files import MAX_BYTES, Unreadable, read_json


def decide_lines(question: Question, path: Path) -> bool:
    """Print a JSON line for each line; False where some line was not decided. A summary goes to the error stream."""
    now = question.now or datetime.now(UTC)
    question = Question(question.project, question.event, now, question.strict)
    tally = Tally()
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        answer = _answer(question, line, number)
        tally.count(answer, f"line {number}")
        sys.stdout.buffer.write(canonical_json(answer) + b"\n")
    tally.tell()
    return not tally.failed


def _answer(question: Question, line: bytes, number: int) -> dict[str, Any]:
    """The decision of a line as JSON, or `{"line": 3, "error": …}`, or `{"line": 3, "refused": […]}`."""
    document = read_json(line)
    if isinstance(document, Unreadable):
        return {"line": number, "error": str(document)}
    event, facts, now = unwrap(question, document)
    if not event:
        return {"line": number, "error": 'no event: give --event, or a line {"event": …, "facts": …}'}
    try:
        return question.project.decide(event, facts, now=now, strict=question.strict).to_dict()
    except FactsError as error:
        return {"line": number, "refused": [problem.to_dict() for problem in error.problems]}


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a file or of standard input, with a progress bar where a person waits; a huge line is cut, and so unreadable."""
    if str(path) == "-":
        yield from _bounded(sys.stdin.buffer)
        return
    try:
        with path.open("rb") as file, progress(path.stat().st_size, "deciding") as advance:
            for line in _bounded(file):
                advance(len(line))
                yield line
    except OSError as error:
        click.echo(f"error: {path} cannot be read: {error.strerror}", err=True)
        raise click.exceptions.Exit(WRONG_USAGE) from error


def _bounded(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(MAX_BYTES + 1):
        yield line
        while len(line) > MAX_BYTES and not line.endswith(b"\n") and (line := file.readline(MAX_BYTES + 1)):
            pass
