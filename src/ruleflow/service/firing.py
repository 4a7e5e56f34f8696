"""Timers that fire: each at its instant, once, whatever processes die and however the clock is set.

What is due is decided with the instant that it really is: a service that was down finds all that was due meanwhile, and each
key fires once. The decision, the keys that are done, the timers that come after, and what is to be delivered are written in
one transaction; before it nothing has happened, after it nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from ruleflow.service.fresh_facts import Answer, FreshFacts
from ruleflow.service.logs import log
from ruleflow.service.settings import Webhook
from ruleflow.service.timer_decisions import Fired, Timed, outcome_of, timers_of
from ruleflow.store import deliveries, due
from ruleflow.store import log as decisions
from ruleflow.store.database import Store
from ruleflow.store.due import MovedError, Settled
from ruleflow.store.errors import StoreError
from ruleflow.store.instants import microseconds
from ruleflow.store.records import Record
from ruleflow.store.timers import Ticket

BATCH = 200
"""Tickets that are claimed together, and timers that are counted anew in one go."""
_SHORTEST, _LONGEST = 0.05, 1.0
_TROUBLE_S = 5.0
_SECOND = 1_000_000


@dataclass(slots=True)
class Firing:
    """Fires the timers of projects. Belongs to one thread; to be closed in the end. `owner` tells replicas apart."""

    store: Store
    webhook: Webhook | None
    owner: str
    fresh: FreshFacts | None = field(default=None)

    def __post_init__(self) -> None:
        if self.webhook is not None and self.webhook.facts_url:
            webhook = self.webhook
            self.fresh = FreshFacts.of(webhook.facts_url, webhook.timeout_s, webhook.secret)

    @property
    def lease(self) -> int:
        """So long a claim lasts, in microseconds: long enough to ask for facts, and to decide all tickets of a batch."""
        return int((30 + (3 * self.webhook.timeout_s if self.webhook is not None else 0)) * _SECOND)

    def close(self) -> None:
        """Close the connections to the helpdesk."""
        if self.fresh is not None:
            self.fresh.close()

    def fire_due(self, projects: Mapping[str, Timed], now: int, *, limit: int = BATCH) -> int:
        """Fire what is due of so many tickets; how many there were, 0: nothing is due. Raises `StoreError`.

        Takes as long as the helpdesk takes to give facts, twice its timeout at most.
        """
        tickets = due.claim_due(self.store, projects.keys(), now, owner=self.owner, lease=self.lease, limit=limit)
        if not tickets:
            return 0
        counted = {
            ticket.id for name, timed in projects.items() for ticket in self._count_anew(tickets, name, timed, now)
        }
        self._fire([ticket for ticket in tickets if ticket.id not in counted], projects, now)
        return len(tickets)

    def refresh(self, timed: Timed, now: int, *, limit: int = BATCH) -> int:
        """Count timers anew that another version of the project listed; how many tickets there were. Raises `StoreError`.

        Nothing is decided. To be called again until it gives 0.
        """
        project = timed.project
        tickets = due.outdated(self.store, project.name, project.digest, now, lease=self.lease, limit=limit)
        if tickets:
            due.replan(self.store, project.digest, [(ticket, timers_of(project, ticket, now)) for ticket in tickets])
        return len(tickets)

    def _count_anew(self, tickets: Sequence[Ticket], name: str, timed: Timed, now: int) -> Sequence[Ticket]:
        """The tickets of a project of which all that is due was done before; their timers are counted anew.

        The decision that listed them did not know what is done, so what comes after it was not listed.
        """
        done = [ticket for ticket in tickets if ticket.project == name and _is_done(ticket, now)]
        planned = [(ticket, timers_of(timed.project, ticket, now)) for ticket in done]
        planned = [(ticket, timers) for ticket, timers in planned if timers is not None]
        if planned:
            due.replan(self.store, timed.project.digest, planned)
        return [ticket for ticket, _ in planned]

    def _fire(self, tickets: Sequence[Ticket], projects: Mapping[str, Timed], now: int) -> None:
        answers: Sequence[Answer | None] = [None] * len(tickets) if self.fresh is None else self.fresh.ask(tickets)
        fired: list[Fired] = []
        others: list[Settled] = []
        for ticket, answer in zip(tickets, answers, strict=True):
            found = outcome_of(ticket, answer, projects[ticket.project], now, delivers=self._delivers)
            if isinstance(found, Fired):
                fired.append(found)
            else:
                others.append(found)
        self._write(fired, others)

    @property
    def _delivers(self) -> bool:
        return self.webhook is not None and bool(self.webhook.url)

    def _write(self, fired: Sequence[Fired], others: Sequence[Settled]) -> None:
        """Log and settle in one transaction; tickets that changed meanwhile are left as they are, to be looked at again."""
        while fired or others:
            held = fired, others

            def also(connection: Any, _: Sequence[Record], held: Any = held) -> None:
                due.settle(connection, [*(one.settled for one in held[0]), *held[1]])
                deliveries.add(connection, [one.delivery for one in held[0] if one.delivery is not None])

            try:
                decisions.append(self.store, [one.record for one in fired], also=also)
                return
            except MovedError as moved:
                all_ = [*(one.settled for one in fired), *others]
                due.release(self.store, [one.ticket for one in all_ if one.ticket.id not in moved.ids])
                fired = [one for one in fired if one.settled.ticket.id in moved.ids]
                others = [one for one in others if one.ticket.id in moved.ids]


def fire_until(
    stop: Event, store: Store, webhook: Webhook | None, owner: str, projects: Callable[[], Mapping[str, Timed]]
) -> None:
    """Fire timers at their instants until told to stop, and count them anew after a project was swapped.

    Sleeps until the next one, and a second at most, for another process may have added one.
    """
    firing = Firing(store, webhook, owner)
    pause, error = 0.0, ""
    with suppress(StoreError):
        due.free_all(store)
    try:
        while not stop.wait(pause):
            try:
                pause, error = _turn(firing, projects()), ""
            except StoreError as failed:
                if str(failed) != error:
                    log().error("the store does not answer; timers wait", reason=str(failed))
                pause, error = _TROUBLE_S, str(failed)
    finally:
        firing.close()


def _turn(firing: Firing, projects: Mapping[str, Timed]) -> float:
    """Fire what is due, and count a few timers anew; how many seconds to wait then."""
    now = microseconds()
    fired = firing.fire_due(projects, now)
    recounted = [firing.refresh(timed, now) for timed in projects.values()]
    if fired or any(recounted):
        return 0.0 if fired else _SHORTEST
    at = due.next_due(firing.store, projects.keys(), now, lease=firing.lease)
    wait = _LONGEST if at is None else (at - microseconds()) / _SECOND
    return min(_LONGEST, max(_SHORTEST, wait))


def _is_done(ticket: Ticket, now: int) -> bool:
    """Whether all that is due was done before."""
    return {timer.key for timer in ticket.timers if timer.at <= now} <= set(ticket.fired)
