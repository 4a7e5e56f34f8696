"""Which rules match the rows of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ruleflow.batch.answers import Answers
from ruleflow.batch.block import Block
from ruleflow.batch.columns import Rows
from ruleflow.batch.questions import asked_on
from ruleflow.batch.tables import Batches, blocks_of, reading
from ruleflow.engine.facts import FactProblem, Facts
from ruleflow.plan.tables import PlannedTable
from ruleflow.project.instants import instant
from ruleflow.project.project import Project

SHIFT = 32
"""A row and the place of a rule are sorted as one number, the row above so many bits."""


@dataclass(frozen=True, slots=True)
class Matches:
    """What `match_table` found.

    `rules` has for each row the ids of the rules whose conditions hold, and of the rows of decision tables that match, in the order of stages and files; null for a row
    whose facts were refused. `counts` has for each rule that may run on the event how many rows it matches. `refused` has
    the problems of refused facts, by row.
    """

    rules: pa.ChunkedArray
    counts: Mapping[str, int]
    refused: Mapping[int, tuple[FactProblem, ...]]


def match_table(
    project: Project, event: str, table: Batches, *, now: datetime | None = None, strict: bool = False
) -> Matches:
    """Which rules' conditions hold for each row of a table, on the facts as they come.

    Columns are facts: `ticket.priority`, or a struct column `ticket`; nulls are as if they were not there, under `before`,
    too. Rules in shadow are there; rollouts, dates and `once` are not asked. Rules of all stages are asked about the facts
    as they came, so of a later stage it says what its rules find where no earlier rule has written; the first stage, and
    whether any rule matches at all, are exactly as one by one. A rule that cannot be evaluated, because a value is too large,
    is not there.

    `table` is a table, or batches of one; for a file larger than memory, ask for each batch. Raises `TableError`.
    """
    asked, at = asked_on(project, event), instant(now)
    ids = [name for one in asked.rules for name in one.ids()]
    counts: Counter[str] = Counter(dict.fromkeys(ids, 0))
    refused: dict[int, tuple[FactProblem, ...]] = {}
    found: list[pa.Array] = []
    first = 0
    for piece in blocks_of(table):
        block = Block(asked, piece, at, strict)
        with reading():
            keys, bad = _matched(block)
        rows, rules = keys >> SHIFT, keys & ((1 << SHIFT) - 1)
        counts.update(dict(zip(ids, np.bincount(rules, minlength=len(ids)).tolist(), strict=True)))
        refused.update({first + row: problems for row, problems in bad.items()})
        found.append(_lists(rows, rules, block.rows, bad, ids))
        first += block.rows
    kind = pa.list_(pa.dictionary(pa.int32(), pa.string()))
    return Matches(pa.chunked_array(found, kind), counts, refused)


def rows_that_may_match(block: Block) -> Rows:
    """The rows that some rule may match, or that are to be asked one by one."""
    may = block.odd.copy()
    answers = Answers(block)
    for rule in block.asked.rules:
        may[answers.select(rule)] = True
    return np.flatnonzero(may)


def _matched(block: Block) -> tuple[npt.NDArray[np.int64], dict[int, tuple[FactProblem, ...]]]:
    """Rows and places of rules that match, each pair a number, in order; and the rows that are refused."""
    answers = Answers(block)
    rows: list[Rows] = []
    doubted: list[tuple[int, Rows]] = []
    for number, rule in enumerate(block.asked.rules):
        selected = answers.select(rule)
        if len(selected) and (answers.in_doubt or isinstance(rule.planned, PlannedTable)):
            doubted.append((number, selected))
        elif not isinstance(rule.planned, PlannedTable):
            rows.append((selected << SHIFT) | rule.place)
    singly, bad = _one_by_one(block, doubted)
    keys = np.concatenate([*rows, np.array(singly, np.int64)])
    keys.sort()
    return keys, bad


def _one_by_one(block: Block, doubted: list[tuple[int, Rows]]) -> tuple[list[int], dict[int, tuple[FactProblem, ...]]]:
    """What only the facts as a whole can answer: every rule for odd rows, and for others the rules that are in doubt."""
    every = range(len(block.asked.rules))
    questions: dict[int, list[int]] = {row: [*every] for row in np.flatnonzero(block.odd).tolist()}
    for place, selected in doubted:
        for row in selected.tolist():
            questions.setdefault(row, []).append(place)
    keys: list[int] = []
    bad: dict[int, tuple[FactProblem, ...]] = {}
    rules = block.asked.rules
    for (row, places), read in zip(questions.items(), block.read(np.array([*questions], np.intp)), strict=True):
        if isinstance(read, Facts):
            seen = block.snapshot(read)
            keys += [row << SHIFT | place for number in places for place in rules[number].matching(seen)]
        else:
            bad[row] = read
    return keys, bad


def _lists(rows: Any, rules: Any, count: int, bad: Mapping[int, Any], ids: list[str]) -> pa.Array:
    """The rules of each row as Arrow lists."""
    starts = np.searchsorted(rows, np.arange(count + 1)).astype(np.int32)
    values = pa.DictionaryArray.from_arrays(pa.array(rules.astype(np.int32)), pa.array(ids, pa.string()))
    refused = np.zeros(count, np.bool_)
    refused[[*bad]] = True
    return pa.ListArray.from_arrays(pa.array(starts), values, mask=pa.array(refused))
