"""Deciding the rows of a table: by columns which ones need a decision, then those one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ruleflow.batch.block import Block
from ruleflow.batch.matches import rows_that_may_match
from ruleflow.batch.questions import asked_on
from ruleflow.batch.tables import Batches, blocks_of, reading
from ruleflow.engine.decision import Decision
from ruleflow.project.instants import instant
from ruleflow.project.project import Project
from ruleflow.project.questions import Refusal

TOGETHER = 1_024
"""So many rows become facts at once."""


def decide_table(
    project: Project, event: str, batches: Batches, *, now: datetime | None = None, strict: bool = False
) -> Iterator[tuple[int, Decision | Refusal]]:
    """The decisions about the rows of a table, each with the number of its row, from 0; in order, as they come.

    Told are the rows that some rule matched, if only in shadow, those where a rule could not be evaluated, and those whose
    facts were refused; about all others nothing is decided. (A ticket that no rule matches may have clocks and timers all
    the same: ask `decide` about it.) A decision is the one that `decide` gives, to the byte. Columns are as in
    `match_table`. Batches may be more than memory holds. Raises `TableError`.
    """
    asked, at = asked_on(project, event), instant(now)
    first = 0
    for piece in blocks_of(batches):
        block = Block(asked, piece, at, strict)
        with reading():
            rows = rows_that_may_match(block).tolist()
        for start in range(0, len(rows), TOGETHER):
            some = rows[start : start + TOGETHER]
            with reading():
                facts = list(block.facts(some))
            answers = project.decide_many(event, facts, now=at, strict=strict, workers=1)
            yield from ((first + row, one) for row, one in zip(some, answers, strict=True) if _tells(one))
        first += block.rows


def _tells(one: Decision | Refusal) -> bool:
    return isinstance(one, Refusal) or bool(one.matched or one.shadow or one.errors)
