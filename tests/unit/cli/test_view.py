"""`ruleflow view`, run as an admin types it."""

from __future__ import annotations

import gzip
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from ruleflow.cli.app import run
from ruleflow.cli.view_output import fitted, shortened
from ruleflow.diagnostics.cells import columns
from ruleflow.views import external_sort

Cli = Callable[..., tuple[int, str, str]]
ROOT = """ruleflow: 1
project: desk
timezone: Europe/Helsinki
fields: {contact.card: {type: text, format: payment_card, secret: true}}
views:
  queue:
    title: Queue
    when: ticket.status is not closed
    sort: [-ticket.priority, ticket.created_at]
    columns: [ticket.id, ticket.priority, {title: Since, value: ticket.created_at}, ticket.subject]
  cards: {of: contacts, sort: contact.name, columns: [contact.name, contact.card]}
  two: {sort: ticket.id, limit: 2}
  tagged: {when: ticket.tags has 'b', columns: [ticket.id, ticket.tags]}
"""
LINES = [
    '{"ticket": {"id": "1", "priority": "low", "created_at": "2026-03-02T09:00Z", "subject": "Hei\\nvaan"}}',
    '{"ticket": {"id": "2", "priority": "urgent", "created_at": "2026-03-02T10:00Z", "subject": "Касса 🧾"}}',
    '{"event": "ticket.created", "facts": {"ticket": {"id": "3", "priority": "urgent", "created_at": "2026-03-02T09:30Z"}}, "now": "2020-01-01T00:00Z"}',
    "",
    '{"ticket": {"id": "4", "status": "closed"}}',
    '{"ticket": {"id": "5", "created_at": "tomorrow"}}',
    "{broken",
    '{"ticket": {"id": "6", "subject": "%s"}}' % ("مرحبا " * 5),
]  # fmt: skip
MAPPING = """ticket: nr
facts: {ticket.id: nr, ticket.priority: {column: p, values: {H: high, L: low}}, ticket.created_at: {column: at, timezone: UTC}}
events: [{event: ticket.updated, now: {column: at, timezone: UTC}, rows: first}]
"""


@pytest.fixture
def cli(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Run the command beside a project `desk` and its records: exit code, output, error output."""
    monkeypatch.chdir(tmp_path)
    files = {
        "desk/ruleflow.yaml": ROOT,
        "t.jsonl": "\n".join(LINES),
        "plain.csv": 'ticket.id,ticket.priority,ticket.tags,colour\n1,low,"a, b",red\n2,high,,red\n3,high,b,\n',
        "rows.csv": "nr;p;at\n1;H;2026-03-02\n1;L;2026-03-03\n2;H;2026-03-04\n;H;2026-03-04\n",
        "m.yaml": MAPPING,
    }
    for name, text in files.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["view", *arguments])
        seen = capsysbinary.readouterr()
        return code, seen.out.decode(), seen.err.decode()

    return call


def ids(out: str) -> list[str]:
    """The ids of the tickets in lines of JSON."""
    return [(found.get("facts") or found)["ticket"]["id"] for found in map(json.loads, out.splitlines())]


def test_a_table_for_people(cli: Cli) -> None:
    """Aligned columns in order; what could not be looked at is counted and told, and loses nothing else."""
    code, out, err = cli("desk", "queue", "t.jsonl")
    assert 1 == code
    assert [
        "Ticket id  Priority  Since             Subject",
        "3          urgent    2026-03-02 11:30",
        "2          urgent    2026-03-02 12:00  Касса 🧾",
        "6          normal                      " + ("مرحبا " * 5).rstrip(),
        "1          low       2026-03-02 11:00  Hei␊vaan",
    ] == [line.rstrip() for line in out.splitlines()]
    assert "4 tickets in the view, of 7 read" in err
    assert "line 6: /ticket/created_at: " in err
    assert "line 7: this is not JSON" in err
    assert "2 could not be looked at" in err


def test_where_the_folder_stands(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """First, last, or left out."""
    expected = cli("desk", "queue", "t.jsonl")
    assert expected == cli("queue", "t.jsonl", "desk")
    monkeypatch.chdir("desk")
    assert expected == cli("queue", "../t.jsonl")


def test_other_forms(cli: Cli) -> None:
    """Records as they came, line by line; columns as CSV; both in one document."""
    out = cli("desk", "queue", "t.jsonl", "--format", "jsonl")[1]
    assert [LINES[2], LINES[1], LINES[7], LINES[0]] == out.splitlines()
    rows = cli("desk", "queue", "t.jsonl", "--format", "csv")[1].splitlines()
    assert ["Ticket id,Priority,Since,Subject", "3,urgent,2026-03-02T11:30:00+02:00,"] == rows[:2]
    document = json.loads(cli("desk", "queue", "t.jsonl", "--format", "json", "--now", "2026-03-03T00:00Z")[1])
    assert (1, 7, 4, 2, "2026-03-03T02:00:00+02:00") == tuple(
        document[key] for key in ("version", "read", "selected", "refused", "now")
    )
    assert ["2", "urgent", "2026-03-02T12:00:00+02:00", "Касса 🧾"] == document["records"][1]["cells"]
    assert {"id": "3", "priority": "urgent", "created_at": "2026-03-02T09:30Z"} == document["records"][0]["facts"][
        "ticket"
    ]
    assert [] == json.loads(cli("desk", "tagged", "t.jsonl", "--format", "json")[1])["records"]


def test_limits(cli: Cli) -> None:
    """As the view says, or as is asked for."""
    assert ["1", "2"] == ids(cli("desk", "two", "t.jsonl", "--format", "jsonl")[1])
    code, out, err = cli("desk", "queue", "t.jsonl", "--limit", "1")
    assert (1, 2) == (code, len(out.splitlines()))
    assert "the first 1 of 4 tickets in the view, of 7 read" in err


def test_secrets_are_masked(cli: Cli) -> None:
    """A card number is shown masked, in every form that has columns."""
    Path("c.jsonl").write_text('{"contact": {"name": "Eva", "card": "4111111111111111"}}\n', encoding="utf-8")
    for format_ in ("text", "csv"):
        code, out, _ = cli("desk", "cards", "c.jsonl", "--format", format_)
        assert 0 == code
        assert "••••••••••••1111" in out
        assert "4111111111111111" not in out


def test_csv(cli: Cli) -> None:
    """Columns that are called as facts are, sets with commas; or a mapping, and of each ticket its last row."""
    assert (0, "Ticket id  Tags\n1          a, b\n3          b\n") == cli("desk", "tagged", "plain.csv")[:2]
    code, out, err = cli("desk", "queue", "rows.csv", "-m", "m.yaml", "--format", "jsonl")
    assert (1, ["2", "1"]) == (code, ids(out))
    assert [{"priority": "high"}, {"priority": "low"}] == [
        {"priority": json.loads(line)["ticket"]["priority"]} for line in out.splitlines()
    ]
    assert "line 5: `nr` is empty" in err
    code, _, err = cli("desk", "queue", "rows.csv")
    assert 2 == code
    assert "no column of rows.csv is called as a fact is" in err
    Path("m.yaml").write_text(MAPPING.replace("nr,", "number,"), encoding="utf-8")
    code, _, err = cli("desk", "queue", "rows.csv", "-m", "m.yaml")
    assert 1 == code
    assert "RF620" in err


@pytest.mark.parametrize("name", ["t.parquet", "t.pq", "t.arrow"])
def test_tables_by_columns(cli: Cli, name: str) -> None:
    """Parquet and Arrow, by columns."""
    rows = {
        "ticket.id": ["1", "2", "3", "4"],
        "ticket.priority": ["low", "urgent", None, "urgent"],
        "ticket.status": ["new", "open", "open", "closed"],
        "event.name": [1, 2, 3, 4],
    }
    table = pa.table(rows)
    if not name.endswith("arrow"):
        parquet.write_table(table, name)
    else:
        with pa.OSFile(name, "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
    code, out, err = cli("desk", "queue", name, "--format", "jsonl")
    assert (0, ["2", "3", "1"]) == (code, ids(out))
    assert "" == err
    assert "3 tickets in the view, of 4 read" in cli("desk", "queue", name)[2]
    assert ["2"] == ids(cli("desk", "queue", name, "--format", "jsonl", "--limit", "1")[1])


def test_what_a_table_cannot_say(cli: Cli) -> None:
    """Rows are told by their number; a mapping is for tables and lines, too."""
    table = pa.table(
        {"nr": ["1", "2"], "p": ["H", "L"], "at": ["2026-03-02", "2026-03-03"], "ticket.created_at": ["x", None]}
    )
    parquet.write_table(table, "t.parquet")
    code, out, err = cli("desk", "two", "t.parquet", "--format", "csv")
    assert (1, ["Ticket id,Subject", ","]) == (code, out.splitlines())
    assert "row 1: /ticket/created_at: " in err
    Path("rows.jsonl").write_text('{"nr": "7", "p": "L", "at": "2026-03-02"}\n', encoding="utf-8")
    assert (0, ["1", "2"]) == (
        (found := cli("desk", "queue", "t.parquet", "-m", "m.yaml", "--format", "jsonl"))[0],
        ids(found[1]),
    )
    assert ["7"] == ids(cli("desk", "queue", "rows.jsonl", "-m", "m.yaml", "--format", "jsonl")[1])


def test_packed_and_broken_off(cli: Cli) -> None:
    """A packed file is read as far as it goes."""
    packed = gzip.compress(("\n".join(LINES[:3]) + "\n").encode())
    Path("t.jsonl.gz").write_bytes(packed)
    assert (0, ["3", "2", "1"]) == (
        (found := cli("desk", "queue", "t.jsonl.gz", "--format", "jsonl"))[0],
        ids(found[1]),
    )
    Path("t.jsonl.gz").write_bytes(packed[:-12])
    code, _, err = cli("desk", "queue", "t.jsonl.gz", "--format", "jsonl")
    assert 1 == code
    assert "the file breaks off here" in err


def test_several_processes_and_little_memory(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bytes, whoever looks and wherever it is sorted."""
    lines = [json.dumps({"ticket": {"id": str(at), "subject": str(at * 7919 % 1009)}}) for at in range(1_500)]
    lines.insert(700, '{"ticket": 5}')
    lines.insert(20, "")
    Path("many.jsonl").write_text("\n".join(lines), encoding="utf-8")
    alone = cli("desk", "queue", "many.jsonl", "--format", "jsonl")
    assert "line 702: " in alone[2]
    monkeypatch.setattr(external_sort, "ExternalSort", partial(external_sort.ExternalSort, memory=5_000))
    assert alone == cli("desk", "queue", "many.jsonl", "--format", "jsonl", "--workers", "2")


def test_what_views_there_are(cli: Cli) -> None:
    """Without a name they are listed."""
    code, out, _ = cli("desk")
    assert (0, "queue   tickets   Queue") == (code, out.splitlines()[0])
    assert ["queue", "cards", "two", "tagged"] == [one["id"] for one in json.loads(cli("desk", "--format", "json")[1])]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("desk", "quee", "t.jsonl"), "`quee` is not a view of this project; did you mean `queue`?"),
        (("desk", "queue", "missing.jsonl"), "missing.jsonl cannot be read"),
        (("desk", "queue", "missing.parquet"), "missing.parquet cannot be read"),
        (("desk", "queue", "m.yaml"), "the name of m.yaml does not say what it is"),
        (("desk", "queue", "t.arrow", "-m", "m.yaml"), "a mapping is for CSV"),
        (("a", "b", "c", "d"), "give the folder of the project, the name of a view and one file"),
    ],
)
def test_wrong_usage(cli: Cli, arguments: tuple[str, ...], message: str) -> None:
    """What cannot be done is said."""
    code, out, err = cli(*arguments)
    assert (2, "") == (code, out)
    assert message in err


def test_a_name_without_data(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what is missing."""
    assert "name the file of records" in cli("desk", "queue")[2]
    monkeypatch.chdir("desk")
    assert "name the file of records" in cli("queue")[2]
    assert "`quee` is neither a folder nor a view of this project; it has `queue`" in cli("quee")[2]


def test_widths() -> None:
    """The widest columns give way; a text is cut between characters that are drawn, and takes no more room than it has."""
    assert [5, 19, 20] == fitted([5, 30, 90], 48)
    assert "Касса…" == shortened("Касса сломалась", 6)
    assert columns(shortened("🧾🧾🧾🧾", 6)) <= 6
    assert "" == shortened("", 3)


def test_a_terminal_is_not_too_narrow(cli: Cli) -> None:
    """On a terminal no line is longer than it is wide."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "ruleflow", "view", "desk", "queue", "t.jsonl"]
    with subprocess.Popen(
        command, stdout=slave, stderr=subprocess.DEVNULL, env={**os.environ, "COLUMNS": "40"}
    ) as process:
        os.close(slave)
        seen = b""
        while True:
            try:
                chunk = os.read(master, 4096)
            except OSError:
                break
            if not chunk:
                break
            seen += chunk
        process.wait(30)
    os.close(master)
    lines = seen.decode().splitlines()
    assert 5 == len(lines)
    assert max(map(columns, lines)) <= 40
    assert any(line.endswith("…") for line in lines)


def test_interrupted(cli: Cli, tmp_path: Path) -> None:
    """Ctrl-C ends it and its helpers, and leaves no file behind."""
    spilled = tmp_path / "spilled"
    spilled.mkdir()
    command = [sys.executable, "-m", "ruleflow", "view", "desk", "queue", "-", "--workers", "2"]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(spilled)},
        start_new_session=True,
    )
    assert process.stdin is not None
    process.stdin.write(b'{"ticket": {"id": "1"}}\n' * 50_000)  # more than a pipe holds: it is reading by now
    process.stdin.flush()
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (130, b"") == (process.returncode, err.strip())
    assert [] == list(spilled.iterdir())
