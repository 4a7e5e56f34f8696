"""Connections that mean no good, or break off: none of them keeps others waiting, and none is worth much memory."""

from __future__ import annotations

import json
import random
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.service.asking import eventually
from tests.service.running import EXAMPLE, Running, running, ticket

HEAD = b"POST /v1/decide HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """With one worker: who blocks it blocks all."""
    place = tmp_path_factory.mktemp("served") / "support"
    shutil.copytree(EXAMPLE, place)
    with running(str(place), "--workers", "1") as found:
        yield found


def connected(service: Running) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(service.url.rpartition(":")[2])), timeout=10)


def request(number: int) -> bytes:
    body = json.dumps({"event": "ticket.created", "facts": ticket(number)}).encode()
    return HEAD + b"content-length: %d\r\n\r\n" % len(body) + body


def resident_kb(service: Running) -> int:
    """The memory of the worker."""
    (worker,) = service.workers()
    lines = Path(f"/proc/{worker}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def need_answers(service: Running) -> None:
    """Others are answered, and are decided for."""
    answers = [service.post("/v1/decide", {"event": "ticket.created", "facts": ticket(number)}) for number in range(5)]
    assert [200] * 5 == [one.status_code for one in answers]


def read_all(connection: socket.socket) -> bytes:
    """What comes until the other side closes, or resets."""
    found = b""
    with suppress(ConnectionError):
        while part := connection.recv(65_536):
            found += part
    return found


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"", id="silent"),
        pytest.param(b"POST /v1/decide HTTP/1.1\r\nhost: loc", id="half a head"),
        pytest.param(HEAD + b"content-length: 100000\r\n\r\n" + b'{"event": "' + b"x" * 1_000, id="half a body"),
        pytest.param(HEAD + b"transfer-encoding: chunked\r\n\r\n5\r\nabc", id="half a chunk"),
    ],
)
def test_hundreds_that_say_nothing_more_cost_nobody_an_answer(service: Running, said: bytes) -> None:
    """A thousand connections that stay open in the middle of a request: others are answered, memory stays bounded."""
    need_answers(service)
    before = resident_kb(service)
    with ExitStack() as stack:
        for _ in range(1_000):
            stack.enter_context(connected(service)).sendall(said)
        need_answers(service)
        assert resident_kb(service) - before < 60_000
    need_answers(service)


def test_a_head_without_end_is_cut_off(service: Running) -> None:
    """A head of more than 64 KB ends the connection, long before it fills the memory."""
    with connected(service) as connection, suppress(ConnectionError):
        connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n")
        for _ in range(400):
            connection.sendall(b"x-more: " + b"y" * 1_000 + b"\r\n")
        assert b" 200 " not in read_all(connection)
    need_answers(service)


def test_a_body_that_is_too_large_is_refused_before_it_comes(service: Running) -> None:
    """The length that is announced is enough to refuse it."""
    with connected(service) as connection:
        connection.sendall(HEAD + b"content-length: 99999999999\r\n\r\n")
        assert read_all(connection).startswith(b"HTTP/1.1 413 ")


def test_garbage_ends_its_connection_and_no_other(service: Running) -> None:
    """Random bytes, a TLS hello, other protocols: the connection is closed, or answered 400."""
    drawn = random.Random(7)
    garbage = [drawn.randbytes(drawn.randint(1, 3_000)) + b"\r\n\r\n" for _ in range(40)]
    garbage += [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\0" * 5_000,
        b"\r\n" * 200,
    ]
    for said in garbage:
        with connected(service) as connection, suppress(ConnectionError):
            connection.sendall(said)
            connection.shutdown(socket.SHUT_WR)
            found = read_all(connection)
            assert found == b"" or b" 400 " in found.partition(b"\r\n")[0], said
    need_answers(service)


def test_requests_one_after_another_without_waiting_are_answered_in_order(service: Running) -> None:
    """Thirty requests in one go over one connection."""
    with connected(service) as connection:
        connection.sendall(b"".join(map(request, range(30))))
        found = b""
        while found.count(b'"decision_id"') < 30:
            found += connection.recv(65_536)
    answers = [part.partition(b"\r\n\r\n")[2] for part in found.split(b"HTTP/1.1 200 OK")[1:]]
    events = [
        service.post("/v1/decide", {"event": "ticket.created", "facts": ticket(n), "now": json.loads(one)["at"]})
        for n, one in enumerate(answers)
    ]
    assert [json.loads(one)["decision_id"] for one in answers] == [one.json()["decision_id"] for one in events]


def test_a_caller_that_goes_away_in_the_middle_leaves_nothing_behind(service: Running) -> None:
    """Connections that are closed or reset before, in and after a request."""
    for cut in (10, 120, len(request(1)) - 5, len(request(1))):
        for reset in (False, True):
            connection = connected(service)
            connection.sendall(request(1)[:cut])
            if reset:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.close()
    need_answers(service)
    (worker,) = service.workers()
    eventually(lambda: sum("socket" in str(one.readlink()) for one in Path(f"/proc/{worker}/fd").iterdir()) < 10)


def test_a_caller_that_has_said_all_is_answered(service: Running) -> None:
    """A connection whose sending half is closed once the request is sent, as `nc -N` does."""
    with connected(service) as connection:
        connection.sendall(request(1))
        connection.shutdown(socket.SHUT_WR)
        found = read_all(connection)
    assert found == b"" or found.startswith(b"HTTP/1.1 200 ")
    need_answers(service)
