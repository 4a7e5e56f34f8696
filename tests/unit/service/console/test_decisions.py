"""Decisions as the console shows them."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from ruleflow.diagnostics.collector import Collector
from ruleflow.project.bundle import bundle_of
from ruleflow.project.folder import read_folder
from ruleflow.project.opening import open_folder
from ruleflow.service.console import decisions, logged
from ruleflow.service.console.decided import said
from ruleflow.service.console.differences import Difference, differences
from ruleflow.service.state import Served
from ruleflow.store import projects
from ruleflow.store.errors import StoreError
from ruleflow.store.log import Page, Query
from tests.consoles import RULES, Console, make_console
from tests.projects import NOON, loaded

LIST = "/console/p/desk/decisions"
VIP = {"ticket": {"id": "T-1", "priority": "high", "subject": "<b>&\u202e"}, "contact": {"segments": ["vip"]}}


def tickets(page: str) -> list[str]:
    return re.findall(r'<td data-label="Ticket"><bdi>([^<]+)</bdi>', page)


def test_decisions_are_found(console: Console, browser: TestClient) -> None:
    """By ticket, rule, event, caller, the beginning of an id, and time in the project's zone."""
    console.log("ticket.created", NOON, "helpdesk", **VIP)
    console.log("ticket.updated", NOON + timedelta(hours=1), "other", ticket={"id": "T-2"})

    def found(**query: str) -> list[str]:
        return tickets(browser.get(LIST, params=query).text)

    assert ["T-2", "T-1"] == found()
    assert ["T-1"] == found(ticket="T-1")
    assert ["T-1"] == found(rule="vip_first")
    assert ["T-2"] == found(event="ticket.updated")
    assert ["T-1"] == found(caller="helpdesk")
    assert ["T-2", "T-1"] == found(id="T-")
    assert ["T-2"] == found(since="2026-03-02T14:30")
    assert ["T-1"] == found(until="2026-03-02T14:30")
    assert [] == found(ticket="T-1", caller="other")
    assert "this is not a date" in browser.get(LIST, params={"since": "soon"}).text


def test_what_no_database_takes_is_not_asked_for(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A zero byte or half a character in an address finds nothing, and breaks nothing."""
    asked: list[str] = []

    def find(_: object, wanted: str) -> tuple[()]:
        asked.append(wanted)
        return ()

    def search(_: object, query: Query) -> Page:
        asked.extend([query.rule, query.text])
        return Page((), None)

    monkeypatch.setattr(logged, "find_all", find)
    monkeypatch.setattr(decisions, "search", search)
    assert 404 == browser.get(f"{LIST}/a%00b").status_code
    assert 200 == browser.get(f"{LIST}?rule=%00x&id=%ed%a0%80").status_code
    assert ["a�b", "�x", "���"] == asked


def test_long_lists_come_in_pages(console: Console, browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest first; the way to older ones keeps the filter."""
    monkeypatch.setattr(decisions, "PAGE", 3)
    for minute in range(7):
        console.log("ticket.created", NOON + timedelta(minutes=minute), "", ticket={"id": f"T-{minute}"})
    address, found = f"{LIST}?event=ticket.created", []
    while address:
        page = browser.get(address).text
        found.append(tickets(page))
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = unescape(older[1]) if older else ""
    assert [["T-6", "T-5", "T-4"], ["T-3", "T-2", "T-1"], ["T-0"]] == found


def test_a_decision_is_shown_with_its_reasons(console: Console, browser: TestClient) -> None:
    """What was decided of what, who asked, why, and where the rules stand that matched."""
    record = console.log("ticket.created", NOON, "helpdesk", **VIP)
    page = browser.get(f"{LIST}/{record.decision_id}").text
    for told in ("helpdesk", "request-7", "0.42 ms", "served now", "rules/example.yaml:9", "contact.segments has vip"):
        assert told in page
    assert "&lt;b&gt;&amp;\\u202e" in page
    assert "<b>&" not in page
    assert "not quite the same" not in page


def test_secrets_stay_masked(console: Console, browser: TestClient) -> None:
    """A card number is nowhere on the page; the reasons are told without it."""
    record = console.log(ticket={"id": "T-1"}, contact={"card": "4111111111111111"})
    page = browser.get(f"{LIST}/{record.decision_id}?today=yes").text
    assert ("/contact/card",) == record.masked
    assert "411111" not in page
    assert "1 secret value is masked" in page
    assert "Stage" in page
    assert "The same would be decided" in page


def test_a_decision_of_an_earlier_version_is_told_by_that_version(
    console: Console, browser: TestClient, tmp_path: Path
) -> None:
    """Where its bundle is kept, its reasons are; where not, the page says so; today's rules say what differs."""
    logged._kept.cache_clear()
    record = console.log("ticket.created", NOON, "", **VIP)
    out = Collector()
    folder = read_folder(tmp_path / "project", out)
    assert folder is not None
    old = open_folder(folder, out)
    assert old is not None
    content = bundle_of(folder, old, ())
    today = loaded(
        tmp_path / "project",
        RULES.replace("ticket.priority: urgent", "ticket.priority: low"),
        root="ruleflow: 1\n" + _root(),
    )
    console.service.projects = {"desk": Served(today, "a folder", 0, {})}
    address = f"{LIST}/{record.decision_id}"
    assert "are not kept, so their reasons cannot be told" in browser.get(address).text
    projects.keep(console.store, "desk", record.digest, content)
    page = browser.get(f"{address}?today=yes").text
    assert "an earlier version, kept" in page
    assert "contact.segments has vip" in page
    assert "outcome.ticket.priority" in page
    assert re.search(r'class="gone"[^>]*><bdi>urgent</bdi>', page)
    assert re.search(r'class="come"[^>]*><bdi>low</bdi>', page)


def _root() -> str:
    from tests.consoles import ROOT

    return ROOT.removeprefix("ruleflow: 1\n")


def test_facts_that_are_accepted_no_more_are_said_to_be(console: Console, browser: TestClient) -> None:
    """A decision stays readable when today's door refuses its facts."""
    record = console.log(ticket={"id": "T-1"})
    broken = msgspec.structs.replace(
        record, facts=b'{"ticket": {"id": "T-5", "loud": 7}}', decision_id="broken", ticket_id="T-5"
    )
    from ruleflow.store import log

    log.append(console.store, [broken])
    page = browser.get(f"{LIST}/broken?today=yes").text
    assert "The facts that are kept are no longer accepted" in page
    assert "Today’s rules do not accept the facts" in page


def test_a_decision_that_waits_in_the_journal_is_found(
    console: Console, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also while the store is away."""
    record = console.log(ticket={"id": "T-1"})

    def broken(*_: object) -> object:
        raise StoreError("away")

    monkeypatch.setattr(logged, "find_all", broken)
    monkeypatch.setattr(decisions, "search", broken)
    assert 404 == browser.get(f"{LIST}/{record.decision_id}").status_code
    console.service.find = lambda wanted: record if wanted == record.decision_id else None
    assert 200 == browser.get(f"{LIST}/{record.decision_id}").status_code
    assert "the database does not answer" in browser.get(LIST).text


def test_the_same_decision_twice_is_told_apart(console: Console, browser: TestClient) -> None:
    """The same facts at the same instant have one id; each time that they were decided can be looked at."""
    record = console.log(ticket={"id": "T-1"})
    console.log(ticket={"id": "T-1"})
    page = browser.get(f"{LIST}/{record.decision_id}").text
    assert "Decided 1 more time with the same facts" in page


def test_decisions_of_another_project_are_not_shown_here(tmp_path: Path) -> None:
    """The page of a project shows decisions of that project."""
    console = make_console(tmp_path)
    record = console.log(ticket={"id": "T-1"})
    other = loaded(tmp_path / "other", "teams: {a: {}}", root="ruleflow: 1\nproject: other\n")
    console.service.projects = {**console.service.projects, "other": Served(other, "elsewhere", 0, {})}
    assert 404 == console.browser.get(f"/console/p/other/decisions/{record.decision_id}").status_code
    assert [] == tickets(console.browser.get("/console/p/other/decisions").text)
    console.store.close()


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("/a/b", {"a": {"c": 1}, "l": [{"s": 2}, 3]}),
        ("/l/0/s", {"a": {"b": 0, "c": 1}, "l": [{}, 3]}),
        ("/l/1", {"a": {"b": 0, "c": 1}, "l": [{"s": 2}, None]}),
        ("/l/7/s", {"a": {"b": 0, "c": 1}, "l": [{"s": 2}, 3]}),
        ("/nowhere/at/all", {"a": {"b": 0, "c": 1}, "l": [{"s": 2}, 3]}),
    ],
)
def test_masked_facts_are_left_out(console: Console, pointer: str, expected: dict[str, Any]) -> None:
    """A mask is no fact: what it stands for is missing when the decision is made again."""
    record = console.log(ticket={"id": "T-1"})
    facts = msgspec.json.encode({"a": {"b": 0, "c": 1}, "l": [{"s": 2}, 3]})
    assert expected == logged.facts_of(msgspec.structs.replace(record, facts=facts, masked=(pointer,)))


@pytest.mark.parametrize(
    ("value", "expected"), [(None, ""), (True, "true"), (["a", 2], "a, 2"), ({"team": "x"}, "team x"), ("t", "t")]
)
def test_values_are_said_in_words(value: Any, expected: str) -> None:
    """What an action does reads as a sentence."""
    assert expected == said(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=15,
)
DECISIONS = st.dictionaries(st.sampled_from(["actions", "outcome", "matched", "timers"]), JSON)


@given(one=DECISIONS, other=DECISIONS)
def test_there_is_a_difference_where_two_decisions_differ(one: dict[str, Any], other: dict[str, Any]) -> None:
    """None between equal ones; the same places whichever comes first."""
    assert () == differences(one, one)
    forth, back = differences(one, other), differences(other, one)
    assert {(d.path, repr(d.before), repr(d.after)) for d in forth} == {
        (d.path, repr(d.after), repr(d.before)) for d in back
    }


def test_differences_name_what_differs() -> None:
    """Clocks and timers are compared by name, other lists by what they hold; where a decision came from is no matter."""
    before = {
        "decision_id": "1",
        "clocks": [{"metric": "update", "due": 1}, {"metric": "first", "due": 2}],
        "matched": ["a", "b"],
    }
    after = {
        "decision_id": "2",
        "clocks": [{"metric": "first", "due": 3}, {"metric": "update", "due": 1}],
        "matched": ["b", "c"],
    }
    assert (
        Difference("clocks[first].due", 2, 3),
        Difference("matched", "a", None),
        Difference("matched", None, "c"),
    ) == differences(before, after)
    assert (Difference("matched", ["a", "b"], ["b", "a"]),) == differences(
        {"matched": ["a", "b"]}, {"matched": ["b", "a"]}
    )
