"""What time alone will do to a ticket: instants of time rules, of warnings and breaches, each with a stable key.

A key names what fires and since when, so a deadline that moves keeps its key, and a new reason gets a new one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ruleflow.engine.canonical import plain
from ruleflow.engine.gates import closed_gate
from ruleflow.model.model import Model
from ruleflow.model.rules import After
from ruleflow.plan.plan import Plan
from ruleflow.plan.planned import PlannedRule
from ruleflow.plan.service_levels import ServiceLevels, clocks_in
from ruleflow.plan.snapshot import BudgetError, Snapshot
from ruleflow.sla.clocks import Clock, ClockState
from ruleflow.sla.spans import after, repeated, span_text, stamp
from ruleflow.types.values import Value

TIMER, WARNING, BREACHED = "timer", "sla.warning", "sla.breached"
MOST_REPEATS = 1_000_000


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that fires at an instant if nothing changes before. `rule` '' : a warning or a breach of a clock."""

    due_at: datetime
    key: str
    event: str
    rule: str = ""
    metric: str = ""
    label: str = ""
    """Which warning: `75%`, `1h`."""
    why: str = ""
    """How the instant was counted, in words."""

    def to_dict(self, model: Model) -> dict[str, Any]:
        """As JSON; `metric` only of clocks."""
        found = {
            "rule": self.rule or None,
            "event": self.event,
            "due_at": plain(self.due_at, model.zone),
            "key": self.key,
        }
        return {**found, "metric": self.metric} if self.metric else found

    @property
    def facts(self) -> dict[str, Value]:
        """What rules see of it under `event.…`."""
        found: dict[str, Value] = {
            "event.name": self.event,
            "event.key": self.key,
            "event.due_at": self.due_at,
            "event.metric": self.metric or None,
            "event.warning": self.label or None,
        }
        return {path: value for path, value in found.items() if value is not None}


def timers_ahead(
    plan: Plan, final: Snapshot, clocks: Iterable[Clock], event: str, fired: Collection[str]
) -> tuple[Timer, ...]:
    """All timers of a ticket after a decision, the next one first. `fired`: keys that are done.

    An instant that is past and not done is listed as it is, so that it fires when asked for, at once; but not after a
    `timer` decision, which has asked for all that is due.
    """
    asked = event == TIMER
    found = (*_of_clocks(clocks, fired), *_of_rules(plan, final, fired, asked=asked))
    return tuple(
        sorted(
            (timer for timer in found if not (asked and timer.due_at <= final.now)),
            key=lambda timer: (timer.due_at, timer.rule, timer.event == BREACHED, timer.key),
        )
    )


def due_events(seen: Snapshot, fired: Collection[str]) -> tuple[Timer, ...]:
    """The warnings and breaches that are due and not done, in order of time."""
    due = (timer for timer in _of_clocks(clocks_in(seen), fired) if timer.due_at <= seen.now)
    return tuple(sorted(due, key=lambda timer: (timer.due_at, timer.event == BREACHED, timer.key)))


def due_now(planned: PlannedRule, seen: Snapshot, levels: ServiceLevels) -> Timer | None:
    """The last instant of a time rule that has come; None where none has. It may be done already."""
    found = _Times.of(planned, seen, levels)
    turn = None if found is None else found.last_turn(seen.now)
    return None if found is None or turn is None else found.timer(planned.rule.id, turn)


def next_due(planned: PlannedRule, seen: Snapshot, levels: ServiceLevels, fired: Collection[str]) -> Timer | None:
    """The instant at which a time rule fires next: the last one that has come and is not done, else the one after."""
    found = _Times.of(planned, seen, levels)
    if found is None:
        return None
    turn = found.last_turn(seen.now)
    if turn is None:
        return found.timer(planned.rule.id, 0)
    due = found.timer(planned.rule.id, turn)
    if due is not None and due.key not in fired:
        return due
    return found.timer(planned.rule.id, turn + 1)


@dataclass(frozen=True, slots=True)
class _Times:
    """The instants of a time rule: the first, and where it repeats those after it."""

    rule: After
    since: datetime
    first: datetime
    calendar: Any

    @staticmethod
    def of(planned: PlannedRule, seen: Snapshot, levels: ServiceLevels) -> _Times | None:
        """None where `since` is missing, or the time never comes."""
        rule = planned.rule.after
        since = planned.since(seen) if planned.since is not None else None
        if rule is None or since is None:
            return None
        named = planned.calendar(seen) if planned.calendar is not None else None
        calendar = levels.calendar(str(named or ""))
        first = after(rule.time, since, calendar)
        return None if first is None else _Times(rule, since, first, calendar)

    def at(self, turn: int) -> datetime | None:
        """The instant of a turn, from 0."""
        if turn == 0:
            return self.first
        return None if self.rule.repeat is None else repeated(self.rule.repeat, self.first, turn, self.calendar)

    def timer(self, rule: str, turn: int) -> Timer | None:
        """The timer of a turn; None where there is no such turn."""
        at = self.at(turn)
        key = f"{rule}@{stamp(self.since)}{f'#{turn + 1}' if turn else ''}"
        return None if at is None else Timer(at, key, TIMER, rule, why=self._why(turn))

    def _why(self, turn: int) -> str:
        """`24h after ticket.updated_at in office`."""
        since = " ".join(self.rule.since.span.text.split())
        counted = f" in {' '.join(self.rule.calendar.span.text.split())}" if self.rule.calendar is not None else ""
        repeat = self.rule.repeat
        again = f", time {turn + 1}, every {span_text(repeat)}" if turn and repeat is not None else ""
        return f"{span_text(self.rule.time)} after {since}{counted}{again}"

    def last_turn(self, now: datetime) -> int | None:
        """The last turn whose instant has come, found by doubling and halving; None where none has."""
        if self.first > now:
            return None
        low, step = 0, 1
        while step <= MOST_REPEATS and self._has_come(low + step, now):
            low, step = low + step, step * 2
        while step:
            if self._has_come(low + step, now):
                low += step
            step //= 2
        return low

    def _has_come(self, turn: int, now: datetime) -> bool:
        at = self.at(turn)
        return at is not None and at <= now


def _of_clocks(clocks: Iterable[Clock], fired: Collection[str]) -> Iterator[Timer]:
    """The warnings and breaches of the clocks that run, or are late, and are not done."""
    for clock in clocks:
        if clock.is_live:
            yield from (timer for timer in _of_clock(clock) if timer.key not in fired)


def _of_clock(clock: Clock) -> Iterator[Timer]:
    metric = clock.metric.value
    for warn in clock.warn_at if clock.state is not ClockState.BREACHED else ():
        part = f"{warn.label} of" if warn.label.endswith("%") else f"{warn.label} before the end of"
        why = f"{part} {clock.promise.text}"
        yield Timer(warn.at, clock.key(WARNING, warn.label), WARNING, metric=metric, label=warn.label, why=why)
    at = clock.breached_at if clock.state is ClockState.BREACHED else clock.due_at
    if at is not None:
        yield Timer(at, clock.key(BREACHED), BREACHED, metric=metric, why=clock.promise.text)


def _of_rules(plan: Plan, final: Snapshot, fired: Collection[str], *, asked: bool) -> Iterator[Timer]:
    """The next instant of each time rule whose condition will hold then, if nothing changes."""
    for planned in plan.time_rules:
        try:
            timer = next_due(planned, final, plan.service_levels, fired)
            if asked and timer is not None and timer.due_at <= final.now:
                done = {*fired, timer.key}
                timer = next_due(planned, final, plan.service_levels, done)
            if timer is not None and _will_fire(planned, timer, final, plan):
                yield timer
        except BudgetError:
            continue


def _will_fire(planned: PlannedRule, timer: Timer, final: Snapshot, plan: Plan) -> bool:
    """Whether a time rule will hold at its instant, or now where that is past, on the facts as they are."""
    then = final.at(max(timer.due_at, final.now), timer.facts)
    gate = closed_gate(planned.rule, then.now, plan.model.zone, None, then["ticket.id"])
    return gate is None and planned.holds(then)
