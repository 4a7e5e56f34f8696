"""Mappings for tests: read as the command reads them, against the standard vocabulary and a few fields more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.project.project import Project, load
from ruleflow.replay.mapping import TicketMapping
from ruleflow.replay.mapping_reader import read_mapping
from ruleflow.replay.opening import opened_table, report_columns
from ruleflow.replay.recorded import Found, Recorded
from ruleflow.replay.tables import Meter, kind_of
from ruleflow.source import Source
from tests.projects import write_project

ROOT = """ruleflow: 1
project: desk
timezone: Europe/Helsinki
fields:
  ticket.vip: {type: boolean}
  ticket.due_on: {type: date}
  ticket.spent: {type: decimal}
  ticket.code: {type: text, secret: true}
  ticket.address: {type: record, of: {city: text, street: text}}
segments: {vip: {external_id: S1}, partner: {}}
teams: [first, second]
"""
COLUMNS = ("number", "opened", "priority", "status", "state", "state")
"""The heading against which the pages of the codes are checked."""


def project(folder: Path, rules: str = "", root: str = ROOT) -> Project:
    """A small project."""
    files = {"rules/rules.yaml": f"rules:\n{rules}"} if rules else {}
    return load(write_project(folder, {"ruleflow.yaml": root, **files}))


def mapping_of(
    text: str, model: Project, columns: tuple[str, ...] | None = None
) -> tuple[TicketMapping, tuple[Diagnostic, ...]]:
    """A mapping with its findings; `columns` is the heading of the file, None where nobody asks."""
    out = Collector()
    found = read_mapping(Source("tickets.yaml", text), model.model, out)
    if columns is not None:
        report_columns(columns, found, "tickets.csv", out)
    return found, out.sorted()


def found_in(path: Path, mapping: str, model: Project) -> list[Found]:
    """Everything that a mapping makes of a file."""
    read, findings = mapping_of(mapping, model)
    assert () == findings
    kind = kind_of(path)
    assert kind is not None
    out = Collector()
    with opened_table(path, kind, read, Meter(lambda _amount: None), out) as found:
        assert not out.has_errors
        return list(found)


def recorded_in_csv(folder: Path, text: str, mapping: str, model: Project | None = None) -> list[Found]:
    """Everything that a mapping makes of a CSV text."""
    path = folder / "tickets.csv"
    path.write_bytes(text.encode())
    return found_in(path, mapping, model or project(folder / "project"))


def facts(found: Iterable[Found]) -> list[Mapping[str, Any]]:
    """The facts of the events, and that there is nothing else."""
    several = list(found)
    assert [one for one in several if not isinstance(one, Recorded)] == []
    return [one.facts for one in several if isinstance(one, Recorded)]


def write_lines(path: Path, lines: Iterable[Any]) -> Path:
    """A file of JSON Lines."""
    path.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), encoding="utf-8")
    return path
