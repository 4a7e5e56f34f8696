"""`ruleflow verify`, run as an admin types it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import ruleflow
from ruleflow.cli.app import run
from tests.projects import write_project

RULES = """
teams: [desk]
rules:
  - {id: to_desk, stage: route, on: ticket.created, when: ticket.request_type is question, then: [{route: {team: desk}}]}
properties:
"""
KEPT = "  - {id: questions, on: ticket.created, for: ticket.request_type is question, expect: outcome.route.team is desk}\n"
BROKEN = "  - {id: everyone, title: Nobody | is forgotten, on: ticket.created, expect: outcome.route is present}\n"
OPEN = "  - {id: alike, on: ticket.created, for: contact.email is company.name, expect: company.name is contact.email and outcome.denied is missing}\n"


def project(folder: Path, *promises: str) -> Path:
    text = RULES + ("".join(promises) or "  []\n")
    return write_project(folder, {"ruleflow.yaml": "ruleflow: 1\n", "rules.yaml": text})


def test_all_proved_is_fine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0, a line for each promise, and on what it rests."""
    assert 0 == run(["verify", str(project(tmp_path, KEPT))])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("PROVED  questions")
    assert lines[0].endswith("rules.yaml:6")
    assert "1 proved, 0 fail, 0 unknown" in lines
    assert "solver: CaDiCaL 1.9.5, Glucose 4.2" in lines


def test_a_broken_promise_is_told_with_a_ticket(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1; why, when, and the facts."""
    assert 1 == run(["verify", str(project(tmp_path, BROKEN))])
    out = " ".join(capsys.readouterr().out.split())
    assert "FAILS everyone: Nobody | is forgotten" in out
    assert "on ticket.created: `outcome.route is present` does not hold: `outcome.route` is missing" in out
    assert "always when: ticket.request_type is not question" in out
    assert "ticket at 2026-01-01T00:00:00+00:00: {} rules that matched: none" in out


@pytest.mark.parametrize(("options", "code"), [([], 1), (["--allow-unknown"], 0)])
def test_unknown_may_be_allowed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], code: int
) -> None:
    """It is told in any case."""
    assert code == run(["verify", str(project(tmp_path, OPEN)), *options])
    assert "UNKNOWN alike" in capsys.readouterr().out


def test_allowing_the_unknown_allows_no_failure(tmp_path: Path) -> None:
    """A promise that some ticket breaks stays one."""
    assert 1 == run(["verify", str(project(tmp_path, BROKEN, OPEN)), "--allow-unknown"])


def test_as_json_it_is_what_the_api_gives(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Version 1."""
    folder = project(tmp_path, KEPT, BROKEN)
    run(["verify", str(folder), "--format", "json"])
    told = json.loads(capsys.readouterr().out)
    assert ruleflow.verify(folder).to_dict() == told
    assert (1, False) == (told["version"], told["is_proved"])
    assert ["proved", "fails"] == [one["state"] for one in told["promises"]]
    assert {"file": "rules.yaml", "line": 7} == told["promises"][1]["place"]


def test_for_github_there_is_a_line_for_what_is_not_proved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An error beside the promise, a warning where it is unknown."""
    folder = project(tmp_path, KEPT, BROKEN, OPEN)
    run(["verify", str(folder), "--format", "github"])
    lines = capsys.readouterr().out.splitlines()
    assert ["error", "warning"] == [line.partition(" ")[0].strip(":") for line in lines]
    assert f"file={folder.as_posix()}/rules.yaml,line=7,title=FAILS everyone::everyone" in lines[0]


def test_markdown_has_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A bar in a title does not end its cell."""
    run(["verify", str(project(tmp_path, BROKEN)), "--format", "markdown"])
    out = capsys.readouterr().out
    assert out.startswith("<!-- ruleflow verify -->\n### ❌ ruleflow: 0 proved, 1 fail, 0 unknown\n")
    assert "| ❌ fails | everyone: Nobody \\| is forgotten |" in out


def test_without_promises_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is no failure."""
    assert 0 == run(["verify", str(project(tmp_path))])
    assert "the project promises nothing: there are no `properties:`\n" == capsys.readouterr().out


def test_check_proves_what_rules_cannot_do_and_remembers_both_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--no-proof` says nothing of it, whichever was asked first."""
    rule = "  - {id: never, stage: route, on: ticket.created, when: ticket.priority is low and ticket.priority is high, then: [{add_tags: [x]}]}\n"
    folder = write_project(tmp_path, {"rules.yaml": f"rules:\n{rule}"})
    for options, told in [([], True), (["--no-proof"], False), ([], True), (["--no-cache"], True)]:
        assert 0 == run(["check", str(folder), *options])
        assert told is ("RF504" in capsys.readouterr().out)


def test_check_without_the_prover_says_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is no mistake of the project."""
    monkeypatch.setattr("ruleflow.project.findings.is_installed", lambda: False)
    rule = "  - {id: never, stage: route, on: ticket.created, when: ticket.priority is low and ticket.priority is high, then: [{add_tags: [x]}]}\n"
    assert 0 == run(["check", str(write_project(tmp_path, {"rules.yaml": f"rules:\n{rule}"}))])
    assert "RF504" not in capsys.readouterr().out


def test_without_the_prover_there_is_a_next_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, and what to install."""
    monkeypatch.setitem(sys.modules, "pysat.solvers", None)
    assert 2 == run(["verify", str(project(tmp_path, KEPT))])
    assert "pip install 'ruleflow[prove]'" in capsys.readouterr().err
