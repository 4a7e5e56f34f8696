"""Delivering to a webhook: a local one that is slow, fails, asks to wait, hangs up."""

from __future__ import annotations

import hmac
import json
import os
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleflow.service import webhook as sending
from ruleflow.service.firing import Firing
from ruleflow.service.retries import FEW_TRIES, LONGEST, MOST_TRIES, Fate, asked_wait, fate_of, wait_s
from ruleflow.service.settings import Webhook
from ruleflow.service.signature import keys_of, signed_headers
from ruleflow.service.timer_decisions import Timed
from ruleflow.service.webhook import Reply, deliver_until, sent
from ruleflow.store import deliveries, timers
from ruleflow.store import log as decisions
from ruleflow.store.database import Store
from ruleflow.store.deliveries import DEAD, DELIVERED, WAITING, NewDelivery
from ruleflow.store.instants import microseconds
from tests.unit.service.timers.tickets import HOUR, SECOND, START, a_ticket, asked, text

KEY = bytes(range(32))
SECRET = f"whsec_{b64encode(KEY).decode()}"


@dataclass
class Helpdesk:
    """What came, and how it is answered: a status and headers, or None: the connection is closed."""

    answer: Callable[[dict[str, Any]], tuple[int, dict[str, str]] | None] = lambda _: (204, {})
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    @property
    def bodies(self) -> list[Any]:
        """The bodies that came, in order."""
        return [json.loads(body) for _, body in self.came]


@pytest.fixture
def helpdesk() -> Iterator[Helpdesk]:
    """A webhook on this machine."""
    found = Helpdesk()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            answer = found.answer(json.loads(body))
            if answer is None:
                self.close_connection = True
                return
            status, headers = answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 128
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        found.url = f"http://127.0.0.1:{server.server_port}/timers"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield found
        server.shutdown()
        thread.join()


@contextmanager
def _delivering(store: Store, url: str, timeout_s: float = 5.0) -> Iterator[None]:
    stop = Event()
    webhook = Webhook(url, SECRET, timeout_s=timeout_s)
    thread = Thread(target=deliver_until, args=(stop, store, webhook, "here"))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _until(holds: Callable[[], bool]) -> None:
    """Wait for something that is sure to come."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def _attempts(store: Store, delivery_id: str) -> int:
    found = deliveries.find(store, delivery_id)
    return 0 if found is None else found.attempts


def _add(store: Store, *tickets: str) -> None:
    """Deliveries for tickets, numbered in each body."""
    now = microseconds()
    with store.writing() as connection:
        deliveries.add(
            connection,
            [
                NewDelivery(
                    f"tmr_{n}", "support", ticket, f"d{n}", json.dumps({"n": n, "ticket": ticket}).encode(), now
                )
                for n, ticket in enumerate(tickets)
            ],
        )


def test_what_is_delivered_is_signed(store: Store, helpdesk: Helpdesk) -> None:
    """The signature is that of the Standard Webhooks scheme: over id, timestamp and body."""
    _add(store, "T-1")
    with _delivering(store, helpdesk.url):
        _until(lambda: deliveries.counts(store)[DELIVERED] == 1)
    ((headers, body),) = helpdesk.came
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    assert headers["webhook-id"] == "tmr_0"
    assert headers["webhook-signature"] == f"v1,{b64encode(hmac.digest(KEY, signed, sha256)).decode()}"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert headers["content-type"] == "application/json"


def test_the_signature_is_that_of_the_scheme() -> None:
    """The example of the scheme's own documentation comes out the same."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - from the documentation
    headers = signed_headers(keys_of(secret), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_two_secrets_give_two_signatures() -> None:
    """While one secret replaces another, whoever knows either can verify."""
    other = f"whsec_{b64encode(bytes(24)).decode()}"
    both = signed_headers(keys_of(f"{SECRET} {other}"), "a", 1, b"{}")["webhook-signature"].split()
    each = [signed_headers(keys_of(one), "a", 1, b"{}")["webhook-signature"] for one in (SECRET, other)]
    assert both == each


@pytest.mark.parametrize("secret", ["", "hello", "whsec_", "whsec_&&&", f"whsec_{b64encode(b'short').decode()}"])
def test_a_secret_that_is_none_is_refused(secret: str) -> None:
    """A secret is told to be wrong, without being quoted."""
    with pytest.raises(ValueError, match="secret") as caught:
        keys_of(secret)
    assert not secret.removeprefix("whsec_") or secret.removeprefix("whsec_") not in str(caught.value)


def test_deliveries_of_a_ticket_go_in_order(store: Store, helpdesk: Helpdesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later delivery of a ticket waits until the one before is there, however often that fails; other tickets do not."""
    monkeypatch.setattr(sending, "wait_s", lambda *_: 0.05)
    failures: Iterator[Any] = iter([(500, {}), (503, {}), None])
    helpdesk.answer = lambda body: next(failures, (200, {})) if body["n"] == 0 else (200, {})
    _add(store, "T-1", "T-1", "T-2", "T-1")
    with _delivering(store, helpdesk.url):
        _until(lambda: deliveries.counts(store)[DELIVERED] == 4)
    order = [body["n"] for body in helpdesk.bodies]
    assert [n for n in order if n != 2] == [0, 0, 0, 0, 1, 3]
    assert order.count(2) == 1


def test_a_slow_ticket_holds_up_no_other(store: Store, helpdesk: Helpdesk) -> None:
    """While one delivery waits for its answer the others go out; it is given up for now when it takes too long."""
    release = Event()

    def answer(body: dict[str, Any]) -> tuple[int, dict[str, str]]:
        if body["n"] == 0:
            release.wait(30)
        return 200, {}

    helpdesk.answer = answer
    _add(store, "slow", *(f"T-{n}" for n in range(20)))
    with _delivering(store, helpdesk.url, timeout_s=1.0):
        _until(lambda: deliveries.counts(store)[DELIVERED] == 20)
        _until(lambda: _attempts(store, "tmr_0") > 0)
    release.set()
    found = deliveries.find(store, "tmr_0")
    assert found is not None
    assert (found.state, found.last_error) == (WAITING, "no answer within 1 s")


def test_nobody_there_is_tried_again(store: Store) -> None:
    """Where nothing listens the delivery waits, and says why."""
    _add(store, "T-1")
    with _delivering(store, "http://127.0.0.1:9/"):
        _until(lambda: _attempts(store, "tmr_0") > 0)
    found = deliveries.find(store, "tmr_0")
    assert found is not None
    assert found.state == WAITING
    assert "Connect" in found.last_error


def test_a_webhook_that_is_gone_kills_at_once_and_a_redirect_is_not_followed(store: Store, helpdesk: Helpdesk) -> None:
    """410 is final; another place is no answer."""
    helpdesk.answer = lambda body: (410, {}) if body["n"] == 0 else (302, {"location": helpdesk.url + "/other"})
    _add(store, "T-1", "T-2")
    with _delivering(store, helpdesk.url):
        _until(lambda: all(one.attempts for one in deliveries.search(store)))
    states = {one.id: (one.state, one.last_error) for one in deliveries.search(store)}
    assert states == {"tmr_0": (DEAD, "status 410"), "tmr_1": (WAITING, "status 302")}
    assert len(helpdesk.came) == 2


def test_dead_deliveries_are_kept_until_somebody_decides(store: Store, helpdesk: Helpdesk) -> None:
    """A dead one stays; it can be tried again under the same id, or be dismissed."""
    helpdesk.answer = lambda _: (410, {})
    _add(store, "T-1", "T-2")
    with _delivering(store, helpdesk.url):
        _until(lambda: deliveries.counts(store)[DEAD] == 2)
    assert deliveries.prune(store, microseconds()) == 0
    assert deliveries.dismiss(store, "tmr_1")
    assert not deliveries.dismiss(store, "tmr_1")
    helpdesk.answer = lambda _: (200, {})
    assert deliveries.retry(store, microseconds()) == 1
    with _delivering(store, helpdesk.url):
        _until(lambda: deliveries.counts(store)[DELIVERED] == 1)
    assert [headers["webhook-id"] for headers, _ in helpdesk.came].count("tmr_0") == 2
    assert deliveries.prune(store, microseconds()) == 1
    assert deliveries.search(store) == ()


def test_a_claim_belongs_to_one_sender_until_it_ends(store: Store) -> None:
    """What one process is sending no other sends; when it dies another does."""
    _add(store, "T-1", "T-1", "T-2")
    now = microseconds()
    first = deliveries.claim(store, now, owner="a", lease=SECOND, limit=10)
    assert [one.id for one in first] == ["tmr_0", "tmr_2"]
    assert deliveries.claim(store, now, owner="b", lease=SECOND, limit=10) == ()
    later = deliveries.claim(store, now + SECOND, owner="b", lease=SECOND, limit=10)
    assert [one.id for one in later] == ["tmr_0", "tmr_2"]
    deliveries.settle(store, [sent(first[0], Reply(500, "status 500"), now)])
    found = deliveries.find(store, "tmr_0")
    assert found is not None
    assert found.attempts == 0
    deliveries.release(store, later)
    assert len(deliveries.claim(store, now + SECOND, owner="a", lease=SECOND, limit=10)) == 2


def test_whatever_an_answer_says_can_be_kept(store: Store) -> None:
    """Characters that a database refuses do not hold up what became of a delivery."""
    _add(store, "T-1")
    now = microseconds()
    (claimed,) = deliveries.claim(store, now, owner="a", lease=SECOND, limit=10)
    deliveries.settle(store, [sent(claimed, Reply(500, "status 500: \0\ud83d"), now)])
    assert deliveries.search(store)[0].last_error == "status 500: ␀?"


@pytest.mark.parametrize(
    ("status", "tries", "expected"),
    [
        (200, 1, Fate.DELIVERED),
        (204, 99, Fate.DELIVERED),
        (0, MOST_TRIES - 1, Fate.AGAIN),
        (0, MOST_TRIES, Fate.DEAD),
        (429, FEW_TRIES, Fate.AGAIN),
        (500, FEW_TRIES, Fate.AGAIN),
        (401, FEW_TRIES - 1, Fate.AGAIN),
        (401, FEW_TRIES, Fate.DEAD),
        (302, FEW_TRIES, Fate.DEAD),
        (410, 1, Fate.DEAD),
    ],
)
def test_what_an_answer_means(status: int, tries: int, expected: Fate) -> None:
    """What may pass is tried for a day, what will hardly change a few times."""
    assert fate_of(status, tries) is expected


def test_a_delivery_is_tried_for_about_a_day() -> None:
    """The waits of all tries add up to a day, give or take a few hours."""
    hours = sum(wait_s("tmr_1", tries) for tries in range(1, MOST_TRIES)) / 3600
    assert 18 < hours < 30


@given(name=st.text(), tries=st.integers(1, 10_000), asked=st.floats(0, 1e12))
def test_waits_are_bounded_and_mind_what_was_asked(name: str, tries: int, asked: float) -> None:
    """The same delivery waits equally long each time it is worked out; what the answer asks for is minded, up to a day."""
    wait = wait_s(name.encode(errors="replace").decode(), tries, asked)
    assert min(asked, 86_400.0) <= wait <= max(LONGEST * 1.2, 86_400.0)


@pytest.mark.parametrize(
    ("header", "expected"),
    [("", 0), ("120", 120), ("Mon, 02 Mar 2026 08:01:00 GMT", 60), ("Mon, 02 Mar 2020 08:01:00 GMT", 0), ("soon", 0)],
)
def test_how_long_an_answer_asks_to_wait(header: str, expected: float) -> None:
    """`Retry-After` is seconds or a date; anything else says nothing."""
    assert asked_wait(header, datetime(2026, 3, 2, 8, tzinfo=UTC)) == expected


@pytest.mark.slow
def test_timers_that_are_due_in_one_minute_are_all_delivered(store: Store, timed: Timed, helpdesk: Helpdesk) -> None:
    """Each of many tickets whose timers are due in the same minute is delivered exactly once.

    `RULEFLOW_EXAMPLES=10000` tries ten thousand.
    """
    count = int(os.environ.get("RULEFLOW_EXAMPLES", "1000"))
    at = [START + n * 60 * SECOND // count for n in range(count)]
    records = [
        asked(timed, "ticket.updated", a_ticket(f"T-{n}", updated_at=text(one)), one) for n, one in enumerate(at)
    ]
    for begin in range(0, count, 1_000):
        decisions.append(store, records[begin : begin + 1_000], also=timers.note)
    firing = Firing(store, Webhook(helpdesk.url, SECRET), "here")
    with _delivering(store, helpdesk.url):
        while firing.fire_due({"support": timed}, START + HOUR + 60 * SECOND):
            pass
        _until(lambda: deliveries.counts(store)[DELIVERED] == count)
    assert {body["data"]["ticket_id"] for body in helpdesk.bodies} == {f"T-{n}" for n in range(count)}
    assert len(helpdesk.came) == count
