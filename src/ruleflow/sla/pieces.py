"""The time of a clock cut into pieces, each of which is of one kind: it runs, it is paused, the ticket is solved."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ruleflow.calendar.calendar import Calendar
from ruleflow.model.vocabulary import Metric, OnChange
from ruleflow.sla.cycles import Cycle
from ruleflow.sla.log import Log, Promise, State

NO_TIME = timedelta()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a clock, from `start` to `end`, under one promise; one without length stands where a clock just began.

    `paused_by` '' and not `solved`: it runs. `promise` None: nothing is promised any more.
    """

    start: datetime
    end: datetime
    promise: Promise | None
    counted_in: Calendar
    paused_by: str
    solved: bool
    open: timedelta
    """Its open time."""

    @property
    def runs(self) -> bool:
        """Whether open time is used up in it."""
        return not self.paused_by and not self.solved


@dataclass(frozen=True, slots=True)
class Era:
    """The part of a clock in which one promise holds. Time is counted from `anchor`: its beginning, or a restart."""

    promise: Promise
    anchor: datetime
    counted: tuple[Piece, ...]
    """All pieces since the anchor until the end of the era."""
    start: datetime

    @property
    def own(self) -> tuple[Piece, ...]:
        """The pieces of the era itself."""
        return tuple(piece for piece in self.counted if piece.start >= self.start)


def pieces_of(cycle: Cycle, log: Log) -> tuple[Piece, ...]:
    """The pieces of a cycle, up to its end or now, each under the promise that holds then. None: nothing was ever promised.

    A promise that is first made later holds from the beginning. The time after a ticket was solved for good is left out.
    """
    stop = log.now if cycle.end is None else cycle.end
    stretches = list(_stretches(cycle, stop, log.states))
    while len(stretches) > 1 and stretches[-1][2].solved and cycle.end is None:
        stretches.pop()
    if stretches[-1][2].solved and cycle.end is None:
        stretches = [(cycle.start, cycle.start, stretches[-1][2])]
    promises = _promises([state for _, _, state in stretches], cycle.metric)
    first = next((promise for promise in promises if promise is not None), None)
    if first is None:
        return ()
    calendars = _calendars(promises, first.calendar)
    return tuple(
        Piece(start, end, promise, calendar, state.paused_by, state.solved, calendar.between(start, end))
        for (start, end, state), promise, calendar in zip(stretches, promises, calendars, strict=True)
    )


def _stretches(cycle: Cycle, stop: datetime, states: Sequence[State]) -> Iterator[tuple[datetime, datetime, State]]:
    """The states between the start of a cycle and an instant; one that begins just then has no length."""
    found = False
    begin = bisect_right(states, cycle.start, key=lambda state: state.at) - 1
    for at in range(max(begin, 0), len(states)):
        state = states[at]
        if state.at > stop:
            return
        low = max(state.at, cycle.start)
        following = states[at + 1].at if at + 1 < len(states) else None
        high = stop if following is None else min(following, stop)
        holds_then = low == high == stop and (following is None or following > stop)
        if low < high or (holds_then and (not found or cycle.end is None)):
            found = True
            yield low, high, state


def _promises(states: Sequence[State], metric: Metric) -> list[Promise | None]:
    """What is promised in each state, once it is settled what a running clock does with a change."""
    held: list[Promise | None] = []
    current: Promise | None = None
    for state in states:
        new = state.promises.get(metric)
        if current is None or new is None or new.on_change is not OnChange.OLD_DEADLINE:
            current = new or current
        held.append(None if new is None and current is not None else current)
    first = next((at for at, promise in enumerate(held) if promise is not None), 0)
    return [held[first]] * first + held[first:] if held else []


def _calendars(promises: Iterable[Promise | None], first: Calendar) -> Iterator[Calendar]:
    """The calendar in which each piece is counted; while nothing is promised, the one before."""
    calendar = first
    for promise in promises:
        calendar = promise.calendar if promise is not None else calendar
        yield calendar


def eras_of(pieces: Sequence[Piece]) -> tuple[Era, ...]:
    """The eras of a clock, in order; while nothing is promised, there is none."""
    eras: list[Era] = []
    anchor, first = pieces[0].start, 0
    previous: Promise | None = None
    for at, piece in enumerate(pieces):
        promise = piece.promise
        if promise is None:
            previous = None
            continue
        is_new = previous is None or promise.terms != previous.terms
        if is_new and eras and promise.on_change is OnChange.RESTART:
            anchor, first = piece.start, at
        if is_new:
            eras.append(Era(promise, anchor, tuple(pieces[first : at + 1]), piece.start))
        else:
            last = eras[-1]
            eras[-1] = Era(last.promise, last.anchor, (*last.counted, piece), last.start)
        previous = promise
    return tuple(eras)
