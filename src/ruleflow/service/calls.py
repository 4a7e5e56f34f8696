"""A request as the routes see it, and what they answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ruleflow.service.problems import MEDIA_TYPE, Problem

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = tuple[tuple[bytes, bytes], ...]


class Answer(NamedTuple):
    """What is answered: by default JSON."""

    body: bytes
    status: int = 200
    headers: Headers = ()
    media_type: bytes = b"application/json"


@dataclass(slots=True)
class Call:
    """A request that was let in. `caller` is the name of its API key, '' where none is asked for; times are microseconds.

    `body` is what was sent, `message` the same as a message of `messages.py` (None where the route takes none).
    """

    scope: Scope
    request_id: str
    received_at: int
    caller: str = ""
    body: bytes = b""
    message: Any = None

    def header(self, name: bytes) -> bytes | None:
        """The value of a header (name in lower case), None where it is absent."""
        for known, value in self.scope["headers"]:
            if known == name:
                return bytes(value)
        return None


Handle = Callable[[Call], Awaitable[Answer | Problem]]


async def send_answer(send: Send, found: Answer | Problem, request_id: str, *, with_body: bool = True) -> None:
    """Answer a request; a problem as its document."""
    if isinstance(found, Problem):
        found = Answer(found.to_json(request_id), found.status, found.headers, MEDIA_TYPE)
    headers = [
        (b"content-type", found.media_type),
        (b"content-length", b"%d" % len(found.body)),
        *found.headers,
    ]
    await send({"type": "http.response.start", "status": found.status, "headers": headers})
    await send({"type": "http.response.body", "body": found.body if with_body else b""})
