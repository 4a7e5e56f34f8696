"""Firing timers: with which facts, what is logged and delivered, what becomes of tickets that cannot be decided."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from ruleflow.service import left_behind, timer_decisions
from ruleflow.service.firing import Firing, fire_until
from ruleflow.service.fresh_facts import Answer, Fault
from ruleflow.service.settings import Webhook
from ruleflow.service.timer_decisions import FACTS_TRIES, Timed
from ruleflow.store import deliveries, due, timers
from ruleflow.store import log as decisions
from ruleflow.store.database import Store
from ruleflow.store.instants import microseconds
from ruleflow.store.log import Query
from ruleflow.store.timers import Ticket
from tests.unit.service.timers.tickets import HOUR, SECOND, START, a_project, a_ticket, ask, asked, text

WEBHOOK = Webhook("https://helpdesk.example/timers", "")


class _Helpdesk:
    """Answers for each ticket what the test says."""

    def __init__(self, answer: Callable[[Ticket], Answer]) -> None:
        self.answer, self.count = answer, 0

    def ask(self, tickets: Sequence[Ticket]) -> list[Answer]:
        self.count += len(tickets)
        return [self.answer(ticket) for ticket in tickets]


def _firing(
    store: Store, answer: Callable[[Ticket], Answer] | None = None, webhook: Webhook | None = WEBHOOK
) -> Firing:
    firing = Firing(store, webhook, "here")
    if answer is not None:
        firing.fresh = _Helpdesk(answer)  # type: ignore[assignment]
    return firing


def _created(store: Store, timed: Timed, **fields: Any) -> None:
    ask(store, timed, "ticket.created", a_ticket("T-1", updated_at=text(START), **fields), START)


def _told(store: Store) -> list[dict[str, Any]]:
    """What is to be delivered, the first first."""
    return [json.loads(one.body) for one in reversed(deliveries.search(store))]


def _logged(store: Store) -> list[dict[str, Any]]:
    """The decisions of timers, the first first."""
    found = decisions.search(store, Query(event="timer", newest_first=False)).rows
    return [json.loads(one.decision) for one in found]


def test_nothing_fires_before_its_instant(store: Store, timed: Timed) -> None:
    """A microsecond before an instant nothing is due; at the instant it fires, and then no more."""
    _created(store, timed)
    firing = _firing(store)
    at = START + HOUR
    counts = [firing.fire_due({"support": timed}, now) for now in (at - 1, at, at, at + 1)]
    assert counts == [0, 1, 0, 0]
    assert [one["fired"] for one in _logged(store)] == [["remind@2026-03-02T08:00:00Z"]]


def test_the_delivery_tells_the_decision_and_what_was_due(store: Store, timed: Timed) -> None:
    """A delivery has the decision as it is logged, the timers that were due, and where the facts came from."""
    _created(store, timed)
    _firing(store).fire_due({"support": timed}, START + HOUR)
    (told,) = _told(store)
    (logged,) = _logged(store)
    assert told["type"] == "ticket.timer"
    assert told["timestamp"] == "2026-03-02T09:00:00Z"
    assert told["data"]["decision"] == logged
    assert [timer["rule"] for timer in told["data"]["due"]] == ["remind"]
    assert told["data"]["facts"] == {"fresh": False, "as_of": "2026-03-02T08:00:00Z"}
    assert told["data"]["ticket_id"] == "T-1"


def test_all_that_was_missed_fires_once_in_one_decision(store: Store, timed: Timed) -> None:
    """After a night without the service one decision carries out all that is due; a repeated timer fires once."""
    _created(store, timed, channel="phone", created_at=text(START))
    firing = _firing(store)
    firing.fire_due({"support": timed}, START + 75 * HOUR)
    (logged,) = _logged(store)
    assert sorted(logged["fired"]) == [
        "nag@2026-03-02T08:00:00Z#4",
        "remind@2026-03-02T08:00:00Z",
        "sla.breached/resolution/2026-03-02T08:00:00Z",
    ]
    assert firing.fire_due({"support": timed}, START + 75 * HOUR + 1) == 0


def test_a_decision_with_nothing_to_say_is_logged_and_not_delivered(store: Store, timed: Timed) -> None:
    """Where the condition holds no more at the instant, the log says that it was asked; nobody is told."""
    _created(store, timed)
    facts = a_ticket("T-1", status="solved", created_at=text(START), updated_at=text(START))
    _firing(store, lambda _: facts).fire_due({"support": timed}, START + HOUR)
    assert [one["matched"] for one in _logged(store)] == [[]]
    assert _told(store) == []


def test_without_a_webhook_timers_fire_and_are_logged(store: Store, timed: Timed) -> None:
    """Nothing is delivered where nobody is to be told."""
    _created(store, timed)
    _firing(store, webhook=None).fire_due({"support": timed}, START + HOUR)
    assert len(_logged(store)) == 1
    assert _told(store) == []


def test_fresh_facts_decide(store: Store, timed: Timed) -> None:
    """What the helpdesk says now goes before what it said then."""
    _created(store, timed)
    facts = a_ticket("T-1", updated_at=text(START), created_at=text(START), tags=["own"])
    _firing(store, lambda _: facts).fire_due({"support": timed}, START + HOUR)
    (told,) = _told(store)
    assert told["data"]["decision"]["outcome"]["ticket"]["tags"] == ["own", "reminded"]
    assert told["data"]["facts"] == {"fresh": True, "as_of": "2026-03-02T09:00:00Z"}


def test_a_ticket_that_is_gone_has_no_timers_any_more(store: Store, timed: Timed) -> None:
    """Where the helpdesk says that a ticket is gone its timers go, and nothing is decided."""
    _created(store, timed)
    _firing(store, lambda _: Fault.GONE).fire_due({"support": timed}, START + HOUR)
    assert due.pending(store) == ()
    assert _logged(store) == []


def test_after_some_tries_the_last_facts_are_used(store: Store, timed: Timed) -> None:
    """A helpdesk that does not answer is asked again, later each time; then the last facts decide, and that is told."""
    _created(store, timed)
    firing = _firing(store, lambda _: "status 503")
    now, tries = START + HOUR, 0
    while not _logged(store):
        tries += firing.fire_due({"support": timed}, now)
        now += SECOND
    assert tries == FACTS_TRIES
    (told,) = _told(store)
    assert "status 503" in told["data"]["warnings"][0]["message"]
    assert told["data"]["facts"]["fresh"] is False


def test_refused_facts_wait_for_a_hand(store: Store, timed: Timed) -> None:
    """Facts that the project refuses fire nothing; the ticket says why, and fires once somebody says: again."""
    _created(store, timed)
    wrong, right = ({"ticket": {"id": "T-1", "status": "open", "updated_at": at}} for at in ("soon", text(START)))
    now = START + HOUR
    _firing(store, lambda _: wrong).fire_due({"support": timed}, now)
    (ticket,) = due.pending(store)
    assert [problem["pointer"] for problem in json.loads(ticket.problems)] == ["/ticket/updated_at"]
    assert due.parked(store) == 1
    firing = _firing(store, lambda _: right)
    assert firing.fire_due({"support": timed}, now + HOUR) == 0
    assert due.retry(store, ticket_id="T-1") == 1
    assert firing.fire_due({"support": timed}, now + HOUR) == 1
    assert len(_told(store)) == 1


def test_the_next_decision_of_a_ticket_ends_its_waiting(store: Store, timed: Timed) -> None:
    """A ticket with refused facts is looked at again when the helpdesk asks about it."""
    _created(store, timed)
    _firing(store, lambda _: {"ticket": {"id": "T-1", "updated_at": 1}}).fire_due({"support": timed}, START + HOUR)
    ask(store, timed, "ticket.updated", a_ticket("T-1", updated_at=text(START + HOUR)), START + HOUR + 1)
    assert due.parked(store) == 0


def test_what_was_claimed_elsewhere_meanwhile_is_not_taken(store: Store, timed: Timed) -> None:
    """A process that took longer than its claim lasts writes nothing: another has fired."""
    _created(store, timed)
    now = START + HOUR

    def answer(_: Ticket) -> Answer:
        _firing(store).fire_due({"support": timed}, now + 10 * 60 * SECOND)
        return a_ticket("T-1", updated_at=text(START), created_at=text(START))

    _firing(store, answer).fire_due({"support": timed}, now)
    assert len(_logged(store)) == 1
    assert len(_told(store)) == 1


def test_a_decision_that_comes_in_meanwhile_goes_first(store: Store, timed: Timed) -> None:
    """A timer that was decided on facts that are old by now is not taken; the new ones have their own timers."""
    _created(store, timed)
    now = START + HOUR

    def answer(_: Ticket) -> Answer:
        ask(store, timed, "ticket.updated", a_ticket("T-1", updated_at=text(now)), now)
        return "no answer"

    _firing(store, answer).fire_due({"support": timed}, now)
    assert _logged(store) == []
    assert due.pending(store)[0].timers[0].key == "remind@2026-03-02T09:00:00Z"
    assert _firing(store).fire_due({"support": timed}, now + HOUR) == 1


def test_what_a_timer_wrote_is_a_fact_of_the_next(store: Store, timed: Timed) -> None:
    """Without a facts URL the last facts have what decisions did: a ticket that a rule put on hold is closed later."""
    _created(store, timed, channel="web")
    firing = _firing(store)
    for hours in range(1, 9):
        firing.fire_due({"support": timed}, START + hours * HOUR)
    assert [one["matched"] for one in _logged(store)] == [["close_silent"]]
    assert due.pending(store) == ()


def test_a_key_that_the_caller_does_not_name_fires_once_and_the_next_one_is_found(store: Store, timed: Timed) -> None:
    """A decision that does not know what has fired lists it again; it is not done again, and what comes after it is."""
    facts = a_ticket("T-1", channel="phone", status="new", created_at=text(START))
    ask(store, timed, "ticket.updated", facts, START)
    firing = _firing(store, lambda _: facts)
    firing.fire_due({"support": timed}, START + 2 * HOUR)
    ask(store, timed, "ticket.updated", facts, START + 3 * HOUR)
    firing.fire_due({"support": timed}, START + 3 * HOUR + 1)
    firing.fire_due({"support": timed}, START + 26 * HOUR)
    assert [one["fired"] for one in _logged(store)] == [["nag@2026-03-02T08:00:00Z"], ["nag@2026-03-02T08:00:00Z#2"]]


def test_secrets_are_missing_in_the_last_facts_and_that_is_told(store: Store, tmp_path: Path) -> None:
    """A rule sees no dots where a secret was; whoever gets the delivery learns what was missing."""
    rules = (
        "fields:\n  contact.card: {type: text, secret: true}\nrules:\n  - id: remind\n    stage: notify\n"
        "    after: {time: 1h, since: ticket.updated_at}\n    when: contact.card is missing\n    then: [{note: No card}]\n"
        "  - id: other\n    stage: notify\n    after: {time: 1h, since: ticket.updated_at}\n    then: [{note: Hello}]\n"
    )
    timed = Timed.of(a_project(tmp_path / "support", rules))
    facts = {**a_ticket("T-1", updated_at=text(START)), "contact": {"card": "4111 1111 1111 1111"}}
    ask(store, timed, "ticket.updated", facts, START)
    _firing(store).fire_due({"support": timed}, START + HOUR)
    (told,) = _told(store)
    assert [one["pointer"] for one in told["data"]["warnings"]] == ["/contact/card"]
    assert b"4111" not in deliveries.search(store)[0].body


def test_a_new_version_of_the_project_counts_timers_anew(store: Store, timed: Timed, tmp_path: Path) -> None:
    """After a swap timers are those of the new rules, on the last facts; nothing is decided for that."""
    _created(store, timed)
    rules = (
        "rules:\n  - id: sooner\n    stage: notify\n    after: {time: 10m, since: ticket.updated_at}\n"
        "    then: [{note: Hello}]\n"
    )
    new = Timed.of(a_project(tmp_path / "support", rules))
    firing = _firing(store)
    assert [firing.refresh(new, START + 1), firing.refresh(new, START + 1)] == [1, 0]
    assert [timer.key for timer in due.pending(store)[0].timers] == ["sooner@2026-03-02T08:00:00Z"]
    assert _logged(store) == []
    assert firing.fire_due({"support": new}, START + HOUR // 6) == 1


def test_projects_that_are_not_served_here_are_left_alone(store: Store, timed: Timed) -> None:
    """A service fires only what it has the rules for."""
    _created(store, timed)
    assert _firing(store).fire_due({"another": timed}, START + HOUR) == 0


def test_the_next_instant_is_known(store: Store, timed: Timed) -> None:
    """Who fires can sleep until then."""
    assert due.next_due(store, ["support"], START, lease=SECOND) is None
    _created(store, timed)
    assert due.next_due(store, ["support"], START, lease=SECOND) == START + HOUR


def test_a_claim_made_before_the_clock_was_set_back_ends(store: Store, timed: Timed) -> None:
    """Where a process died and the clock was set back by a day, its claims do not last for a day."""
    _created(store, timed)
    later = START + 48 * HOUR
    assert len(due.claim_due(store, ["support"], later, owner="dead", lease=SECOND, limit=10)) == 1
    assert len(due.claim_due(store, ["support"], later - 24 * HOUR, owner="here", lease=SECOND, limit=10)) == 1


def test_the_newest_decision_stands_whenever_it_comes(store: Store, timed: Timed) -> None:
    """Journals of several workers come in any order; the request that came last has the say."""
    old, new = (
        asked(timed, "ticket.updated", a_ticket("T-1", updated_at=text(at)), at) for at in (START, START + SECOND)
    )
    decisions.append(store, [new], also=timers.note)
    decisions.append(store, [old], also=timers.note)
    assert [timer.key for timer in due.pending(store)[0].timers] == ["remind@2026-03-02T08:00:01Z"]


@pytest.mark.parametrize("name", ["T/../1", "билет 7 🎫", "a\0b", "x" * 400])
def test_any_name_of_a_ticket_will_do(store: Store, timed: Timed, name: str) -> None:
    """Whatever a helpdesk calls its tickets, their timers fire."""
    ask(store, timed, "ticket.updated", a_ticket(name, updated_at=text(START)), START)
    assert _firing(store).fire_due({"support": timed}, START + HOUR) == 1
    assert len(_told(store)) == 1


def test_tickets_without_timers_are_forgotten(store: Store, timed: Timed) -> None:
    """A ticket of which nothing is to come goes after a while; one with timers stays."""
    _created(store, timed)
    ask(store, timed, "ticket.updated", a_ticket("T-2", status="new"), START)
    assert due.forget(store, START + 1) == 1
    assert len(due.pending(store)) == 1


def test_a_service_that_starts_again_goes_on_where_it_died(store: Store, timed: Timed) -> None:
    """In SQLite nobody else can hold a claim, so it ends with the service; in PostgreSQL it ends in time."""
    _created(store, timed)
    now = microseconds()
    due.claim_due(store, ["support"], now, owner="dead", lease=50 * SECOND, limit=10)
    stop = Event()
    thread = Thread(target=fire_until, args=(stop, store, None, "here", lambda: {"support": timed}))
    thread.start()
    try:
        if store.engine.dialect.name == "sqlite":
            end = time.monotonic() + 60
            while not _logged(store) and time.monotonic() < end:
                time.sleep(0.02)
    finally:
        stop.set()
        thread.join()
    assert len(_logged(store)) == (1 if store.engine.dialect.name == "sqlite" else 0)


def test_a_ticket_that_meets_a_defect_stops_no_other(
    store: Store, timed: Timed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for a hand, and says so; the others fire."""
    for name in ("T-1", "T-2"):
        ask(store, timed, "ticket.updated", a_ticket(name, updated_at=text(START)), START)

    def fails(ticket: Ticket, *given: Any) -> Any:
        if ticket.ticket_id == "T-1":
            raise ZeroDivisionError
        return left_behind.last_facts(ticket, *given)

    monkeypatch.setattr(timer_decisions, "last_facts", fails)
    assert _firing(store).fire_due({"support": timed}, START + HOUR) == 2
    assert [one["data"]["ticket_id"] for one in _told(store)] == ["T-2"]
    parked = next(one for one in due.pending(store) if one.problems)
    assert json.loads(parked.problems)[0]["code"] == "RF901"
