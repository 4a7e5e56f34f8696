"""What moved in a list, so that moving one thing past a hundred is one move."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def moved(places: Sequence[int]) -> frozenset[int]:
    """The indexes of those that moved, given for each thing of the new list its place in the old one.

    What stays is a longest increasing subsequence (patience sorting; n log n), so as few as can be have moved.
    """
    ends: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for at, place in enumerate(places):
        pile = bisect_left(ends, place)
        before.append(tops[pile - 1] if pile else -1)
        ends[pile : pile + 1] = [place]
        tops[pile : pile + 1] = [at]
    stay: set[int] = set()
    at = tops[-1] if tops else -1
    while at >= 0:
        stay.add(at)
        at = before[at]
    return frozenset(range(len(places))) - stay
