"""Both clients over a transport that answers as a test says: what is sent, what comes of it, and who never sees the key."""

from __future__ import annotations

import asyncio
import pickle
import ssl
import traceback
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

import ruleflow
from ruleflow.client import opening
from ruleflow.project.project import Project
from tests.clients import opened
from tests.projects import NOON, loaded

URL = "https://rules.example.com/base"
KEY = "rfk_this-is-never-shown"
FACTS = {"ticket": {"id": "T-1", "subject": "Help"}}
Answer = Callable[[httpx2.Request], httpx2.Response]


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits of a client, none of which takes place."""
    found: list[float] = []

    async def passed(seconds: float) -> None:
        found.append(seconds)

    monkeypatch.setattr("ruleflow.client.client.sleep", found.append)
    monkeypatch.setattr("ruleflow.client.async_client.sleep", passed)
    return found


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return loaded(tmp_path, "{}")


def answering(kind: str, *answers: Answer | Exception | httpx2.Response, **options: Any) -> Any:
    """A client that gets these answers one after another, the last one ever again; and what it has sent."""
    sent: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        one = answers[min(len(sent), len(answers)) - 1]
        if isinstance(one, Exception):
            raise one
        # A response can be read once: each request gets one of its own.
        if isinstance(one, httpx2.Response):
            return httpx2.Response(one.status_code, headers=one.headers, content=one.content)
        return one(request)

    transport = httpx2.MockTransport(answer)
    return opened(kind, URL, api_key=KEY, transport=transport, **options), sent


def problem(status: int, **members: Any) -> httpx2.Response:
    headers = {"content-type": "application/problem+json", **members.pop("headers", {})}
    return httpx2.Response(status, json={"status": status, **members}, headers=headers)


def decides(project: Project) -> Answer:
    """Answers as the service does, with the decision of the library."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked = msgspec.json.Decoder(float_hook=Decimal).decode(request.content)
        now = datetime.fromisoformat(asked["now"])
        if "items" not in asked:
            return httpx2.Response(200, content=project.decide(asked["event"], asked["facts"], now=now).to_json())
        made = [project.decide(asked["event"], one["facts"], now=now).to_json() for one in asked["items"]]
        answers = [{"index": at, "decision": msgspec.Raw(one)} for at, one in enumerate(made)]
        return httpx2.Response(200, content=msgspec.json.encode({"answers": answers}))

    return answer


def test_a_request_shows_the_key_and_who_asks(kind: str, project: Project) -> None:
    """Key, user agent, an id, and an instant go with a request; what nobody said is left out."""
    made, sent = answering(kind, decides(project))
    with made as client:
        client.decide("ticket.created", FACTS)
    (request,) = sent
    body = msgspec.json.decode(request.content)
    assert f"{URL}/v1/decide" == str(request.url)
    assert f"Bearer {KEY}" == request.headers["authorization"]
    assert request.headers["user-agent"].startswith("ruleflow/")
    assert 32 == len(request.headers["x-request-id"])
    assert "application/json" == request.headers["content-type"]
    assert {"event", "facts", "now"} == set(body)
    assert timedelta(minutes=-1) < datetime.fromisoformat(body["now"]) - datetime.now(UTC) < timedelta(minutes=1)


def test_values_of_python_are_sent_as_json(kind: str, project: Project) -> None:
    """Decimals keep their digits, instants their offset, sets are lists, and names that are no texts say nothing."""
    zone = timezone(timedelta(hours=3))
    facts = {
        "ticket": {"id": "T-1", "amount": Decimal("10.10"), "at": datetime(2026, 3, 1, 18, tzinfo=zone), "tags": {"a"}},
        7: "nobody asks",
    }
    made, sent = answering(kind, decides(project))
    with made as client:
        client.decide("ticket.created", facts, now=NOON)
    assert b'"facts":{"ticket":{"id":"T-1","amount":10.10,"at":"2026-03-01T18:00:00+03:00","tags":["a"]}}' in (
        sent[0].content
    )


@pytest.mark.parametrize(
    "failure",
    [
        httpx2.ConnectError("refused"),
        httpx2.ConnectTimeout("timed out"),
        httpx2.ReadTimeout("timed out"),
        httpx2.ReadError("reset"),
        httpx2.RemoteProtocolError("peer closed connection without sending complete message body"),
        httpx2.DecodingError("half of a compressed body"),
        problem(503, detail="full"),
    ],
)
def test_a_failure_that_passes_is_not_seen(
    kind: str, project: Project, pauses: list[float], failure: Exception | httpx2.Response
) -> None:
    """After a failure the very same request is sent again, and gets its answer."""
    made, sent = answering(kind, failure, failure, decides(project))
    with made as client:
        found = client.decide("ticket.created", FACTS)
    instant = datetime.fromisoformat(msgspec.json.decode(sent[0].content)["now"])
    assert project.decide("ticket.created", FACTS, now=instant) == found
    assert 1 == len({(one.content, one.headers["x-request-id"]) for one in sent})
    assert (3, 2) == (len(sent), len(pauses))


class Broken(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """An answer of which the second half does not come."""

    def __iter__(self) -> Iterator[bytes]:
        yield b'{"version":1,'
        raise httpx2.ReadError("reset")

    async def __aiter__(self) -> Any:
        for one in self:
            yield one


def test_half_an_answer_is_none(kind: str, project: Project, pauses: list[float]) -> None:
    """A connection that breaks in the middle of an answer is asked again; the half is thrown away."""
    made, _ = answering(kind, lambda _: httpx2.Response(200, stream=Broken()), decides(project))
    with made as client:
        assert project.decide("ticket.created", FACTS, now=NOON) == client.decide("ticket.created", FACTS, now=NOON)
    assert 1 == len(pauses)


def test_an_answer_in_drops_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    """Each drop comes in time, and the whole does not: the call ends."""
    times = iter(range(10_000))
    monkeypatch.setattr("ruleflow.client.http.monotonic", lambda: float(next(times)))

    class Dropping(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b" "

    made, sent = answering("sync", lambda _: httpx2.Response(200, stream=Dropping()), timeout=4, attempts=2)
    with made as client, pytest.raises(ruleflow.UnavailableError, match="in time"):
        client.project()
    assert 2 == len(sent)


def test_a_certificate_that_is_not_trusted_is_asked_once(kind: str, pauses: list[float]) -> None:
    """It is no better at the next attempt."""
    error = httpx2.ConnectError("certificate verify failed")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed")
    made, sent = answering(kind, error)
    with made as client, pytest.raises(ruleflow.UnavailableError, match="certificate verify failed"):
        client.decide("ticket.created", FACTS)
    assert 1 == len(sent)


def test_refused_facts_are_those_of_the_library(kind: str) -> None:
    """Problems point into the facts, and not into the request."""
    faults = [
        {"pointer": "/facts/ticket/id", "code": "RF601", "message": "needs a text", "help": "write it in quotes"},
        {"pointer": "/event", "code": "RF606", "message": "`x` is not an event"},
    ]
    made, sent = answering(kind, problem(422, type="urn:ruleflow:problem:facts-refused", problems=faults))
    with made as client, pytest.raises(ruleflow.FactsError) as caught:
        client.decide("x", FACTS)
    assert [
        {"pointer": "/ticket/id", "code": "RF601", "message": "needs a text", "help": "write it in quotes"},
        {"pointer": "/event", "code": "RF606", "message": "`x` is not an event"},
    ] == [one.to_dict() for one in caught.value.problems]
    assert 1 == len(sent)


def nested(depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for _ in range(depth):
        found = {"a": found}
    return found


@pytest.mark.parametrize(
    ("facts", "pointer", "message"),
    [
        ({"ticket": {"amount": float("nan")}}, "/ticket/amount", "`nan` is no number"),
        ({"ticket": {"amount": [Decimal("Infinity")]}}, "/ticket/amount/0", "`Infinity` is no number"),
        ({"ticket": {"a/b": b"x"}}, "/ticket/a~1b", "a value of type bytes cannot be written as JSON"),
        (7, "", "facts are an object with `ticket`, `contact` and the like"),
        (nested(2_000), "/a" * 64, "the facts are nested deeper than 64"),
    ],
)
def test_what_json_cannot_say_is_refused(kind: str, facts: Any, pointer: str, message: str) -> None:
    """It is never sent as something else: a NaN would be decided as a missing value."""
    made, sent = answering(kind, httpx2.Response(200))
    with made as client:
        with pytest.raises(ruleflow.FactsError) as caught:
            client.decide("ticket.created", facts)
        (refusal,) = client.decide_many("ticket.created", [facts])
    assert [(pointer, message)] == [(one.pointer, one.message) for one in caught.value.problems]
    assert caught.value.problems == refusal.problems
    assert [] == sent


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, ruleflow.UnauthorizedError),
        (403, ruleflow.UnauthorizedError),
        (404, ruleflow.ServiceError),
        (429, ruleflow.RateLimitedError),
        (500, ruleflow.ServiceError),
        (502, ruleflow.UnavailableError),
        (504, ruleflow.UnavailableError),
    ],
)
def test_errors_are_told_apart(kind: str, status: int, expected: type[Exception]) -> None:
    """An error has a class of its own where a caller would do something else, and all that the service said."""
    answer = problem(status, detail="no", headers={"x-request-id": "r-7", "retry-after": "3"})
    made, _ = answering(kind, answer, attempts=1)
    with made as client, pytest.raises(ruleflow.ServiceError) as caught:
        client.project()
    error = caught.value
    assert expected is type(error)
    assert (status, {"status": status, "detail": "no"}, "r-7", 3.0) == (
        error.status,
        error.problem,
        error.request_id,
        error.retry_after,
    )
    assert f"{status} no (request r-7)" == str(error) == str(pickle.loads(pickle.dumps(error)))  # noqa: S301


def test_a_redirect_is_not_followed(kind: str) -> None:
    """The key is not shown to another host."""
    made, sent = answering(kind, httpx2.Response(307, headers={"location": "https://elsewhere.example.com/"}))
    with made as client, pytest.raises(ruleflow.ServiceError, match="another address"):
        client.decide("ticket.created", FACTS)
    assert ["rules.example.com"] == [one.url.host for one in sent]


@pytest.mark.parametrize("body", [b"<html>Welcome</html>", b"", b"[]", b'{"version":2,"decision_id":"x"}', b'"\xff"'])
def test_an_answer_of_somebody_else_is_an_error(kind: str, body: bytes) -> None:
    """A page of a proxy, or a decision of a later version, is told as what it is."""
    made, _ = answering(kind, httpx2.Response(200, content=body))
    with made as client, pytest.raises(ruleflow.ServiceError, match="not what this version of ruleflow reads"):
        client.decide("ticket.created", FACTS)


@pytest.mark.parametrize(
    "answer", [problem(401, detail="unknown key"), httpx2.ConnectError("refused"), httpx2.Response(200, text="x")]
)
def test_the_key_is_never_shown(kind: str, answer: Any, pauses: list[float]) -> None:
    """Neither a client nor an error of it, with all that led to it, has the key in its text."""
    made, _ = answering(kind, answer)
    with made as client:
        with pytest.raises(ruleflow.ServiceError) as caught:
            client.project()
        shown = [repr(client), repr(caught.value), *traceback.format_exception(caught.value)]
    assert [] == [one for one in shown if KEY in one]


def test_a_key_that_cannot_be_is_not_shown_either() -> None:
    """The end of a line after a key is no part of it; other characters are refused without saying the key."""
    with pytest.raises(ValueError, match="holds characters") as caught:
        ruleflow.Client(URL, api_key=f"{KEY}\nx")
    assert KEY not in str(caught.value)
    with ruleflow.Client(URL, api_key=f"{KEY}\n") as client:
        assert f"Bearer {KEY}" == client._address.headers["Authorization"]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "where is the service"),
        ("rules.example.com", "is not the address of a service"),
        ("ftp://rules.example.com", "is not the address of a service"),
        ("https://rules.example.com?x=1", "is not the address of a service"),
        ("https://me:secret@rules.example.com", "no name and no password"),
    ],
)
def test_an_address_that_cannot_be_is_refused(url: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is sent, and without saying a password."""
    monkeypatch.delenv("RULEFLOW_URL", raising=False)
    with pytest.raises(ValueError, match=message) as caught:
        ruleflow.Client(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "options", [{"timeout": 0}, {"timeout": float("nan")}, {"timeout": float("inf")}, {"attempts": 0}]
)
def test_a_call_has_some_time_and_an_attempt(options: Any) -> None:
    """A client that could never ask is refused."""
    with pytest.raises(ValueError, match="`timeout`"):
        ruleflow.Client(URL, **options)


def test_the_environment_says_where_and_who(kind: str, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """`RULEFLOW_URL` and `RULEFLOW_API_KEY` hold where nothing else is said."""
    monkeypatch.setenv("RULEFLOW_URL", "https://other.example.com/")
    monkeypatch.setenv("RULEFLOW_API_KEY", "rfk_other")
    sent: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        return decides(project)(request)

    with opened(kind, transport=httpx2.MockTransport(answer), project="support") as client:
        client.decide("ticket.created", FACTS)
        client.decide("ticket.created", FACTS, project="sales")
    assert ["https://other.example.com/v1/decide"] * 2 == [str(one.url) for one in sent]
    assert {"Bearer rfk_other"} == {one.headers["authorization"] for one in sent}
    assert ["support", "sales"] == [msgspec.json.decode(one.content)["project"] for one in sent]


def test_many_are_asked_as_they_are_taken(project: Project) -> None:
    """No more facts are read than one chunk; every answer is in its place, all for one instant."""
    read: list[int] = []

    def tickets() -> Iterator[Any]:
        for number in range(7):
            read.append(number)
            yield {"ticket": {"id": f"T-{number}"}}

    made, sent = answering("sync", decides(project))
    with made as client:
        found = client.decide_many("ticket.created", tickets(), now=NOON, chunk=3)
        assert ([], []) == (read, sent)
        first = next(found)
        assert ([0, 1, 2], 1) == (read, len(sent))
        rest = list(found)
    assert [project.decide("ticket.created", one, now=NOON) for one in tickets()] == [first, *rest]
    assert [3, 3, 1] == [len(msgspec.json.decode(one.content)["items"]) for one in sent]


def test_many_may_come_from_an_asynchronous_iterator(project: Project) -> None:
    """An `AsyncClient` takes facts from either kind of iterator."""

    async def tickets() -> Any:
        for number in range(3):
            yield {"ticket": {"id": f"T-{number}"}}

    made, _ = answering("async", decides(project))
    with made as client:
        plain = client.decide_many("ticket.created", [{"ticket": {"id": f"T-{at}"}} for at in range(3)], now=NOON)
        assert plain == client.decide_many("ticket.created", tickets(), now=NOON, chunk=2)


def test_large_facts_share_no_request(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request is bounded in bytes, too."""
    monkeypatch.setattr("ruleflow.client.calls._MOST_BYTES", 1_000)
    made, sent = answering("sync", decides(project))
    with made as client:
        found = list(client.decide_many("ticket.created", [{"ticket": {"subject": "x" * 600}}] * 5))
    assert (5, 3) == (len(found), len(sent))


def test_nothing_to_decide_asks_nothing(kind: str) -> None:
    """No facts, no request."""
    made, sent = answering(kind, httpx2.Response(500))
    with made as client:
        assert [] == list(client.decide_many("ticket.created", []))
    assert [] == sent


def summary(number: int) -> dict[str, Any]:
    at = "2026-03-02T12:00:00+00:00"
    texts = dict.fromkeys(("project", "digest", "event", "ticket_id", "caller", "request_id"), "x")
    return {
        **texts,
        "decision_id": f"d-{number}",
        "at": at,
        "received_at": at,
        "latency_us": 5,
        "matched": [],
        "shadow": [],
        "added_later": 1,
    }


def test_pages_are_turned(kind: str) -> None:
    """The log is read page after page until there is none, even past a page without decisions."""
    pages: Sequence[Any] = (
        {"decisions": [summary(3), summary(2)], "next": 2},
        {"decisions": [], "next": 1},
        {"decisions": [summary(1)], "next": None},
    )
    made, sent = answering(kind, *(httpx2.Response(200, json=one) for one in pages))
    with made as client:
        found = list(client.decisions(ticket="Ä&b", since=NOON))
    assert ["d-3", "d-2", "d-1"] == [one.decision_id for one in found]
    assert NOON == found[0].at
    assert [None, "2", "1"] == [one.url.params.get("before") for one in sent]
    assert ("Ä&b", NOON.isoformat()) == (sent[0].url.params["ticket"], sent[0].url.params["since"])


def test_an_id_is_no_path(kind: str) -> None:
    """What is looked for may be any text, and asks for nothing else."""
    made, sent = answering(kind, problem(404))
    with made as client, pytest.raises(ruleflow.ServiceError, match="404 Not Found"):
        client.decision("../projects?x")
    assert b"/base/v1/decisions/..%2Fprojects%3Fx" == sent[0].url.raw_path


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(httpx2.Response(200), True), (httpx2.Response(503), False), (httpx2.ConnectError("refused"), False)],
)
def test_health_is_asked_once(kind: str, answer: Any, expected: bool, pauses: list[float]) -> None:
    """It is yes or no, at once."""
    made, sent = answering(kind, answer)
    with made as client:
        assert expected == client.healthy()
    assert ["/base/readyz"] == [one.url.path for one in sent]


def test_without_httpx2_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names are there without it; a client says what to install."""
    monkeypatch.setattr(opening, "find_spec", lambda _: None)
    for kind in (ruleflow.Client, ruleflow.AsyncClient):
        with pytest.raises(ImportError, match=r"pip install 'ruleflow\[client\]'"):
            kind(URL)


def test_an_instant_has_a_zone(kind: str) -> None:
    """As in the library, one without a zone is a mistake of the program."""
    made, _ = answering(kind, httpx2.Response(500))
    with made as client, pytest.raises(ValueError, match="time zone"):
        client.decide("ticket.created", FACTS, now=datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake


def test_an_asynchronous_client_has_one_loop(project: Project) -> None:
    """In a second loop it says so, in place of an error from deep below."""
    transport = httpx2.MockTransport(decides(project))
    client = ruleflow.AsyncClient(URL, transport=transport)

    async def ask() -> None:
        await client.decide("ticket.created", FACTS)

    asyncio.run(ask())
    with pytest.raises(RuntimeError, match="one for each"):
        asyncio.run(ask())
