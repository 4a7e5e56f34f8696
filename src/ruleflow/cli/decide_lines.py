"""Deciding a file of facts, a JSON document a line, however long the file is."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from ruleflow.cli.exits import WRONG_USAGE
from ruleflow.cli.progress import progress
from ruleflow.cli.tally import Tally
from ruleflow.project.fact_files import bounded_lines
from ruleflow.project.processes import cores
from ruleflow.project.project import Project
from ruleflow.project.questions import Question

LARGE = 2 * 1024 * 1024
"""From this size on, a file is decided by every core."""


def decide_lines(project: Project, question: Question, path: Path, workers: int | None) -> bool:
    """Print a JSON line for each line; False where some line was not decided. A summary goes to the error stream.

    `workers` None: every core for a large file; lines that come through a pipe are answered one by one, as they come.
    """
    tally = Tally()
    answers = project.answer_lines(
        _lines(path),
        event=question.event,
        now=question.now,
        strict=question.strict,
        workers=_workers(path) if workers is None else workers,
    )
    for number, answer in enumerate(answers, 1):
        if not answer.line:
            continue
        tally.count(answer, f"line {number}")
        sys.stdout.buffer.write(answer.line + b"\n")
    tally.tell()
    return not tally.failed


def _workers(path: Path) -> int:
    try:
        found = os.fstat(sys.stdin.fileno()) if str(path) == "-" else path.stat()
    except (OSError, ValueError):
        return 1
    return cores() if stat.S_ISREG(found.st_mode) and found.st_size >= LARGE else 1


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a file or of standard input, with a progress bar where a person waits; a huge line is cut, and so unreadable."""
    if str(path) == "-":
        yield from bounded_lines(sys.stdin.buffer)
        return
    try:
        with path.open("rb") as file, progress(path.stat().st_size, "deciding") as advance:
            for line in bounded_lines(file):
                advance(len(line))
                yield line
    except OSError as error:
        click.echo(f"error: {path} cannot be read: {error.strerror}", err=True)
        raise click.exceptions.Exit(WRONG_USAGE) from error
