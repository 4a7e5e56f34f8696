"""Views of tables: by columns which rows are in a view, and where; only rows that are listed become facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import islice, repeat
from typing import Any

import numpy as np

from ruleflow.batch.answers import Answers
from ruleflow.batch.block import Block
from ruleflow.batch.columns import Rows
from ruleflow.batch.questions import asked_in, sources_of
from ruleflow.batch.tables import Batches, blocks_of, reading
from ruleflow.engine.canonical import canonical_json
from ruleflow.plan.snapshot import BudgetError
from ruleflow.project.project import Project
from ruleflow.project.views import Missed, Selected, told
from ruleflow.types.durations import duration_text
from ruleflow.views.look import EVENT, Look, too_large

TOGETHER = 1_024
"""So many rows become facts at once."""


def view_table(
    project: Project, look: Look, batches: Batches, wants: Callable[[bytes], bool] = lambda _: True
) -> Iterator[Selected | Missed | None]:
    """Asks the rows of a table, in order; None for one that is not in the view. Records are facts in JSON.

    Columns are as in `match_table`; those of an event are not looked at. Rows are numbered from 1. A row whose key `wants`
    turns down has the record b''. Batches may be more than memory holds. Raises `TableError`.
    """
    asked = asked_in(project, look.planned, EVENT)
    first = 1
    for piece in blocks_of(batches):
        names = [name for name in piece.column_names if name.partition(".")[0] not in {"event", "before"}]
        block = Block(asked, piece.select(names), look.now, look.strict)
        with reading():
            found = _found(block, look)
        yield from _told(block, found, first, wants)
        first += block.rows


def _found(block: Block, look: Look) -> dict[int, bytes | str]:
    """The rows that are in the view with their keys, and those of which nobody can tell with why, in order."""
    answers = Answers(block)
    (question,) = block.asked.rules
    sure = answers.select(question)
    singly = np.flatnonzero(block.odd)
    sources = sources_of(block.asked.project, look.planned.sorted_by)
    if answers.in_doubt or (look.planned.keys and not sources):
        sure, singly = sure[:0], np.concatenate([sure, singly])
    found: dict[int, bytes | str] = dict(_by_columns(block, look, sources or (), sure))
    for row, raw in zip(singly.tolist(), _facts(block, singly.tolist()), strict=True):
        one = look.find(raw)
        if one is not None:
            found[row] = told(one) if isinstance(one, tuple) else one
    return dict(sorted(found.items()))


def _by_columns(block: Block, look: Look, sources: tuple[str, ...], rows: Rows) -> Iterator[tuple[int, bytes | str]]:
    """The keys of rows that are in the view: each different combination of what it sorts by is asked once."""
    if not look.planned.keys or not len(rows):
        yield from ((row, b"") for row in rows.tolist())
        return
    different, places = np.unique(block.combination(sources).codes.of_rows[rows], return_inverse=True)
    keys: list[bytes | str] = []
    for code in different.tolist():
        try:
            keys.append(look.key(block.snapshot_of_values(sources, code)))
        except BudgetError as error:
            keys.append(told((too_large(error),)))
    yield from zip(rows.tolist(), map(keys.__getitem__, places.tolist()), strict=True)


def _told(
    block: Block, found: Mapping[int, bytes | str], first: int, wants: Callable[[bytes], bool]
) -> Iterator[Selected | Missed | None]:
    left, next_row = iter(found.items()), 0
    while some := list(islice(left, TOGETHER)):
        listed = [row for row, key in some if isinstance(key, bytes) and wants(key)]
        records = dict(zip(listed, _facts(block, listed), strict=True))
        for row, key in some:
            yield from repeat(None, row - next_row)
            next_row = row + 1
            if isinstance(key, str):
                yield Missed(first + row, key)
            else:
                yield Selected(key, canonical_json(_json(records[row])) if row in records else b"")
    yield from repeat(None, block.rows - next_row)


def _facts(block: Block, rows: list[int]) -> Iterable[Any]:
    for start in range(0, len(rows), TOGETHER):
        with reading():
            yield from block.facts(rows[start : start + TOGETHER])


def _json(value: Any) -> Any:
    """A value of a table as the door reads it out of JSON; everything but durations is written so anyway."""
    match value:
        case timedelta():
            return duration_text(value)
        case Mapping():
            return {key: _json(one) for key, one in value.items()}
        case list():
            return [_json(one) for one in value]
        case _:
            return value
