"""Trying a ticket."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from ruleflow.project.project import Project
from ruleflow.service.console.form import PREFIX, facts_of, groups_of
from ruleflow.store.log import Query, search
from tests.consoles import ROOT, RULES, Console
from tests.projects import loaded

TRY = "/console/p/desk/try"
VIP = {
    "event": "ticket.created",
    "as": "form",
    "now": "2026-03-02T12:00",
    "facts.ticket.id": "T-1",
    "facts.ticket.subject": "<script>alert(1)</script> \u202e😀",
    "facts.ticket.priority": "high",
    "facts.contact.segments": ["vip", "loyal"],
}


def test_the_form_asks_for_the_vocabulary(browser: TestClient) -> None:
    """Each declared field has its input: options to choose from in their order, boxes for a set, inputs for instants."""
    page = browser.get(TRY).text
    options = re.findall(r'name="facts.ticket.priority".*?</select>', page, re.DOTALL)[0]
    assert ["", "low", "normal", "high", "urgent"] == re.findall(r'<option value="(\w*)"', options)
    assert {"vip", "loyal"} == set(re.findall(r'type="checkbox" name="facts.contact.segments" value="(\w+)"', page))
    assert re.search(r'name="facts.ticket.created_at"[^>]*type="datetime-local"', page)
    assert re.search(r'name="facts.contact.since"[^>]*type="date"', page)
    assert re.search(r'<textarea id="f-ticket.visits"', page)
    yes_or_no = re.findall(r'name="facts.ticket.loud".*?</select>', page, re.DOTALL)[0]
    assert ["–", "yes", "no"] == re.findall(r">([^<>]+)</option>", yes_or_no)


def test_every_input_has_a_label(browser: TestClient) -> None:
    """Whoever does not see the page hears what is asked."""
    page = browser.get(TRY).text
    asked = re.findall(r'<(?:input|select|textarea) id="([^"]+)"', page)
    assert len(asked) > 50
    assert [] == [one for one in asked if f'for="{one}"' not in page]
    assert len(asked) == len(set(asked))


def test_a_ticket_is_decided_and_nothing_is_logged(console: Console, browser: TestClient) -> None:
    """What happens, by which rule and why, and what time will do; neither the log nor the journal hears of it."""
    answer = browser.post(TRY, data=VIP)
    assert 200 == answer.status_code
    result = answer.text[answer.text.index('id="result"') :]
    assert "<strong><bdi>urgent</bdi></strong>" in result
    assert '<a href="/console/p/desk/rules/vip_first">' in result
    assert "contact.segments has vip" in result
    assert "2 Mar 2026, 12:00:00" in result
    assert "<svg" in result
    assert "<script>alert" not in answer.text
    assert () == search(console.store, Query()).rows
    assert [] == console.journal.records


def test_the_trace_says_what_held_without_colour(browser: TestClient) -> None:
    """Each part has a sign, a word for those who hear the page, and the value that was seen."""
    page = browser.post(TRY, data={**VIP, "facts.ticket.priority": "low"}).text
    trace = page[page.index('class="trace"') :]
    told = re.search(r"✗</span><span class=\"unseen\">does not hold: </span>\s*<code>ticket.priority &gt;= high", trace)
    assert told is not None
    assert "<code>ticket.priority</code> = <bdi>low</bdi>" in trace


def test_a_rule_that_did_not_act_can_be_asked_about(browser: TestClient) -> None:
    """What is the least that would have made it act; a rule that waits for another event says so."""
    page = browser.post(TRY, data={**VIP, "facts.ticket.priority": "low", "about": "vip_first"}).text
    about = page[page.index('id="about"') :]
    assert "The least that would make it act" in about
    assert re.search(r"ticket.priority</code>: <bdi>low</bdi> → <strong><bdi>(high|urgent)</bdi>", about)
    page = browser.post(TRY, data={**VIP, "rule": "remind"}).text
    assert "it fires when its time has come" in page[page.index('id="about"') :]
    answer = browser.post(TRY, data={**VIP, "rule": "vip_fist"})
    assert 422 == answer.status_code
    assert "did you mean `vip_first`?" in unescape(answer.text)


def test_facts_that_are_refused_are_marked_at_their_fields(browser: TestClient) -> None:
    """Every fault in one go, each at its input and in the list above; what was typed stands as it was."""
    wrong = {
        "event": "ticket.created",
        "facts.ticket.reopened_count": "many",
        "facts.ticket.created_at": "yesterday",
        "facts.contact.card": "4111 1111 1111 1112",
        "facts.ticket.visits": '[{"at": ',
    }
    answer = browser.post(TRY, data=wrong)
    assert 422 == answer.status_code
    page = answer.text
    assert 'href="#p-ticket.visits"' in page
    answer = browser.post(TRY, data={**wrong, "facts.ticket.visits": "[]"})
    page = unescape(answer.text)
    assert "nothing was decided: 3 problems" in page
    for path in ("ticket.reopened_count", "ticket.created_at", "contact.card"):
        assert f'aria-describedby="p-{path}"' in page
        assert re.search(rf'id="p-{path}"><span lang="en">[^<]', page)
    assert 'value="many"' in page
    assert 'value="yesterday"' in page
    assert 'id="result" role="alert"' in page


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"event": "no.such", "as": "form"}, "no.such"),
        ({"event": "ticket.created", "as": "form", "now": "soon"}, "this is not a date and a time"),
        ({"event": "ticket.created", "as": "form", "now": "0001-01-01T00:00"}, "lies between the years"),
        ({"event": "ticket.created", "as": "json", "json": "{"}, "this is not JSON"),
        ({"event": "ticket.created", "as": "json", "json": "[1]"}, "facts are an object"),
        ({"event": "ticket.created", "as": "json", "json": "[" * 100_000}, "nested deeper"),
        ({"event": "ticket.updated", "as": "form", "facts.before": "x"}, "this is not JSON"),
        ({"event": "ticket.updated", "as": "form", "facts.before": "[]"}, "/before"),
    ],
)
def test_what_cannot_be_tried_is_said(browser: TestClient, sent: Mapping[str, str], expected: str) -> None:
    """Nonsense in any field gets its answer on the page."""
    answer = browser.post(TRY, data=sent)
    assert 422 == answer.status_code
    assert expected in unescape(answer.text)


def test_the_form_turns_into_json_and_back(browser: TestClient) -> None:
    """Nothing is lost on the way, and nothing is decided."""
    page = browser.post(TRY, data={**VIP, "switch": "json"}).text
    assert 'id="result"' not in page
    text = unescape(re.findall(r'<textarea name="json"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)[0])
    assert '"priority": "high"' in text
    back = browser.post(TRY, data={"event": "ticket.created", "as": "json", "json": text, "switch": "form"}).text
    assert re.search(r'value="high" selected', back)
    assert 2 == len(re.findall(r'name="facts.contact.segments" value="\w+" checked', back))
    tried = browser.post(TRY, data={"event": "ticket.created", "as": "json", "json": text}).text
    assert "<strong><bdi>urgent</bdi></strong>" in tried


def test_a_number_without_end_fills_no_memory(browser: TestClient) -> None:
    """`1e999999999` is a short text; it is shown as one, and refused as a number."""
    huge = {"event": "ticket.created", "as": "form", "facts.contact.lifetime_value": "1e999999999"}
    assert "1E+999999999" in browser.post(TRY, data={**huge, "switch": "json"}).text
    assert 422 == browser.post(TRY, data=huge).status_code
    text = '{"ticket": {"visits": [{"n": 1e999999999}]}}'
    sent = {"event": "ticket.created", "as": "json", "json": text, "switch": "form"}
    assert "1E+999999999" in browser.post(TRY, data=sent).text


def test_texts_of_any_length_and_script_are_shown(browser: TestClient) -> None:
    """A very long subject, one that runs from right to left, and one that tries to be a page."""
    for subject in ("я" * 10_000, "مرحبا \u202e abc 😀", "</textarea><img src=x onerror=alert(1)>"):
        answer = browser.post(TRY, data={**VIP, "facts.ticket.subject": subject})
        assert 200 == answer.status_code
        assert "<img" not in answer.text


def test_a_logged_decision_fills_the_form(console: Console, browser: TestClient) -> None:
    """With its event, its instant in the project's zone and its facts, but for secrets."""
    record = console.log(ticket={"id": "T-3", "priority": "low"}, contact={"card": "4111111111111111"})
    page = browser.get(TRY, params={"decision": record.decision_id}).text
    assert 'value="T-3"' in page
    assert 'name="now" value="2026-03-02T14:00:00"' in page
    assert "1111" not in page
    assert 404 == browser.get(TRY, params={"decision": "none"}).status_code


def test_a_timer_can_be_tried(browser: TestClient) -> None:
    """Time rules fire when their time has come."""
    sent = {
        "event": "timer",
        "as": "form",
        "now": "2026-03-02T12:00",
        "facts.ticket.id": "T-1",
        "facts.ticket.status": "pending",
        "facts.ticket.updated_at": "2026-03-01T11:00",
    }
    page = browser.post(TRY, data=sent).text
    assert "still there" in page[page.index('id="result"') :]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return loaded(Path(tmp_path_factory.mktemp("form")), RULES, root=ROOT)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=20).filter(str.strip)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "ticket": st.fixed_dictionaries(
            {},
            optional={
                "subject": TEXTS,
                "priority": st.sampled_from(["low", "high", "unheard_of"]),
                "loud": st.booleans(),
                "reopened_count": st.integers(0, 10**6),
                "tags": st.lists(
                    TEXTS.map(str.strip).filter(lambda one: len(one.splitlines()) == 1), min_size=1, unique=True
                ),
                "created_at": st.datetimes()
                .filter(lambda at: 1970 < at.year < 2200)
                .map(lambda at: f"{at.isoformat()}+00:00"),
                "visits": st.lists(
                    st.fixed_dictionaries({"at": st.dates().map(str), "abroad": st.booleans()}), min_size=1, max_size=3
                ),
            },
        ),
        "contact": st.fixed_dictionaries(
            {},
            optional={
                "segments": st.lists(st.sampled_from(["vip", "loyal", "unknown"]), min_size=1, unique=True),
                "lifetime_value": st.decimals(0, 10**6, places=2),
                "wakes": st.times().map(lambda at: at.replace(second=0, microsecond=0).isoformat()),
            },
        ),
    },
)


@given(facts=FACTS)
def test_facts_come_out_of_the_form_as_they_went_in(project: Project, facts: Mapping[str, Any]) -> None:
    """Filling in the form and reading it again gives facts that decide alike."""
    groups = groups_of(project.model, facts, (), (), {})
    inputs = [one for group in groups for one in (*group.read, *group.rest)]
    form = {one.name: one.chosen or ([one.value] if one.value else []) for one in inputs}
    again, problems = facts_of(project.model, form)
    assert () == problems
    assert [PREFIX] == list({name[: len(PREFIX)] for name in form})
    first, second = (project.door.read("ticket.created", one) for one in (facts, again))
    assert getattr(first, "values", first) == getattr(second, "values", second)
