"""Clocks against a slow walk over the minutes of a ticket's life, on random calendars, zones, pauses and targets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ruleflow.calendar.calendar import Calendar
from ruleflow.model.vocabulary import Metric, OnChange, OpenTime
from ruleflow.sla.clocks import Clock, ClockState, clocks_of
from ruleflow.sla.log import Log, Promise, State
from tests.properties.test_calendar import CALENDARS, MINUTE, walk

LONGEST = 3 * 1_440
AHEAD = 2 * 1_440


@dataclass(frozen=True)
class Life:
    """A ticket's life in minutes: from each minute on it is paused, solved or neither."""

    calendar: dict[str, Any]
    start: datetime
    now: int
    changes: tuple[tuple[int, str], ...]
    target: int

    def kinds(self) -> list[str]:
        """What it is in each minute, the minutes to come as the last one."""
        return [
            [kind for since, kind in ((0, "runs"), *self.changes) if since <= minute][-1]
            for minute in range(self.now + AHEAD)
        ]

    def clock(self) -> Clock:
        """Its clock."""
        promise = Promise(
            Metric.RESOLUTION,
            OpenTime(self.target * 60),
            Calendar.from_dict(self.calendar),
            "office",
            "SLA policy `a`",
            "",
            (),
            OnChange.KEEP,
        )
        states = tuple(
            State(
                self.start + since * MINUTE,
                {Metric.RESOLUTION: promise},
                "paused" if kind == "paused" else "",
                kind == "solved",
                "",
            )
            for since, kind in ((0, "runs"), *self.changes)
        )
        (found,) = clocks_of(Log(self.start, self.start + self.now * MINUTE, states, ()))
        return found


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """Lives of up to three days with up to four changes."""
    described, start = draw(CALENDARS)
    now = draw(st.integers(1, LONGEST))
    minutes = sorted(draw(st.lists(st.integers(1, now), max_size=4, unique=True)))
    kinds = st.sampled_from(["runs", "paused", "solved"])
    return Life(described, start, now, tuple((minute, draw(kinds)) for minute in minutes), draw(st.integers(1, 900)))


def reached(life: Life, opened: list[bool], kinds: list[str], until: int) -> int | None:
    """The minute at whose end the target is used up, walking as far as asked; solved then, it is when the clock goes on."""
    used = 0
    for minute in range(until):
        used += opened[minute] and kinds[minute] == "runs"
        is_in_time = kinds[minute + 1 : minute + 2] == ["solved"]
        goes_on = kinds[minute] == "runs" or kinds[minute + 1 : minute + 2] == ["runs"]
        if used == life.target and goes_on and not is_in_time:
            return minute + 1
    return None


@settings(max_examples=150, deadline=None)
@given(lives())
def test_clocks_agree_with_a_walk_by_minutes(life: Life) -> None:
    """Used, paused and closed time, the deadline, and the instant of a breach."""
    opened, kinds, clock = walk(life.calendar, life.start, life.now + AHEAD), life.kinds(), life.clock()
    end = life.now
    now_kind = ((0, "runs"), *life.changes)[-1][1]
    if now_kind == "solved":
        end = next(minute for minute in range(life.now, -1, -1) if minute == 0 or kinds[minute - 1] != "solved")
    used = sum(opened[minute] and kinds[minute] == "runs" for minute in range(end))
    paused = sum(opened[minute] and kinds[minute] != "runs" for minute in range(end))
    assert (used * MINUTE, paused * MINUTE) == (clock.elapsed, clock.paused)
    assert clock.elapsed + clock.paused + clock.closed == end * MINUTE

    missed = reached(life, opened, kinds, end)
    assert (None if missed is None else life.start + missed * MINUTE) == clock.breached_at
    assert (clock.state is ClockState.BREACHED) is (missed is not None)

    going_on = [*kinds[:end], *("runs" for _ in kinds[end:])]
    due = reached(life, opened, going_on, len(opened))
    if due is not None:
        assert life.start + due * MINUTE == clock.due_at


@settings(max_examples=100, deadline=None)
@given(lives(), st.data())
def test_a_pause_moves_a_deadline_by_its_open_length(life: Life, data: st.DataObject) -> None:
    """And by nothing else: not by its closed length, not when it comes after the deadline."""
    calendar = Calendar.from_dict(life.calendar)
    plain = Life(life.calendar, life.start, life.now, (), life.target).clock()
    begin = data.draw(st.integers(1, life.now))
    end = data.draw(st.integers(begin, life.now))
    changes = ((begin, "paused"), (end, "runs")) if end > begin else ()
    clock = Life(life.calendar, life.start, life.now, changes, life.target).clock()
    start = life.start + begin * MINUTE
    if plain.due_at is None:
        assert clock.due_at is None
    elif plain.due_at <= start:
        assert plain.due_at == clock.due_at
    else:
        length = calendar.between(start, life.start + end * MINUTE)
        moved = calendar.add(plain.due_at, length)
        assert (None if moved is None else moved.astimezone(UTC)) == clock.due_at
        assert timedelta() <= clock.paused <= length or changes == ()
