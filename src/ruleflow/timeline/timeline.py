"""A ticket's future as a value: what fires when, by which rule, and how the instants were counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ruleflow.engine.canonical import plain
from ruleflow.engine.facts import Facts
from ruleflow.engine.service import clock_dict, seconds
from ruleflow.engine.timers import TIMER, Timer
from ruleflow.model.model import Model
from ruleflow.plan.plan import Plan
from ruleflow.sla.clocks import Clock
from ruleflow.timeline.future import MOST_STEPS, Step, decide_step, pass_time

VERSION = 1
AHEAD = timedelta(days=30)
"""How far a timeline looks where nobody says."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The future of a ticket from `now` until an instant. `event` is what happens first, `timer` where nothing does."""

    plan: Plan
    digest: str
    event: str
    now: datetime
    until: datetime
    first: Step
    steps: tuple[Step, ...]

    @property
    def model(self) -> Model:
        """The vocabulary of the project."""
        return self.plan.model

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """All clocks of the ticket as they stand in the end."""
        return (self.steps[-1] if self.steps else self.first).evaluated.clocks

    @property
    def next_timer(self) -> Timer | None:
        """What comes after the end, None where nothing does."""
        timers = (self.steps[-1] if self.steps else self.first).timers
        return timers[0] if timers else None

    @property
    def is_cut(self) -> bool:
        """Whether it ends only because there is too much to come."""
        return len(self.steps) >= MOST_STEPS

    def to_dict(self) -> dict[str, Any]:
        """As JSON: the decision at the start, what happens at each later instant, the clocks in the end with their working."""
        after = self.next_timer
        zone = self.model.zone
        return {
            "version": VERSION,
            "project": {"name": self.model.name, "digest": self.digest},
            "event": self.event,
            "at": plain(self.now, zone),
            "until": plain(self.until, zone),
            "steps": [step_dict(step, self.plan) for step in (self.first, *self.steps) if is_telling(step)],
            "clocks": [{**clock_dict(clock, zone), "pieces": _pieces(clock, zone)} for clock in self.clocks],
            "next": None if after is None else after.to_dict(self.model),
        }


def look_ahead(plan: Plan, event: str, facts: Facts, now: datetime, digest: str, until: datetime) -> Timeline:
    """What will happen to a ticket until an instant; `event` '' : nothing happens now but what is due."""
    first = decide_step(plan, event or TIMER, facts, now, digest)
    return Timeline(plan, digest, event or TIMER, now, until, first, tuple(pass_time(plan, first, until, digest)))


def is_telling(step: Step) -> bool:
    """Whether anything happens in a step: a rule acts, a clock warns or is breached."""
    decision = step.evaluated.decision
    return bool(decision.matched or decision.shadow or decision.fired or decision.errors)


def step_dict(step: Step, plan: Plan) -> dict[str, Any]:
    """A step as JSON."""
    model, decision = plan.model, step.evaluated.decision
    return {
        "at": plain(step.at, model.zone),
        "due": [{**timer.to_dict(model), "working": timer.why} for timer in fired_timers(step)],
        "matched": list(decision.matched),
        "shadow": list(decision.shadow),
        "actions": [dict(action) for action in decision.actions],
        "errors": [dict(error) for error in decision.errors],
    }


def fired_timers(step: Step) -> tuple[Timer, ...]:
    """The timers that a step carried out."""
    fired = set(step.evaluated.decision.fired)
    known = {timer.key: timer for timer in (*step.due, *step.evaluated.run.due) if timer.key in fired}
    return tuple(known.values())


def _pieces(clock: Clock, zone: Any) -> list[Mapping[str, Any]]:
    """The working of a clock: each stretch with its kind and its open seconds."""
    return [
        {
            "from": plain(piece.start, zone),
            "to": plain(piece.end, zone),
            "state": "running" if piece.runs else "solved" if piece.solved else "paused",
            "open_s": seconds(piece.open),
        }
        for piece in clock.pieces
        if piece.end > piece.start
    ]
