"""Asking the helpdesk for facts: where, and what its answers mean."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest

from ruleflow.service.fresh_facts import Answer, Fault, FreshFacts, facts_url
from ruleflow.service.signature import keys_of, signed_headers
from ruleflow.store.timers import Ticket

HANG = Event()
HEADERS: list[dict[str, str]] = []
ANSWERS: dict[str, tuple[int, bytes]] = {
    "fine": (200, b'{"ticket": {"id": "fine", "status": "open"}, "event": {"by": "x"}, "before": {}}'),
    "nameless": (200, b'{"contact": {"email": "a@b.fi"}}'),
    "number": (200, b'{"ticket": {"id": 7}}'),
    "gone": (404, b""),
    "long-gone": (410, b""),
    "broken": (500, b""),
    "moved": (302, b""),
    "other": (200, b'{"ticket": {"id": "fine"}}'),
    "text": (200, b"<html>"),
    "list": (200, b"[]"),
    "odd": (200, b'{"ticket": "fine"}'),
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A helpdesk on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            HEADERS.append({name.lower(): value for name, value in self.headers.items()})
            name = self.path.rpartition("/")[2]
            if name == "slow":
                HANG.wait(30)
            status, body = ANSWERS.get(name, (200, b"{}"))
            self.send_response(status)
            self.send_header("location", "/support/fine")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 128
        daemon_threads = True
        block_on_close = False

    HANG.clear()
    with Server(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/{{project}}/{{ticket}}"
        HANG.set()
        server.shutdown()
        thread.join()


def _ask(url: str, *names: str) -> list[Answer]:
    fresh = FreshFacts.of(url, 0.5)
    try:
        return fresh.ask([_ticket(name) for name in names])
    finally:
        fresh.close()


def _ticket(name: str) -> Ticket:
    nothing: Any = None
    return Ticket(1, "support", name, "", "", 0, 0, b"{}", (), b"{}", (), (), nothing, nothing, 0, b"", 1, "")


def test_facts_come_without_an_event(url: str) -> None:
    """What the answer says of an event or of what was before is left out; the id of the ticket is there."""
    assert _ask(url, "fine", "nameless") == [
        {"ticket": {"id": "fine", "status": "open"}},
        {"contact": {"email": "a@b.fi"}, "ticket": {"id": "nameless"}},
    ]


def test_who_asks_is_signed(url: str) -> None:
    """The helpdesk can tell that it is the service that asks: the signature is that of an empty body."""
    secret = f"whsec_{b64encode(bytes(24)).decode()}"
    fresh = FreshFacts.of(url, 5.0, secret)
    fresh.ask([_ticket("fine")])
    fresh.close()
    came = HEADERS[-1]
    expected = signed_headers(keys_of(secret), came["webhook-id"], int(came["webhook-timestamp"]), b"")
    assert {name: came[name] for name in expected} == expected


def test_a_ticket_that_is_not_there_is_gone(url: str) -> None:
    """404 and 410 say so."""
    assert _ask(url, "gone", "long-gone") == [Fault.GONE, Fault.GONE]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("broken", "status 500"),
        ("moved", "status 302"),
        ("other", "the answer is about another ticket"),
        ("number", "the answer is about another ticket"),
        ("text", "the answer is no JSON document"),
        ("list", "the answer is no object"),
        ("odd", "`ticket` in the answer is no object"),
    ],
)
def test_an_answer_that_is_none_says_what_went_wrong(url: str, name: str, expected: str) -> None:
    """Anything but facts of this ticket is told in words."""
    (answer,) = _ask(url, name)
    assert isinstance(answer, str)
    assert answer.startswith(expected)


def test_one_that_takes_too_long_holds_up_no_other(url: str) -> None:
    """Answers come for all; the slow one is told to be slow."""
    assert _ask(url, "slow", "gone") == ["no answer within 0.5 s", Fault.GONE]


def test_nobody_there_is_told() -> None:
    """Where nothing listens the answer says so."""
    (answer,) = _ask("http://127.0.0.1:9/{ticket}", "fine")
    assert isinstance(answer, str)
    assert answer.startswith("ConnectError")


@pytest.mark.parametrize(
    ("ticket", "expected"),
    [
        ("T-1", "https://h/a/support/T-1"),
        ("../admin", "https://h/a/support/..%2Fadmin"),
        ("..", "https://h/a/support/%2E%2E"),
        ("a?b#c", "https://h/a/support/a%3Fb%23c"),
        ("{project}", "https://h/a/support/%7Bproject%7D"),
        ("билет 🎫", "https://h/a/support/%D0%B1%D0%B8%D0%BB%D0%B5%D1%82%20%F0%9F%8E%AB"),
        ("\ud83d", "https://h/a/support/%3F"),
    ],
)
def test_ids_lead_nowhere_else(ticket: str, expected: str) -> None:
    """Whatever an id is, it is one segment of the path."""
    assert facts_url("https://h/a/{project}/{ticket}", "support", ticket) == expected
