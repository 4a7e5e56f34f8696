"""The facts of a ticket after a decision, where the helpdesk does not say them again."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ruleflow.project.project import Project
from ruleflow.service.left_behind import last_facts, without_secrets
from ruleflow.service.timer_decisions import Timed
from ruleflow.store import due
from ruleflow.store.database import Store
from ruleflow.store.instants import moment_of
from ruleflow.store.opening import open_store, sqlite_url
from tests.unit.service.timers.tickets import HOUR, START, a_project, a_ticket, ask, text


def _left(store: Store, timed: Timed, event: str, facts: dict[str, Any], at: int = START) -> dict[str, Any]:
    ask(store, timed, event, facts, at)
    (ticket,) = due.pending(store)
    project = timed.project
    found: dict[str, Any] = last_facts(ticket, project.model, project.plan.service_levels.tracked).facts
    return found


def test_a_new_ticket_is_left_with_when_it_was_made_and_what_rules_wrote(store: Store, timed: Timed) -> None:
    """The instant of creation, the policy, the status, and the history of both are there next time."""
    ticket = _left(store, timed, "ticket.created", a_ticket("T-1", channel="web"))["ticket"]
    assert (ticket["created_at"], ticket["sla"], ticket["status"]) == (text(START), "standard", "pending")
    told = [(entry["at"], entry["event"], entry.get("by"), entry["status"]) for entry in ticket["history"]]
    assert told == [(text(START), "created", None, "open"), (text(START), "changed", "system", "pending")]


def test_a_reply_is_the_last_entry_of_the_history(store: Store, timed: Timed) -> None:
    """The event that was decided about has happened: who replied, and when."""
    facts = {**a_ticket("T-1", created_at=text(START), sla="standard"), "event": {"by": "agent"}}
    ticket = _left(store, timed, "ticket.replied", facts, START + HOUR)["ticket"]
    assert ticket["history"] == [{"at": text(START + HOUR), "event": "replied", "by": "agent"}]


def test_a_change_is_noted_with_what_was_before(store: Store, timed: Timed) -> None:
    """What a field was before the event, and from the beginning, is not forgotten."""
    facts = {
        **a_ticket("T-1", created_at=text(START), sla="standard", priority="high"),
        "before": {"ticket": {"priority": "low"}},
    }
    left = _left(store, timed, "ticket.updated", facts, START + HOUR)
    assert left["ticket"]["history"] == [
        {"at": text(START), "event": "changed", "priority": "low"},
        {"at": text(START + HOUR), "event": "changed", "priority": "high"},
    ]
    assert "before" not in left


def test_masked_values_are_taken_out() -> None:
    """A secret goes with its key; secrets in a list go together."""
    facts = {"contact": {"card": "••••1111", "name": "Анна", "pins": ["••", "••"]}, "ticket": {"notes": [{"pin": "•"}]}}
    masked = ("/contact/card", "/contact/pins/0", "/contact/pins/1", "/ticket/notes/0/pin", "/nobody/there")
    assert without_secrets(facts, masked) == ["/contact/card", "/contact/pins", "/ticket/notes/0/pin"]
    assert facts == {"contact": {"name": "Анна"}, "ticket": {"notes": [{}]}}


RULES = """
fields: {contact.card: {type: text, secret: true}}
sla:
  standard:
    targets: {first_reply: {low: 8h, normal: 4h, high: 2h, urgent: 1h}, resolution: 24h}
    pause_when: ticket.status is pending
    warn_at: [50%]
rules:
  - {id: policy, stage: classify, on: ticket.created, then: [{set_sla: standard}]}
  - {id: phone, stage: prioritise, on: ticket.created, when: ticket.channel is phone, then: [{set: {ticket.priority: urgent}}]}
  - {id: web, stage: prioritise, on: ticket.created, when: ticket.channel is web, then: [{set: {ticket.status: pending}}]}
  - {id: card, stage: classify, on: ticket.created, when: ticket.channel is chat, then: [{set: {contact.card: '4111'}}]}
  - {id: tag, stage: notify, on: ticket.created, then: [{add_tags: [seen]}]}
  - id: remind
    stage: notify
    after: {time: 30m, since: ticket.created_at, repeat: 5h}
    when: ticket.status is not closed
    then: [{note: Still there}]
  - {id: close, stage: notify, after: {time: 20h, since: ticket.updated_at}, then: [{set: {ticket.status: closed}}]}
"""


@settings(max_examples=12)
@given(
    channel=st.sampled_from(["web", "phone", "chat", "email"]),
    status=st.sampled_from(["new", "open", "pending"]),
    priority=st.sampled_from(["low", "normal", "high", "urgent"]),
)
def test_timers_go_on_as_the_timeline_says(tmp_path_factory: Any, channel: str, status: str, priority: str) -> None:
    """On the last facts alone, what fires when is what `ruleflow timeline` says of the ticket."""
    folder: Path = tmp_path_factory.mktemp("timeline")
    timed = _with_rules(folder)
    store = open_store(sqlite_url(folder / "ruleflow.db"))
    facts = a_ticket("T-1", channel=channel, status=status, priority=priority, created_at=text(START))
    try:
        assert _fired(store, timed, facts) == _foretold(timed.project, facts)
    finally:
        store.close()


_KNOWN: list[Timed] = []


def _with_rules(folder: Path) -> Timed:
    if not _KNOWN:
        _KNOWN.append(Timed.of(a_project(folder / "support", RULES)))
    return _KNOWN[0]


def _fired(store: Store, timed: Timed, facts: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """What fires, at each instant, within two days."""
    from ruleflow.service.firing import Firing
    from ruleflow.store import log as decisions
    from ruleflow.store.log import Query

    ask(store, timed, "ticket.created", facts, START)
    firing = Firing(store, None, "here")
    while (at := due.next_due(store, ["support"], 0, lease=1)) is not None and at <= START + 48 * HOUR:
        firing.fire_due({"support": timed}, at)
    found = decisions.search(store, Query(event="timer", newest_first=False)).rows
    return [(moment_of(one.at).isoformat(), json.loads(one.decision)["fired"]) for one in found]


def _foretold(project: Project, facts: dict[str, Any]) -> list[tuple[str, list[str]]]:
    now = moment_of(START)
    steps = project.timeline(facts, event="ticket.created", now=now, until=now + timedelta(hours=48)).steps
    return [(step.at.isoformat(), list(step.evaluated.decision.fired)) for step in steps]
