"""`ruleflow diff` and `ruleflow git`, run as an admin types them; the prover is a stand-in with one answer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import ruleflow
from ruleflow.analysis.verdicts import Change, Meaning, Scope, State, Ticket, Verdict
from ruleflow.cli.app import run
from ruleflow.plan.plan import Plan
from tests.projects import write_project

Cli = Callable[..., tuple[int, str, str]]

RULES = """
teams: [desk, vip_desk]
rules:
  # who gets what
  - {id: first, stage: prioritise, on: ticket.created, then: [{set: {ticket.priority: high}}, {note: seen}]}
  - {id: second, stage: route, on: ticket.created, then: [{route: {team: desk}}]}
"""
WITNESS = Ticket("ticket.created", "2026-03-02T12:00:00+00:00", {"ticket": {"subject": "Häiriö"}})


def change(before: object, after: object, rule: str) -> Change:
    """A change that every ticket shows."""
    return Change(before, after, (rule,), (rule,), (), region_is_proved=True, witness=WITNESS)


def verdict(outcome: str, *changes: Change) -> Verdict:
    """What became of an outcome."""
    return Verdict("ticket.created", outcome, State.CHANGED if changes else State.UNCHANGED, changes)


CHANGED = Meaning(
    (
        verdict("ticket.priority", change("high", "urgent", "first")),
        verdict("route", change({"team": "desk"}, {"team": "vip_desk"}, "second")),
        verdict("note", change([{"text": "seen"}], [], "first")),
        verdict("denied"),
    ),
    Scope(("solver",)),
)
UNKNOWN = Meaning((Verdict("ticket.created", "route", State.UNKNOWN, reason="too much"),), Scope(()))


@pytest.fixture
def cli(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Run a command in a repository with a project: exit code, output, error output."""
    monkeypatch.setenv("RULEFLOW_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(list(arguments))
        seen = capsysbinary.readouterr()
        return code, seen.out.decode(), seen.err.decode()

    git("init", "-q", "-b", "main")
    git("config", "user.name", "Tester")
    git("config", "user.email", "tester@example.org")
    write_project(Path("support"), {"rules.yaml": RULES})
    git("add", "-A")
    git("commit", "-q", "-m", "one")
    return call


def git(*arguments: str) -> str:
    """Run git in the current folder."""
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout


def prover(monkeypatch: pytest.MonkeyPatch, meaning: Meaning | None) -> list[dict[str, int]]:
    """Put a prover in place that always answers the same (None: it is not installed); gives what it was called with."""
    module = ModuleType("ruleflow.analysis.compare")
    calls: list[dict[str, int]] = []

    class ProverMissing(Exception):  # noqa: N818 - the name of the real one
        pass

    def compare(old: Plan, new: Plan, **bounds: int) -> Meaning:
        calls.append(bounds)
        if meaning is None:
            raise ProverMissing
        return meaning

    module.__dict__.update(compare=compare, ProverMissing=ProverMissing)
    monkeypatch.setitem(sys.modules, "ruleflow.analysis.compare", module)
    return calls


def edit(old: str = "high", new: str = "urgent") -> None:
    """Change the rules in the working tree."""
    text = RULES.replace(f"ticket.priority: {old}", f"ticket.priority: {new}")
    text = text.replace("team: desk", "team: vip_desk").replace(", {note: seen}", "")
    Path("support/rules.yaml").write_text(text, encoding="utf-8")


DIFF = ("diff", "-C", "support")


def test_nothing_edited_needs_no_prover(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A comment is no edit, a note no change of behaviour; both are proved without asking."""
    calls = prover(monkeypatch, None)
    place = Path("support/rules.yaml")
    place.write_text(RULES.replace("who gets what", "other words"), encoding="utf-8")
    assert (0, "HEAD → the working tree: nothing was edited\n", "") == cli(*DIFF, "--expect", "unchanged")
    place.write_text(RULES.replace("id: second", "id: second, note: why"), encoding="utf-8")
    code, out, _ = cli(*DIFF, "--expect", "unchanged")
    assert (0, "HEAD → the working tree: 1 edit; every ticket is decided as before") == (code, out.splitlines()[0])
    assert [] == calls


def test_exit_codes(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """1 where tickets are decided differently; unknown is 0, and 1 where `unchanged` is expected."""
    edit()
    expected: list[tuple[Meaning | None, int, int]] = [
        (CHANGED, 1, 1),
        (Meaning((verdict("route"),), Scope(())), 0, 0),
        (UNKNOWN, 0, 1),
        (None, 0, 1),
    ]
    for meaning, plain, strict in expected:
        prover(monkeypatch, meaning)
        assert plain == cli(*DIFF)[0]
        assert strict == cli(*DIFF, "--expect", "unchanged")[0]
    assert "pip install 'ruleflow[prove]'" in " ".join(cli(*DIFF)[1].split())


def test_without_the_proof(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--no-proof` asks no prover, and does not go with what needs one."""
    calls = prover(monkeypatch, CHANGED)
    edit()
    code, out, _ = cli(*DIFF, "--no-proof")
    assert (0, []) == (code, calls)
    assert "~ then: set ticket.priority: high → urgent" in out
    assert 2 == cli(*DIFF, "--no-proof", "--expect", "unchanged")[0]


def test_bounds(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five changes of each outcome, all of them when asked or when they are held against a list."""
    calls = prover(monkeypatch, CHANGED)
    edit()
    cli(*DIFF)
    cli(*DIFF, "--all", "--budget", "7")
    assert [{"budget": 300_000, "most": 5}, {"budget": 7, "most": 10_000}] == calls


def test_formats_and_output(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each form is printed or written; a report written says so apart from the output."""
    prover(monkeypatch, CHANGED)
    edit()
    assert "changed" == json.loads(cli(*DIFF, "--format", "json")[1])["state"]
    assert "2.1.0" == json.loads(cli(*DIFF, "--format", "sarif")[1])["version"]
    assert cli(*DIFF, "--format", "markdown")[1].startswith("<!-- ruleflow diff -->")
    assert (1, "", "written to out/review.html\n") == cli(*DIFF, "--format", "html", "-o", "out/review.html")
    assert Path("out/review.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert 2 == cli(*DIFF, "-o", "support")[0]


def test_accepted_changes(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written as accepted is accepted; anything else is listed and fails, and so does what is unknown."""
    prover(monkeypatch, CHANGED)
    edit()
    assert 1 == cli(*DIFF, "--write-accepted", "accepted.yaml")[0]
    assert 0 == cli(*DIFF, "--accept", "accepted.yaml")[0]
    place = Path("accepted.yaml")
    text = place.read_text(encoding="utf-8")
    assert 'before: {"team": "desk"}' in text
    place.write_text(text.replace('after: "urgent"', 'after: "low"').replace("- event: ticket.created\n ", "-", 1))
    code, _, err = cli(*DIFF, "--accept", "accepted.yaml")
    assert (1, "not accepted: ticket.created: ticket.priority: high → urgent\n") == (code, err)
    place.write_text(text.replace("- event: ticket.created\n ", "-", 1), encoding="utf-8")
    assert 0 == cli(*DIFF, "--accept", "accepted.yaml")[0]
    prover(monkeypatch, UNKNOWN)
    assert (1, "not accepted: ticket.created: route: unknown: too much\n") == cli(*DIFF, "--accept", "accepted.yaml")[
        ::2
    ]
    prover(monkeypatch, None)
    assert 1 == cli(*DIFF, "--accept", "accepted.yaml")[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\n", "it needs a list of changes"),
        ("- {outcome: route, before: 1}\n", "change 1 needs `outcome`, `before` and `after`"),
        ("- {outcome: route, before: 1, after: 2, afer: 3}\n", "change 1 needs"),
        ("- [\n", "it is no YAML"),
    ],
)
def test_a_list_of_accepted_changes_that_is_none(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, text: str, expected: str
) -> None:
    """It is wrong usage, with a reason."""
    prover(monkeypatch, CHANGED)
    edit()
    Path("accepted.yaml").write_text(text, encoding="utf-8")
    code, _, err = cli(*DIFF, "--accept", "accepted.yaml")
    assert 2 == code
    assert expected in err
    assert 2 == cli(*DIFF, "--accept", "nowhere.yaml")[0]


def test_witnesses_become_tests(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """They pass with the new rules and fail with the old ones; a file of somebody else's stays as it is."""
    prover(monkeypatch, CHANGED)
    edit()
    tests = Path("support/tests/diff.test.yaml")
    assert 1 == cli(*DIFF, "--write-tests", str(tests))[0]
    code, out, _ = cli("test", "support")
    assert (0, "3 passed") == (code, out.splitlines()[0])
    Path("support/rules.yaml").write_text(RULES, encoding="utf-8")
    code, out, _ = cli("test", "support")
    assert 1 == code
    assert "1 passed, 2 failed" in out
    edit()
    assert 1 == cli(*DIFF, "--write-tests", str(tests))[0]
    tests.write_text("tests: []\n", encoding="utf-8")
    assert 2 == cli(*DIFF, "--write-tests", str(tests))[0]
    prover(monkeypatch, Meaning((verdict("route"),), Scope(())))
    assert 0 == cli(*DIFF, "--write-tests", "other.yaml")[0]
    assert not Path("other.yaml").exists()


def test_a_version_with_errors_and_one_that_is_none(cli: Cli) -> None:
    """The findings of the version are shown; the exit code is 2."""
    place = Path("support/rules.yaml")
    place.write_text(RULES.replace("stage: route", "stage: rute"), encoding="utf-8")
    code, out, err = cli(*DIFF)
    assert (2, "") == (code, out)
    assert "this is what is wrong with the working tree" in err
    assert "did you mean `route`?" in err
    assert "neither a folder nor a revision" in cli(*DIFF, "nowhere")[2]
    assert 2 == cli(*DIFF, "nowhere")[0]
    assert 2 == cli("diff", "-C", "nowhere", "HEAD", "HEAD:support", "more")[0]


def test_where_there_was_no_project(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything was added."""
    prover(monkeypatch, None)
    write_project(Path("second"), {"rules.yaml": RULES})
    code, out, _ = cli("diff", "-C", "second")
    assert 1 == code
    assert "there was no project before" in " ".join(out.split())
    assert "+ rule first, stage prioritise added" in out
    assert "there is no project any more" in " ".join(cli("diff", "-C", "second", "second", "HEAD")[1].split())


def test_two_folders_in_the_api(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """`ruleflow.diff` stays a function, takes folders and revisions, and gives edits and meaning."""
    prover(monkeypatch, CHANGED)
    edit()
    found = ruleflow.diff("HEAD:support", "support")
    assert callable(ruleflow.diff)
    assert (CHANGED, 2) == (found.meaning, len(found.edits))
    assert "changed" == found.to_dict()["state"]
    assert None is ruleflow.diff(folder="support", prove=False).meaning
    with pytest.raises(ruleflow.RevisionError):
        ruleflow.diff("nowhere")


def test_git_install_and_uninstall(cli: Cli) -> None:
    """Once is enough, twice does nothing, and all of it is taken back; what stood there before stays."""
    attributes = Path("support/.gitattributes")
    attributes.write_text("*.md text\n", encoding="utf-8")
    code, out, _ = cli("git", "install", "support")
    assert (0, 3) == (code, len(out.splitlines()))
    assert "*.md text\n*.yaml diff=ruleflow\n" == attributes.read_text(encoding="utf-8")
    assert "ruleflow git show\n" == git("config", "diff.ruleflow.command")
    assert (0, "everything was set up already\n", "") == cli("git", "install", "support")
    assert 0 == cli("git", "uninstall", "support")[0]
    assert "*.md text\n" == attributes.read_text(encoding="utf-8")
    assert (0, "nothing was set up\n", "") == cli("git", "uninstall", "support")
    assert 2 == cli("git", "install", ".")[0]


def test_git_names_the_rule_in_the_head_of_a_piece(cli: Cli) -> None:
    """The pattern that is installed finds the line with the rule's id."""
    rules = "rules:\n" + "".join(
        f"  - id: r{at}\n    stage: route\n    note: |\n" + "      line\n" * 8 + "    then: [{note: x}]\n"
        for at in range(3)
    )
    Path("support/rules.yaml").write_text(rules, encoding="utf-8")
    git("commit", "-qam", "two")
    cli("git", "install", "support")
    text = rules.replace("note: x", "note: y")
    Path("support/rules.yaml").write_text(text, encoding="utf-8")
    heads = [line.split("@@")[2].strip() for line in git("diff", "--no-ext-diff").splitlines() if line.startswith("@@")]
    assert ["- id: r0", "- id: r1", "- id: r2"] == heads


def test_what_git_shows_of_a_file(cli: Cli, tmp_path: Path) -> None:
    """What was edited in words, then the lines, which a patch program understands."""
    old = tmp_path / "old"
    old.write_text(RULES, encoding="utf-8")
    edit()
    new = Path("support/rules.yaml")
    code, out, _ = cli("git", "show", "support/rules.yaml", str(old), "1", "100644", str(new), "2", "100644")
    assert 0 == code
    assert "~ rule first, stage prioritise\n    ~ then: set ticket.priority: high → urgent\n" in out
    assert "diff --git a/support/rules.yaml b/support/rules.yaml\n--- a/support/rules.yaml" in out
    new.write_text(RULES, encoding="utf-8")
    subprocess.run(["git", "apply"], input=out, text=True, check=True)
    assert "ticket.priority: urgent" in new.read_text(encoding="utf-8")
    gone = cli("git", "show", "support/rules.yaml", str(old), "1", "100644", "/dev/null", ".", ".")[1]
    assert "− rule first, stage prioritise removed" in gone
    assert "+++ /dev/null" in gone
    assert 1 == cli("git", "show", "support/rules.yaml", str(old))[0]


def test_a_file_that_cannot_be_checked_is_shown_as_lines(cli: Cli, tmp_path: Path) -> None:
    """No words then, and no failure; also for a file of no project, and one without a last line break."""
    old = tmp_path / "old"
    old.write_text("rules: [", encoding="utf-8")
    out = cli("git", "show", "support/rules.yaml", str(old), "1", "1", "support/rules.yaml", "2", "1")[1]
    assert out.startswith("diff --git")
    assert "-rules: [\n\\ No newline at end of file\n" in out
    assert cli("git", "show", "x.yaml", str(old), "1", "1", "/dev/null", "2", "1")[1].startswith("diff --git")


def test_recorded_tickets_are_decided_by_both(cli: Cli, tmp_path: Path) -> None:
    """`--data` says how many recorded tickets change, and from what to what."""
    for name, amount in (("old", 500), ("new", 250)):
        (tmp_path / name).mkdir()
        rule = f"{{id: big, stage: prioritise, on: ticket.created, when: ticket.amount >= {amount}, then: [{{set: {{ticket.priority: high}}}}]}}"
        text = f"ruleflow: 1\nfields: {{ticket.amount: {{type: integer}}}}\nrules:\n  - {rule}\n"
        (tmp_path / name / "ruleflow.yaml").write_text(text, encoding="utf-8")
    lines = [
        json.dumps(
            {"event": "ticket.created", "facts": {"ticket": {"id": str(n), "amount": n}}, "now": "2026-03-02T10:00:00Z"}
        )
        for n in (100, 300, 400, 600)
    ]
    (tmp_path / "tickets.jsonl").write_text("\n".join(lines), encoding="utf-8")
    asked = ("diff", str(tmp_path / "old"), str(tmp_path / "new"), "--data", str(tmp_path / "tickets.jsonl"))
    code, out, _ = cli(*asked)
    assert 1 == code
    assert "4 decided" in out
    assert "2 tickets" in out
    recorded = json.loads(cli(*asked, "--format", "json")[1])["recorded"]
    assert 2 == recorded["changes"]["tickets"]
    assert cli(*asked, "--format", "html")[0] == 2
