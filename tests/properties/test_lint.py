"""Lint on random projects: it never fails, and what it mends decides as before."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.lint.fixing import mend
from ruleflow.lint.lint import Settings, lint_folder
from ruleflow.project.folder import Folder, RawFile
from ruleflow.project.loading import check_folder
from ruleflow.project.project import Project, project_of
from tests.projects import NOON
from tests.random_projects import BASE, STAGES, conditions, facts, joined, projects

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@st.composite
def wordy_rules(draw: st.DrawFn) -> tuple[str, str]:
    """Projects of rules whose conditions say things twice."""
    few = st.lists(conditions(), min_size=1, max_size=2)
    lines = ["rules:"]
    for at in range(draw(st.integers(1, 3))):
        one, other = draw(few), draw(few)
        again = draw(st.permutations([*one, *one, *other]))
        word, inner = draw(st.sampled_from([(" and ", " or "), (" or ", " and ")]))
        text = joined(word, [*again, joined(inner, [*other, *one])])
        lines += [f"  - id: r{at}", f"    stage: {draw(st.sampled_from(STAGES))}", "    when: |", f"      {text}"]
        lines += [f"    then: [{{add_tags: [t{at}]}}]"]
    return f"ruleflow: 1\nstages: [{', '.join(STAGES)}]\n", BASE + "\n".join(lines) + "\n"


def folder_of(root: str, rules: str) -> Folder:
    """A project in memory."""
    files = (RawFile("ruleflow.yaml", root.encode()), RawFile("rules.yaml", rules.encode()))
    return Folder(Path("nowhere"), files, lambda _name: None)


def project(folder: Folder) -> Project:
    """The project of a folder in memory."""
    out = Collector()
    loaded = check_folder(folder, out)
    assert not out.has_errors, out.sorted()
    return project_of(loaded, (), None)


def look(folder: Folder) -> tuple[Diagnostic, ...]:
    """Lint without proofs."""
    return lint_folder(folder, Settings(NOW, proves=False))


@settings(max_examples=60, deadline=None)
@given(st.one_of(projects(), wordy_rules()), st.lists(facts(), min_size=5, max_size=12))
def test_safe_edits_keep_every_decision(sources: tuple[str, str], several: list[dict[str, Any]]) -> None:
    """After mending no edit is left, and every ticket is decided as before."""
    folder = folder_of(*sources)
    found = mend(folder, look, unsafe=False)
    assert () == tuple(fix for one in found.findings for fix in one.fixes if fix.safe)
    before, after = project(folder), project(found.folder)
    for event in ("ticket.created", "ticket.updated"):
        for one in several:
            expected, actual = (
                each.decide(event, one, now=NOON).to_dict() | {"project": "", "decision_id": ""}
                for each in (before, after)
            )
            assert expected == actual


@settings(max_examples=15, deadline=None)
@given(st.one_of(projects(), wordy_rules()))
def test_proofs_and_unsafe_edits_leave_a_project_that_decides(sources: tuple[str, str]) -> None:
    """Lint says something of every project that is right, and whatever it mends leaves one that is right."""
    proved = Settings(NOW, proves=True)
    found = mend(folder_of(*sources), lambda seen: lint_folder(seen, proved), unsafe=True)
    assert project(found.folder).model.rules
