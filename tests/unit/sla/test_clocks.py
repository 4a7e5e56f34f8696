"""Clocks on a log written by hand: states, seconds, deadlines, changes midway."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ruleflow.calendar.calendar import Calendar
from ruleflow.model.vocabulary import EndOfWorkingDay, Metric, OnChange, OpenTime, TimeSpan
from ruleflow.sla.clocks import Clock, ClockState, clocks_of
from ruleflow.sla.log import Log, Promise, Reply, State
from ruleflow.types.durations import WorkingDays

OFFICE = Calendar.from_dict({"hours": {day: ["08:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}})
HOUR = timedelta(hours=1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of March 2026; the 2nd is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def promise(
    time: TimeSpan | int,
    metric: Metric = Metric.RESOLUTION,
    on_change: OnChange = OnChange.KEEP,
    warn_at: tuple[object, ...] = (),
    calendar: Calendar = OFFICE,
) -> Promise:
    """A promise of so many hours (or another span) of office time."""
    span = OpenTime(time * 3600) if isinstance(time, int) else time
    return Promise(metric, span, calendar, "office", "SLA policy `a`", "", warn_at, on_change)


def state(when: datetime, *promises: Promise, paused: str = "", solved: bool = False, holder: str = "") -> State:
    """How a ticket stands."""
    return State(when, {one.metric: one for one in promises}, paused, solved, holder)


def only(now: datetime, *states: State, replies: tuple[Reply, ...] = ()) -> Clock:
    """The only clock of a log."""
    (found,) = clocks_of(Log(states[0].at, now, states, replies))
    return found


class TestResolution:
    def test_a_clock_that_runs(self) -> None:
        """Used and closed time add up to the time from the start to now; what is left leads to the deadline."""
        clock = only(at(3, 9), state(at(2, 17), promise(4)))
        assert clock.state is ClockState.RUNNING
        assert (at(2, 17), at(3, 11)) == (clock.started_at, clock.due_at)
        assert (2 * HOUR, 14 * HOUR, 2 * HOUR) == (clock.elapsed, clock.closed, clock.remaining)
        assert clock.ended_at is None

    def test_a_deadline_that_is_reached_is_breached_at_that_instant(self) -> None:
        """One microsecond before it the clock runs."""
        moment = timedelta(microseconds=1)
        start = state(at(2, 10), promise(4))
        assert only(at(2, 14) - moment, start).state is ClockState.RUNNING
        breached = only(at(2, 14), start)
        assert (ClockState.BREACHED, at(2, 14)) == (breached.state, breached.breached_at)

    def test_solved_at_the_deadline_is_in_time(self) -> None:
        """What is used up exactly when the ticket is solved is met."""
        clock = only(at(2, 15), state(at(2, 10), promise(4)), state(at(2, 14), promise(4), solved=True))
        assert (ClockState.MET, at(2, 14), timedelta()) == (clock.state, clock.ended_at, clock.remaining)

    def test_time_used_up_at_closing_is_due_at_closing(self) -> None:
        """And not at the next opening."""
        assert only(at(2, 10), state(at(2, 10), promise(8))).due_at == at(2, 18)

    def test_a_reopened_ticket_goes_on_where_it_stood(self) -> None:
        """The time in which it was solved does not count."""
        clock = only(
            at(2, 17),
            state(at(2, 10), promise(4)),
            state(at(2, 12), promise(4), solved=True),
            state(at(2, 15), promise(4)),
        )
        assert (ClockState.BREACHED, at(2, 17)) == (clock.state, clock.due_at)
        assert (4 * HOUR, 3 * HOUR) == (clock.elapsed, clock.paused)

    @pytest.mark.parametrize("target", [4, WorkingDays(1)])
    def test_solved_at_the_deadline_and_reopened(self, target: TimeSpan | int) -> None:
        """In time when it was solved; nothing is left when it goes on."""
        start, solved = (at(2, 10), at(2, 14)) if target == 4 else (at(2, 14), at(3, 14))
        states = (
            state(start, promise(target)),
            state(solved, promise(target), solved=True),
            state(at(4, 9), promise(target)),
        )
        assert ClockState.MET is only(at(4, 8), *states[:2]).state
        clock = only(at(4, 10), *states)
        assert (ClockState.BREACHED, at(4, 9), at(4, 9)) == (clock.state, clock.breached_at, clock.due_at)
        assert -HOUR == clock.remaining

    def test_a_ticket_that_is_created_solved(self) -> None:
        """Nothing is left to wait for."""
        clock = only(at(3, 10), state(at(2, 10), promise(4), solved=True))
        assert (ClockState.MET, at(2, 10), timedelta()) == (clock.state, clock.ended_at, clock.elapsed)

    def test_a_pause_moves_the_deadline_by_its_open_length(self) -> None:
        """A pause over the night costs its open hours and nothing else."""
        clock = only(
            at(3, 10),
            state(at(2, 16), promise(4)),
            state(at(2, 17), promise(4), paused="waiting"),
            state(at(3, 9), promise(4)),
        )
        assert at(3, 12) == clock.due_at
        assert (2 * HOUR, 2 * HOUR, 14 * HOUR) == (clock.elapsed, clock.paused, clock.closed)
        assert [("started", True), ("paused", True), ("resumed", True)] == [
            (one.what, bool(one.why)) for one in clock.log
        ]

    def test_a_paused_clock(self) -> None:
        """Its deadline is what it would be if it went on now."""
        clock = only(at(2, 16), state(at(2, 10), promise(4)), state(at(2, 12), promise(4), paused="waiting"))
        assert (ClockState.PAUSED, at(2, 18), 2 * HOUR) == (clock.state, clock.due_at, clock.remaining)
        assert not clock.is_live

    def test_a_pause_that_begins_now(self) -> None:
        """It is paused at once, without a second of pause."""
        clock = only(at(2, 12), state(at(2, 10), promise(4)), state(at(2, 12), promise(4), paused="waiting"))
        assert (ClockState.PAUSED, timedelta()) == (clock.state, clock.paused)

    def test_a_calendar_that_never_opens(self) -> None:
        """Never is no instant."""
        never = Calendar.from_dict({"hours": {}})
        clock = only(at(2, 12), state(at(2, 10), promise(4, calendar=never, warn_at=(50,))))
        assert (None, None, ()) == (clock.due_at, clock.remaining, clock.warn_at)
        assert (ClockState.RUNNING, 2 * HOUR) == (clock.state, clock.closed)


class TestChanges:
    def test_elapsed_time_is_kept(self) -> None:
        """The new target counts what was used already."""
        clock = only(at(2, 12), state(at(2, 10), promise(8)), state(at(2, 12), promise(4)))
        assert (at(2, 14), 2 * HOUR) == (clock.due_at, clock.remaining)

    def test_a_target_shorter_than_what_is_used_is_missed_at_the_change(self) -> None:
        """Not before: nobody had promised it."""
        clock = only(at(2, 16), state(at(2, 10), promise(8)), state(at(2, 15), promise(4)))
        assert (ClockState.BREACHED, at(2, 15), at(2, 15)) == (clock.state, clock.breached_at, clock.due_at)

    def test_a_change_at_the_deadline_comes_after_the_breach(self) -> None:
        """A rule about the breach may have made it; the story tells them in that order."""
        clock = only(at(2, 16), state(at(2, 10), promise(4)), state(at(2, 14), promise(2)))
        assert ["started", "breached", "changed"] == [one.what for one in clock.log]
        assert "4h used up" == clock.log[1].why

    def test_restart(self) -> None:
        """It starts anew, without what was used."""
        clock = only(at(2, 16), state(at(2, 10), promise(8)), state(at(2, 15), promise(4, on_change=OnChange.RESTART)))
        assert (at(2, 15), at(3, 9), HOUR) == (clock.started_at, clock.due_at, clock.elapsed)

    def test_old_deadline(self) -> None:
        """The running clock keeps the promise it began with."""
        clock = only(
            at(2, 16), state(at(2, 10), promise(8)), state(at(2, 15), promise(4, on_change=OnChange.OLD_DEADLINE))
        )
        assert at(2, 18) == clock.due_at

    def test_another_calendar(self) -> None:
        """What was used counts in the old calendar, what is left in the new one."""
        always = Calendar.from_dict({"always": True})
        clock = only(at(2, 17), state(at(2, 16), promise(4)), state(at(2, 17), promise(4, calendar=always)))
        assert (at(2, 20), HOUR) == (clock.due_at, clock.elapsed)

    def test_more_time_takes_a_breach_back(self) -> None:
        """The clock runs again, and its next warning and breach have keys of their own."""
        states = (state(at(2, 10), promise(2)), state(at(2, 13), promise(8)))
        before, clock = only(at(2, 12, 30), states[0]), only(at(2, 14), *states)
        assert (ClockState.BREACHED, ClockState.RUNNING) == (before.state, clock.state)
        assert at(2, 18) == clock.due_at
        assert before.key("sla.breached") + "#2" == clock.key("sla.breached")

    def test_less_time_is_the_same_breach(self) -> None:
        """A clock that is late stays so, since the first deadline that it missed."""
        states = (state(at(2, 10), promise(2)), state(at(2, 13), promise(1)))
        before, clock = only(at(2, 12, 30), states[0]), only(at(2, 14), *states)
        assert at(2, 12) == before.breached_at == clock.breached_at == clock.due_at
        assert before.key("sla.breached") == clock.key("sla.breached")

    def test_a_promise_that_comes_later_counts_from_the_start(self) -> None:
        """It does not matter when somebody chose the policy."""
        assert at(2, 14) == only(at(2, 12), state(at(2, 10)), state(at(2, 12), promise(4))).due_at

    def test_a_promise_that_is_taken_away(self) -> None:
        """Then there is no clock."""
        states = (state(at(2, 10), promise(4)), state(at(2, 12)))
        assert () == clocks_of(Log(at(2, 10), at(2, 13), states, ()))

    def test_a_promise_that_comes_back(self) -> None:
        """What was used in between counts."""
        clock = only(
            at(2, 13),
            state(at(2, 10), promise(4)),
            state(
                at(2, 11),
            ),
            state(at(2, 12), promise(4)),
        )
        assert (at(2, 14), 3 * HOUR) == (clock.due_at, clock.elapsed)


class TestDays:
    @pytest.mark.parametrize(
        ("span", "start", "due"),
        [
            (WorkingDays(1), at(6, 15), at(9, 15)),
            (WorkingDays(2), at(7, 11), at(10, 11)),
            (EndOfWorkingDay.END, at(6, 15), at(6, 18)),
            (EndOfWorkingDay.END, at(6, 19), at(9, 18)),
        ],
    )
    def test_targets_in_days(self, span: TimeSpan, start: datetime, due: datetime) -> None:
        """They are counted by the calendar's days."""
        assert due == only(start, state(start, promise(span))).due_at

    def test_a_pause_moves_them_too(self) -> None:
        """By its open length."""
        clock = only(
            at(6, 18),
            state(at(6, 15), promise(EndOfWorkingDay.END)),
            state(at(6, 16), promise(EndOfWorkingDay.END), paused="waiting"),
            state(at(6, 17), promise(EndOfWorkingDay.END)),
        )
        assert (at(9, 9), HOUR, HOUR) == (clock.due_at, clock.remaining, clock.paused)

    def test_a_deadline_outside_hours_within_a_pause(self) -> None:
        """The clock stood still, so it is missed when it goes on and not before."""
        states = (
            state(at(2, 20), promise(WorkingDays(1))),
            state(at(3, 19), promise(WorkingDays(1)), paused="waiting"),
            state(at(4, 7), promise(WorkingDays(1))),
        )
        assert ClockState.PAUSED is only(at(4, 6), *states[:2]).state
        clock = only(at(4, 10), *states)
        assert (ClockState.BREACHED, at(3, 20), at(4, 7)) == (clock.state, clock.due_at, clock.breached_at)

    def test_a_pause_after_the_deadline_moves_nothing(self) -> None:
        """What is late stays late."""
        clock = only(
            at(9, 17),
            state(at(6, 15), promise(EndOfWorkingDay.END)),
            state(at(9, 9), promise(EndOfWorkingDay.END), paused="waiting"),
        )
        assert (at(6, 18), ClockState.BREACHED) == (clock.due_at, clock.state)


class TestWarnings:
    def test_shares_and_times_before(self) -> None:
        """In order of time, with their names."""
        clock = only(at(2, 10), state(at(2, 10), promise(8, warn_at=(OpenTime(3600), 50, 75))))
        assert [("50%", at(2, 14)), ("75%", at(2, 16)), ("1h", at(2, 17))] == [
            (warn.label, warn.at) for warn in clock.warn_at
        ]

    def test_one_that_is_longer_than_the_target_is_left_out(self) -> None:
        """It would have to come before the start."""
        assert () == only(at(2, 10), state(at(2, 10), promise(1, warn_at=(OpenTime(7200),)))).warn_at

    def test_a_pause_between_warning_and_deadline(self) -> None:
        """The warning stays where it was."""
        clock = only(
            at(2, 17),
            state(at(2, 10), promise(4, warn_at=(50,))),
            state(at(2, 13), promise(4, warn_at=(50,)), paused="waiting"),
            state(at(2, 16), promise(4, warn_at=(50,))),
        )
        assert (at(2, 12), at(2, 17)) == (clock.warn_at[0].at, clock.due_at)


def reply(when: datetime, *, agent: bool) -> Reply:
    return Reply(when, agent)


class TestReplies:
    def test_the_first_reply(self) -> None:
        """Of an agent; the contact's own messages are none."""
        first = promise(2, Metric.FIRST_REPLY)
        replies = (reply(at(2, 10, 30), agent=False), reply(at(2, 11), agent=True), reply(at(2, 16), agent=True))
        clock = only(at(2, 17), state(at(2, 10), first), replies=replies)
        assert (ClockState.MET, at(2, 11), HOUR) == (clock.state, clock.ended_at, clock.elapsed)

    def test_late_and_then_answered(self) -> None:
        """Breached when it was due, ended when the answer came."""
        first = promise(2, Metric.FIRST_REPLY)
        clock = only(at(2, 17), state(at(2, 10), first), replies=(reply(at(2, 15), agent=True),))
        assert (ClockState.BREACHED, at(2, 12), at(2, 15)) == (clock.state, clock.breached_at, clock.ended_at)
        assert -3 * HOUR == clock.remaining
        assert ["started", "breached", "ended"] == [one.what for one in clock.log]

    def test_the_oldest_message_that_nobody_answered(self) -> None:
        """A second message does not start the clock again."""
        following = promise(2, Metric.NEXT_REPLY)
        replies = (
            reply(at(2, 10), agent=False),
            reply(at(2, 11), agent=True),
            reply(at(2, 12), agent=False),
            reply(at(2, 13), agent=False),
            reply(at(2, 13, 30), agent=True),
            reply(at(2, 15), agent=False),
        )
        first, second = clocks_of(Log(at(2, 9), at(2, 16), (state(at(2, 9), following),), replies))
        assert (at(2, 12), at(2, 13, 30), ClockState.MET) == (first.started_at, first.ended_at, first.state)
        assert (at(2, 15), at(2, 17), ClockState.RUNNING) == (second.started_at, second.due_at, second.state)

    def test_updates(self) -> None:
        """From each answer to the next."""
        update = promise(2, Metric.UPDATE)
        replies = (reply(at(2, 11), agent=True), reply(at(2, 12), agent=False), reply(at(2, 14), agent=True))
        first, second = clocks_of(Log(at(2, 10), at(2, 15), (state(at(2, 10), update),), replies))
        assert (ClockState.BREACHED, at(2, 13)) == (first.state, first.breached_at)
        assert (at(2, 14), at(2, 16)) == (second.started_at, second.due_at)

    def test_without_an_answer_there_is_nothing_to_update(self) -> None:
        """No clock, no error."""
        assert () == clocks_of(Log(at(2, 10), at(2, 15), (state(at(2, 10), promise(2, Metric.UPDATE)),), ()))


def test_assignments() -> None:
    """One clock for each time somebody has the ticket."""
    own = promise(2, Metric.ASSIGNMENT)
    states = (
        state(at(2, 10), own),
        state(at(2, 11), own, holder="tech"),
        state(at(2, 12), own, holder="tech, anna"),
        state(at(2, 15), own),
        state(at(2, 16), own, holder="tech"),
    )
    first, second, third = clocks_of(Log(at(2, 10), at(2, 17), states, ()))
    assert (at(2, 11), at(2, 12), ClockState.MET) == (first.started_at, first.ended_at, first.state)
    assert (at(2, 14), ClockState.BREACHED) == (second.breached_at, second.state)
    assert "nobody has it any more" == second.log[-1].why
    assert (at(2, 16), at(2, 18)) == (third.started_at, third.due_at)


def test_no_promise_no_clock() -> None:
    """Nothing is measured where nothing is promised."""
    assert () == clocks_of(Log(at(2, 10), at(2, 15), (state(at(2, 10)),), ()))
