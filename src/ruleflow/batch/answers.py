"""The answers of a block's rows to questions: by tables of codes where they are cheap, else by the engine's own closures.

Every answer about a value comes from what decides one by one: the closure of the atom, a look into the dictionary of values,
bisection into values that are in order, or the one pass over a text that the index makes, too.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias, cast

import numpy as np

from ruleflow.batch.block import Block
from ruleflow.batch.columns import Bools, Column, Rows
from ruleflow.batch.questions import AskedRule, Every, Literal, Part, Question, Some
from ruleflow.engine.facts import Facts
from ruleflow.plan.conditions import Equals, HasElement, IsMissing, OneOf, Range, RegexMatch, TextMatch
from ruleflow.plan.patterns import hits_of
from ruleflow.plan.snapshot import BudgetError, Snapshot
from ruleflow.plan.truths import TEXTS

FEW, FEW_TEXTS = 1_024, 64
"""So many values are asked at once, whether the answers are needed or not."""
PASS = 16
"""One pass over a text costs as much as so many tests of it."""
CHUNK = 4_096
TEXT, OTHER = 1, 2
"""When a part is asked, after those that have tables."""

Table: TypeAlias = tuple[Bools, int]
"""The answer for each code, and how many rows it is yes for."""


@dataclass(eq=False)
class Answers:
    """Answers about one block. `in_doubt` is set where rows were let through that only their facts as a whole can answer for."""

    block: Block
    in_doubt: bool = False
    _tables: dict[Question, Table | None] = field(default_factory=dict)
    _tested: Counter[str] = field(default_factory=Counter)
    _passed: dict[Question, list[int]] = field(default_factory=dict)

    @cached_property
    def _probe(self) -> Snapshot:
        """Facts into which one value after the other is put."""
        return self.block.snapshot(Facts({}, {}, {}))

    def select(self, rule: AskedRule) -> Rows:
        """The rows for which a rule holds, or if it is `in_doubt` may hold; odd rows are not among them. In no order."""
        self.in_doubt = False
        ranked = sorted(((self._rank(part), at) for at, part in enumerate(rule.parts)))
        rows: Rows | None = None
        for (when, count), at in ranked:
            part = rule.parts[at]
            if rows is None and when == 0 and count == 0:
                return np.zeros(0, np.intp)
            if rows is None and when == 0 and isinstance(part, Literal):
                rows = self._first(part)
            else:
                rows = self._every_row if rows is None else rows
                rows = rows.compress(self._holds(part, rows))
            if not len(rows):
                return rows
        rows = self._every_row if rows is None else rows
        return rows.compress(~self.block.odd.take(rows)) if self._has_odd else rows

    @cached_property
    def _has_odd(self) -> bool:
        return bool(self.block.odd.any())

    @cached_property
    def _every_row(self) -> Rows:
        return np.arange(self.block.rows)

    def _rank(self, part: Part) -> tuple[int, int]:
        """When a part is asked: those with tables first, the most telling one before the others; texts late."""
        match part:
            case Literal(question, negated):
                table = self._table(question)
                if table is not None:
                    return 0, self.block.rows - table[1] if negated else table[1]
                return (TEXT if isinstance(question.atom, TextMatch | RegexMatch) else OTHER), 0
            case Every(parts):
                ranks = [self._rank(one) for one in parts]
                return max((when for when, _ in ranks), default=0), min((count for _, count in ranks), default=0)
            case Some(parts):
                ranks = [self._rank(one) for one in parts]
                return max((when for when, _ in ranks), default=0), sum(count for _, count in ranks)

    def _first(self, literal: Literal) -> Rows:
        table, _ = cast("Table", self._table(literal.question))
        return self.block.column(literal.question.column).rows_where(~table if literal.negated else table)

    def _holds(self, part: Part, rows: Rows) -> Bools:
        """For which of some rows a part holds, or may hold."""
        match part:
            case Literal():
                return self._literal(part, rows)
            case Every(parts):
                return self._every(parts, rows)
            case Some(parts):
                return self._some(parts, rows)

    def _every(self, parts: Sequence[Part], rows: Rows) -> Bools:
        held = np.ones(len(rows), np.bool_)
        for part in sorted(parts, key=self._rank):
            left = np.flatnonzero(held)
            held[left] = self._holds(part, rows[left])
        return held

    def _some(self, parts: Sequence[Part], rows: Rows) -> Bools:
        held = np.zeros(len(rows), np.bool_)
        for part in sorted(parts, key=self._rank):
            left = np.flatnonzero(~held)
            held[left] = self._holds(part, rows[left])
        return held

    def _literal(self, literal: Literal, rows: Rows) -> Bools:
        question, negated = literal.question, literal.negated
        if question.sources is None:
            self.in_doubt = True
            return np.ones(len(rows), np.bool_)
        if not question.column:
            return self._of_combinations(question, question.sources, rows, negated=negated)
        column = self.block.column(question.column)
        codes = column.codes.of_rows.take(rows)
        table = self._table(question)
        if table is not None:
            found: Bools = table[0].take(codes)
        elif column.size < len(rows):
            different, places = np.unique(codes, return_inverse=True)
            found = self._of_values(question, column, different)[places]
        else:
            found = self._of_values(question, column, codes)
        return ~found if negated else found

    def _of_values(self, question: Question, column: Column, codes: Any) -> Bools:
        """The closure's answers for some codes of a column."""
        if question.column in self.block.asked.tests:
            self._tested[question.column] += len(codes)
        atom, answers = question.atom, list[bool]()
        for start in range(0, len(codes), CHUNK):
            some = codes[start : start + CHUNK]
            if isinstance(atom, TextMatch) and not atom.exact:
                test, pattern = TEXTS[atom.test], atom.pattern
                answers += [text is not None and test(text, pattern) for text in column.values.folded(some)]
            else:
                answers += map(self._of_value(question), column.values.of(some))
        return np.array(answers, np.bool_)

    def _of_value(self, question: Question) -> Callable[[Any], bool]:
        """The closure of an atom as a test of its one value."""
        truth, path, probe = question.truth, question.column, self._probe

        def holds(value: Any) -> bool:
            probe[path] = value
            return truth(probe)

        return holds

    def _of_combinations(self, question: Question, sources: tuple[str, ...], rows: Rows, *, negated: bool) -> Bools:
        """The closure's answers for combined values; where it cannot tell, a row is let through."""
        different, places = np.unique(self.block.combination(sources).codes.of_rows[rows], return_inverse=True)
        answers = np.empty(len(different), np.bool_)
        for at, code in enumerate(different.tolist()):
            try:
                answers[at] = question.truth(self.block.snapshot_of_values(sources, code)) is not negated
            except BudgetError:
                self.in_doubt = answers[at] = True
        return answers[places]

    def _table(self, question: Question) -> Table | None:
        """The table of a question; None where it would cost more than the answers that are needed."""
        if question in self._tables:
            return self._tables[question]
        if not question.column or question.sources is None:
            return None
        column = self.block.column(question.column)
        if isinstance(question.atom, TextMatch | RegexMatch) and column.size > FEW_TEXTS:
            codes = self._passed_by(question, column)
            return None if codes is None else _of_codes(codes, column)
        found = self._tables[question] = self._made(question, column)
        return found

    def _made(self, question: Question, column: Column) -> Table | None:
        atom = question.atom
        codes = _codes_of(atom, column)
        if codes is not None:
            return _of_codes(codes, column)
        if column.size > FEW:
            return None
        table = self._of_values(question, column, np.arange(column.size))
        return table, int(column.counts[table].sum())

    def _passed_by(self, question: Question, column: Column) -> list[int] | None:
        """The codes whose texts pass a test, once so many were tested that one pass over all texts is cheaper."""
        path = question.column
        if self._tested[path] > PASS * column.size and question not in self._passed:
            self._pass(self.block.asked.tests[path], column)
        return self._passed.get(question)

    def _pass(self, questions: Sequence[Question], column: Column) -> None:
        hits = hits_of(cast("Sequence[TextMatch | RegexMatch]", tuple(one.atom for one in questions)))
        passed: list[list[int]] = [[] for _ in questions]
        for start in range(0, column.size, CHUNK):
            codes = np.arange(start, min(start + CHUNK, column.size))
            for code, text, folded in zip(
                codes.tolist(), column.values.of(codes), column.values.folded(codes), strict=True
            ):
                if folded is not None:
                    for at in hits(text, folded):
                        passed[at].append(code)
        self._passed.update(zip(questions, passed, strict=True))


def _of_codes(codes: Iterable[int] | slice, column: Column) -> Table:
    table = np.zeros(column.size, np.bool_)
    table[codes if isinstance(codes, slice) else list(codes)] = True
    return table, int(column.counts[table].sum())


def _codes_of(atom: Any, column: Column) -> Iterable[int] | slice | None:
    """The codes for which an atom holds, where a look into the values tells; None where closures must."""
    match atom:
        case IsMissing():
            return _equal((None,), column)
        case Equals(_, value):
            return _equal((value,), column)
        case OneOf(_, values):
            return _equal(values, column)
        case HasElement(_, value) if not column.is_sorted:
            return column.holders(value)
        case Range() if column.is_sorted and column.values.missing is None:
            return _between(atom, column)
        case _:
            return None


def _equal(values: Iterable[Any], column: Column) -> list[int] | None:
    """The codes of some values."""
    missing = column.codes.count
    if not column.are_all_known:
        found = [missing for value in values if value == column.values.missing]
        given = [value for value in values if value is not None]
        if not column.is_sorted:
            return None if given else found
        for value in given:
            span = range(missing)
            low = bisect_left(span, value, key=column.values.at)
            found += range(low, bisect_right(span, value, lo=low, key=column.values.at))
        return found
    places = column.places
    return None if places is None else [code for value in values for code in places.get(value, ())]


def _between(atom: Range, column: Column) -> slice:
    """The codes between the bounds of a range."""
    span, read = range(column.codes.count), column.values.at
    low: Any = atom.low
    high: Any = atom.high
    first = 0 if low is None else (bisect_right if atom.low_open else bisect_left)(span, low, key=read)
    last = len(span) if high is None else (bisect_left if atom.high_open else bisect_right)(span, high, key=read)
    return slice(first, max(first, last))
