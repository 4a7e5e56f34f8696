"""`ruleflow fmt`, as an admin, an editor and a hook call it."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ruleflow.cli.app import run
from ruleflow.fmt.expressions import Vocabulary
from ruleflow.fmt.format import Left, format_file
from ruleflow.source import Source
from tests.projects import write_project

Cli = Callable[..., tuple[int, str, str]]

UGLY = "teams:\n- desk   # here\nrules:\n- {id: a,  stage: route, when: ticket.priority==high, then: [{route: {team: desk}}]}\n"
FINE = "teams:\n  - desk   # here\nrules:\n  - {id: a, stage: route, when: ticket.priority is high, then: [{route: {team: desk}}]}\n"


@pytest.fixture
def cli(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Run a command in a folder of its own: exit code, output, error output."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        code = run(["fmt", *arguments])
        seen = capsysbinary.readouterr()
        return code, seen.out.decode(), seen.err.decode()

    return call


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one file that is not as it should be."""
    return write_project(tmp_path / "p", {"rules/a.yaml": UGLY, "rules/b.yaml": "skills: [x]\n"})


def test_a_project_is_formatted(cli: Cli, project: Path) -> None:
    """Files that change are named, keep their mode, and are not touched a second time."""
    file = project / "rules/a.yaml"
    file.chmod(0o640)
    assert (0, "formatted p/rules/a.yaml\n1 file formatted, 2 as they should be\n", "") == cli("p")
    assert FINE == file.read_text(encoding="utf-8")
    assert 0o640 == file.stat().st_mode & 0o777
    assert (0, "0 files formatted, 3 as they should be\n", "") == cli("p")
    assert ["a.yaml", "b.yaml"] == sorted(path.name for path in file.parent.iterdir())


def test_check_changes_nothing(cli: Cli, project: Path) -> None:
    """`--check` names the files and exits with 1; with 0 where all is as it should be."""
    assert (1, "would format p/rules/a.yaml\n1 file would change, 2 as they should be\n", "") == cli("p", "--check")
    assert UGLY == (project / "rules/a.yaml").read_text(encoding="utf-8")
    assert 0 == cli("p/rules/b.yaml", "--check")[0]


def test_diff_shows_what_would_change(cli: Cli, project: Path) -> None:
    """A unified difference on the output, the summary beside it."""
    code, out, err = cli("p", "--diff")
    assert (0, "1 file would change, 2 as they should be\n") == (code, err)
    assert out.startswith(
        "--- p/rules/a.yaml\n+++ p/rules/a.yaml (formatted)\n@@ -1,4 +1,4 @@\n teams:\n-- desk   # here\n"
    )
    assert UGLY == (project / "rules/a.yaml").read_text(encoding="utf-8")
    assert 1 == cli("p", "--diff", "--check")[0]


def test_files_and_folders_may_be_named(cli: Cli, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file, a folder within a project, a folder of projects; each file once."""
    assert "1 file would change, 0 as they should be\n" == cli("p/rules/a.yaml", "p/rules/a.yaml", "--diff")[2]
    assert "1 file would change, 1 as they should be\n" == cli("p/rules", "--diff")[2]
    write_project(project.parent / "q", {})
    assert "1 file would change, 3 as they should be\n" == cli(".", "--diff")[2]
    monkeypatch.chdir(project / "rules")
    assert "would format ../rules/a.yaml" in cli("--check")[1]


def test_what_belongs_to_no_project_is_left(cli: Cli, project: Path) -> None:
    """Hooks name any file: others, hidden ones and those that a project ignores are told and left as they are."""
    write_project(
        project, {"ruleflow.yaml": "ruleflow: 1\nignore: [drafts]\n", "drafts/d.yaml": UGLY, ".x/h.yaml": UGLY}
    )
    (project / "note.txt").write_text("x", encoding="utf-8")
    (project.parent / "compose.yaml").write_text("a:   b\n", encoding="utf-8")
    code, out, err = cli("compose.yaml", "p/note.txt", "p/.x/h.yaml", "p/drafts/d.yaml")
    assert (0, "0 files formatted, 0 as they should be\n") == (code, out)
    assert ["compose.yaml", "p/.x/h.yaml", "p/drafts/d.yaml", "p/note.txt"] == sorted(
        line.partition(" is no file of a project")[0] for line in err.splitlines()
    )
    assert UGLY == (project / "drafts/d.yaml").read_text(encoding="utf-8")


def test_where_there_is_nothing_to_format_the_call_is_wrong(cli: Cli, tmp_path: Path) -> None:
    """A path that is not there, and a folder without any project."""
    (tmp_path / "empty").mkdir()
    code, _, err = cli("nowhere", "empty")
    assert 2 == code
    assert "error: `nowhere` does not exist\nerror: `empty` holds no project: " in err


def test_a_file_with_mistakes_is_left_with_its_mistakes(cli: Cli, project: Path) -> None:
    """The other files are formatted all the same; what is wrong is shown, and the exit is 1."""
    broken = "rules:\n- {id: b, then:   [{route: {team: desk}}], when: a.b ==}\n"
    (project / "rules/b.yaml").write_text(broken, encoding="utf-8")
    (project / "rules/c.yaml").write_bytes(b"\xff")
    code, out, err = cli("p")
    assert (1, "formatted p/rules/a.yaml\n1 file formatted, 1 as they should be, 2 left as they are\n") == (code, out)
    assert "p/rules/b.yaml is left as it is: it has mistakes" in err
    assert "--> p/rules/b.yaml:2:" in err
    assert "p/rules/c.yaml is left as it is: it has mistakes" in err
    assert broken == (project / "rules/b.yaml").read_text(encoding="utf-8")


def test_bytes_that_say_nothing_go(cli: Cli, project: Path) -> None:
    """A byte-order mark and the line ends of Windows."""
    file = project / "rules/a.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + FINE.replace("\n", "\r\n").encode())
    assert 0 == cli("p")[0]
    assert FINE.encode() == file.read_bytes()


def test_a_link_stays_one(cli: Cli, project: Path, tmp_path: Path) -> None:
    """What a link within the project names is formatted; one that leads out of it is left."""
    (project / "rules/a.yaml").rename(project / "rules/real")
    (project / "rules/a.yaml").symlink_to("real")
    (tmp_path / "outside").write_text("skills:   [y]\n", encoding="utf-8")
    (project / "rules/c.yaml").symlink_to(tmp_path / "outside")
    code, out, err = cli("p")
    assert (1, "formatted p/rules/a.yaml\n") == (code, out.splitlines(keepends=True)[0])
    assert "p/rules/c.yaml is left as it is: it is a link to a file outside the project\n" == err
    assert (project / "rules/a.yaml").is_symlink()
    assert FINE == (project / "rules/real").read_text(encoding="utf-8")
    assert "skills:   [y]\n" == (tmp_path / "outside").read_text(encoding="utf-8")


def test_the_report_may_be_json(cli: Cli, project: Path) -> None:
    """Each file with its state."""
    (project / "rules/b.yaml").write_text("skills: [x\n", encoding="utf-8")
    code, out, _ = cli("p", "--check", "--format", "json")
    assert (1, 1) == (code, json.loads(out)["version"])
    assert [
        ("p/ruleflow.yaml", "unchanged"),
        ("p/rules/a.yaml", "would_change"),
        ("p/rules/b.yaml", "left"),
    ] == [(file["file"], file["state"]) for file in json.loads(out)["files"]]
    assert "+++ " in json.loads(cli("p", "--diff", "--format", "json")[1])["files"][1]["diff"]


def test_an_editor_sends_its_text(cli: Cli, project: Path) -> None:
    """The text comes back formatted, by the vocabulary of the project that the file belongs to; nothing is written."""
    name = ("-", "--stdin-name", "p/rules/a.yaml")
    assert (0, FINE, "") == cli(*name, typed=UGLY)
    assert (0, "skills: [new]\n", "") == cli("--stdin-name", "p/rules/new.yaml", typed="skills:  [new]")
    assert UGLY == (project / "rules/a.yaml").read_text(encoding="utf-8")
    assert (1, "", "") == cli(*name, "--check", typed=UGLY)
    assert cli(*name, "--diff", typed=UGLY)[1].startswith("--- p/rules/a.yaml\n")


def test_an_editor_keeps_what_cannot_be_formatted(cli: Cli, project: Path) -> None:
    """A text with mistakes gives no output and 1; one that belongs to no project comes back as it is."""
    code, out, err = cli("-", "--stdin-name", "p/rules/a.yaml", typed="rules: [")
    assert (1, "") == (code, out)
    assert "is left as it is: it has mistakes" in err
    assert (0, "a:   b\n") == cli("-", "--stdin-name", "compose.yaml", typed="a:   b\n")[:2]
    assert 2 == cli("-", typed="a: b\n")[0]
    assert 2 == cli("p", "--stdin-name", "p/rules/a.yaml")[0]


def test_a_defect_of_the_formatter_costs_no_file(cli: Cli, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the proof fails, the file stays and the exit is 3, with a word on whose fault it is."""
    monkeypatch.setattr("ruleflow.fmt.format._laid_out", lambda _: "teams: [other]\n")
    code, out, err = cli("p/rules/a.yaml")
    assert (3, "0 files formatted, 0 as they should be, 1 left as they are\n") == (code, out)
    assert "p/rules/a.yaml is left as it is: its meaning would change\n   = help: nothing was written to it; " in err
    assert UGLY == (project / "rules/a.yaml").read_text(encoding="utf-8")


def test_the_meaning_of_the_project_is_proved_beside_that_of_each_file(
    cli: Cli, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change that the project as a whole would notice is taken back, and only that one."""
    (project / "rules/b.yaml").write_text("skills:   [x]\n", encoding="utf-8")
    wrong = FINE.replace("desk", "help")
    monkeypatch.setattr(
        "ruleflow.fmt.project.format_file",
        lambda source, _: wrong if source.name == "rules/a.yaml" else "skills: [x]\n",
    )
    code, out, err = cli("p/rules")
    assert (3, "formatted p/rules/b.yaml\n1 file formatted, 0 as they should be, 1 left as they are\n") == (code, out)
    assert "p/rules/a.yaml is left as it is: the meaning of the project would change" in err


def test_a_file_that_changes_meanwhile_is_left(cli: Cli, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody has just saved is never overwritten."""

    def slow(source: Source, vocabulary: Vocabulary) -> str | Left:
        (project / "rules/a.yaml").write_text("skills: [saved]\n", encoding="utf-8")
        return format_file(source, vocabulary)

    monkeypatch.setattr("ruleflow.fmt.project.format_file", slow)
    assert (1, "p/rules/a.yaml is left as it is: it has just changed\n") == cli("p/rules/a.yaml")[::2]
    assert "skills: [saved]\n" == (project / "rules/a.yaml").read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_told(cli: Cli, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left lying about."""
    monkeypatch.setattr("shutil.copymode", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
    assert (1, "p/rules/a.yaml is left as it is: it cannot be written: Permission denied\n") == cli("p/rules")[::2]
    assert ["a.yaml", "b.yaml"] == sorted(path.name for path in (project / "rules").iterdir())
