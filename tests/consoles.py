"""A console over a project with rules of every kind, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.testclient import TestClient

from ruleflow.project.project import Project
from ruleflow.service.console.routes import console_routes
from ruleflow.service.logged_facts import logged_facts
from ruleflow.service.settings import Settings
from ruleflow.service.state import ProjectStatus, Served, Service, Status
from ruleflow.store import log
from ruleflow.store.opening import Store, open_store, sqlite_url
from ruleflow.store.records import Record
from tests.projects import NOON, loaded

ROOT = """\
ruleflow: 1
project: desk
timezone: Europe/Helsinki
fields:
  ticket.loud: boolean
  ticket.visits: {type: list, of: {at: date, abroad: boolean}}
  contact.card: {type: text, format: payment_card}
  contact.since: date
  contact.wakes: time
segments: {vip: {title: Very important}, loyal: {title: Loyal}, rich: {when: contact.lifetime_value > 100}}
teams: {desk: {title: Service desk}, night: {title: Ночь}}
calendars: {office: {timezone: Europe/Helsinki, hours: {mon-fri: ['09:00-17:00']}}}
sla: {gold: {title: Gold, calendar: office, targets: {first_reply: 1h}}}
"""
RULES = """\
rules:
  - id: late_note
    title: The last stage <script>alert(1)</script>
    stage: notify
    on: ticket.created
    labels: [calm]
    note: because & why
    then: [{note: 'Hello {{ ticket.subject }}'}]
  - id: vip_first
    title: Важные клиенты
    stage: route
    owner: desk
    on: [ticket.created, ticket.updated]
    when: contact.segments has vip and ticket.priority >= high
    then: [{route: {team: desk}}, {set: {ticket.priority: urgent}}, {set_sla: gold}]
  - {id: tried, stage: route, on: ticket.created, mode: shadow, then: [{add_tags: [tried]}]}
  - {id: asleep, stage: route, enabled: false, then: [{add_tags: [asleep]}]}
  - {id: some, stage: route, on: ticket.created, rollout: 25%, then: [{add_tags: [some]}]}
  - {id: past, stage: route, on: ticket.created, valid_until: 2020-01-01, then: [{add_tags: [past]}]}
  - id: remind
    stage: notify
    after: {time: 24h, since: ticket.updated_at}
    when: ticket.status is pending
    then: [{note: still there}]
"""


@dataclass(slots=True)
class NoJournal:
    """A journal that a console must not write to."""

    records: list[Record] = field(default_factory=list)

    def append(self, record: Record) -> bool:
        self.records.append(record)
        return True

    def has_room(self) -> bool:
        return True


@dataclass(slots=True)
class Console:
    """A console with what stands behind it."""

    service: Service
    journal: NoJournal
    store: Store
    project: Project
    status: Status

    @property
    def browser(self) -> TestClient:
        """Somebody without cookies who speaks English."""
        app = Starlette(routes=console_routes(self.service))
        return TestClient(app, base_url="http://localhost", follow_redirects=False, headers={"accept-language": "en"})

    def log(self, event: str = "ticket.created", at: datetime = NOON, caller: str = "", /, **facts: Any) -> Record:
        """Decide facts, and log the decision as the service would."""
        decision = self.project.decide(event, facts, now=at)
        kept, masked = logged_facts(self.project.door)(facts)
        told = decision.to_dict()
        record = Record(
            project=self.project.name,
            digest=self.project.digest,
            decision_id=told["decision_id"],
            event=event,
            ticket_id=str(facts.get("ticket", {}).get("id", "")),
            at=microseconds(at),
            received_at=microseconds(at),
            latency_us=420,
            caller=caller,
            request_id="request-7",
            facts=msgspec.json.encode(kept),
            decision=decision.to_json(),
            masked=masked,
            matched=tuple(told["matched"]),
            shadow=tuple(told["shadow"]),
        )
        log.append(self.store, [record])
        return record

    def refuse(self, **changed: Any) -> None:
        """Publish another status of the project."""
        told = ProjectStatus(self.project.name, "a folder", self.project.digest, 0, **changed)
        self.status = replace_status(self.status, projects=(told,))


def replace_status(status: Status, **changed: Any) -> Status:
    """A status with some of it changed."""
    return msgspec.structs.replace(status, **changed)


def microseconds(at: datetime) -> int:
    """An instant as the service counts it."""
    return int(at.timestamp() * 1_000_000)


def make_console(
    folder: Path, rules: str = RULES, root: str = ROOT, files: Mapping[str, str] | None = None, **settings: Any
) -> Console:
    """A console over a project, with an empty store."""
    project = loaded(folder / "project", rules, root=root, files=files)
    state = folder / "state"
    state.mkdir(exist_ok=True)
    store = open_store(sqlite_url(state / "ruleflow.db"))
    journal = NoJournal()
    sources = {
        str(file.relative_to(folder / "project")): file.read_bytes() for file in (folder / "project").rglob("*.yaml")
    }
    loaded_at = microseconds(datetime(2026, 3, 1, tzinfo=UTC))
    told = Settings(state=state, database="", **settings)
    service = Service(told, {project.name: Served(project, "a folder", loaded_at, sources)}, journal, store, Status)
    console = Console(service, journal, store, project, Status(workers=2))
    service.status = lambda: console.status
    return console
