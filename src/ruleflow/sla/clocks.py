"""SLA clocks as a pure function of a ticket's log: how much time is used, when they are due, what became of them.

Time is counted in open time of the promise's calendar. A pause moves a deadline by its open length and by nothing else.
What is used up exactly when an answer comes is in time; a deadline that is reached is breached at that very instant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from itertools import pairwise

from ruleflow.model.vocabulary import Metric, OpenTime
from ruleflow.sla.cycles import Cycle, cycles
from ruleflow.sla.log import Log, Promise
from ruleflow.sla.pieces import NO_TIME, Era, Piece, eras_of, pieces_of
from ruleflow.sla.spans import after, span_text, stamp


class ClockState(Enum):
    """How a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a clock, and why."""

    at: datetime
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Warn:
    """An instant at which to warn; `label` as the policy says it: `75%`, `1h`."""

    label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """A measurement of a metric. Instants are in UTC; `due_at` None: never.

    `due_at` of a paused clock is what it would be if it went on now, of a breached one the deadline that was missed. `elapsed` is the open time used, `paused` the open
    time in which it stood still, `closed` the rest between its start and its end or now: the three add up to it exactly.
    `remaining` is the open time left, negative once it is late, None where it is never due. `ended_at` None: it goes on.
    """

    metric: Metric
    promise: Promise
    started_at: datetime
    due_at: datetime | None
    warn_at: tuple[Warn, ...]
    state: ClockState
    elapsed: timedelta
    paused: timedelta
    closed: timedelta
    remaining: timedelta | None
    ended_at: datetime | None
    breached_at: datetime | None
    log: tuple[Happening, ...]
    pieces: tuple[Piece, ...]
    extended: int
    """How often a later promise gave it more time."""
    target: timedelta | None
    """The open time that was promised; of a target in days, what the days come to. None: never."""

    @property
    def is_live(self) -> bool:
        """Whether it uses up time right now, so that its instants will come if nobody does anything."""
        return self.ended_at is None and self.pieces[-1].runs

    def key(self, event: str, label: str = "") -> str:
        """What tells a warning or the breach of this clock from every other of the ticket.

        A pause, or less time, leaves it as it is; more time makes it another, for there is a new deadline to warn of.
        """
        parts = (event, self.metric.value, stamp(self.started_at), label)
        return "/".join(part for part in parts if part) + (f"#{self.extended + 1}" if self.extended else "")


def clocks_of(log: Log) -> tuple[Clock, ...]:
    """All clocks of a ticket, by metric and then by start; of measurements for which nothing is promised there are none."""
    found = (clock_of(cycle, log) for metric in Metric for cycle in cycles(log, metric))
    return tuple(clock for clock in found if clock is not None)


def clock_of(cycle: Cycle, log: Log) -> Clock | None:
    """The clock of a cycle; None where nothing is promised (any more)."""
    pieces = pieces_of(cycle, log)
    if not pieces or pieces[-1].promise is None:
        return None
    eras = eras_of(pieces)
    last = eras[-1]
    stop, solved = pieces[-1].end, cycle.end is None and log.states[-1].solved
    ended = stop if cycle.end is not None or solved else None
    due = _due(last)
    fate = _fate(eras, stop if ended is not None else None)
    breached = fate.breached_at
    counted = last.counted
    elapsed = sum((piece.open for piece in counted if piece.runs), NO_TIME)
    paused = sum((piece.open for piece in counted if not piece.runs), NO_TIME)
    ending = "" if ended is None else cycle.ended or "the ticket was solved"
    return Clock(
        metric=cycle.metric,
        promise=last.promise,
        started_at=last.anchor,
        due_at=due if due is None or breached is None else min(due, breached),
        warn_at=tuple(_warnings(last if breached is None else fate.under)),
        state=_state(pieces[-1], ended, breached),
        elapsed=elapsed,
        paused=paused,
        closed=(stop.astimezone(UTC) - last.anchor.astimezone(UTC)) - elapsed - paused,
        remaining=None if due is None else last.promise.calendar.between(stop, due),
        ended_at=ended,
        breached_at=breached,
        log=tuple(_story(cycle, pieces, eras, ended, fate, ending)),
        pieces=pieces,
        extended=fate.extended,
        target=_total(last),
    )


def _state(last: Piece, ended: datetime | None, breached: datetime | None) -> ClockState:
    if breached is not None:
        return ClockState.BREACHED
    if ended is not None:
        return ClockState.MET
    return ClockState.RUNNING if last.runs else ClockState.PAUSED


def _due(era: Era) -> datetime | None:
    """When the time of an era's promise is used up, if nothing happens after its last piece; never before the promise."""
    time = era.promise.time
    due = _reached(timedelta(seconds=time.seconds), era) if isinstance(time, OpenTime) else _day_due(era)
    return due if due is None or due >= era.start else _first_chance(era)


def _first_chance(era: Era) -> datetime:
    """The first instant of an era at which its clock runs; its end where it never does."""
    return next((piece.start for piece in era.own if piece.runs), era.counted[-1].end)


def _reached(amount: timedelta, era: Era) -> datetime | None:
    """The instant at which so much open time has been used since the anchor, the last piece going on for ever. None: never.

    Solved at that very instant is in time; if the ticket is reopened, nothing is left and it is the instant at which the clock goes on.
    """
    used = NO_TIME
    for piece, following in pairwise(era.counted):
        opened = piece.open if piece.runs else NO_TIME
        if piece.runs and used + opened >= amount:
            found = _added(piece, piece.start, amount - used)
            if found != piece.end or not following.solved:
                return found
        used += opened
    last = era.counted[-1]
    return _added(last, last.start if last.runs else last.end, amount - used)


def _added(piece: Piece, start: datetime, amount: timedelta) -> datetime | None:
    found = piece.counted_in.add(start, amount)
    return None if found is None else found.astimezone(UTC)


def _day_due(era: Era) -> datetime | None:
    """When a target in days is due: counted from the anchor by the calendar, then moved by the pauses before it."""
    calendar = era.promise.calendar
    due = after(era.promise.time, era.anchor, calendar)
    for piece in era.counted:
        if due is None or piece.start > due or (piece.start == due and not piece.solved):
            break
        if not piece.runs:
            moved = calendar.between(piece.start, piece.end)
            due = calendar.add(due, moved) if moved else due
    return None if due is None else due.astimezone(UTC)


def _total(era: Era) -> timedelta | None:
    """The open time that a promise comes to."""
    time = era.promise.time
    if isinstance(time, OpenTime):
        return timedelta(seconds=time.seconds)
    due = after(time, era.anchor, era.promise.calendar)
    return None if due is None else era.promise.calendar.between(era.anchor, due)


def _warnings(era: Era) -> Iterator[Warn]:
    """When to warn, in order of time; a warning longer before than the whole target is left out."""
    total = _total(era)
    found = []
    for wanted in era.promise.warn_at if total is not None else ():
        label, amount = _warning(wanted, total or NO_TIME)
        at = _reached(amount, era) if amount >= NO_TIME else None
        if at is not None:
            found.append(Warn(label, max(at, _first_chance(era)) if at < era.start else at))
    yield from sorted(found, key=lambda warn: warn.at)


def _warning(wanted: object, total: timedelta) -> tuple[str, timedelta]:
    """A warning's name, and the open time after which it comes."""
    if isinstance(wanted, OpenTime):
        return span_text(wanted), total - timedelta(seconds=wanted.seconds)
    share = Decimal(str(wanted))
    micros = int(Decimal(total // timedelta(microseconds=1)) * share / 100)
    return f"{share.normalize():f}%", timedelta(microseconds=micros)


@dataclass(frozen=True, slots=True)
class _Fate:
    """When a clock was breached, under which promise, and how often it was given more time."""

    breached_at: datetime | None
    under: Era
    extended: int


def _fate(eras: tuple[Era, ...], ended: datetime | None) -> _Fate:
    """What became of a clock; a later promise that leaves more time takes a breach back."""
    breached, under, extended = None, eras[0], 0
    before: datetime | None = None
    for at, era in enumerate(eras):
        due = _due(era)
        if at and before is not None and (due is None or due > max(before, era.start)):
            breached, extended = None, extended + 1
        missed = None if due is None or breached is not None else _missed_at(due, era, ended)
        if missed is not None:
            breached, under = missed, era
        before = due
    return _Fate(breached, under, extended)


def _missed_at(due: datetime, era: Era, ended: datetime | None) -> datetime | None:
    """When a deadline was missed: when it was reached, or when the clock went on after it. None: not yet.

    A clock that stands still misses nothing, and an answer at the very instant of the deadline is in time.
    """
    own = era.own
    for at, piece in enumerate(own):
        is_met = piece.end == ended or (at + 1 < len(own) and own[at + 1].solved)
        if piece.runs and (due < piece.end or (due == piece.end and not is_met)):
            return max(due, piece.start)
    return None


def _story(
    cycle: Cycle,
    pieces: tuple[Piece, ...],
    eras: tuple[Era, ...],
    ended: datetime | None,
    fate: _Fate,
    ending: str,
) -> Iterator[Happening]:
    """What happened to a clock, in order of time; of one instant the breach before the promise that it brought about."""
    found = [Happening(cycle.start, "started", f"{cycle.started}; {eras[0].promise.text}"), *_stops(pieces)]
    for era in eras:
        if era is not eras[0]:
            found.append(Happening(era.start, "restarted" if era.anchor == era.start else "changed", era.promise.text))
        if era is fate.under and fate.breached_at is not None:
            found.append(Happening(fate.breached_at, "breached", f"{span_text(era.promise.time)} used up"))
    if ended is not None:
        found.append(Happening(ended, "met" if fate.breached_at is None else "ended", ending))
    yield from sorted(found, key=lambda one: one.at)


def _stops(pieces: tuple[Piece, ...]) -> Iterator[Happening]:
    """When a clock stood still, and when it went on."""
    what, last = "resumed", ""
    for piece in pieces:
        before, what = what, "solved" if piece.solved else "paused" if piece.paused_by else "resumed"
        if what == "resumed" != before:
            yield Happening(
                piece.start, what, "the ticket is open again" if before == "solved" else f"no longer: {last}"
            )
        elif what != before:
            yield Happening(piece.start, what, "the ticket was solved" if piece.solved else piece.paused_by)
        last = piece.paused_by
