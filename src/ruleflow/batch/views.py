"""Views of tables: by columns which rows are in a view, and where; only rows that are listed become facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice, repeat
from typing import Any, TypeAlias, TypeVar

import numpy as np

from ruleflow.batch.answers import Answers
from ruleflow.batch.block import Block
from ruleflow.batch.columns import Rows
from ruleflow.batch.questions import asked_in, sources_of
from ruleflow.batch.tables import Batches, blocks_of, reading
from ruleflow.engine.canonical import canonical_json
from ruleflow.plan.snapshot import BudgetError
from ruleflow.plan.views import PlannedKey
from ruleflow.project.project import Project
from ruleflow.project.views import Missed, Selected, told
from ruleflow.types.durations import duration_text
from ruleflow.views.look import EVENT, Look, too_large
from ruleflow.views.sort_keys import Encode, encoder

T = TypeVar("T")
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
    sure, singly = answers.select(question), np.flatnonzero(block.odd)
    parts = [_part_by_columns(block, key) for key in look.planned.keys]
    if answers.in_doubt or not all(parts):
        sure, singly = sure[:0], np.concatenate([sure, singly])
    sure.sort()
    found: dict[int, bytes | str] = dict(zip(sure.tolist(), _keys(parts, sure), strict=True))
    if len(singly):
        for row, raw in zip(singly.tolist(), _facts(block, singly.tolist()), strict=True):
            one = look.find(raw)
            if one is not None:
                found[row] = told(one) if isinstance(one, tuple) else one
        found = dict(sorted(found.items()))
    return found


Part: TypeAlias = Callable[[Rows], Iterable[bytes | str]]
"""A part of the sort keys of some rows, or why nobody can tell."""


def _keys(parts: Sequence[Part | None], rows: Rows) -> Iterable[bytes | str]:
    columns = [part(rows) for part in parts if part is not None]
    return map(_joined, zip(*columns, strict=True)) if columns else repeat(b"", len(rows))


def _joined(parts: tuple[bytes | str, ...]) -> bytes | str:
    for one in parts:
        if isinstance(one, str):
            return one
    return b"".join(parts)  # type: ignore[arg-type]  # no text is among them


def _part_by_columns(block: Block, key: PlannedKey) -> Part | None:
    """What makes a part of keys, each different value or combination of values once; None where columns cannot tell."""
    encode, project = encoder(key.type, descending=key.descending), block.asked.project
    if block.asked.places.owner(key.path) and key.path not in project.plan.derive:
        column = block.column(key.path)

        def of_values(rows: Rows) -> Iterable[bytes]:
            different, places = np.unique(column.codes.of_rows[rows], return_inverse=True)
            return _spread([encode(value) for value in column.values.of(different)], places)

        return of_values
    sources = sources_of(project, key.reads)
    if not sources:
        return None

    def of_combinations(rows: Rows) -> Iterable[bytes | str]:
        different, places = np.unique(block.combination(sources).codes.of_rows[rows], return_inverse=True)
        return _spread([_computed(block, key, encode, sources, code) for code in different.tolist()], places)

    return of_combinations


def _computed(block: Block, key: PlannedKey, encode: Encode, sources: tuple[str, ...], code: int) -> bytes | str:
    try:
        return encode(key.compute(block.snapshot_of_values(sources, code)))
    except BudgetError as error:
        return told((too_large(error),))


def _spread(values: list[T], places: Any) -> Iterable[T]:
    return map(values.__getitem__, places.tolist())


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
