"""Small projects, linted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.lint.fixing import Mended, mend
from ruleflow.lint.lint import Settings, lint_folder
from ruleflow.model.rules import Rule
from ruleflow.project.folder import Folder, read_folder
from tests.projects import write_project

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEMPLATES = {
    "templates/a.md": "---\nsubject: A\n---\nA\n",
    "templates/b.md": "---\nsubject: B\nlocale: fi\n---\nB\n",
    "templates/c.md": "---\nsubject: C\nlocale: fr\n---\nC\n",
}


def long_ago(rules: Sequence[Rule]) -> Mapping[str, datetime]:
    """Rules that were changed last a hundred days ago; those whose id begins with `new`, yesterday."""
    return {one.id: NOW - timedelta(days=1 if one.id.startswith("new") else 100) for one in rules}


def folder_of(folder: Path, text: str, files: Mapping[str, str] | None = None) -> Folder:
    """A project of a file of rules; one with a root of its own begins with `ruleflow: 1`."""
    name = "ruleflow.yaml" if "ruleflow: 1" in text else "rules/example.yaml"
    found = read_folder(write_project(folder, {**TEMPLATES, name: text, **(files or {})}), Collector())
    assert found is not None
    return found


def linted(folder: Path, text: str, *, proves: bool = False) -> tuple[Diagnostic, ...]:
    """All findings about a project of one file."""
    return lint_folder(folder_of(folder, text), Settings(NOW, proves, long_ago))


def told(folder: Path, text: str, *, proves: bool = False) -> list[tuple[str, str]]:
    """The codes of the findings about a project of one file, each with the text of its place."""
    found = linted(folder, text, proves=proves)
    return [(one.code.number, "" if one.span is None else one.span.text) for one in found]


def asks(condition: str, then: str = "{note: hello}") -> str:
    """A rule with a condition."""
    return f"rules:\n  - id: one\n    stage: route\n    on: ticket.created\n    when: |-\n      {condition}\n    then: [{then}]\n"


def condition_of(mended: Mended) -> str:
    """The condition of the rule of `asks`, after mending."""
    text = next(file.content.decode() for file in mended.folder.files if file.name == "rules/example.yaml")
    return text.split("|-\n      ")[1].split("\n    then:")[0]


def mended(folder: Path, text: str, *, unsafe: bool = False, proves: bool = False) -> Mended:
    """A project of one file, mended."""
    settings = Settings(NOW, proves)
    return mend(folder_of(folder, text), lambda seen: lint_folder(seen, settings), unsafe=unsafe)
