"""When each metric is measured: from which instant, until which, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from ruleflow.model.vocabulary import Metric
from ruleflow.sla.log import Log


@dataclass(frozen=True, slots=True)
class Cycle:
    """One measurement. `end` None: it has not ended (that the ticket is solved ends it too, and is not said here)."""

    metric: Metric
    start: datetime
    end: datetime | None
    started: str
    ended: str = ""


def cycles(log: Log, metric: Metric) -> Iterator[Cycle]:
    """All measurements of a metric, in order."""
    match metric:
        case Metric.FIRST_REPLY:
            yield _first_reply(log)
        case Metric.NEXT_REPLY:
            yield from _next_replies(log)
        case Metric.UPDATE:
            yield from _updates(log)
        case Metric.RESOLUTION:
            yield Cycle(metric, log.start, None, "the ticket was created")
        case Metric.ASSIGNMENT:
            yield from _assignments(log)


def _first_reply(log: Log) -> Cycle:
    """From creation to the first answer of an agent."""
    end = next((reply.at for reply in log.replies if reply.by_agent), None)
    return Cycle(Metric.FIRST_REPLY, log.start, end, "the ticket was created", "an agent replied" if end else "")


def _next_replies(log: Log) -> Iterator[Cycle]:
    """After the first answer: from the oldest message that nobody answered to the next answer."""
    answered, waiting = False, None
    for reply in log.replies:
        if reply.by_agent:
            if waiting is not None:
                yield Cycle(Metric.NEXT_REPLY, waiting, reply.at, "the contact wrote", "an agent replied")
            answered, waiting = True, None
        elif answered and waiting is None:
            waiting = reply.at
    if waiting is not None:
        yield Cycle(Metric.NEXT_REPLY, waiting, None, "the contact wrote")


def _updates(log: Log) -> Iterator[Cycle]:
    """From each answer of an agent to the next."""
    answers = [reply.at for reply in log.replies if reply.by_agent]
    for start, end in zip_longest(answers, answers[1:]):
        yield Cycle(Metric.UPDATE, start, end, "an agent replied", "an agent replied again" if end else "")


def _assignments(log: Log) -> Iterator[Cycle]:
    """From each assignment to the next, or until nobody has the ticket."""
    changes: list[tuple[datetime, str]] = []
    for state in log.states:
        if not changes or state.holder != changes[-1][1]:
            changes.append((state.at, state.holder))
    for (start, holder), after in zip_longest(changes, changes[1:]):
        if holder:
            end = None if after is None else after[0]
            ended = "" if after is None else f"it went to {after[1]}" if after[1] else "nobody has it any more"
            yield Cycle(Metric.ASSIGNMENT, start, end, f"it was assigned to {holder}", ended)
