"""`POST /v1/decide`: decisions, and every way to ask for one that cannot be had."""

from __future__ import annotations

import asyncio
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from ruleflow.project.project import Project
from ruleflow.service import deciding
from ruleflow.service.settings import WhenFull
from tests.projects import NOON, loaded
from tests.unit.service.serving import HERE, Serving, example, faults_of, problem_of, serving

FACTS = {"ticket": {"id": "T-1", "subject": "The shop is down", "request_type": "incident"}, "contact": {"secret": 1}}
ASKED = {"event": "ticket.created", "facts": FACTS, "now": "2026-03-02T12:00:00Z"}


@pytest.fixture(scope="module")
def project() -> Project:
    return example("first-steps")


@pytest.fixture
def here(project: Project) -> Serving:
    return serving(project)


def test_a_decision_is_that_of_the_library(here: Serving, project: Project) -> None:
    """The body is the decision to the byte; headers name it and the version that decided."""
    answer = here.ask("/v1/decide", ASKED)
    decision = project.decide("ticket.created", FACTS, now=NOON)
    assert (answer.status_code, answer.content) == (200, decision.to_json())
    assert answer.headers["ruleflow-decision-id"] == decision.decision_id
    assert answer.headers["ruleflow-digest"] == project.digest
    assert answer.headers["content-type"] == "application/json"


def test_a_decision_is_logged_before_it_is_answered(here: Serving, project: Project) -> None:
    """The record has the facts that the project declares, the decision, and where the request came from."""
    answer = here.ask("/v1/decide", ASKED, x_request_id="from-the-helpdesk/7")
    (record,) = here.journal.records
    assert record.decision == answer.content
    assert json.loads(record.facts) == {"ticket": FACTS["ticket"], "contact": {}}
    assert (record.project, record.digest, record.event) == (project.name, project.digest, "ticket.created")
    assert (record.ticket_id, record.request_id, record.caller) == ("T-1", "from-the-helpdesk/7", "")
    assert record.at == int(NOON.timestamp()) * 1_000_000
    assert record.matched == tuple(answer.json()["matched"])


def test_numbers_keep_all_their_digits(tmp_path: Path) -> None:
    """What JSON says with a point is no float: the log has every digit."""
    here = serving(loaded(tmp_path, "fields: {ticket.sum: {type: decimal}}\n"))
    body = b'{"event":"timer","facts":{"ticket":{"sum":12345678901234567890.123456789}}}'
    answer = here.send(body)
    assert answer.status_code == 200
    assert here.journal.records[0].facts == b'{"ticket":{"sum":12345678901234567890.123456789}}'


def test_without_an_instant_it_is_now(here: Serving) -> None:
    """`now` left out is when the request came."""
    here.ask("/v1/decide", {"event": "ticket.created", "facts": {}})
    (record,) = here.journal.records
    assert record.at == record.received_at


@pytest.mark.parametrize("given", ["a b", "", "x" * 129, "ä"])
def test_a_request_id_that_is_not_sane_is_replaced(here: Serving, given: str) -> None:
    """Ids with spaces, too long or beyond ASCII do not get into the log."""
    answer = here.client.get("/healthz", headers=[(b"x-request-id", given.encode())])
    assert len(answer.headers["x-request-id"]) == 24


def test_every_fault_of_the_request_is_told_at_once(here: Serving) -> None:
    """Unknown members with what was probably meant, and wrong types of all the others."""
    answer = here.ask("/v1/decide", {"evnt": "x", "facts": 3, "now": 4, "strict": "yes", "project": []})
    assert answer.status_code == 422
    found = problem_of(answer)
    assert found["type"] == "urn:ruleflow:problem:wrong-request"
    assert faults_of(answer) == [
        ("/evnt", "unknown-member"),
        ("/event", "absent"),
        ("/facts", "wrong-type"),
        ("/now", "wrong-type"),
        ("/strict", "wrong-type"),
        ("/project", "wrong-type"),
    ]
    assert found["problems"][0]["help"] == "did you mean `event`?"
    assert found["problems"][2]["message"] == "needs an object; found a number"


def test_faults_of_facts_stand_at_their_place_in_the_body(here: Serving) -> None:
    """Facts are refused as a whole, with pointers that begin at the body, and nothing is logged."""
    facts = {"ticket": {"priority": [], "subject": 4}, "event": {"id": 3}, "before": {"contact": 1}}
    answer = here.ask("/v1/decide", {"event": "ticket.creatd", "facts": facts})
    assert answer.status_code == 422
    assert problem_of(answer)["type"] == "urn:ruleflow:problem:facts-refused"
    assert [place for place, _ in faults_of(answer)] == [
        "/facts/before/contact",
        "/event",
        "/facts/ticket/priority",
        "/facts/ticket/subject",
    ]
    assert here.journal.records == []


@pytest.mark.parametrize("now", ["yesterday", "2026-03-02T12:00:00", "9999-12-31T00:00:00Z", ""])
def test_an_instant_has_its_offset(here: Serving, now: str) -> None:
    """Nobody knows whose clock an instant without an offset is of."""
    answer = here.ask("/v1/decide", {**ASKED, "now": now})
    assert (answer.status_code, faults_of(answer)) == (422, [("/now", "wrong-instant")])


def test_strict_refuses_what_the_project_does_not_know(here: Serving) -> None:
    """An unknown segment is a warning, or with `strict` a fault."""
    asked = {**ASKED, "facts": {"contact": {"segments": ["gone"]}}}
    assert len(here.ask("/v1/decide", asked).json()["warnings"]) == 1
    assert here.ask("/v1/decide", {**asked, "strict": True}).status_code == 422


MALFORMED: dict[str, bytes] = {
    "empty": b"",
    "cut": b'{"event": "ticket.created", "facts": {',
    "UTF-16": json.dumps(ASKED).encode("utf-16"),
    "Latin-1": b'{"event": "\xe4"}',
    "NaN": b'{"event": "ticket.created", "facts": {"ticket": {"id": NaN}}}',
    "two documents": b"{} {}",
    "10,000 deep": b'{"event":"ticket.created","facts":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001,
    "1,000,000 lists deep": b"[" * 1_000_000,
    "many digits": b'{"event":"ticket.created","facts":{"ticket":{"id":' + b"9" * 10_000 + b"}}}",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_no_json_is_told_so(here: Serving, name: str) -> None:
    """Bodies that nobody can read are refused in words, with line and column where there is one."""
    answer = here.send(MALFORMED[name])
    assert (answer.status_code, faults_of(answer)) == (400, [("", "unreadable")])
    assert here.journal.records == []


def test_malformed_json_has_its_place(here: Serving) -> None:
    """An admin can find the comma."""
    answer = here.send(b'{"event": "ticket.created",\n "facts": }')
    assert "(line 2, column 11)" in problem_of(answer)["detail"]


@pytest.mark.parametrize("body", [b"[]", b"3", b'"text"', b"null", b"true"])
def test_a_request_is_an_object(here: Serving, body: bytes) -> None:
    """Any other JSON is told what it should be."""
    assert (here.send(body).status_code, faults_of(here.send(body))) == (422, [("", "wrong-type")])


ODD: dict[str, bytes] = {
    "byte-order mark": b"\xef\xbb\xbf" + json.dumps(ASKED).encode(),
    "the last of two equal keys": b'{"event":"x","event":"ticket.created","facts":{}}',
    "half a surrogate pair": b'{"event":"ticket.created","facts":{"ticket":{"id":"\\ud800"},"contact":{"x":"\\udfff"}}}',
    "half a surrogate pair in a name": b'{"event":"ticket.created","facts":{"\\ud800":{"id":1},"ticket":{"\\udfff":1}}}',
    "a number for an id": b'{"event":"ticket.created","facts":{"ticket":{}}}',
}


@pytest.mark.parametrize("name", ODD)
def test_odd_bodies_are_read_or_refused(here: Serving, name: str) -> None:
    """What is odd but JSON never makes the service fail."""
    answer = here.send(ODD[name])
    assert answer.status_code in {200, 422}, answer.text
    assert len(here.journal.records) == (answer.status_code == 200)


def test_half_a_surrogate_pair_in_an_envelope_is_answered(here: Serving) -> None:
    """A name that cannot be written as UTF-8 is told as far as it can be."""
    answer = here.send(b'{"event":"\\ud800","facts":{},"\\udfff":1,"project":"\\ud800"}')
    assert answer.status_code == 422
    assert problem_of(answer)


def test_bodies_are_json_by_their_type(here: Serving) -> None:
    """Another type, or none, is refused: so no form of another site gets in."""
    for headers in ({"content-type": "text/plain"}, {}):
        answer = here.client.post("/v1/decide", content=json.dumps(ASKED).encode(), headers=headers)
        assert answer.status_code == 415
        assert answer.headers["accept"] == "application/json"
    assert here.send(json.dumps(ASKED).encode(), content_type="application/json; charset=utf-8").status_code == 200


def test_compressed_bodies_are_refused(here: Serving) -> None:
    """A small body that grows without bound is not unpacked."""
    answer = here.send(gzip.compress(b"[" * 10_000_000), content_encoding="gzip")
    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "identity")


def test_a_body_has_a_limit(project: Project) -> None:
    """More bytes than allowed are refused, announced or not."""
    small = serving(project, body_limit=200)
    whole = json.dumps({**ASKED, "facts": {"ticket": {"subject": "x" * 300}}}).encode()
    assert small.send(whole).status_code == 413
    assert small.send(part for part in (whole[:150], whole[150:])).status_code == 413
    assert small.send(json.dumps(ASKED).encode()).status_code == 200


def test_a_body_in_parts_is_put_together(here: Serving) -> None:
    """Chunks without a length are read to their end."""
    whole = json.dumps(ASKED).encode()
    assert here.send(whole[at : at + 7] for at in range(0, len(whole), 7)).status_code == 200


def test_other_methods_are_told_which_there_are(here: Serving) -> None:
    """405 names the methods; OPTIONS answers them, without letting other sites in."""
    answer = here.ask("/v1/decide")
    assert (answer.status_code, answer.headers["allow"]) == (405, "OPTIONS, POST")
    assert problem_of(answer)
    options = here.client.options("/v1/decide")
    assert (options.status_code, options.headers["allow"]) == (204, "OPTIONS, POST")
    assert "access-control-allow-origin" not in options.headers
    assert here.client.request("HEAD", "/v1/decide").content == b""
    assert here.client.request("BREW", "/v1/decide").status_code == 405


def test_an_unknown_address_is_a_problem(here: Serving) -> None:
    """404 comes as any other failure does."""
    answer = here.ask("/v1/nothing")
    assert answer.status_code == 404
    assert problem_of(answer)


@pytest.mark.parametrize("path", ["/healthz", "/v1/nothing", "/v1/decide", "/v1/project", "/metrics"])
def test_answers_are_not_kept_nor_sniffed(here: Serving, path: str) -> None:
    """Every answer has the headers that browsers heed."""
    headers = here.ask(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["x-request-id"]


def test_a_body_that_does_not_come_is_not_waited_for(project: Project) -> None:
    """408 after the time a request may take; and a caller that has gone is not answered."""
    app: Any = serving(project, request_timeout_s=0.01).client.app
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/v1/decide",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
    }
    sent: list[Any] = []

    async def never() -> Any:
        await asyncio.sleep(30)

    async def gone() -> Any:
        return {"type": "http.disconnect"}

    async def send(event: Any) -> None:
        sent.append(event)

    asyncio.run(app(dict(scope), never, send))
    assert [event.get("status") for event in sent] == [408, None]
    sent.clear()
    asyncio.run(app(dict(scope), gone, send))
    assert sent == []


def test_without_room_in_the_log_nothing_is_decided(here: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """`block`: a while is waited for room, then the request fails and says when to try again."""
    monkeypatch.setattr(deciding, "PATIENCE_S", 0.0)
    here.journal.room = 0
    answer = here.ask("/v1/decide", ASKED)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert problem_of(answer)["type"] == "urn:ruleflow:problem:log-full"
    here.journal.room = 1
    assert here.ask("/v1/decide", ASKED).status_code == 200


def test_without_room_in_the_log_decisions_may_be_shed(project: Project) -> None:
    """`shed`: decisions are answered, and it is counted how many were not logged."""
    here = serving(project, when_full=WhenFull.SHED)
    here.journal.room = 0
    assert here.ask("/v1/decide", ASKED).status_code == 200
    assert (here.service.shed, here.journal.records) == (1, [])
    assert "ruleflow_decisions_unlogged_total 1.0" in here.ask("/metrics").text


def test_one_of_several_projects_is_named(project: Project) -> None:
    """With several projects a request says which one it means; a wrong name gets a near one."""
    here = serving(project, example("service-levels"))
    assert faults_of(here.ask("/v1/decide", ASKED)) == [("/project", "absent")]
    wrong = here.ask("/v1/decide", {**ASKED, "project": "servicelevels"})
    assert (wrong.status_code, problem_of(wrong)["problems"][0]["help"]) == (404, "did you mean `service-levels`?")
    assert here.ask("/v1/decide", {**ASKED, "project": "service-levels"}).json()["project"]["name"] == "service-levels"


def test_a_swap_is_seen_by_the_next_request(project: Project) -> None:
    """A project that is swapped decides at once, and its facts are logged by its own declarations."""
    here = serving(project)
    here.ask("/v1/decide", ASKED)
    other = serving(example("service-levels")).service.projects
    here.service.projects = other
    assert here.ask("/v1/decide", ASKED).headers["ruleflow-digest"] == other["service-levels"].project.digest
    assert "request_type" in json.loads(here.journal.records[0].facts)["ticket"]


def test_a_defect_of_ours_tells_nothing_of_itself(here: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """500 has the request's id and no word of what failed."""

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret path /etc")

    monkeypatch.setattr(deciding, "served_of", fail)
    with capture_logs() as said:
        answer = here.ask("/v1/decide", ASKED, x_request_id="T7")
    assert answer.status_code == 500
    assert [(one["log_level"], one["request_id"], one["route"]) for one in said] == [("error", "T7", "/v1/decide")]
    assert problem_of(answer)["detail"] == "the service failed on this request"


def test_only_localhost_is_let_in_without_keys(project: Project) -> None:
    """Where no key is set, a page whose name points to this machine may not ask, nor one of another site."""
    assert serving(project, base="http://evil.example").ask("/healthz").status_code == 403
    assert serving(project, base="http://localhost.evil.example").ask("/v1/decide", ASKED).status_code == 403
    for base in (HERE, "http://127.0.0.1:8080", "http://[::1]:8080"):
        assert serving(project, base=base).ask("/v1/decide", ASKED).status_code == 200
    assert serving(project).ask("/v1/decide", ASKED, origin="http://evil.example").status_code == 403
    assert serving(project).ask("/v1/decide", ASKED, origin="null").status_code == 403
    assert serving(project).ask("/v1/decide", ASKED, origin="http://localhost:3000").status_code == 200
    assert serving(project, host="0.0.0.0").ask("/v1/decide", ASKED).status_code == 403  # noqa: S104
