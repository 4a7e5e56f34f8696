"""What there is beside deciding one event: batches, reasons, checks, projects, the log, health, counts."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruleflow.project.project import Project, check
from ruleflow.service import checking
from ruleflow.service.checking import wrong_files
from ruleflow.service.state import ProjectStatus, Refused, Status
from ruleflow.store import log
from ruleflow.store.errors import StoreError
from ruleflow.store.opening import Store, open_store, sqlite_url
from tests.projects import NOON, loaded, write_project
from tests.unit.service.serving import Serving, example, faults_of, problem_of, serving

AT = "2026-03-02T12:00:00Z"
FACTS = {"ticket": {"id": "T-1", "request_type": "refund"}}
ASKED = {"event": "ticket.created", "facts": FACTS, "now": AT}


@pytest.fixture(scope="module")
def project() -> Project:
    return example("first-steps")


@pytest.fixture
def here(project: Project) -> Serving:
    return serving(project)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(sqlite_url(tmp_path / "ruleflow.db"))
    yield opened
    opened.close()


def test_a_batch_is_answered_in_order_and_a_bad_item_loses_no_other(here: Serving, project: Project) -> None:
    """Decisions are those of single requests, to the byte; what is wrong with an item stands at its place in the body."""
    items = [
        {"id": "one", "facts": FACTS},
        {"facts": {"ticket": {"subject": 4}}},
        {"facts": {}, "event": "ticket.deleted", "now": "noon"},
        {"id": "four", "fact": {}},
        7,
        {"facts": FACTS, "event": "ticket.updated", "now": "2026-03-03T12:00:00Z"},
    ]
    answer = here.ask("/v1/decide/batch", {"event": "ticket.created", "now": AT, "items": items})
    found = answer.json()
    assert (answer.status_code, found["decided"], found["failed"]) == (200, 2, 4)
    assert [one["index"] for one in found["answers"]] == [0, 1, 2, 3, 4, 5]
    assert found["answers"][0]["id"] == "one"
    assert project.decide("ticket.created", FACTS, now=NOON).to_json() in answer.content
    assert found["answers"][5]["decision"]["event"] == "ticket.updated"
    problems = [[fault["pointer"] for fault in one.get("problem", {}).get("problems", [])] for one in found["answers"]]
    assert problems[1:5] == [
        ["/items/1/facts/ticket/subject"],
        ["/items/2/now"],
        ["/items/3/fact", "/items/3/facts"],
        ["/items/4"],
    ]
    assert len(here.journal.records) == 2


def test_a_batch_says_where_an_event_is_missing(here: Serving) -> None:
    """An item without an event, in a batch without one, is told so; and an envelope has all its faults told."""
    (one,) = here.ask("/v1/decide/batch", {"items": [{"facts": {}}]}).json()["answers"]
    assert one["problem"]["problems"][0]["pointer"] == "/items/0/event"
    assert faults_of(here.ask("/v1/decide/batch", {"items": {}, "strict": 1, "itmes": []})) == [
        ("/itmes", "unknown-member"),
        ("/items", "wrong-type"),
        ("/strict", "wrong-type"),
    ]


def test_a_batch_has_a_limit(project: Project) -> None:
    """More items than allowed are refused before any is decided."""
    here = serving(project, batch_limit=2)
    answer = here.ask("/v1/decide/batch", {"items": [ASKED] * 3})
    assert (answer.status_code, faults_of(answer)) == (422, [("/items", "too-many")])


def test_a_batch_without_room_keeps_what_is_logged(here: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """Items for which the log has no room are not decided; they wait once, not one after the other."""
    slept: list[float] = []
    here.journal.room = 1

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr("ruleflow.service.deciding.PATIENCE_S", 0.001)
    found = here.ask("/v1/decide/batch", {"items": [ASKED] * 5}).json()
    assert [one.get("problem", {}).get("status") for one in found["answers"]] == [None, 503, 503, 503, 503]
    assert len(here.journal.records) == 1


def test_a_large_batch_lets_others_in(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a batch is decided other requests get their turn."""
    turns: list[float] = []
    rest = asyncio.sleep

    async def sleep(seconds: float) -> None:
        turns.append(seconds)
        await rest(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr("ruleflow.service.routes.batch._TURN_S", 0.0)
    serving(project).ask("/v1/decide/batch", {"items": [ASKED] * 20})
    assert turns.count(0) == 20


def test_a_rule_is_explained_as_the_library_does(here: Serving, project: Project) -> None:
    """One rule, or all stages; and the least that would have made a rule act, where that is asked for."""
    for rule in ("rest_to_support", None):
        answer = here.ask("/v1/explain", {**ASKED, "rule": rule})
        assert answer.json() == project.explain("ticket.created", FACTS, rule=rule, now=NOON).to_dict()
    nearest = here.ask("/v1/explain", {**ASKED, "rule": "vip_is_high", "nearest": True}).json()["nearest"]
    assert nearest["ways"]
    assert here.journal.records == []


def test_an_explanation_has_its_faults_told(here: Serving) -> None:
    """Unknown rules with a near one, wrong facts, wrong instants."""
    answer = here.ask("/v1/explain", {**ASKED, "rule": "vip_is_hihg"})
    assert faults_of(answer) == [("/rule", "unknown-rule")]
    assert "vip_is_high" in problem_of(answer)["detail"]
    assert faults_of(here.ask("/v1/explain", {**ASKED, "facts": {"ticket": 1}})) == [("/facts/ticket", "RF601")]
    assert faults_of(here.ask("/v1/explain", {**ASKED, "now": "noon"})) == [("/now", "wrong-instant")]
    assert here.ask("/v1/explain", {**ASKED, "project": "other"}).status_code == 404


def test_a_timeline_is_that_of_the_library() -> None:
    """What will happen, and the faults of a request for it."""
    project = example("service-levels")
    here = serving(project)
    facts = {"ticket": {"id": "1", "priority": "normal", "status": "new", "created_at": AT}}
    answer = here.ask("/v1/timeline", {"event": "ticket.created", "facts": facts, "now": AT})
    assert answer.json() == json.loads(json.dumps(project.timeline(facts, event="ticket.created", now=NOON).to_dict()))
    assert answer.json()["steps"]
    wrong = {"facts": facts, "now": AT, "until": "2026-03-01T12:00:00Z"}
    assert faults_of(here.ask("/v1/timeline", wrong)) == [("/until", "wrong-instant")]
    wrong = {"facts": facts, "now": "noon", "until": "night"}
    assert faults_of(here.ask("/v1/timeline", wrong)) == [("/now", "wrong-instant"), ("/until", "wrong-instant")]
    assert faults_of(here.ask("/v1/timeline", {"facts": {"ticket": 1}})) == [("/facts/ticket", "RF601")]


WRONG_RULES = "rules:\n  - {id: a, stage: route, when: contact.segment has vip, then: [{stop: true}]}\n"


def test_a_project_that_is_sent_is_checked(here: Serving, tmp_path: Path) -> None:
    """Findings are those of `check`, with the files by the names they were sent with."""
    files = {"ruleflow.yaml": "ruleflow: 1\n", "rules/example.yaml": WRONG_RULES}
    found = here.ask("/v1/check", {"files": files}).json()
    expected = check(write_project(tmp_path, files))
    assert [one["code"] for one in found["findings"]] == [one.code.number for one in expected]
    assert found["findings"][0]["place"]["file"] == "rules/example.yaml"


def test_files_that_are_sent_cannot_stand_in_for_modules(here: Serving) -> None:
    """What is sent is read as rules, never run."""
    files = {
        "ruleflow.yaml": "ruleflow: 1\n",
        "yaml.py": "raise SystemExit(5)",
        "ruleflow/__init__.py": "raise SystemExit(5)",
    }
    answer = here.ask("/v1/check", {"files": files})
    assert (answer.status_code, answer.json()["findings"]) == (200, [])


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "../up.yaml", "a/../../b", "a//b", "./a", "a\\b", "a\x00b", "a\nb", "x" * 201, "\ud800"],
)
def test_paths_lie_inside_the_project(path: str) -> None:
    """Nothing is written anywhere else."""
    assert [fault.code for fault in wrong_files({path: ""})] == ["wrong-path"]


@settings(max_examples=50)
@given(st.text(max_size=30))
def test_no_path_leaves_its_folder(path: str) -> None:
    """Whatever a path is made of, it is refused or lies inside."""
    if not wrong_files({path: ""}):
        folder = Path("/somewhere/project")
        assert folder in (folder / path).parents
        assert ".." not in (folder / path).parts


def test_a_file_is_no_folder(here: Serving) -> None:
    """Two paths that cannot both be there are told."""
    answer = here.ask("/v1/check", {"files": {"rules": "", "rules/a.yaml": ""}})
    assert (answer.status_code, faults_of(answer)) == (422, [("/files/rules", "wrong-path")])
    many = {f"{at}.yaml": "" for at in range(2_001)}
    assert faults_of(here.ask("/v1/check", {"files": many})) == [("/files", "too-many")]


def test_a_check_that_takes_too_long_is_ended(here: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process is killed at its limit, and the request told so."""
    monkeypatch.setattr(checking, "TIME_S", 0.001)
    answer = here.ask("/v1/check", {"files": {"ruleflow.yaml": "ruleflow: 1\n"}})
    assert (answer.status_code, problem_of(answer)["type"]) == (422, "urn:ruleflow:problem:too-costly")


def test_the_served_project_is_checked_with_its_newest_state(tmp_path: Path) -> None:
    """Without files: the warnings of what is served, and what keeps the newest state of its source from being served."""
    project = loaded(tmp_path, "fields: {ticket.unused: {type: text}}\n")
    here = serving(project)
    assert here.ask("/v1/check", {}).json()["refused"] is None
    refused = Refused(1_770_000_000_000_000, ({"code": "RF301"},), "one error")
    status = ProjectStatus(project.name, "rules", project.digest, 1, refused)
    here.service.status = lambda: Status(projects=(status,))
    found = here.ask("/v1/check", {}).json()
    assert found["refused"] == {"at": "2026-02-02T02:40:00+00:00", "text": "one error", "findings": [{"code": "RF301"}]}
    assert here.ask("/v1/project").json()["refused"] == found["refused"]
    assert here.ask("/v1/projects").json()["projects"][0]["refused"] is True
    assert here.ask("/readyz").json()["notes"] == [
        f"{project.name}: the newest state of rules has errors and is not served"
    ]
    assert f'ruleflow_change_refused{{project="{project.name}"}} 1.0' in here.ask("/metrics").text


def test_a_project_tells_what_may_be_sent_to_it(here: Serving, project: Project) -> None:
    """Rules with their places, events, fields with their options."""
    found = here.ask("/v1/project").json()
    assert (found["name"], found["digest"], found["timezone"]) == ("first_steps", project.digest, "Europe/Helsinki")
    assert [rule["id"] for rule in found["rules"]] == [rule.id for rule in project.model.rules]
    rule = found["rules"][0]
    assert (rule["file"], rule["on"], rule["mode"]) == ("ruleflow.yaml", ["ticket.created"], "active")
    text = (Path(str(project.folder)) / "ruleflow.yaml").read_text(encoding="utf-8").splitlines()
    assert "outage_is_urgent" in text[rule["line"] - 1]
    fields = {one["path"]: one for one in found["fields"]}
    assert fields["ticket.request_type"]["options"] == ["question", "incident", "refund"]
    assert here.ask("/v1/project?project=first_steps").json() == found


@pytest.mark.parametrize(
    ("query", "status", "faults"),
    [
        ("project=other", 404, [("project", "unknown-project")]),
        ("projct=first_steps", 400, [("projct", "unknown-member")]),
        ("project=a&project=b", 400, [("project", "twice")]),
        ("project=%FF", 400, []),
    ],
)
def test_parameters_have_their_faults_told(
    here: Serving, query: str, status: int, faults: list[tuple[str, str]]
) -> None:
    """By the names of the parameters."""
    answer = here.ask(f"/v1/project?{query}")
    assert (answer.status_code, faults_of(answer)) == (status, faults)


def test_a_logged_decision_is_found_wherever_it_is(project: Project, store: Store) -> None:
    """First in the journal, then in the store, with its facts as they were logged; another id is not found."""
    here = serving(project, store=store)
    decision = here.ask("/v1/decide", ASKED).json()
    path = f"/v1/decisions/{decision['decision_id']}"
    waiting = here.ask(path).json()
    log.append(store, here.journal.records)
    here.journal.records.clear()
    assert here.ask(path).json() == waiting
    assert (waiting["facts"], waiting["decision"], waiting["ticket_id"]) == (FACTS, decision, "T-1")
    assert waiting["at"] == "2026-03-02T12:00:00+00:00"
    assert here.ask("/v1/decisions/gone").status_code == 404


def test_decisions_are_searched_page_by_page(project: Project, store: Store) -> None:
    """The newest first; `next` leads to the page after."""
    here = serving(project, store=store)
    for at in range(5):
        here.ask("/v1/decide", {**ASKED, "facts": {"ticket": {"id": f"T-{at}"}}})
    log.append(store, here.journal.records)
    seen, after = [], ""
    while True:
        page = here.ask(f"/v1/decisions?limit=2{after}").json()
        seen += [one["ticket_id"] for one in page["decisions"]]
        if page["next"] is None:
            break
        after = f"&before={page['next']}"
    assert seen == ["T-4", "T-3", "T-2", "T-1", "T-0"]
    assert [one["ticket_id"] for one in here.ask("/v1/decisions?ticket=T-3").json()["decisions"]] == ["T-3"]
    assert here.ask("/v1/decisions?since=2100-01-01T00:00:00Z").json()["decisions"] == []
    assert here.ask("/v1/decisions?rule=%00").json()["decisions"] == []


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("limit=0&before=x", [("before", "wrong-type"), ("limit", "wrong-type")]),
        ("since=noon&until=2026-03-01T00:00", [("since", "wrong-instant"), ("until", "wrong-instant")]),
        ("before=null", [("before", "wrong-type")]),
    ],
)
def test_a_search_has_its_faults_told(
    project: Project, store: Store, query: str, faults: list[tuple[str, str]]
) -> None:
    """All at once."""
    answer = serving(project, store=store).ask(f"/v1/decisions?{query}")
    assert (answer.status_code, faults_of(answer)) == (400, faults)


def test_a_store_that_is_gone_is_told(project: Project, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log cannot be searched, and it is counted; what waits in a journal is found all the same."""

    def fail(*_: Any) -> None:
        raise StoreError("gone")

    here = serving(project, store=store)
    waiting = here.ask("/v1/decide", ASKED).headers["ruleflow-decision-id"]
    monkeypatch.setattr("ruleflow.service.routes.decisions.search", fail)
    monkeypatch.setattr("ruleflow.service.routes.decisions.find", fail)
    assert here.ask("/v1/decisions").headers["retry-after"] == "5"
    assert here.ask("/v1/decisions/gone").status_code == 503
    assert here.ask(f"/v1/decisions/{waiting}").status_code == 200
    assert "ruleflow_store_errors_total 2.0" in here.ask("/metrics").text


def test_readiness_has_its_reasons(here: Serving, project: Project) -> None:
    """A project that is not served, an end that is near, a log that can take no more; a store that is gone alone is none."""
    assert here.ask("/readyz").status_code == 200
    served = here.service.status().projects
    gone = ProjectStatus("other", "rules/other", "", 0)
    for status, room, reason in (
        (Status(projects=(*served, gone)), None, "other is not served"),
        (Status(projects=served, stopping=True), None, "the service is stopping"),
        (Status(projects=served, store_error="gone"), 0, "the store does not answer (gone), and there is no more room"),
        (Status(projects=served), 0, "there is no more room to log decisions"),
    ):
        here.journal.room = room
        here.service.status = lambda status=status: status  # type: ignore[misc]
        answer = here.ask("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (503, "unready")
        assert answer.json()["reasons"][0].startswith(reason)
    here.journal.room = None
    here.service.status = lambda: Status(projects=served, store_error="gone")
    assert here.ask("/readyz").status_code == 200
    here.service.projects = {}
    assert here.ask("/readyz").json()["reasons"][-1] == "no project is served yet"
    assert here.ask("/v1/decide", ASKED).status_code == 503
    assert here.ask("/healthz").status_code == 200


COUNTING = """
import sys
from types import SimpleNamespace
from ruleflow.service.metrics import Metrics
from ruleflow.service.state import Status

metrics = Metrics(SimpleNamespace(status=Status))
metrics.request("/v1/decide", 200, 0.002)
sys.stdout.buffer.write(metrics.text())
"""


def test_counts_of_several_workers_are_summed(tmp_path: Path) -> None:
    """Whichever worker is asked tells what all of them counted, those that have ended too."""
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    told = [
        subprocess.run([sys.executable, "-c", COUNTING], env=environment, capture_output=True, check=True) for _ in "12"
    ]
    assert b'ruleflow_requests_total{route="/v1/decide",status="200"} 2.0' in told[1].stdout


def test_counts_tell_what_was_done(project: Project, store: Store) -> None:
    """Requests by route and status, decisions by event, rules that acted, facts that were refused."""
    here = serving(project, store=store)
    here.ask("/v1/decide", ASKED)
    here.ask("/v1/decide", ASKED)
    here.ask("/v1/decide", {"event": "ticket.created", "facts": {"ticket": 1}})
    here.ask("/v1/decisions/some-id")
    here.ask("/unknown/address")
    text = here.ask("/metrics").text
    for line in (
        'ruleflow_requests_total{route="/v1/decide",status="200"} 2.0',
        'ruleflow_requests_total{route="/v1/decide",status="422"} 1.0',
        'ruleflow_requests_total{route="other",status="404"} 1.0',
        'ruleflow_request_seconds_count{route="/v1/decide"} 3.0',
        'ruleflow_decisions_total{event="ticket.created",project="first_steps"} 2.0',
        'ruleflow_rules_matched_total{project="first_steps",rule="refunds_to_billing"} 2.0',
        'ruleflow_facts_refused_total{project="first_steps"} 1.0',
        f'ruleflow_project_info{{digest="{project.digest}",project="first_steps"}} 1.0',
        'ruleflow_change_refused{project="first_steps"} 0.0',
        "ruleflow_store_up 1.0",
    ):
        assert line in text
    assert "some-id" not in text
