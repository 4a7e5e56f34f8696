"""Names in decision tables and views: every cell is a place of its own, and a spreadsheet is edited as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleflow.checker.checked import Checked
from ruleflow.diagnostics.collector import Collector
from ruleflow.project.edited import edited_folder
from ruleflow.project.folder import Folder, RawFile
from ruleflow.project.loading import check_folder
from ruleflow.references.edits import contents_after
from ruleflow.references.index import index_of
from ruleflow.references.names import Kind, Name, Role
from ruleflow.references.remove import Touched, remove
from ruleflow.references.rename import Edited, InTheWay, rename

MODEL = """
segments: [vip, partner, wholesale]
teams: [desk, vip_desk]
agents: [anna]
calendars: {office: {hours: {mon: ['09:00-17:00']}}}
sla: {quick: {calendar: office, targets: {first_reply: 1h}}}
fields:
  ticket.plan: {type: choice, options: [gold, iron, big one], ordered: true}
  ticket.wish: {type: choice, options: [gold, iron]}
definitions: {is_gold: ticket.plan is gold}
events: [ticket.escalated]
"""
GRID = """
tables:
  - id: levels
    stage: sla
    on: [ticket.created]
    when: contact.segments has vip
    columns: {Plan: ticket.plan}
    rows: |
      id    | Plan             | contact.segments | is_gold | set_sla | set ticket.wish | add_to_segments
      first | >= iron          | vip, partner     | -       | quick   | gold            | vip
      other | iron..gold, gold | not vip          | yes     | -       | missing         | -
      mixed | big one, iron    | missing, vip     | -       | quick   | if contact.segments has any of [vip, partner] then gold else iron | vip, partner
      again | -                | vip, partner     | -       | quick   | if contact.segments has any of [vip, partner] then gold else iron | -
      rest  | -                | -                | -       | -       | -               | -
"""
SHEET = """tables:
  - id: departments
    stage: route
    columns: {Группа: contact.segments, Отдел: route.team, Кто: route.agent, Событие: event.name}
    file: departments.csv
"""
CSV = (
    "id;Группа;Событие;Отдел;Кто;note\r\n"
    "первый;vip;-;vip_desk;contact.account_manager ?? anna;vip\r\n"
    'второй; "vip, partner" ;ticket.escalated;"desk";-;"vip\r\n\r\nи ""vip"""\r\n'
    "\r\n"
    "others;-;-;desk;-;\r\n"
)
VIEWS = """
views:
  queue:
    when: contact.segments has vip and ticket.plan is gold
    sort: [-ticket.plan, sla.due_at]
    columns: [ticket.id, {title: vip, value: ticket.plan}]
"""
TESTS = """
properties: [{id: kept, expect: outcome.matched has 'levels/first' or outcome.matched has 'departments/others'}]
tests:
  - name: one
    given: {contact: {segments: [vip]}}
    expect: {matched: [levels/first, departments/первый], actions: [{type: route, rule: departments/первый}]}
"""
FILES = {
    "ruleflow.yaml": "ruleflow: 1\n",
    "model.yaml": MODEL,
    "grid.yaml": GRID,
    "rules/sheet.yaml": SHEET,
    "views.yaml": VIEWS,
    "tests.yaml": TESTS,
}
ENCODINGS = {
    "plain": CSV.encode(),
    "mark": b"\xef\xbb\xbf" + CSV.encode(),
    "utf-16": b"\xff\xfe" + CSV.encode("utf-16-le"),
    "tabs": CSV.replace(";", "\t").replace("\r\n", "\n").encode(),
    "commas": ("sep=,\r\n" + CSV.replace(";", ",")).encode(),
}


def folder_of(sheet: bytes = ENCODINGS["plain"], files: dict[str, str] = FILES) -> Folder:
    """The project in memory."""
    own = tuple(RawFile(name, text.encode()) for name, text in files.items())
    return Folder(Path(), own, lambda name: sheet if name == "rules/departments.csv" else None)


def checked(folder: Folder) -> Checked:
    """The project, which has no errors."""
    out = Collector()
    found = check_folder(folder, out).checked
    assert [] == [f"{finding.message} {finding.span}" for finding in out.sorted() if finding.is_error]
    return found


def used(kind: Kind, name: str, folder: Folder | None = None) -> list[str]:
    """The places of a thing, less its definition."""
    return [
        f"{use.span.source.name}:{use.span.first.line}:{use.span.first.column} {use.span.text} | {use.holder}"
        for use in index_of(checked(folder or folder_of())).of(kind, name)
        if use.role is Role.USE
    ]
