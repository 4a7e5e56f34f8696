"""Projects at revisions of a git repository, in memory."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ruleflow.project import git
from ruleflow.project.errors import ProjectError, RevisionError
from ruleflow.project.project import load
from ruleflow.project.revisions import open_version, place, places
from tests.projects import write_project

FILES = {
    "rules.yaml": "templates: {hi: {file: texts/hi.md}}\ncalendars: {office: {hours: {mon-fri: ['09:00-17:00']}, holidays: [{ics: off.ics}]}}\n",
    "texts/hi.md": "---\nsubject: Hi\n---\nHello\n",
    "off.ics": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20260101\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    ".hidden/broken.yaml": "nonsense: [",
}

Git = Callable[..., None]


@pytest.fixture
def run_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Run git in a new repository, in which the tests then stand."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")

    def run(*arguments: str) -> None:
        subprocess.run(["git", *arguments], check=True, capture_output=True, cwd=tmp_path)

    run("init", "-q", "-b", "main")
    run("config", "user.name", "Tester")
    run("config", "user.email", "tester@example.org")
    return run


def commit(run_git: Git, message: str = "change") -> None:
    """Commit everything."""
    run_git("add", "-A")
    run_git("commit", "-q", "--allow-empty", "-m", message)


def test_a_project_at_a_commit_is_the_one_that_was_there(run_git: Git) -> None:
    """With its templates and holidays, whatever lies in the working tree now; its digest is that of the folder."""
    write_project(Path("support"), FILES)
    commit(run_git)
    digest = load("support").digest
    Path("support/texts/hi.md").write_text("changed", encoding="utf-8")
    Path("support/off.ics").unlink()
    opened = open_version(place("HEAD", Path("support")))
    assert opened.project is not None
    assert digest == opened.project.digest
    assert "Hello\n" == opened.project.model.templates["hi"].variants[0].body.text


def test_what_old_and_new_may_be(run_git: Git) -> None:
    """Nothing, a revision, two, a range, from where two parted, another folder, a folder of the disk."""
    write_project(Path("support"), {})
    commit(run_git)
    run_git("checkout", "-q", "-b", "side")
    write_project(Path("support"), {"a.yaml": "teams: [a]\n"})
    commit(run_git)
    run_git("checkout", "-q", "main")
    write_project(Path("support"), {"b.yaml": "teams: [b]\n"})
    commit(run_git)
    folder = Path("support")

    def teams(old: str = "", new: str = "") -> list[list[str]]:
        opened = [open_version(one).project for one in places(old, new, folder)]
        return [[] if one is None else list(one.model.teams) for one in opened]

    write_project(folder, {"c.yaml": "teams: [c]\n"})
    assert [["b"], ["b", "c"]] == teams()
    assert [["a"], ["b", "c"]] == teams("side")
    assert [["a"], ["b"]] == teams("side", "main")
    assert [["a"], ["b"]] == teams("side..")
    assert [["b"], ["a"]] == teams("main..side")
    assert [[], ["a"]] == teams("main...side")
    assert [["a"], ["b", "c"]] == teams("side:support")
    assert [["b", "c"], ["b"]] == teams("support", "main")
    names = [[one.name for one in places(*both, folder)] for both in (("", ""), ("main..side", ""))]
    assert [["HEAD", "the working tree"], ["main", "side"]] == names


def test_standing_in_the_folder_of_the_project(run_git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder inside the repository is kept, and so it is for a folder that is gone."""
    write_project(Path("a/support"), {"t.yaml": "teams: [x]\n"})
    commit(run_git)
    run_git("rm", "-rq", "a")
    assert "a/support" == git.find_repository(Path("a/support")).prefix
    assert open_version(place("HEAD", Path("a/support"))).project is not None
    run_git("checkout", "-q", "HEAD", "--", ".")
    monkeypatch.chdir("a/support")
    opened = open_version(place("HEAD", Path()))
    assert opened.project is not None
    assert ["x"] == list(opened.project.model.teams)


def test_no_project_at_a_revision(run_git: Git) -> None:
    """Where there was none there is nothing, and that is no error."""
    commit(run_git, "empty")
    write_project(Path("support"), {})
    assert open_version(place("HEAD", Path("support"))).project is None


def test_links_are_followed_inside_the_project(run_git: Git) -> None:
    """A link to a file of the project is that file."""
    write_project(Path(), {"texts/hi.md": "Hi\n", "t.yaml": "templates: {hi: {file: hi.md}}\n"})
    Path("hi.md").symlink_to("texts/hi.md")
    Path("more.yaml").symlink_to("texts/more.txt")
    Path("texts/more.txt").write_text("teams: [linked]\n", encoding="utf-8")
    commit(run_git)
    opened = open_version(place("HEAD", Path()))
    assert opened.project is not None
    assert load(".").digest == opened.project.digest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nowhere", "`nowhere` is neither a folder nor a revision"),
        ("--help", "`--help` is neither a folder nor a revision"),
        ("a/b", "is no folder"),
    ],
)
def test_a_revision_that_is_none(run_git: Git, text: str, expected: str) -> None:
    """It is told, whatever it looks like."""
    write_project(Path(), {})
    commit(run_git)
    with pytest.raises(RevisionError, match=expected):
        place(text, Path())


def test_no_repository_and_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Either is told with what to do."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(RevisionError, match="lies in no git repository"):
        place("HEAD", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RevisionError, match="the command `git` is not there"):
        place("HEAD", tmp_path)


def test_no_history_in_common(run_git: Git) -> None:
    """From where two parted has no answer then."""
    write_project(Path(), {})
    commit(run_git)
    run_git("checkout", "-q", "--orphan", "other")
    commit(run_git, "another beginning")
    with pytest.raises(RevisionError, match="no commit in common"):
        places("main...other", "", Path())


def test_a_version_with_errors(run_git: Git) -> None:
    """Its findings are raised."""
    write_project(Path(), {"r.yaml": "rules: [{id: a, stage: nowhere, then: [{stop: true}]}]\n"})
    commit(run_git)
    with pytest.raises(ProjectError, match="nowhere"):
        open_version(place("HEAD", Path()))
    with pytest.raises(ProjectError, match=r"has no `ruleflow.yaml`"):
        open_version(places("HEAD", str(Path("texts").absolute().parent / ".git"), Path())[1])
