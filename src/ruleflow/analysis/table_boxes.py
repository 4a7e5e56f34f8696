"""What the rows of a decision table leave open, take twice and never get, by going through its boxes.

The rows that a part of the grid meets are split along one axis after the other. Where the first of them takes all that
is left, it is what decides there; where none is left, no row takes these tickets. Parts in which nothing new can be
found are not entered, so a table with few exceptions costs little more than its rows; what costs more than the budget
is left, and said to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ruleflow.analysis.table_axes import Axis, Stretches

BUDGET = 4_000_000
"""How many rows are looked at, each as often as it is; about a second a million."""
MOST_GAPS = 3
MOST_OVERLAPS = 10

Point = dict[int, int]
"""For each axis that matters a place."""


@dataclass(frozen=True, slots=True)
class Boxes:
    """The boxes of a table in the order of its rows: for each axis its bounds by box, None: none; and the row of each box."""

    axes: Sequence[Axis]
    bounds: Sequence[Sequence[Stretches | None]]
    rows: Sequence[int]


class OutOfBudgetError(Exception):
    """The table has more parts than are looked at."""


@dataclass(slots=True)
class Search:
    """What is looked for: parts that no row takes, rows that take any part first, pairs that meet."""

    boxes: Boxes
    wants_gaps: bool
    wants_first: bool
    wants_pairs: bool
    budget: int = BUDGET
    gaps: list[Point] = field(default_factory=list)
    live: set[int] = field(default_factory=set)
    """Rows that come first somewhere."""
    pairs: dict[tuple[int, int], Point] = field(default_factory=dict)
    is_whole: bool = True

    def run(self) -> Search:
        """Look through the table."""
        try:
            self._visit(list(range(len(self.boxes.rows))), frozenset(), {})
        except (OutOfBudgetError, RecursionError):
            self.is_whole = False
        return self

    def _visit(self, boxes: list[int], done: frozenset[int], point: Point) -> None:
        self.budget -= len(boxes) + 1
        if self.budget < 0:
            raise OutOfBudgetError
        if not boxes:
            if self._wants_gap() and all(place != self.boxes.axes[at].unknown for at, place in point.items()):
                self.gaps.append(point)
            return
        axes = self._bounded(boxes[0], done)
        if not axes:
            self._taken(boxes, done, point)
            return
        if not self._is_worthwhile(boxes, done):
            return
        at = min(axes, key=lambda axis: self._cost(boxes, axis))
        for place, own in self._split(boxes, at):
            self._visit(own, done | {at}, {**point, at: place})

    def _wants_gap(self) -> bool:
        return self.wants_gaps and len(self.gaps) < MOST_GAPS

    def _wants_pair(self) -> bool:
        return self.wants_pairs and len(self.pairs) < MOST_OVERLAPS

    def _bounded(self, box: int, done: frozenset[int]) -> list[int]:
        """The axes along which a box does not take all."""
        return [at for at, own in enumerate(self.boxes.bounds) if own[box] is not None and at not in done]

    def _taken(self, boxes: list[int], done: frozenset[int], point: Point) -> None:
        """The first of some boxes takes all that is left."""
        rows = self.boxes.rows
        self.live.add(rows[boxes[0]])
        other = next((one for one in boxes if rows[one] != rows[boxes[0]]), None)
        if other is not None and self._wants_pair():
            pair = (rows[boxes[0]], rows[other])
            self.pairs.setdefault((min(pair), max(pair)), {**point, **self._corner(other, done)})

    def _corner(self, box: int, done: frozenset[int]) -> Point:
        """A place in a box along each axis that is not fixed yet."""
        bounds = ((at, own[box]) for at, own in enumerate(self.boxes.bounds) if at not in done)
        return {at: found[0][0] for at, found in bounds if found}

    def _is_worthwhile(self, boxes: list[int], done: frozenset[int]) -> bool:
        """Whether something new may be found among some boxes."""
        rows = self.boxes.rows
        if self._wants_pair() and any(rows[one] != rows[boxes[0]] for one in boxes):
            return True
        if self.wants_first and any(rows[one] not in self.live for one in boxes):
            return True
        return self._wants_gap() and all(self._bounded(one, done) for one in boxes)

    def _cost(self, boxes: list[int], at: int) -> int:
        """How many boxes the parts along an axis have together, roughly."""
        own = self.boxes.bounds[at]
        bounds = {found for one in boxes if (found := own[one]) is not None}
        free = sum(own[one] is None for one in boxes)
        return free * len(bounds) + len(boxes)

    def _split(self, boxes: list[int], at: int) -> Iterator[tuple[int, list[int]]]:
        """The parts along an axis, each with a place in it and the boxes that meet it; parts that meet the same are one."""
        bounds, size, unknown = self.boxes.bounds[at], len(self.boxes.axes[at].values), self.boxes.axes[at].unknown
        starts: dict[int, list[int]] = {}
        ends: dict[int, list[int]] = {}
        free: list[int] = []
        for one in boxes:
            own = bounds[one]
            if own is None:
                free.append(one)
                continue
            for low, high in own:
                starts.setdefault(low, []).append(one)
                ends.setdefault(high + 1, []).append(one)
        seen: set[tuple[int, ...]] = set()
        inside: set[int] = set()
        last: list[tuple[int, list[int]]] = []
        for place in sorted({0, *starts, *ends, *((unknown, unknown + 1) if unknown >= 0 else ())}):
            if place >= size:
                break
            inside.difference_update(ends.get(place, ()))
            inside.update(starts.get(place, ()))
            own_boxes = sorted([*free, *inside]) if inside else free
            self.budget -= len(own_boxes)
            if self.budget < 0:
                raise OutOfBudgetError
            if place == unknown:
                last.append((place, own_boxes))
            elif (key := tuple(own_boxes)) not in seen:
                seen.add(key)
                yield place, own_boxes
        yield from ((place, own_boxes) for place, own_boxes in last if tuple(own_boxes) not in seen)
