"""A helpdesk for the tests of timers: a project with time rules and service levels, and tickets that are asked about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ruleflow.engine.canonical import canonical_json
from ruleflow.project.project import Project
from ruleflow.service.timer_decisions import Timed
from ruleflow.store import log as decisions
from ruleflow.store import timers
from ruleflow.store.database import Store
from ruleflow.store.instants import moment_of
from ruleflow.store.records import Record
from tests.projects import loaded

SECOND = 1_000_000
HOUR = 3_600 * SECOND
START = int(datetime(2026, 3, 2, 8, tzinfo=UTC).timestamp()) * SECOND
"""A Monday."""

RULES = """
sla:
  standard:
    targets: {resolution: 8h}
    warn_at: {resolution: [50%]}
rules:
  - id: give_policy
    stage: classify
    on: ticket.created
    then: [{set_sla: standard}]
  - id: wait_for_contact
    stage: classify
    on: ticket.created
    when: ticket.channel is web
    then: [{set: {ticket.status: pending}}]
  - id: remind
    stage: notify
    after: {time: 1h, since: ticket.updated_at}
    when: ticket.status is open
    then: [{add_tags: [reminded]}]
  - id: nag
    stage: notify
    after: {time: 2h, since: ticket.created_at, repeat: 24h}
    when: ticket.channel is phone
    then: [{note: Still open}]
  - id: close_silent
    stage: notify
    after: {time: 3h, since: ticket.updated_at}
    when: ticket.status is pending
    then: [{set: {ticket.status: closed}}]
  - id: late
    stage: notify
    on: sla.breached
    then: [{set: {ticket.priority: urgent}}]
"""


def a_project(folder: Path, rules: str = RULES, fields: str = "") -> Project:
    """The project `support`."""
    root = "ruleflow: 1\nproject: support\ntimezone: UTC\n"
    return loaded(folder, rules, root, {"fields.yaml": fields} if fields else None)


def asked(timed: Timed, event: str, facts: Mapping[str, Any], at: int, received_at: int | None = None) -> Record:
    """What is logged of a request of the helpdesk."""
    decision = timed.project.decide(event, facts, now=moment_of(at))
    logged, masked = timed.logged(facts)
    return Record(
        project=timed.project.name,
        digest=timed.project.digest,
        decision_id=decision.decision_id,
        event=event,
        ticket_id=str(facts["ticket"]["id"]),
        at=at,
        received_at=at if received_at is None else received_at,
        latency_us=1,
        caller="helpdesk",
        request_id="",
        facts=canonical_json(logged),
        decision=decision.to_json(),
        masked=masked,
        matched=decision.matched,
        shadow=decision.shadow,
    )


def ask(store: Store, timed: Timed, event: str, facts: Mapping[str, Any], at: int) -> Record:
    """Decide, log, and keep the timers, as the keeper does."""
    record = asked(timed, event, facts, at)
    decisions.append(store, [record], also=timers.note)
    return record


def a_ticket(name: str, **fields: Any) -> dict[str, Any]:
    """Facts of a ticket."""
    return {"ticket": {"id": name, "status": "open", **fields}}


def text(at: int) -> str:
    """An instant as JSON has it."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).isoformat()
