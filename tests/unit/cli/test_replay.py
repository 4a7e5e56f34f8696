"""`ruleflow replay`, run as an admin types it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ruleflow.cli.app import run

Cli = Callable[..., tuple[int, str, str]]
ROOT = """ruleflow: 1
project: desk
teams: [first, second]
rules:
  - {id: r, stage: route, on: ticket.created, when: ticket.priority is high, then: [{route: {team: first}}]}
"""
MAPPING = """facts: {ticket.id: id, ticket.priority: {column: p, values: {H: high, L: low}}}
events: [{event: ticket.created, now: {column: at, timezone: UTC}}]
"""
CSV = "id;p;at\n1;H;2026-03-02\n2;L;2026-03-03\n3;H;2026-03-04\n"


@pytest.fixture
def cli(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Run a command beside a project `desk`, a table and its mapping: exit code, output, error output."""
    monkeypatch.chdir(tmp_path)
    for name, text in {"desk/ruleflow.yaml": ROOT, "m.yaml": MAPPING, "t.csv": CSV}.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["replay", *arguments])
        seen = capsysbinary.readouterr()
        return code, seen.out.decode(), seen.err.decode()

    return call


def test_a_table_with_its_mapping(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text by default, JSON and Markdown when asked; the folder of the project may be left out."""
    code, out, err = cli("desk", "t.csv", "-m", "m.yaml")
    assert (0, "") == (code, err)
    assert out.startswith("desk on t.csv, 2026-03-02 to 2026-03-04\n  3 rows, 3 tickets: 3 ticket.created\n")
    assert "## route.team" in cli("desk", "t.csv", "-m", "m.yaml", "--format", "markdown")[1]
    assert 2 == json.loads(cli("desk", "t.csv", "-m", "m.yaml", "--format", "json")[1])["rules"][0]["fired"]
    monkeypatch.chdir("desk")
    assert (0, out, "") == cli("../t.csv", "-m", "../m.yaml")


def test_some_of_the_tickets(cli: Cli) -> None:
    """By time, from the beginning, or by chance; not the latter two together."""
    ask = ("desk", "t.csv", "-m", "m.yaml", "--format", "json")
    since = json.loads(cli(*ask, "--since", "2026-03-03T00:00Z", "--until", "2026-03-04T00:00Z")[1])
    assert (1, 3) == (since["tickets"], since["rows"])
    assert 2 == json.loads(cli(*ask, "--limit", "2")[1])["tickets"]
    assert 1 == json.loads(cli(*ask, "--sample", "1", "--seed", "7")[1])["tickets"]
    code, _, err = cli(*ask, "--sample", "1", "--limit", "1")
    assert 2 == code
    assert "give one of them" in err


def test_lines_of_facts_need_no_mapping(cli: Cli) -> None:
    """What `ruleflow decide` reads is read as it is; what is refused makes the exit code 1."""
    lines = ['{"ticket": {"id": "1", "priority": "high", "created_at": "2026-03-02T10:00"}}', '{"ticket": 5}', "{"]
    Path("t.jsonl").write_text("\n".join(lines), encoding="utf-8")
    code, out, _ = cli("desk", "t.jsonl", "-e", "ticket.created", "--format", "json")
    report = json.loads(out)
    assert (1, 1, 2) == (code, report["decided"], report["unusable"])


def test_against_another_project_with_pictures(cli: Cli) -> None:
    """What would differ; pictures go to a folder that is made for them."""
    Path("old").mkdir()
    Path("old/ruleflow.yaml").write_text(ROOT.replace("team: first", "team: second"), encoding="utf-8")
    code, out, err = cli("desk", "t.csv", "-m", "m.yaml", "--against", "old", "--plots", "a/b")
    assert 0 == code
    assert "2 of 3 tickets (66.7%) would be decided otherwise" in out
    assert "written to a/b" in err
    assert {"routes.svg", "rules.svg", "load.svg", "changes.svg"} == {one.name for one in Path("a/b").iterdir()}
    code, _, err = cli("desk", "t.csv", "-m", "m.yaml", "--plots", "t.csv")
    assert 2 == code
    assert "cannot be written" in err


def test_mistakes_are_told(cli: Cli) -> None:
    """Of the mapping with their place; of the call with what to do."""
    Path("bad.yaml").write_text(MAPPING.replace("column: p", "column: prio").replace("high", "hgh"), encoding="utf-8")
    code, out, err = cli("desk", "t.csv", "-m", "bad.yaml")
    assert (1, "") == (code, out)
    assert "error[RF620 unknown-column]: `prio` is not a column of t.csv\n  --> bad.yaml:1:50" in err
    assert "did you mean `high`?" in err
    Path("bytes.yaml").write_bytes(b"facts: \xff")
    assert "RF001" in cli("desk", "t.csv", "-m", "bytes.yaml")[2]
    for arguments, said in (
        ((), "name the file of recorded tickets"),
        (("desk", "t.csv"), "a CSV file needs --mapping"),
        (("desk", "t.xlsx", "-m", "m.yaml"), "the name of t.xlsx does not say what it is"),
        (("desk", "no.csv", "-m", "m.yaml"), "no.csv cannot be read"),
        (("desk", "t.csv", "-m", "no.yaml"), "no.yaml cannot be read"),
        (("desk", "t.csv", "-m", "m.yaml", "--against", "nowhere"), "lies in no git repository"),
        (("nowhere", "t.csv", "-m", "m.yaml"), "`nowhere` does not exist"),
    ):
        code, out, err = cli(*arguments)
        assert (2, "") == (code, out)
        assert said in err
    Path("empty.csv").write_bytes(b"")
    assert "empty.csv is empty" in cli("desk", "empty.csv", "-m", "m.yaml")[2]


def test_a_column_that_no_line_has_is_told(cli: Cli) -> None:
    """Lines of JSON have each their own keys, so a slip in the mapping shows in the report."""
    Path("t.jsonl").write_text('{"id": 1, "prio": "H", "at": "2026-03-02"}\n', encoding="utf-8")
    code, out, _ = cli("desk", "t.jsonl", "-m", "m.yaml")
    assert 0 == code
    assert "no row has `p`" in out


def test_strange_bytes_are_safe_to_print(cli: Cli) -> None:
    """A heading and a ragged row that are no text are told in every form without breaking one."""
    Path("t.csv").write_bytes("id;p;at;n\u00e9\n1;H;2026-03-02;x\n\u00e9;\x1b[2J\n".encode("windows-1252"))
    for form in ("text", "markdown", "json"):
        code, out, _ = cli("desk", "t.csv", "-m", "m.yaml", "--format", form)
        assert 1 == code
        assert "the row has 2 cells, the heading has 4" in out
        assert "\x1b" not in out
    Path("bad.yaml").write_text(MAPPING.replace("column: p", "column: n"), encoding="utf-8")
    assert "`n` is not a column of t.csv" in cli("desk", "t.csv", "-m", "bad.yaml")[2]
