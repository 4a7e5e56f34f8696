"""Other processes that decide beside this one, so that many tickets use every core.

Each is `python -m ruleflow.project.worker`, which opens the project by its folder and sees that it is the same one. They
are asked in batches of lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from ruleflow.project.processes import Worker, in_order
from ruleflow.project.questions import Answer, Question

BATCH = 256
"""Lines that are asked at once."""
WORTHWHILE = 2_000
"""With fewer lines other processes are not started."""

Numbered = tuple[int, list[bytes]]
"""The number of the first line, and lines."""


def batches(lines: Iterable[bytes], size: int = BATCH) -> Iterator[Numbered]:
    """Lines in batches, with their numbers from 1."""
    left, first = iter(lines), 1
    while batch := list(islice(left, size)):
        yield first, batch
        first += len(batch)


def answered_by_workers(
    folder: Path,
    digest: str,
    question: Question,
    lines: Iterable[Numbered],
    here: Callable[[Numbered], list[Answer]],
    count: int,
) -> Iterator[list[Answer]]:
    """The answers to batches of lines in order, by `count` processes; `here` answers what they cannot."""
    now = None if question.now is None else question.now.isoformat()
    head = [str(folder.resolve()), digest, question.event, now, question.strict]
    return in_order("ruleflow.project.worker", head, lines, _ask, here, count)


def _ask(worker: Worker, batch: Numbered) -> list[Answer] | None:
    answers = worker.ask(batch)
    return None if answers is None else [Answer(*one) for one in answers]
