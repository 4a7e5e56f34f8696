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
