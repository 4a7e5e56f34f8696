"""Whose turn it is in a stage: the rules and rows that match; where somebody wants to know of all, all that are asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ruleflow.engine.timers import Timer
from ruleflow.model.tables import HitPolicy
from ruleflow.plan.plan import PlannedStage
from ruleflow.plan.planned import PlannedRule
from ruleflow.plan.snapshot import BudgetError, Snapshot
from ruleflow.plan.tables import PlannedTable

MOST_ROWS = 100
"""Matching rows of a table that a run in full has, unless all of them act."""


class Turn(NamedTuple):
    """A rule's turn in a stage, and which of the due events it is for ('' : the event of the decision itself)."""

    planned: PlannedRule
    seen: Snapshot
    occasion: str = ""
    holds: bool | None = None
    """Whether the condition holds; None: nobody has asked yet."""


def turns_of(
    stage: PlannedStage, event: str, seen: Snapshot, due: tuple[Timer, ...], *, in_full: bool
) -> Sequence[Turn]:
    """The rules of a stage in file order: those of the event, and those that name a warning or breach, once for each."""
    turns = _asked(stage, event, seen, in_full=in_full)
    if not due:
        return turns
    turns = list(turns)
    for timer in due:
        if timer.event in stage.events:
            at = seen.at(seen.now, timer.facts)
            asked = _asked(stage, timer.event, at, timer.key, in_full=in_full)
            turns += [turn for turn in asked if turn.planned.rule.events]
    return sorted(turns, key=_place)


def _asked(stage: PlannedStage, event: str, seen: Snapshot, occasion: str = "", *, in_full: bool) -> Sequence[Turn]:
    """The rules that take their turn on an event: those that match.

    Where somebody wants to know of all, or a value is too large to be looked at, each of them, to be asked in turn.
    """
    own = stage.events.get(event)
    if own is None:
        return ()
    if not in_full and not seen.over_budget:
        try:
            return [Turn(planned, seen, occasion, holds=True) for planned in own.matching(seen)]
        except BudgetError:
            pass
    rules = (Turn(planned, seen, occasion) for planned in own.rules)
    rows = (turn for table in own.tables for turn in _asked_rows(table, seen, occasion, in_full=in_full))
    return sorted([*rules, *rows], key=_place) if own.tables else list(rules)


def _asked_rows(table: PlannedTable, seen: Snapshot, occasion: str, *, in_full: bool) -> Sequence[Turn]:
    """The rows of a table that match; `in_full`: those that another one keeps from acting, too.

    Where there are none it is the table itself, which says so, or meets what is too large.
    """
    try:
        if in_full and table.source.hit is HitPolicy.FIRST:
            matching: Iterable[PlannedRule] = map(table.row, table.places(seen)[:MOST_ROWS])
        else:
            matching = table.matching(seen)
        turns = [Turn(row, seen, occasion, holds=True) for row in matching]
    except BudgetError:
        turns = []
    return turns or [Turn(table, seen, occasion)]


def _place(turn: Turn) -> int:
    return turn.planned.rule.position
