"""A request as the routes see it, and what they answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, ParamSpec, TypeVar

from anyio.to_thread import run_sync

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

    `headers` by their names in lower case. `route` is the address that answers, as it is documented, '' where none does.
    `body` is what was sent, `message` the same as a message of `messages.py`; of a route that takes none, its parameters.
    """

    scope: Scope
    headers: Mapping[bytes, bytes]
    request_id: str
    received_at: int
    caller: str = ""
    route: str = ""
    body: bytes = b""
    message: Any = None

    @property
    def address(self) -> str:
        """Where the request comes from, '' where that is not known."""
        client = self.scope.get("client")
        return "" if client is None else str(client[0])


Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


async def in_thread(
    function: Callable[Parameters, Result], *arguments: Parameters.args, **named: Parameters.kwargs
) -> Result:
    """Call what blocks, on another thread, while requests go on."""
    return await run_sync(partial(function, *arguments, **named))


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
