"""`ruleflow lint`, run as an admin types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ruleflow.cli.app import run
from tests.projects import write_project

TWICE = "contact.satisfaction > 5 and contact.satisfaction > 3"
RULES = f"""\
rules:   # the first ones
  - id: happy
    stage: classify
    on: ticket.created
    when: {TWICE}
    then: [{{add_tags: [happy]}}]
  - id: loud
    stage: classify
    on: ticket.created
    when: ticket.subject is 'HELP'
    then: [{{add_tags: [loud]}}]
"""
MENDED = RULES.replace(TWICE, "contact.satisfaction > 5")


def project(folder: Path, rules: str = RULES) -> Path:
    return write_project(folder, {"ruleflow.yaml": "ruleflow: 1\nstages: [classify]\n", "rules.yaml": rules})


def test_advice_is_no_failure_unless_strict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Warnings give 1 with --strict only."""
    folder = str(project(tmp_path))
    assert 0 == run(["lint", folder])
    out = capsys.readouterr().out
    assert "warning[RF803 redundant-part]" in out
    assert out.endswith("2 warnings in 1 file\ncan be mended: 1 by --fix, 1 by --unsafe-fixes\n")
    assert 1 == run(["lint", folder, "--strict"])
    assert 0 == run(["lint", folder, "--strict", "--select", "RF82"])


def test_errors_are_those_of_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A project with errors is not advised on."""
    assert 1 == run(["lint", str(project(tmp_path, RULES.replace("'HELP'", "HELP")))])
    assert "RF803" not in capsys.readouterr().out
    assert 2 == run(["lint", str(tmp_path / "nowhere")])


def test_fix_writes_what_is_safe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Comments and layout stay; what is left to say follows."""
    folder = project(tmp_path)
    assert 0 == run(["lint", str(folder), "--fix"])
    assert MENDED == (folder / "rules.yaml").read_text(encoding="utf-8")
    told = capsys.readouterr()
    assert "1 edit made" in told.err
    assert "RF806" in told.out
    assert "RF803" not in told.out
    assert 0 == run(["lint", str(folder), "--unsafe-fixes"])
    assert "when: lower(ticket.subject) is 'help'" in (folder / "rules.yaml").read_text(encoding="utf-8")


def test_only_what_is_selected_is_mended(tmp_path: Path) -> None:
    """The rest is minded, too: an edit that makes something else worse would not be made."""
    folder = project(tmp_path)
    assert 0 == run(["lint", str(folder), "--unsafe-fixes", "--select", "RF803"])
    assert MENDED == (folder / "rules.yaml").read_text(encoding="utf-8")


def test_diff_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The edits are shown as a patch; 1 where there are any."""
    folder = project(tmp_path)
    assert 1 == run(["lint", str(folder), "--diff"])
    lines = capsys.readouterr().out.splitlines()
    assert [f"-    when: {TWICE}", "+    when: contact.satisfaction > 5"] == [
        one for one in lines[2:] if one[0] in "+-"
    ]
    assert RULES == (folder / "rules.yaml").read_text(encoding="utf-8")
    project(tmp_path, MENDED)
    assert 0 == run(["lint", str(folder), "--diff"])
    assert "" == capsys.readouterr().out


def test_silenced_ones_are_counted_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The summary counts them; --show-silenced shows them; SARIF has them with their reasons."""
    rules = RULES.replace("'HELP'\n", "'HELP'  # ruleflow: allow RF806 because the robot shouts\n").replace(
        TWICE, "true"
    )
    folder = str(project(tmp_path, rules.replace("when: true\n", "when: contact.email is present\n")))
    assert 0 == run(["lint", folder, "--strict"])
    assert "no problems found (1 silenced)\n" == capsys.readouterr().out
    assert 0 == run(["lint", folder, "--show-silenced"])
    assert "= silenced: the robot shouts" in capsys.readouterr().out
    assert 0 == run(["lint", folder, "--format", "sarif"])
    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert [{"kind": "inSource", "justification": "the robot shouts"}] == result["suppressions"]
    assert 0 == run(["lint", folder, "--format", "github"])
    assert "" == capsys.readouterr().out


def test_selecting_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A code that does not exist is refused, with the nearest."""
    folder = str(project(tmp_path))
    assert 0 == run(["lint", folder, "--select", "rf806", "--format", "json"])
    assert ["RF806"] == [one["code"] for one in json.loads(capsys.readouterr().out)["findings"]]
    assert 2 == run(["lint", folder, "--select", "RF899"])
    assert "there is no code RF899" in capsys.readouterr().err


def test_without_the_prover(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says what was not looked at."""
    monkeypatch.setitem(sys.modules, "pysat", None)
    monkeypatch.setattr("ruleflow.analysis.solver.is_installed", lambda: False)
    assert 0 == run(["lint", str(project(tmp_path))])
    assert "nothing was proved" in capsys.readouterr().err


def test_git_tells_which_trials_are_forgotten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A rule in shadow mode whose last commit is ninety days old is told; without git nothing is known of it."""
    folder = project(tmp_path / "support", MENDED.replace("  - id: happy\n", "  - id: happy\n    mode: shadow\n"))
    command = ["lint", str(folder), "--select", "RF819", "--now", "2026-06-01T12:00+00:00"]
    assert 0 == run(command)
    assert "no problems found\n" == capsys.readouterr().out
    dates = {"GIT_AUTHOR_DATE": "2026-02-01T12:00:00+00:00", "GIT_COMMITTER_DATE": "2026-02-01T12:00:00+00:00"}
    people = ["-c", "user.name=Anna", "-c", "user.email=anna@example.com"]
    for words in (["init", "-q"], ["add", "."], [*people, "commit", "-q", "-m", "Rules"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True, env={**os.environ, **dates})
    assert 0 == run(command)
    assert "note[RF819 forgotten-trial]: the rule `happy`" in capsys.readouterr().out
