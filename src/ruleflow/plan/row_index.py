"""An index over the rows of a decision table: a decision costs what its matching rows cost, not what all rows cost.

Every row asks the same columns, so the rows are put under the keys of one column after the other, the most telling first:
a value, an element of a set, a stretch between bounds (`stretches`), or the key of cells that anything may pass. What is
left of few rows is checked cell by cell. A node below the first is made when it is first visited. It is the index over
conditions (`index`) without conditions: no row is an object, and each different cell is looked at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ruleflow.checker.cells import ANY, Cell, Interval
from ruleflow.plan.conditions import Range
from ruleflow.plan.stretches import Stretches, stretches
from ruleflow.types.terms import Choice, ListOf, SetOf, Type

FEW = 8
"""So many rows are checked one by one at once."""

_FREE = ("free",)
"""The key of cells that anything may pass, or that are to be checked."""
_NOTHING = ("nothing",)
"""The key of a missing value, and of an empty set."""

Test = Callable[[Any], bool]
Visit = Callable[[Sequence[Any], Callable[[int], None]], None]
"""Adds the rows that match: (the values of the columns, what adds a row)."""


@dataclass(frozen=True)
class Column:
    """A column: for each row the number of its cell, and the cells. `kind` is the type of what it asks."""

    kind: Type
    cells: Sequence[Cell]
    numbers: Sequence[int]
    trees: Stretches | None = field(init=False, default=None)
    keys: Sequence[tuple[Hashable, ...]] = field(init=False, default=())
    tests: dict[int, Test] = field(init=False, default_factory=dict)
    """What checks a cell, by its number; made when it is first needed."""
    is_open: bool = field(init=False, default=False)
    """Whether the keys of some cell do not decide."""

    def __post_init__(self) -> None:
        ranges = {one: _range(one, self.kind) for cell in self.cells if not cell.negated for one in cell.ranges}
        put = object.__setattr__
        put(self, "trees", stretches(ranges.values()) if ranges else None)
        put(self, "keys", [tuple(dict.fromkeys(self._keys_of(cell, ranges))) for cell in self.cells])
        put(self, "is_open", any(cell.negated and cell != ANY for cell in self.cells))

    @property
    def is_set(self) -> bool:
        """Whether it asks a set or list."""
        return isinstance(self.kind, SetOf | ListOf)

    def _keys_of(self, cell: Cell, ranges: Mapping[Interval, Range]) -> Iterable[Hashable]:
        if cell.negated:
            yield _FREE
            return
        yield from cell.values
        if cell.missing:
            yield _NOTHING
        for one in cell.ranges:
            if self.trees is not None:
                yield from (("in", node) for node in self.trees.of_range(ranges[one]))

    def keys_of_value(self, value: Any) -> Sequence[Hashable]:
        """The keys under which the rows stand that a value may pass."""
        if not value and (value is None or self.is_set):
            return (_FREE, _NOTHING)
        if self.is_set:
            return (_FREE, *value)
        if self.trees is None:
            return (_FREE, value)
        return (_FREE, value, *(("in", node) for node in self.trees.of_value(value)))

    def test(self, number: int) -> Test | None:
        """What is left to be checked of a cell; None: nothing, for it lets anything through."""
        cell = self.cells[number]
        if cell == ANY:
            return None
        found = self.tests.get(number)
        if found is None:
            found = self.tests[number] = cell_test(cell, self.kind)
        return found


def cell_test(cell: Cell, kind: Type) -> Test:
    """Whether a value of a type passes a cell. Two-valued: a missing value passes no value and no range."""
    values, missing, wanted = frozenset(cell.values), cell.missing, not cell.negated
    if isinstance(kind, SetOf | ListOf):

        def of_set(found: Any) -> bool:
            passes = not values.isdisjoint(found) if found else missing
            return passes is wanted

        return of_set
    if not cell.ranges:

        def of_value(found: Any) -> bool:
            return (missing if found is None else found in values) is wanted

        return of_value
    places = {option: place for place, option in enumerate(kind.options)} if isinstance(kind, Choice) else None
    inside = [_inside(one) for one in cell.ranges]

    def of_range(found: Any) -> bool:
        if found is None:
            return missing is wanted
        ranked = found if places is None else places.get(found)
        passes = found in values or (ranked is not None and any(one(ranked) for one in inside))
        return passes is wanted

    return of_range


def _inside(one: Interval) -> Test:
    low, high = one.low, one.high

    def test(value: Any) -> bool:
        above = low is None or (value > low if one.low_open else value >= low)
        return above and (high is None or (value < high if one.high_open else value <= high))

    return test


def _range(one: Interval, kind: Type) -> Range:
    options = kind.options if isinstance(kind, Choice) else ()
    return Range("", one.low, one.high, one.low_open, one.high_open, options)


class RowIndex:
    """Finds the rows that match. Any number of threads may ask it at once."""

    __slots__ = ("_columns", "_root")

    def __init__(self, columns: Sequence[Column], count: int) -> None:
        self._columns = columns
        self._root = self._node(range(count), tuple(range(len(columns))), ())

    def matches(self, values: Sequence[Any]) -> list[int]:
        """The rows that match the values of the columns, in order."""
        found: list[int] = []
        self._root(values, found.append)
        return sorted(set(found)) if len(found) > 1 else found

    def _node(self, rows: Sequence[int], columns: tuple[int, ...], unchecked: tuple[int, ...]) -> Visit:
        """What finds those of some rows that match; `columns` may still tell them apart, `unchecked` have said so only in part."""
        at = self._most_telling(rows, columns) if len(rows) > FEW else None
        if at is None:
            return self._scan(rows, (*columns, *unchecked))
        column = self._columns[at]
        keys, numbers = column.keys, column.numbers
        buckets: dict[Hashable, list[int]] = {}
        for row in rows:
            for key in keys[numbers[row]]:
                bucket = buckets.get(key)
                if bucket is None:
                    buckets[key] = [row]
                else:
                    bucket.append(row)
        left = tuple(one for one in columns if one != at)
        return self._step(at, buckets, left, unchecked)

    def _step(
        self, at: int, buckets: dict[Hashable, list[int]], left: tuple[int, ...], unchecked: tuple[int, ...]
    ) -> Visit:
        of_value, nodes = self._columns[at].keys_of_value, dict[Hashable, Visit]()
        free = (*unchecked, at) if self._columns[at].is_open else unchecked

        def visit(values: Sequence[Any], add: Callable[[int], None]) -> None:
            for key in of_value(values[at]):
                node = nodes.get(key)
                if node is None:
                    rows = buckets.get(key)
                    if rows is None:
                        continue
                    node = nodes[key] = self._node(rows, left, free if key is _FREE else unchecked)
                    # Two threads may both make it; either will do, and the rows stay until both have.
                node(values, add)

        return visit

    def _scan(self, rows: Sequence[int], columns: Sequence[int]) -> Visit:
        checked = [(at, self._columns[at]) for at in sorted(columns)]
        every: list[tuple[int, list[tuple[int, Test]]]] = []
        for row in rows:
            tests = ((at, column.test(column.numbers[row])) for at, column in checked)
            every.append((row, [(at, test) for at, test in tests if test is not None]))

        def visit(values: Sequence[Any], add: Callable[[int], None]) -> None:
            for row, asked in every:
                for at, test in asked:
                    if not test(values[at]):
                        break
                else:
                    add(row)

        return visit

    def _most_telling(self, rows: Sequence[int], columns: Sequence[int]) -> int | None:
        """The column that leaves the fewest rows on average; None where none leaves much fewer."""
        best, least = None, 0.9 * len(rows)
        for at in columns:
            left = self._left_by(rows, self._columns[at])
            if left < least:
                best, least = at, left
        return best

    def _left_by(self, rows: Sequence[int], column: Column) -> float:
        """How many rows a value leaves, guessing that tickets are like the rows."""
        numbers = column.numbers
        counts = Counter(numbers if len(rows) == len(numbers) else [numbers[row] for row in rows])
        free, under, inside = 0, dict[Hashable, int](), 0.0
        for number, count in counts.items():
            cell = column.cells[number]
            if cell.negated:
                free += count
                continue
            for value in (*cell.values, *((_NOTHING,) if cell.missing else ())):
                under[value] = under.get(value, 0) + count
            if column.trees is not None:
                inside += count * sum(column.trees.share(_range(one, column.kind)) for one in cell.ranges)
        total = sum(under.values())
        return free + inside + (sum(one * one for one in under.values()) / total if total else 0)
