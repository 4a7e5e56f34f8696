"""`ruleflow decisions`, run as an admin types it, on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import ruleflow
from ruleflow.cli.app import run
from ruleflow.diagnostics.collector import Collector
from ruleflow.engine.canonical import canonical_json
from ruleflow.project.bundle import bundle_of
from ruleflow.project.folder import read_folder
from ruleflow.project.opening import open_folder
from ruleflow.project.project import Project, load
from ruleflow.service.logged_facts import logged_facts
from ruleflow.store import export, log, projects
from ruleflow.store.instants import moment_of
from ruleflow.store.opening import Store, open_store, sqlite_url
from ruleflow.store.records import Record
from tests.projects import write_project
from tests.records import SECOND, START, many, record

Cli = Callable[..., tuple[int, str, str]]

RULES = """
fields: {ticket.pin: {type: text, secret: true}, ticket.card: {type: text, format: payment_card, secret: true}}
rules:
  - {id: urgent, stage: route, on: [ticket.created], when: ticket.subject contains 'now', then: [{set: {ticket.priority: high}}]}
  - {id: paid, stage: route, on: [ticket.created], when: ticket.card is present, then: [{add_tags: [paid]}]}
  - {id: new, stage: route, mode: shadow, on: [ticket.created], then: [{add_tags: [new]}]}
"""


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Run a command in an empty folder: exit code, output, error output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RULEFLOW_DATABASE", raising=False)
    monkeypatch.delenv("RULEFLOW_STATE", raising=False)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["decisions", *arguments])
        seen = capsys.readouterr()
        return code, seen.out, seen.err

    return call


@pytest.fixture
def store(cli: Cli, tmp_path: Path) -> Iterator[Store]:
    """The store where the commands look for it."""
    (tmp_path / ".ruleflow").mkdir()
    opened = open_store(sqlite_url(tmp_path / ".ruleflow" / "ruleflow.db"))
    yield opened
    opened.close()


@pytest.fixture
def project(store: Store, tmp_path: Path) -> Project:
    """A project that was served: its bundle is kept."""
    folder = write_project(
        tmp_path / "support", {"ruleflow.yaml": "ruleflow: 1\nproject: support\n", "rules/a.yaml": RULES}
    )
    out = Collector()
    read = read_folder(folder, out)
    assert read is not None
    found = load(folder)
    projects.keep(store, "support", found.digest, bundle_of(read, open_folder(read, out), ()))
    return found


def served(store: Store, project: Project, **ticket: Any) -> Record:
    """What the service logs when it decides."""
    facts = {"ticket": ticket}
    decision = project.decide("ticket.created", facts, now=moment_of(START))
    shown, masked = logged_facts(project.door)(facts)
    kept = record(
        digest=project.digest,
        decision_id=decision.decision_id,
        ticket_id=str(ticket.get("id", "")),
        facts=canonical_json(shown),
        decision=decision.to_json(),
        masked=masked,
        matched=decision.matched,
        shadow=decision.shadow,
    )
    log.append(store, [kept])
    return kept


def test_decisions_are_listed_the_newest_first_and_page_by_page(cli: Cli, store: Store) -> None:
    """Columns stand under each other, whatever the script; the last line says how to go on."""
    log.append(store, [record(ticket_id="Билет-1"), *many(2, ticket_id="票", caller="", shadow=("a", "b", "c"))])
    code, out, err = cli("list", "--limit", "2")
    assert (code, err) == (0, "")
    assert out == (
        "received (UTC)       decision  project  event           ticket  caller  ms    rules\n"
        "2026-01-01 00:00:01  d-1       support  ticket.created  票              0.14  vip-first, a (shadow), b (shadow) +1\n"
        "2026-01-01 00:00:00  d-0       support  ticket.created  票              0.14  vip-first, a (shadow), b (shadow) +1\n"
        "\n"
        "for more: --before 2\n"
    )
    assert cli("list", "--before", "2")[1].splitlines()[1:] == [
        "2026-01-01 00:00:00  d-1       support  ticket.created  Билет-1  helpdesk  0.14  vip-first"
    ]
    assert cli("list", "--ticket", "none") == (0, "no decisions\n", "")


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--rule", "new"), [3]),
        (("--project", "hr"), [2]),
        (("--event", "ticket.updated"), [1]),
        (("--caller", "helpdesk"), [3, 2, 1]),
        (("--ticket", "T-2"), [2]),
        (("--text", "T-"), [3, 2, 1]),
        (("--text", "d-3"), [3]),
        (("--since", "2026-01-01T00:00:02Z"), [3, 2]),
        (("--until", "2026-01-01T02:00:02+02:00"), [1]),
        (("--oldest-first", "--limit", "2"), [1, 2]),
    ],
)
def test_a_list_is_narrowed_down(cli: Cli, store: Store, options: tuple[str, ...], found: list[int]) -> None:
    """All that is given must hold."""
    changes: list[dict[str, Any]] = [{"event": "ticket.updated"}, {"project": "hr"}, {"shadow": ("new",)}]
    log.append(
        store,
        [
            record(decision_id=f"d-{n}", ticket_id=f"T-{n}", received_at=START + n * SECOND, **change)
            for n, change in enumerate(changes, 1)
        ],
    )
    shown = json.loads(cli("list", "--format", "json", *options)[1])
    assert [f"d-{n}" for n in found] == [one["decision_id"] for one in shown["decisions"]]


def test_a_decision_is_shown_with_its_facts_and_where_its_rules_stand(cli: Cli, store: Store, project: Project) -> None:
    """By the files of then, which are kept."""
    kept = served(store, project, id="T-1", subject="Сейчас now 🙂", pin="secret-pin-1")
    code, out, _ = cli("show", kept.decision_id)
    assert code == 0
    assert f"decision  {kept.decision_id}\nproject   support {project.digest}\nticket    T-1\n" in out
    assert "ticket.priority  high  by urgent" in out
    assert "  urgent  rules/a.yaml:4\n  new     rules/a.yaml:6  in shadow\n" in out
    assert "facts, masked: /ticket/pin\n" in out
    assert "Сейчас now 🙂" in out
    assert "secret-pin-1" not in out


def test_a_decision_is_shown_without_its_project(cli: Cli, store: Store) -> None:
    """Then nobody knows where its rules stood."""
    decision = b'{"event":"e","at":"t","actions":[],"outcome":{},"overridden":[],"timers":[],"shadow":[],"warnings":[],"errors":[]}'
    log.append(store, [record(decision=decision)])
    assert "  vip-first  its project is not kept\n" in cli("show", "d-1")[1]
    shown = json.loads(cli("show", "d-1", "--format", "json")[1])
    assert shown["facts"] == {"ticket": {"id": "T-1", "subject": "Привет 🙂"}}
    assert shown["decision"]["event"] == "e"


def test_a_decision_that_is_repeated_is_the_same(cli: Cli, store: Store, project: Project, tmp_path: Path) -> None:
    """By the rules of then, though the project has changed since."""
    kept = served(store, project, subject="now")
    (tmp_path / "support" / "rules" / "a.yaml").write_text("rules: []\n", encoding="utf-8")
    assert cli("repeat", kept.decision_id) == (
        0,
        f"the same: support {project.digest} decides {kept.decision_id} again, to the byte\n",
        "",
    )
    shown = json.loads(cli("repeat", kept.decision_id, "--format", "json")[1])
    assert (shown["same"], shown["differences"]) == (True, [])


def test_a_decision_over_masked_facts_is_the_same_but_for_its_id(cli: Cli, store: Store, project: Project) -> None:
    """It is said which facts were masked."""
    kept = served(store, project, subject="now", pin="secret-pin-1")
    code, out, _ = cli("repeat", kept.decision_id)
    assert code == 0
    assert out.startswith("the same but for the id of the decision, which depends on masked facts")
    assert "masked in the log: /ticket/pin" in out


def test_a_decision_that_comes_out_otherwise(cli: Cli, store: Store, project: Project) -> None:
    """What differs is listed."""
    kept = served(store, project, subject="now", card="4111111111111111")
    code, out, _ = cli("repeat", kept.decision_id)
    assert code == 1
    assert out.startswith(f"different: support {project.digest} decides otherwise now\n")
    assert '["urgent", "paid"]' in out
    assert "left out, for the project does not take them masked: /ticket/card" in out
    assert json.loads(cli("repeat", kept.decision_id, "--format", "json")[1])["left_out"] == ["/ticket/card"]


def test_facts_that_the_rules_of_then_refuse(cli: Cli, store: Store, project: Project) -> None:
    """Somebody has changed the log."""
    log.append(store, [record(digest=project.digest, facts=b'{"ticket": 5}', event="ticket.created")])
    code, out, _ = cli("repeat", "d-1")
    assert code == 1
    assert "refuses the facts now: /ticket" in out


def test_what_cannot_be_repeated(cli: Cli, store: Store) -> None:
    """Unknown, without its project, or with one that is damaged."""
    log.append(store, [record()])
    assert cli("repeat", "nothing")[0::2] == (
        2,
        "error: no decision `nothing` in the log; `ruleflow decisions list` lists them\n",
    )
    assert cli("repeat", "d-1")[0::2] == (2, "error: the rules of then, support sha256:aa, are not kept\n")
    projects.keep(store, "support", "sha256:aa", b"no bundle")
    code, _, err = cli("repeat", "d-1")
    assert code == 2
    assert err.startswith("error: the rules of then cannot be opened: ")


def test_decisions_are_exported_with_types(
    cli: Cli, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In row groups, the oldest first, narrowed down like a list."""
    monkeypatch.setattr(export, "GROUP", 4)
    log.append(store, [*many(10, shadow=("new",)), record(project="hr")])
    assert cli("export", "d.parquet", "--project", "support") == (0, "", "10 decisions written to d.parquet\n")
    file = pq.ParquetFile(tmp_path / "d.parquet")
    assert file.metadata.num_row_groups == 3
    rows = file.read().to_pylist()
    assert [f"d-{n}" for n in range(10)] == [row["decision_id"] for row in rows]
    assert rows[1]["received_at"] == datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert rows[1]["matched"] == ["vip-first"]
    assert json.loads(rows[1]["facts"])["ticket"]["subject"] == "Привет 🙂"
    assert [path.name for path in tmp_path.iterdir() if "parquet" in path.name] == ["d.parquet"]


def test_nothing_to_export_is_a_file_without_rows(cli: Cli, store: Store, tmp_path: Path) -> None:
    """Its columns are there, so whoever reads it does not fail."""
    assert cli("export", "d.parquet")[0] == 0
    assert pq.ParquetFile(tmp_path / "d.parquet").metadata.num_columns == 17


def test_an_export_that_cannot_be_written(cli: Cli, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """No folder, no pyarrow."""
    code, _, err = cli("export", "no/such/d.parquet")
    assert code == 2
    assert "no/such/d.parquet cannot be written" in err
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert "pip install 'ruleflow[batch]'" in cli("export", "d.parquet")[2]


def test_old_decisions_are_pruned(cli: Cli, store: Store) -> None:
    """What is younger stays."""
    now = (datetime.now(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    log.append(store, [record(), record(decision_id="d-2", received_at=now)])
    assert cli("prune", "--older-than", "90d") == (0, "1 decision forgotten\n", "")
    assert [row.decision_id for row in log.search(store, log.Query()).rows] == ["d-2"]
    assert "write one like 90d, 36h, 30m or 2w" in cli("prune", "--older-than", "ages")[2]


def test_a_store_that_is_not_there(cli: Cli, tmp_path: Path) -> None:
    """Nothing is made by looking."""
    there = f"{tmp_path}/.ruleflow/ruleflow.db"
    said = f"error: there is no decision log at {there}; name the folder of the service with --state\n"
    assert cli("list")[0::2] == (2, said)
    assert not (tmp_path / ".ruleflow").exists()
    code, _, err = cli("list", "--database", "postgresql://me:s3cret@/db?host=/nowhere")
    assert code == 2
    assert "error: postgresql://me:***@/db cannot be reached" in err
    assert "s3cret" not in err


def test_without_the_extra_it_is_said_what_to_install(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLAlchemy comes with the service."""
    monkeypatch.setattr(ruleflow, "store", ruleflow.store)  # so that what is imported here anew does not stay
    for name in [name for name in sys.modules if name.startswith("ruleflow.store")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    code, _, err = cli("list")
    assert code == 2
    assert "pip install 'ruleflow[server]'" in err


def test_the_database_may_stand_in_the_environment(cli: Cli, postgresql: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL answers as SQLite does."""
    url = postgresql.new_database()
    opened = open_store(url)
    log.append(opened, many(3))
    opened.close()
    monkeypatch.setenv("RULEFLOW_DATABASE", url)
    assert len(json.loads(cli("list", "--format", "json")[1])["decisions"]) == 3
