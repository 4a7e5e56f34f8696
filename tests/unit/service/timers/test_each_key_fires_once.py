"""Whatever dies, however the clock is set: each timer fires exactly once, and none is lost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import delete

from ruleflow.project.project import Project
from ruleflow.service.firing import Firing
from ruleflow.service.fresh_facts import Answer
from ruleflow.service.settings import Webhook
from ruleflow.service.timer_decisions import Timed
from ruleflow.store import deliveries, due, timers
from ruleflow.store import log as decisions
from ruleflow.store.database import Store
from ruleflow.store.instants import moment_of
from ruleflow.store.log import Query
from ruleflow.store.records import Record
from ruleflow.store.schema import DECISIONS, DELIVERIES, TICKETS
from ruleflow.store.timers import Ticket
from tests.unit.service.timers.tickets import HOUR, SECOND, START, a_ticket, asked, text

MINUTE = 60 * SECOND
NAMES = ("T-1", "T-2")


class _KilledError(Exception):
    """The process dies here."""


class _Helpdesk:
    """Gives facts, or nothing; something else may happen meanwhile."""

    def __init__(self, meanwhile: Callable[[], None], answer: Callable[[Ticket], Answer]) -> None:
        self.meanwhile, self.answer = meanwhile, answer

    def ask(self, tickets: Sequence[Ticket]) -> list[Answer]:
        self.meanwhile()
        return [self.answer(ticket) for ticket in tickets]


class Machine(RuleBasedStateMachine):
    """Tickets are asked about, time goes on, two processes fire, and die."""

    store: Store
    project: Project

    @initialize()
    def begin(self) -> None:
        """An empty store."""
        with self.store.writing() as connection:
            for table in (TICKETS, DELIVERIES, DECISIONS):
                connection.execute(delete(table))
        self.now = START
        self.timed = Timed.of(self.project)
        self.journal: list[Record] = []
        self.newest: dict[str, Record] = {}
        self.asked_at: set[int] = set()

    @rule(name=st.sampled_from(NAMES), status=st.sampled_from(["open", "pending"]), says=st.booleans())
    def helpdesk_asks(self, name: str, status: str, says: bool) -> None:
        """A decision is written to the journal. The helpdesk may know what has fired, or leave that to the service."""
        while self.now in self.asked_at:
            self.now += 1
        self.asked_at.add(self.now)
        channel = "phone" if name == "T-2" else "email"
        facts = a_ticket(name, status=status, channel=channel, created_at=text(START), updated_at=text(self.now))
        facts["ticket"]["sla"] = "standard"
        if says:
            facts["event"] = {"fired": sorted(self._fired(name))}
        record = asked(self.timed, "ticket.updated", facts, self.now)
        self.journal.append(record)
        known = self.newest.get(name)
        if known is None or record.received_at >= known.received_at:
            self.newest[name] = record

    @rule(part=st.integers(1, 3))
    def journal_is_drained(self, part: int) -> None:
        """The keeper takes what there is, or some of it."""
        taken, self.journal = self.journal[:part], self.journal[part:]
        decisions.append(self.store, taken, also=timers.note)

    @rule(minutes=st.sampled_from([1, 30, 59, 60, 61, 180, 300, 24 * 60]))
    def time_goes_on(self, minutes: int) -> None:
        """The clock."""
        self.now += minutes * MINUTE

    @rule(minutes=st.sampled_from([1, 59, 60, 240]))
    def clock_is_set_back(self, minutes: int) -> None:
        """Somebody sets the clock."""
        self.now -= minutes * MINUTE

    @rule(owner=st.sampled_from(["a", "b"]))
    def fire(self, owner: str) -> None:
        """A process fires what is due."""
        self._fire(owner, lambda: None)

    @rule(owner=st.sampled_from(["a", "b"]), dies=st.sampled_from(["before", "in", "after"]))
    def fire_and_die(self, owner: str, dies: str) -> None:
        """A process dies with claims in its hand: before it writes, in the middle of that, or right after."""
        with _death(dies), suppress(_KilledError):
            self._fire(owner, lambda: None)

    @rule(minutes=st.sampled_from([0, 1, 10]), drains=st.booleans(), owner=st.sampled_from(["a", "b"]))
    def two_fire(self, minutes: int, drains: bool, owner: str) -> None:
        """While one waits for facts the other fires, and a decision may come in; the claims may be over by then."""
        self.journal_is_drained(3)
        self.now += 61 * MINUTE

        def meanwhile() -> None:
            self.now += minutes * MINUTE
            if drains:
                self.journal_is_drained(3)
            self._fire(owner, lambda: None)

        self._fire("a", meanwhile)

    @rule()
    def facts_are_not_there(self) -> None:
        """The helpdesk does not answer, so it is asked again later."""
        self._fire("a", lambda: None, lambda _: "no answer")

    def teardown(self) -> None:
        """In the end all that was due has fired once, and each decision that did anything is to be delivered once."""
        if not hasattr(self, "newest"):
            return
        while self.journal:
            self.journal_is_drained(3)
        self.now = max([self.now, *(record.received_at for record in self.newest.values())]) + 20 * HOUR
        for _ in range(20):
            self._fire("a", lambda: None)
            self.now += MINUTE
        fired = Counter(key for name in NAMES for key in self._fired_by_timers(name))
        assert [key for key, count in fired.items() if count > 1] == []
        for name, record in self.newest.items():
            assert self._expected(record) - self._fired(name) == set(), name
        self._deliveries_are_right()

    def _expected(self, record: Record) -> set[str]:
        """What must have fired for facts that nobody touched again for twenty hours."""
        facts = json.loads(record.facts)["ticket"]
        stamp = f"{moment_of(record.at).isoformat().removesuffix('+00:00')}Z"
        keys = {"open": {f"remind@{stamp}"}, "pending": {f"close_silent@{stamp}"}}[facts["status"]]
        begun = text(START).removesuffix("+00:00") + "Z"
        if facts["status"] == "open":
            keys.add(f"sla.breached/resolution/{begun}")
        if facts["channel"] == "phone":
            passed = self.now - START - 2 * HOUR
            turn = passed // (24 * HOUR) + 1
            keys.add(f"nag@{begun}" + (f"#{turn}" if turn > 1 else ""))
        return keys

    def _deliveries_are_right(self) -> None:
        told = [one.decision_id for one in deliveries.search(self.store, limit=10_000)]
        wanted = [record.decision_id for record in self._timer_records() if json.loads(record.decision)["fired"]]
        assert sorted(told) == sorted(wanted)

    def _fire(
        self, owner: str, meanwhile: Callable[[], None], answer: Callable[[Ticket], Any] = lambda _: None
    ) -> None:
        firing = Firing(self.store, Webhook("http://127.0.0.1:9", ""), owner)
        firing.fresh = _Helpdesk(meanwhile, answer)  # type: ignore[assignment]
        firing.fire_due({"support": self.timed}, self.now)

    def _timer_records(self) -> list[Record]:
        return list(decisions.search(self.store, Query(event="timer", limit=1_000)).rows)

    def _fired_by_timers(self, name: str) -> Iterator[str]:
        for record in self._timer_records():
            if record.ticket_id == name:
                yield from (f"{name} {key}" for key in json.loads(record.decision)["fired"])

    def _fired(self, name: str) -> set[str]:
        return {key.removeprefix(f"{name} ") for key in self._fired_by_timers(name)}


@contextmanager
def _death(when: str) -> Iterator[None]:
    """Die at a point of the transaction that says what has fired."""
    settle, append = due.settle, decisions.append

    def dying_settle(*given: Any) -> None:
        settle(*given)
        raise _KilledError

    def dying_append(*given: Any, **named: Any) -> None:
        if when == "before":
            raise _KilledError
        append(*given, **named)
        raise _KilledError

    with pytest.MonkeyPatch.context() as patch:
        if when == "in":
            patch.setattr(due, "settle", dying_settle)
        else:
            patch.setattr(decisions, "append", dying_append)
        yield


def test_each_key_fires_once(store: Store, project: Project) -> None:
    """Random decisions, deaths, clocks and rivals: each key fires exactly once, none is lost, each is delivered once."""
    machine = type("OnStore", (Machine,), {"store": store, "project": project})
    on_sqlite = store.engine.dialect.name == "sqlite"
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40 if on_sqlite else 15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
