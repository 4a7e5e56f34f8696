"""What clocks are counted from: the life of a ticket as a sequence of states, and who answered when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ruleflow.calendar.calendar import Calendar
from ruleflow.model.vocabulary import Metric, OnChange, OpenTime, TimeSpan
from ruleflow.sla.spans import span_text


@dataclass(frozen=True, slots=True)
class Promise:
    """What holds for a metric of a ticket: how much time, in which calendar, and who promised it.

    `option` is the priority (request type, …) for which it was promised, '' where it holds for all. `calendar_name` ''
    is around the clock. `warn_at` as in a target. `on_change` says what a running clock does when this promise begins.
    """

    metric: Metric
    time: TimeSpan
    calendar: Calendar
    calendar_name: str
    source: str
    option: str
    warn_at: tuple[object, ...]
    on_change: OnChange

    @property
    def terms(self) -> tuple[object, ...]:
        """What must differ for a promise to be another one."""
        return (self.time, self.calendar, self.source, self.option)

    @property
    def text(self) -> str:
        """In words: ``8h of `office`, by SLA policy `vip` for high``."""
        counted = f" of `{self.calendar_name}`" if self.calendar_name else " around the clock"
        return (
            f"{span_text(self.time)}{counted if isinstance(self.time, OpenTime) else counted.replace(' of', ' in', 1)}"
            f", by {self.source}{f' for {self.option}' if self.option else ''}"
        )


@dataclass(frozen=True, slots=True)
class State:
    """How a ticket stands from an instant on, until the next state.

    `paused_by` is the condition that pauses its clocks, '' where they run. `holder` is who has it, '' nobody.
    """

    at: datetime
    promises: Mapping[Metric, Promise]
    paused_by: str
    solved: bool
    holder: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, by an agent or by the contact."""

    at: datetime
    by_agent: bool


@dataclass(frozen=True, slots=True)
class Log:
    """A ticket from its creation until `now`: states (the first one at `start`) and replies, both in order of time."""

    start: datetime
    now: datetime
    states: tuple[State, ...]
    replies: tuple[Reply, ...]
