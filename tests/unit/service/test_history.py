"""What git tells of served rules is kept for the workers."""

from __future__ import annotations

import subprocess
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from ruleflow.project.last_changes import kept_changes
from ruleflow.service import history
from ruleflow.service.projects import Projects
from ruleflow.service.sources import FolderSource, GitSource, Source
from ruleflow.service.sources import git_source as git_source_of
from tests.projects import write_project

RULE = "rules:\n  - {id: one, stage: route, on: ticket.created, then: [{add_tags: [a]}]}\n"
RULE += "  - {id: two, stage: route, on: ticket.created, then: [{add_tags: [b]}]}\n"


class Rounds(Event):
    """A stop that comes after some rounds."""

    def __init__(self, many: int) -> None:
        super().__init__()
        self._rounds = iter([False] * many + [True])

    def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002 - an event's
        return next(self._rounds)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a project of two rules, of which one is not committed."""
    folder = write_project(tmp_path / "desk", {"rules.yaml": RULE, "ruleflow.yaml": "ruleflow: 1\nproject: desk\n"})
    for key, value in {
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_AUTHOR_NAME": "Aino",
        "GIT_AUTHOR_EMAIL": "a@b.fi",
    }.items():
        monkeypatch.setenv(key, value)
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "Two rules")
    return folder


def git(folder: Path, *arguments: str) -> None:
    about = ("-c", "user.name=Aino", "-c", "user.email=a@b.fi")
    subprocess.run(["git", *about, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, subject: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", subject)


def served(source: Source, state: Path) -> Projects:
    state.mkdir(exist_ok=True)
    projects = Projects([source], state)
    assert [] == list(projects.open())
    return projects


def subjects(projects: Projects, state: Path) -> dict[str, str]:
    ((_, bundle),) = projects.sourced()
    return {rule: change.subject for rule, change in kept_changes(state, bundle.digest).items()}


def test_the_changes_of_a_folder_are_kept(repository: Path, tmp_path: Path) -> None:
    """Once for each project: git is not asked again about what is committed."""
    state = tmp_path / "state"
    source = CountedSource(repository)
    projects = served(source, state)
    history.tell_changes(projects, state, Rounds(3))
    assert {"one": "Two rules", "two": "Two rules"} == subjects(projects, state)
    assert 1 == source.asked


def test_what_is_committed_later_is_told_later(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules that are not committed yet are asked about again, for the project stays the same when they are."""
    monkeypatch.setattr(history, "_AGAIN_S", 0.0)
    (repository / "rules.yaml").write_text(RULE.replace("[b]", "[c]"), encoding="utf-8")
    state = tmp_path / "state"
    projects = served(FolderSource(repository), state)
    history.tell_changes(projects, state, Rounds(1))
    assert {"one": "Two rules", "two": ""} == subjects(projects, state)
    commit(repository, "Another tag")
    history.tell_changes(projects, state, Rounds(1))
    assert {"one": "Two rules", "two": "Another tag"} == subjects(projects, state)


def test_the_changes_of_a_revision_are_those_of_that_revision(repository: Path, tmp_path: Path) -> None:
    """A project that is served from git is asked about where it is served from."""
    (repository / "rules.yaml").write_text(RULE.replace("[b]", "[c]"), encoding="utf-8")
    state = tmp_path / "state"
    source = git_source_of(f"{repository}@main", state)
    assert isinstance(source, GitSource)
    projects = served(source, state)
    history.tell_changes(projects, state, Rounds(1))
    assert {"one": "Two rules", "two": "Two rules"} == subjects(projects, state)


def test_a_repository_without_a_working_tree_is_served_as_it_lies(repository: Path, tmp_path: Path) -> None:
    """The place that others push to can be named by its folder."""
    bare = tmp_path / "rules.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", str(repository), str(bare)], check=True)
    state = tmp_path / "state"
    projects = served(git_source_of(f"{bare}@main", state), state)
    history.tell_changes(projects, state, Rounds(1))
    assert {"one": "Two rules", "two": "Two rules"} == subjects(projects, state)


class CountedSource:
    """A folder that counts how often its history is asked."""

    def __init__(self, folder: Path) -> None:
        self._source = FolderSource(folder)
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def changes(self, rules: Any) -> Any:
        self.asked += 1
        return self._source.changes(rules)
