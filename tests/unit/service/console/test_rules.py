"""The rules as the console shows them."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ruleflow.project.last_changes import Change, keep_changes
from ruleflow.service.console import fired, rules
from ruleflow.store.errors import StoreError
from tests.consoles import Console, make_console, microseconds
from tests.projects import NOON

RULES = "/console/p/desk/rules"
IN_ORDER = ["vip_first", "tried", "asleep", "some", "past", "late_note", "remind"]


def shown(page: str) -> list[str]:
    """The ids of the rules of a list, in order."""
    return re.findall(r'<a class="name" href="/console/p/desk/rules/([a-z_0-9]+)"', page)


def test_rules_stand_by_stage_in_the_order_in_which_they_are_asked(browser: TestClient) -> None:
    """Stages come in the project's order, rules in that of the file."""
    page = browser.get(RULES).text
    assert IN_ORDER == shown(page)
    assert ["route", "notify"] == re.findall(r'<h2 id="stage-\d"><span class="quiet">Stage</span> (\w+)', page)


def test_what_people_wrote_is_text_and_nothing_else(browser: TestClient) -> None:
    """Titles and notes with signs of HTML show as they are."""
    page = browser.get(RULES).text
    assert "<script>alert" not in page
    assert "The last stage &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "because &amp; why" in page


def test_the_mode_of_a_rule_is_told(browser: TestClient) -> None:
    """What keeps a rule from acting stands by it in words."""
    page = browser.get(RULES).text
    told = re.findall(r'<span class="badge (shadow|disabled|rollout|expired)">([^<]+)<', page)
    assert {
        ("shadow", "shadow"),
        ("disabled", "disabled"),
        ("rollout", "25 % of tickets"),
        ("expired", "valid until 2020-01-01"),
    } == set(told)
    assert "time: 24h, since: ticket.updated_at" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "ВАЖНЫЕ"}, ["vip_first"]),
        ({"q": "desk urgent"}, ["vip_first"]),
        ({"q": "calm"}, ["late_note"]),
        ({"q": "nobody wrote this"}, []),
        ({"q": "<script>"}, ["late_note"]),
        ({"stage": "notify"}, ["late_note", "remind"]),
        ({"owner": "desk"}, ["vip_first"]),
        ({"state": "active"}, ["vip_first", "late_note", "remind"]),
        ({"state": "shadow"}, ["tried"]),
        ({"state": "disabled"}, ["asleep"]),
        ({"state": "expired"}, ["past"]),
        ({"state": "rollout", "stage": "notify"}, []),
    ],
)
def test_rules_are_filtered(browser: TestClient, query: dict[str, str], expected: list[str]) -> None:
    """By words in any of their texts, by stage, owner and state; all that is given must hold."""
    assert expected == shown(browser.get(RULES, params=query).text)


def test_how_often_rules_fired_is_counted(
    console: Console, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over seven and thirty days and ever; those that never did are told apart and can be asked for."""
    for days in (1, 5, 20, 100):
        console.log("ticket.created", NOON - timedelta(days=days), "", ticket={"id": str(days)})
    monkeypatch.setattr(fired, "SPANS", fired.SPANS)
    monkeypatch.setattr("ruleflow.service.console.site.datetime", _Clock)
    page = browser.get(RULES).text
    row = page[page.index("/rules/late_note") :]
    counts = re.search(r'<span class="counts">(.*?)</span></td>|<span class="counts">(.*?)</td>', row, re.DOTALL)
    assert counts is not None
    assert ["2", "3", "4"] == re.findall(r"<span>(\d+)</span>", counts[0])
    assert "4 in shadow" in page[page.index("/rules/tried") :][:3000]
    assert ["vip_first", "asleep", "past", "remind"] == [
        one for one in shown(browser.get(f"{RULES}?fired=never").text) if one != "some"
    ]


class _Clock:
    """A clock that stands still."""

    @staticmethod
    def now(zone: object) -> object:
        return NOON.astimezone(zone)  # type: ignore[arg-type]


def test_without_the_store_rules_are_shown_without_counts(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says that it does not know, and shows the rules all the same."""

    def broken(*_: object) -> object:
        raise StoreError("away")

    monkeypatch.setattr(fired, "fired", broken)
    page = browser.get(RULES).text
    assert IN_ORDER == shown(page)
    assert "how often they fired is not known" in page
    assert "never fired" not in page
    assert 200 == browser.get(f"{RULES}/vip_first").status_code


def test_the_last_change_stands_where_git_tells_it(console: Console, browser: TestClient) -> None:
    """With a commit, its author and subject; not committed yet; no column where nothing is known."""
    assert "Last change" not in browser.get(RULES).text
    changes = {
        "vip_first": Change("0123456789abcdef", "Aino <b>", microseconds(NOON), "VIPs & others"),
        "tried": Change("", "", microseconds(NOON), ""),
    }
    keep_changes(console.service.settings.state, console.project.digest, changes)
    page = browser.get(RULES).text
    assert "Last change" in page
    assert "Aino &lt;b&gt;" in page
    assert "01234567" in page
    assert "VIPs &amp; others" in page
    assert "not committed yet" in page
    assert "Aino &lt;b&gt;" in browser.get(f"{RULES}/vip_first").text


def test_many_rules_come_in_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each rule stands on one page; the filter is kept from page to page, and a page past the end is the last."""
    monkeypatch.setattr(rules, "PAGE", 10)
    text = "rules:\n" + "".join(
        f"  - {{id: r{n}, stage: route, on: ticket.created, then: [{{add_tags: [t]}}]}}\n" for n in range(25)
    )
    console = make_console(tmp_path, text)
    browser, address, found = console.browser, f"{RULES}?stage=route", []
    while address:
        page = browser.get(address).text
        found.append(shown(page))
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
        assert not address or "stage=route" in address
    assert [10, 10, 5] == [len(one) for one in found]
    assert [f"r{n}" for n in range(25)] == [rule for one in found for rule in one]
    assert found[-1] == shown(browser.get(f"{RULES}?from=9999").text)
    assert found[0] == shown(browser.get(f"{RULES}?from=nonsense").text)
    console.store.close()


def test_a_rule_has_its_own_page(console: Console, browser: TestClient) -> None:
    """With its lines as they stand in the file, the place, and the decisions it had a part in."""
    record = console.log(ticket={"id": "T-9", "priority": "high"}, contact={"segments": ["vip"]})
    page = browser.get(f"{RULES}/vip_first").text
    assert "rules/example.yaml:9" in page
    assert re.search(r'<tr id="L9">.*?<span class="y-k">id</span>', page, re.DOTALL)
    assert record.decision_id in page
    assert "T-9" in page
    assert "No decision that is kept" in browser.get(f"{RULES}/remind").text


def test_the_findings_about_a_rule_stand_on_its_page(tmp_path: Path) -> None:
    """A warning whose place lies in a rule, and none about another."""
    text = """
rules:
  - {id: one, stage: route, on: ticket.created, then: [{set: {ticket.branch: a}}]}
  - {id: two, stage: route, on: ticket.created, when: ticket.branch is 'a', then: [{add_tags: [b]}]}
  - {id: three, stage: notify, on: ticket.created, then: [{note: hello}]}
"""
    console = make_console(tmp_path, text)
    assert console.project.warnings
    browser = console.browser
    assert "What the check says" in browser.get(f"{RULES}/two").text
    assert "What the check says" not in browser.get(f"{RULES}/three").text
    checks = browser.get("/console/p/desk/checks").text
    assert console.project.warnings[0].code.number in checks
    assert "rules/example.yaml" in checks
    console.store.close()


@pytest.mark.parametrize(
    "path", ["rules/no_such", "files/no/such.yaml", "files/..%2F..%2Fetc%2Fpasswd", "decisions/none", "nothing"]
)
def test_what_is_not_there_is_said_so(browser: TestClient, path: str) -> None:
    """An unknown name is a page of its own, with the status that says so."""
    answer = browser.get(f"/console/p/desk/{path}")
    assert 404 == answer.status_code
    assert "Not found" in answer.text
    assert 404 == browser.get("/console/p/other/rules").status_code


def test_a_file_is_shown_from_the_line_that_is_wanted(tmp_path: Path) -> None:
    """A long file comes in parts; each line has its number and its name."""
    filler = "".join(f"# line {n}\n" for n in range(2, 3001))
    console = make_console(tmp_path, f"teams: {{t1: {{}}}}\n{filler}")
    address = "/console/p/desk/files/rules%2Fexample.yaml"
    first = console.browser.get(address).text
    assert 'id="L1000"' in first
    assert 'id="L1001"' not in first
    later = console.browser.get(f"{address}?from=2500").text
    assert 'id="L2500"' in later
    assert 'id="L2499"' not in later
    assert "line 2500" in later
    console.store.close()
