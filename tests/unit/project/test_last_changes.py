"""Who changed a rule last, as git tells."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ruleflow.project.last_changes import Change, keep_changes, kept_changes, last_changes
from ruleflow.project.project import load
from tests.projects import write_project

ONE = "rules:\n  - {id: one, stage: route, on: ticket.created, then: [{add_tags: [a]}]}\n"
TWO = "  - id: two\n    stage: route\n    on: ticket.created\n    then:\n      - {add_tags: [b]}\n"
Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Run git in a new repository; `on` is the day of a commit."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)

    def run(*arguments: str, on: str = "2026-01-01", by: str = "Aino") -> str:
        about = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in _of(by, on)}
        done = subprocess.run(
            ["git", *arguments], check=True, capture_output=True, text=True, cwd=tmp_path, env={**os.environ, **about}
        )
        return done.stdout.strip()

    run("init", "-q", "-b", "main")
    return run


def _of(by: str, on: str) -> tuple[tuple[str, str], ...]:
    return ("NAME", by), ("EMAIL", "tester@example.org"), ("DATE", f"{on}T12:00:00+0000")


def commit(git: Git, subject: str, on: str, by: str = "Aino") -> str:
    """Commit everything; the id of the commit."""
    git("add", "-A", on=on, by=by)
    git("commit", "-q", "-m", subject, on=on, by=by)
    return git("rev-parse", "HEAD")


def changes_of(folder: Path) -> dict[str, Change]:
    return dict(last_changes(folder, load(folder).model.rules))


def test_each_rule_has_the_newest_commit_of_its_lines(tmp_path: Path, git: Git) -> None:
    """One line of a rule is enough; a change of another rule, or of white space, is none of it."""
    folder = write_project(tmp_path / "desk", {"rules.yaml": ONE + TWO})
    first = commit(git, "Two rules — правила", "2026-01-01")
    assert {first} == {change.commit for change in changes_of(folder).values()}
    write_project(folder, {"rules.yaml": ONE + TWO.replace("[b]", "[b, c]")})
    second = commit(git, "Tag c", "2026-01-02", by="Олег")
    write_project(folder, {"rules.yaml": ONE.replace("[a]", "[a]  ") + "\n" + TWO.replace("[b]", "[b, c]")})
    commit(git, "Only space", "2026-01-03")
    found = changes_of(folder)
    assert Change(first, "Aino", 1_767_268_800_000_000, "Two rules — правила") == found["one"]
    assert Change(second, "Олег", 1_767_355_200_000_000, "Tag c") == found["two"]


def test_what_is_not_committed_is_newest(tmp_path: Path, git: Git) -> None:
    """A line that was changed since has no commit, nor has a file that git does not know."""
    folder = write_project(tmp_path, {"rules.yaml": ONE + TWO})
    first = commit(git, "Two rules", "2026-01-01")
    write_project(folder, {"rules.yaml": ONE + TWO.replace("[b]", "[z]"), "new.yaml": ONE.replace("one", "three")})
    found = changes_of(folder)
    assert (first, "") == (found["one"].commit, found["two"].commit)
    assert "three" not in found


def test_a_project_at_a_commit_is_asked_about_at_that_commit(tmp_path: Path, git: Git) -> None:
    """Whatever lies in the working tree, and also in a repository that has none."""
    folder = write_project(tmp_path / "a" / "desk", {"rules.yaml": ONE})
    first = commit(git, "One rule", "2026-01-01")
    rules = load(folder).model.rules
    write_project(folder, {"rules.yaml": ONE.replace("[a]", "[b]")})
    commit(git, "Another tag", "2026-01-02")
    git("clone", "-q", "--bare", ".", "bare.git")
    for top in (tmp_path, tmp_path / "bare.git"):
        found = last_changes(top, rules, prefix="a/desk", commit=first)
        assert ["One rule"] == [change.subject for change in found.values()]


def test_without_git_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder in no repository, and a machine without git."""
    folder = write_project(tmp_path, {"rules.yaml": ONE})
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert {} == changes_of(folder)
    monkeypatch.setenv("PATH", "")
    assert {} == changes_of(folder)


def test_what_was_told_is_kept_for_a_while(tmp_path: Path) -> None:
    """By the digest of the project; only the last few projects are kept, and a broken file is as good as none."""
    change = Change("abc", "Aino", 7, "Subject 😀")
    for number in range(20):
        keep_changes(tmp_path, f"sha256:{number:064d}", {"one": change})
    assert {"one": change} == kept_changes(tmp_path, f"sha256:{19:064d}")
    assert {} == kept_changes(tmp_path, f"sha256:{1:064d}")
    assert 16 == len(list((tmp_path / "changes").iterdir()))
    (tmp_path / "changes" / f"{19:064d}.json").write_text("{", encoding="utf-8")
    assert {} == kept_changes(tmp_path, f"sha256:{19:064d}")
