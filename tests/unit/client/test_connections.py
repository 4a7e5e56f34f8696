"""The clients over real connections that break, close and fall silent, by a server that is told how to behave."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import pytest

import ruleflow
from tests.clients import opened

BODY = b'{"name":"support"}'
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
HALF = WHOLE[:-8]
CHUNKED = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{"name":\r\n'
SILENT = b""
CLOSED = b"closed"


@contextmanager
def answering(*connections: Sequence[bytes]) -> Iterator[tuple[str, list[int]]]:
    """A server of which each connection gives these answers and is closed then; with the number of requests it read."""
    listening = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()
    read: list[int] = []

    def serve() -> None:
        for answers in connections:
            with suppress(OSError):
                connection, _ = listening.accept()
                with connection:
                    for answer in answers:
                        if answer == CLOSED or not connection.recv(65_536):
                            break
                        read.append(1)
                        if answer == SILENT:
                            done.wait(30)
                        connection.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", read
    finally:
        done.set()
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("broken", [HALF, CHUNKED, b"HTTP/1.1 200", CLOSED, b"what is this\r\n\r\n"])
def test_a_connection_that_breaks_is_made_anew(kind: str, broken: bytes) -> None:
    """Before an answer, in its head, in the middle of it: the next connection gives the whole."""
    with answering([broken], [WHOLE]) as (url, _), opened(kind, url) as client:
        assert {"name": "support"} == client.project()


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_connection_that_was_closed_meanwhile_is_not_missed(kind: str) -> None:
    """A connection is used again; when the service has closed it since, the next call has a new one."""
    with answering([WHOLE, WHOLE], [WHOLE]) as (url, read), opened(kind, url) as client:
        assert [{"name": "support"}] * 3 == [client.project() for _ in range(3)]
        assert 3 == len(read)


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_silent_connection_is_left(kind: str) -> None:
    """An answer that does not come is not waited for longer than there is time, and another attempt is made."""
    with answering([SILENT]) as (url, read), opened(kind, url, timeout=0.4, attempts=2) as client:
        with pytest.raises(ruleflow.UnavailableError, match="did not answer in time"):
            client.project()
        assert 1 == len(read)
