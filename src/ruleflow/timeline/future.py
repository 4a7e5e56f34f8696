"""Letting time pass: every timer of a ticket fires at its instant, and what the rules then say is carried out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ruleflow.engine.evaluate import Evaluated, evaluate_run
from ruleflow.engine.facts import Facts
from ruleflow.engine.stages import fired_in, snapshot_of
from ruleflow.engine.timers import TIMER, Timer, timers_ahead
from ruleflow.plan.plan import Plan
from ruleflow.plan.snapshot import BudgetError
from ruleflow.timeline.carry import carried_out

MOST_STEPS = 200
"""A ticket with more to come (a reminder without end) is followed no further."""


@dataclass(frozen=True, slots=True)
class Step:
    """What happens at one instant: the timers that were due, the decision, the facts once it is carried out."""

    at: datetime
    due: tuple[Timer, ...]
    evaluated: Evaluated
    facts: Facts
    timers: tuple[Timer, ...]
    """What comes next, on the facts as the helpdesk leaves them: it also notes when it solved a ticket."""


def decide_step(plan: Plan, event: str, facts: Facts, now: datetime, digest: str, due: tuple[Timer, ...] = ()) -> Step:
    """Decide one event, and carry the decision out."""
    found = evaluate_run(plan, event, facts, now, digest)
    after = carried_out(facts, found.run, now, plan.service_levels.tracked)
    return Step(now, due, found, after, timers_of(plan, event, after, now))


def timers_of(plan: Plan, event: str, facts: Facts, now: datetime) -> tuple[Timer, ...]:
    """All timers of a ticket after an event, on the facts as the helpdesk leaves them; nothing is decided."""
    seen = snapshot_of(plan, TIMER, facts, now, facts.values)
    try:
        return timers_ahead(plan, seen, plan.service_levels.clocks(seen), event, fired_in(seen))
    except BudgetError:
        return ()


def pass_time(plan: Plan, step: Step, until: datetime, digest: str) -> Iterator[Step]:
    """The steps after a step, until an instant (that one included), if nobody touches the ticket."""
    for _ in range(MOST_STEPS):
        timers = step.timers
        if not timers or timers[0].due_at > until:
            return
        now = max(timers[0].due_at, step.at)
        due = tuple(timer for timer in timers if timer.due_at <= now)
        step = decide_step(plan, TIMER, step.facts, now, digest, due)
        yield step
