"""Tests of scores written out as tests of what the scores are made of.

So an index, a proof, a comparison and a table of tickets see through scores: `score.spend >= 4` is a range of
`contact.lifetime_value`. It can be done for steps of a single field and for classes; any other score stays a name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from ruleflow.checker.scores import constant_of
from ruleflow.model.scores import Bin, Score
from ruleflow.plan.closures import in_range
from ruleflow.plan.conditions import (
    FALSE,
    TRUE,
    All,
    Atom,
    Condition,
    Equals,
    IsBlank,
    IsMissing,
    Negated,
    OneOf,
    Range,
    all_of,
    any_of,
    negation,
)
from ruleflow.plan.conditions import Any as AnyOf
from ruleflow.plan.truths import blank
from ruleflow.syntax.expressions import Comparison, Expr, NodeId
from ruleflow.types.values import Value

_UPWARD = frozenset({Comparison.AT_MOST, Comparison.LESS})


@dataclass(frozen=True, slots=True)
class WrittenOut:
    """Writes conditions out. `path_of` gives the field that an expression is, '' for any other expression."""

    scores: Mapping[str, Score]
    """By the name under which they are read."""
    path_of: Callable[[Expr], str]
    condition_of: Callable[[Expr], Condition]
    meanings: Mapping[NodeId, Any]

    def condition(self, condition: Condition) -> Condition:
        """The condition without what is known of scores."""
        match condition:
            case All(parts):
                return all_of(tuple(self.condition(part) for part in parts))
            case AnyOf(parts):
                return any_of(tuple(self.condition(part) for part in parts))
            case Negated(part):
                return negation(self._atom(part))
            case _:
                return self._atom(condition)

    def _atom(self, atom: Atom) -> Condition:
        match atom:
            case Equals() | OneOf() | Range() | IsMissing() | IsBlank() if atom.path in self.scores:
                return self._of_score(atom, self.scores[atom.path])
            case _:
                return atom

    def _of_score(self, atom: Equals | OneOf | Range | IsMissing | IsBlank, score: Score) -> Condition:
        if score.is_unfitted:
            return TRUE if _holds(atom, score.missing) else FALSE
        if score.classes:
            return self._of_classes(atom, score)
        path = "" if score.value is None else self.path_of(score.value)
        if not path:
            return atom
        if score.bins:
            return self.condition(self._of_bins(atom, score, path))
        if score.missing is not None:
            return atom
        return self.condition(replace(atom, path=path))

    def _of_classes(self, atom: Atom, score: Score) -> Condition:
        """Whether the atom holds for the first class whose condition holds; what is after a class is asked where it does not."""
        found: Condition = TRUE if _holds(atom, score.missing) else FALSE
        for one in reversed(score.classes):
            is_wanted = _holds(atom, one.result)
            if one.when is None:
                found = TRUE if is_wanted else FALSE
            elif is_wanted:
                found = any_of((self.condition_of(one.when), found))
            else:
                found = all_of((negation(self.condition_of(one.when)), found))
        return found

    def _of_bins(self, atom: Atom, score: Score, path: str) -> Condition:
        """The bins for which the atom holds, neighbours together as one range of the field."""
        wanted = [*self._steps(score, atom)]
        runs = [list(run) for holds, run in groupby(wanted, key=lambda step: step[0]) if holds]
        found = [_range(path, run[0][1], run[-1][2]) for run in runs]
        if _holds(atom, score.missing):
            found.append(IsMissing(path))
        return any_of(tuple(found))

    def _steps(self, score: Score, atom: Atom) -> Iterator[tuple[bool, Bin | None, Bin | None]]:
        """For each stretch of values whether the atom holds there, and the bins at whose bounds it begins and ends."""
        before: Bin | None = None
        for one in map(self._plain, score.bins):
            end = None if one.bound is None else one
            yield _holds(atom, one.result), before, end
            before = one
        if before is not None and before.bound is not None:
            yield _holds(atom, score.missing), before, None

    def _plain(self, step: Bin) -> Bin:
        """The bin with the value of its bound in the place of the expression."""
        return step if step.bound is None else replace(step, bound=constant_of(step.bound, self.meanings))


def _range(path: str, begin: Any, end: Any) -> Condition:
    """The values after the bound of one bin and up to that of another; None: no end on that side."""
    if begin is None and end is None:
        return negation(IsMissing(path))
    first = begin if end is None else end
    near = None if begin is None else begin.bound
    far = None if end is None else end.bound
    if first.test in _UPWARD:
        begins_after = begin is not None and begin.test is Comparison.AT_MOST
        return Range(path, near, far, low_open=begins_after, high_open=end is not None and end.test is Comparison.LESS)
    ends_before = begin is not None and begin.test is Comparison.AT_LEAST
    return Range(path, far, near, low_open=end is not None and end.test is Comparison.MORE, high_open=ends_before)


def _holds(atom: Atom, value: Value) -> bool:
    """Whether an atom holds for a value of its score: the engine's own test."""
    match atom:
        case Equals(_, wanted):
            return value == wanted
        case OneOf(_, values):
            return value in values
        case IsMissing():
            return value is None
        case IsBlank():
            return blank(value)
        case Range(path):
            probe: Any = {path: value}
            return in_range(atom)(probe)
        case _:
            raise TypeError(f"{atom} is no test of a score")


def by_path(scores: Iterable[Score]) -> dict[str, Score]:
    """Scores by the name under which they are read."""
    return {score.path: score for score in scores}
