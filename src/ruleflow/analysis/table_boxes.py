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

BUDGET = 24_000_000
"""How many rows are looked at, each as often as it is: a few seconds."""
FEW = 8
"""So many rows are looked for one by one."""
MOST_FREE = 500
"""So many boxes without bounds along an axis are held against each other."""
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


def _common(one: Stretches, other: Stretches) -> Stretches:
    """The places that two have in common."""
    both = ((max(low, start), min(high, end)) for low, high in one for start, end in other)
    return tuple(found for found in both if found[0] <= found[1])


def _without(whole: Stretches, part: Stretches) -> Stretches:
    """The places of one that are not in a part of it."""
    found: list[tuple[int, int]] = []
    for low, high in whole:
        at = low
        for start, end in part:
            if low <= start <= high:
                found.append((at, start - 1))
                at = end + 1
        found.append((at, high))
    return tuple(one for one in found if one[0] <= one[1])


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
            self._visit(list(range(len(self.boxes.rows))), frozenset(), {}, frozenset())
        except (OutOfBudgetError, RecursionError):
            self.is_whole = False
        return self

    def _visit(self, boxes: list[int], done: frozenset[int], point: Point, dead: frozenset[int]) -> None:
        """Look through a part of the grid; `dead` are boxes of which the others are known to leave nothing here."""
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
        if not self._is_worthwhile(boxes, done, dead) or self._is_settled(boxes, done, dead):
            return
        at = min(axes, key=lambda axis: self._cost(boxes, axis))
        dead |= self._dead_along(boxes, at, done, dead)
        for place, own in self._split(boxes, at):
            self._visit(own, done | {at}, {**point, at: place}, dead)

    def _dead_along(self, boxes: list[int], at: int, done: frozenset[int], dead: frozenset[int]) -> frozenset[int]:
        """Boxes without bounds along an axis of which those above them, without bounds as well, leave nothing."""
        free = [one for one in boxes if self.boxes.bounds[at][one] is None]
        if not self.wants_first or len(free) > MOST_FREE:
            return frozenset()
        waiting = [place for place, one in enumerate(free) if self.boxes.rows[one] not in self.live and one not in dead]
        return frozenset(
            free[place] for place in waiting if not self._is_reached(self._left(free[place], done), free[:place])
        )

    def _left(self, box: int, done: frozenset[int]) -> dict[int, Stretches]:
        """What a box takes along each axis that is not fixed yet."""
        bounds = ((axis, own) for axis, own in enumerate(self.boxes.bounds) if axis not in done)
        return {axis: own[box] or self.boxes.axes[axis].whole for axis, own in bounds}

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

    def _is_worthwhile(self, boxes: list[int], done: frozenset[int], dead: frozenset[int]) -> bool:
        """Whether something new may be found among some boxes."""
        rows = self.boxes.rows
        if self._wants_pair() and any(rows[one] != rows[boxes[0]] for one in boxes):
            return True
        if self.wants_first and any(rows[one] not in self.live and one not in dead for one in boxes):
            return True
        return self._wants_gap() and all(self._bounded(one, done) for one in boxes)

    def _is_settled(self, boxes: list[int], done: frozenset[int], dead: frozenset[int]) -> bool:
        """Whether only a few rows are still to be seen to come first somewhere; each is then looked for by itself."""
        rows = self.boxes.rows
        if self._wants_pair() or (self._wants_gap() and all(self._bounded(one, done) for one in boxes)):
            return False
        waiting = [at for at, one in enumerate(boxes) if rows[one] not in self.live and one not in dead]
        if len(waiting) > FEW:
            return False
        for at in waiting:
            box = boxes[at]
            if rows[box] not in self.live and self._is_reached(self._left(box, done), boxes[:at]):
                self.live.add(rows[box])
        return True

    def _is_reached(self, left: dict[int, Stretches], earlier: list[int]) -> bool:
        """Whether some place of a box is taken by none of the boxes before it: these are cut out of it one by one."""
        self.budget -= len(earlier) + 1
        if self.budget < 0:
            raise OutOfBudgetError
        bounds = self.boxes.bounds
        meeting: list[int] = []
        for box in earlier:
            own = [(axis, found) for axis in left if (found := bounds[axis][box]) is not None]
            both = [_common(left[axis], found) for axis, found in own]
            if not all(both):
                continue
            if all(one == left[axis] for one, (axis, _) in zip(both, own, strict=True)):
                return False
            meeting.append(box)
        if not meeting:
            return True
        axis, inside = next(
            (axis, one)
            for axis in left
            if (found := bounds[axis][meeting[0]]) is not None and (one := _common(left[axis], found)) != left[axis]
        )
        outside = _without(left[axis], inside)
        return self._is_reached({**left, axis: outside}, meeting[1:]) or self._is_reached(
            {**left, axis: inside}, meeting
        )

    def _cost(self, boxes: list[int], at: int) -> float:
        """What the parts along an axis cost together, roughly: each the square of how many boxes it has."""
        own = self.boxes.bounds[at]
        bounds = {found for one in boxes if (found := own[one]) is not None}
        free = sum(own[one] is None for one in boxes)
        return (free * len(bounds) + len(boxes)) ** 2 / max(1, len(bounds))

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
