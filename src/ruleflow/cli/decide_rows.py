"""Deciding a table of facts, a row for each ticket, however long it is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ruleflow.cli.exits import WRONG_USAGE
from ruleflow.cli.progress import progress
from ruleflow.cli.tally import Tally
from ruleflow.project.questions import Question, Refusal, answer_to_row

if TYPE_CHECKING:
    from ruleflow.engine.decision import Decision
    from ruleflow.project.project import Project

TABLES = frozenset({".parquet", ".arrow", ".feather"})
"""The names of files that hold tables end so."""


def decide_rows(project: Project, question: Question, path: Path) -> bool:
    """Print a JSON line for each row that some rule matches or that is refused, with the number of its row, from 0.

    False where some row was refused. A summary goes to the error stream.
    """
    try:
        from ruleflow.batch import TableError
    except ModuleNotFoundError as error:
        raise _wrong(str(error)) from error
    if not question.event:
        raise click.UsageError("say what happened: --event ticket.created")
    tally, seen = Tally(), Seen()
    try:
        for row, found in _answers(project, question, path, seen):
            answer = answer_to_row(row, found)
            tally.count(answer, f"row {row}")
            sys.stdout.buffer.write(answer.line + b"\n")
    except TableError as error:
        raise _wrong(str(error)) from error
    left = seen.rows - tally.told
    tally.tell(f"; no rule matches the other {left}" if left else "")
    return not tally.failed


class Seen:
    """How many rows were read."""

    rows = 0


def _answers(project: Project, question: Question, path: Path, seen: Seen) -> Iterator[tuple[int, Decision | Refusal]]:
    from ruleflow.batch import decide_table, open_table

    with open_table(path, project) as file, progress(file.rows, "deciding") as advance:
        batches = _counted(file.batches, seen, advance)
        yield from decide_table(project, question.event, batches, now=question.now, strict=question.strict)


def _counted(batches: Iterable[Any], seen: Seen, advance: Callable[[int], None]) -> Iterator[Any]:
    for batch in batches:
        seen.rows += len(batch)
        yield batch
        advance(len(batch))


def _wrong(message: str) -> click.exceptions.Exit:
    click.echo(f"error: {message}", err=True)
    return click.exceptions.Exit(WRONG_USAGE)
