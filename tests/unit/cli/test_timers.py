"""`ruleflow timers` and `ruleflow deliveries`, run as an admin types them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ruleflow.cli.app import run
from ruleflow.service.firing import Firing
from ruleflow.service.settings import Webhook
from ruleflow.service.timer_decisions import Timed
from ruleflow.store import deliveries
from ruleflow.store.database import Store
from ruleflow.store.opening import open_store, sqlite_url
from tests.unit.service.timers.tickets import HOUR, START, a_project, a_ticket, ask, text

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Run a command in an empty folder: exit code, output, error output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RULEFLOW_DATABASE", raising=False)
    monkeypatch.delenv("RULEFLOW_STATE", raising=False)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(list(arguments))
        seen = capsys.readouterr()
        return code, seen.out, seen.err

    return call


@pytest.fixture(scope="session")
def timed(tmp_path_factory: pytest.TempPathFactory) -> Timed:
    """A project with time rules."""
    return Timed.of(a_project(tmp_path_factory.mktemp("support")))


@pytest.fixture
def store(tmp_path: Path, timed: Timed) -> Iterator[Store]:
    """The store of a service, with one ticket."""
    (tmp_path / ".ruleflow").mkdir()
    opened = open_store(sqlite_url(tmp_path / ".ruleflow" / "ruleflow.db"))
    ask(opened, timed, "ticket.updated", a_ticket("T-1", updated_at=text(START)), START)
    yield opened
    opened.close()


def _dead(store: Store, timed: Timed) -> str:
    """A delivery that was given up."""
    Firing(store, Webhook("http://127.0.0.1:9/", ""), "here").fire_due({"support": timed}, START + HOUR)
    (claimed,) = deliveries.claim(store, START + HOUR, owner="here", lease=1, limit=1)
    deliveries.settle(store, [deliveries.Sent(claimed, deliveries.DEAD, 0, "status 410")])
    return claimed.id


def test_timers_are_listed(cli: Cli, store: Store) -> None:
    """With what fires when, for people and for programs."""
    code, out, _ = cli("timers", "list")
    assert code == 0
    assert out.splitlines()[1].split() == [
        "2026-03-02", "09:00:00", "support", "T-1", "remind", "remind@2026-03-02T08:00:00Z", "waits",
    ]  # fmt: skip
    told = json.loads(cli("timers", "list", "--ticket", "T-1", "--format", "json")[1])
    assert told["tickets"][0]["timers"][0]["due_at"] == "2026-03-02T09:00:00+00:00"
    assert cli("timers", "list", "--ticket", "T-2")[1] == "no timers\n"


def test_timers_whose_facts_were_refused_say_why(cli: Cli, store: Store, timed: Timed) -> None:
    """The list has the problems; `retry` has them looked at again."""
    firing = Firing(store, None, "here")

    class Wrong:
        def ask(self, tickets: list[object]) -> list[dict[str, object]]:
            return [{"ticket": {"id": "T-1", "updated_at": "soon"}} for _ in tickets]

    firing.fresh = Wrong()  # type: ignore[assignment]
    firing.fire_due({"support": timed}, START + HOUR)
    told = cli("timers", "list")[1]
    assert "waits for a hand: /ticket/updated_at" in told
    assert "1 ticket in all with facts that were refused" in told
    assert cli("timers", "retry", "--ticket", "T-1") == (0, "1 ticket will be looked at again\n", "")
    assert cli("timers", "retry", "--ticket", "T-1")[0] == 1


def test_dead_deliveries_are_shown_and_dealt_with(cli: Cli, store: Store, timed: Timed) -> None:
    """One that was given up is listed with why, shown with its body, tried again or dismissed."""
    name = _dead(store, timed)
    told = cli("deliveries", "list", "--dead")[1]
    assert "status 410" in told
    assert told.splitlines()[-1] == "in all: 0 waiting, 0 delivered, 1 dead"
    assert json.loads(cli("deliveries", "list", "--format", "json")[1])["deliveries"][0]["state"] == "dead"
    assert json.loads(cli("deliveries", "show", name, "--format", "json")[1])["body"]["type"] == "ticket.timer"
    assert '"ticket.timer"' in cli("deliveries", "show", name)[1]
    assert cli("deliveries", "retry", name) == (0, "1 delivery will be tried again\n", "")
    assert deliveries.counts(store)["waiting"] == 1
    assert cli("deliveries", "dismiss", name)[0] == 1


def test_a_dead_delivery_is_dismissed(cli: Cli, store: Store, timed: Timed) -> None:
    """Then it is gone, and every command says so."""
    name = _dead(store, timed)
    assert cli("deliveries", "dismiss", name) == (0, "dismissed\n", "")
    assert cli("deliveries", "list") == (0, "no deliveries\n", "")
    assert cli("deliveries", "show", name)[0] == 1


def test_retry_wants_to_know_what(cli: Cli, store: Store, timed: Timed) -> None:
    """Either one or all that are dead."""
    assert cli("deliveries", "retry")[0] == 2
    _dead(store, timed)
    assert cli("deliveries", "retry", "--dead") == (0, "1 delivery will be tried again\n", "")
