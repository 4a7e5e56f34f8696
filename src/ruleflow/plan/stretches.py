"""Ranges as keys: of a value, the nodes of a segment tree in which it lies (Bentley, Solutions to Klee's rectangle problems, 1977).

The bounds cut the line into cells: each bound, and what lies between two. A range is the union of few nodes, of which any
value meets at most one; so rules by node, and the rules of a value by a handful of steps however many bounds there are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ruleflow.plan.conditions import Range


@dataclass(frozen=True, slots=True)
class Stretches:
    """The tree over some ranges of one field."""

    bounds: Sequence[Any]
    places: Mapping[Any, int] | None
    """Of an ordered choice, the place of each option; None for anything else."""
    leaves: int

    def of_range(self, one: Range) -> Iterator[int]:
        """The nodes of a range that is one of those the tree was made for; none where it is empty."""
        first, last = self._cells(one)
        low, high = first + self.leaves, last + self.leaves + 1
        while low < high:
            if low & 1:
                yield low
                low += 1
            if high & 1:
                high -= 1
                yield high
            low, high = low >> 1, high >> 1

    def share(self, one: Range) -> float:
        """Which part of the cells a range covers."""
        first, last = self._cells(one)
        return max(0, last - first + 1) / (2 * len(self.bounds) + 1)

    def of_value(self, value: Any) -> Iterator[int]:
        """The nodes in which a value lies; none for a missing one, or an option that the project does not know."""
        if self.places is not None:
            value = self.places.get(value)
        if value is None:
            return
        at = bisect_left(self.bounds, value)
        is_bound = at < len(self.bounds) and self.bounds[at] == value
        node = 2 * at + is_bound + self.leaves
        while node:
            yield node
            node >>= 1

    def _cells(self, one: Range) -> tuple[int, int]:
        """The first and the last cell of a range."""
        first = 0 if one.low is None else 2 * bisect_left(self.bounds, one.low) + 1 + one.low_open
        last = 2 * len(self.bounds) if one.high is None else 2 * bisect_left(self.bounds, one.high) + 1 - one.high_open
        return first, last


def stretches(ranges: Iterable[Range]) -> Stretches:
    """The tree over the ranges of one field; there is one at least."""
    known = list(ranges)
    bounds: list[Any] = [bound for one in known for bound in (one.low, one.high) if bound is not None]
    options = known[0].options
    places = {option: place for place, option in enumerate(options)} if options else None
    bounds = sorted(set(bounds))
    return Stretches(bounds, places, 1 << (2 * len(bounds)).bit_length())
