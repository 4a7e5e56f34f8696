"""Projects for tests: written to a folder, loaded as a user would load them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.project.loading import load_checked
from ruleflow.project.project import Project, load

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""A Monday."""

SMALL = {
    "ruleflow.yaml": "ruleflow: 1\nproject: small\ntimezone: Europe/Helsinki\n",
    "model.yaml": """
calendars: {office: {hours: {mon-fri: ['09:00-17:00']}, holidays: [{country: FI}, {ics: closed.ics}]}}
teams: [desk, other]
templates: {hello: hello.md}
fields: {ticket.code: {type: text, format: phone_international}}
""",
    "rules/a.yaml": """
rules:
  - {id: open, stage: route, on: [ticket.created], when: now during office, then: [{route: {team: desk}}]}
  - {id: greet, stage: notify, on: [ticket.created], when: ticket.subject is 'hello', then: [{send: {template: hello, to: "'a@b.example'"}}]}
""",
    "rules/b.yaml": """
rules:
  - {id: shut, stage: route, on: [ticket.created], when: now outside office, then: [{route: {team: other}}]}
""",
    "promises.yaml": """
properties:
  - {id: routed, on: ticket.created, for: ticket.channel is phone, expect: outcome.route.team is present}
  - {id: greeted, never: outcome.message_count > 1}
  - {id: kept, monotone: {in: ticket.priority, expect: outcome.message_count, order: not_lower}}
assume: contact.language is not 'sv'
""",
    "views.yaml": """
views:
  queue: {title: Queue, when: ticket.status is new, sort: [-ticket.priority, sla.due_at], columns: [ticket.id, {title: T, value: ticket.subject}], limit: 9}
  people: {of: contacts, was: persons, owner: Anna, labels: [x], sort: contact.name}
""",
    "closed.ics": "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\nBEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\n"
    "DTSTART;VALUE=DATE:20260601\nDTEND;VALUE=DATE:20260602\nSUMMARY:Closed\nEND:VEVENT\nEND:VCALENDAR\n",
    "hello.md": "---\nsubject: Hello\n---\nDear {{ contact.first_name | default: 'you' }}\n",
}
"""A project with a calendar, holidays, an `.ics` file and a template."""


def write_project(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files into a folder; without a root file a small one is added."""
    for name, text in {"ruleflow.yaml": "ruleflow: 1\n", **files}.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return folder


def findings(folder: Path, text: str, **others: str) -> tuple[Diagnostic, ...]:
    """All findings about a project of one file (and others, by name without `.yaml`)."""
    files = {"rules/example.yaml": text, **{f"{name}.yaml": other for name, other in others.items()}}
    out = Collector()
    load_checked(write_project(folder, files), out)
    return out.sorted()


def loaded(folder: Path, text: str, root: str = "ruleflow: 1\n", files: Mapping[str, str] | None = None) -> Project:
    """A project of one rules file (and other files), loaded."""
    return load(write_project(folder, {"ruleflow.yaml": root, "rules/example.yaml": text, **(files or {})}))


def decide(project: Project, event: str = "ticket.created", now: datetime = NOON, /, **facts: Any) -> dict[str, Any]:
    """A decision as JSON."""
    return project.decide(event, facts, now=now).to_dict()
