"""An operation of the interface: what it takes and gives, who may call it, and how a request becomes a call of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from ruleflow.service.bodies import GoneError, read_message, receive_body
from ruleflow.service.calls import Answer, Call, Handle, Receive, Scope, Send, send_answer
from ruleflow.service.problems import Problem
from ruleflow.service.settings import Settings


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path. `takes` None: there is no body."""

    method: str
    path: str
    handle: Handle
    takes: type[msgspec.Struct] | None = None


class Endpoint:
    """Everything that can be done to one path, as an ASGI application."""

    def __init__(self, operations: Mapping[str, Operation], settings: Settings) -> None:
        self._operations = operations
        self._settings = settings
        methods = {*operations, "OPTIONS", *({"HEAD"} if "GET" in operations else ())}
        self._allow = ((b"allow", ", ".join(sorted(methods)).encode()),)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        call: Call = scope["ruleflow.call"]
        try:
            found = await self._answered(call, receive)
        except GoneError:
            return
        await send_answer(send, found, call.request_id, with_body=scope["method"] != "HEAD")

    async def _answered(self, call: Call, receive: Receive) -> Answer | Problem:
        method = call.scope["method"]
        operation = self._operations.get("GET" if method == "HEAD" else method)
        if operation is None:
            if method == "OPTIONS":
                return Answer(b"", 204, self._allow)
            return Problem(405, f"{method[:20]} is not possible here", headers=self._allow)
        if operation.takes is not None:
            problem = await self._take(operation.takes, call, receive)
            if problem is not None:
                return problem
        return await operation.handle(call)

    async def _take(self, kind: type[msgspec.Struct], call: Call, receive: Receive) -> Problem | None:
        """Receive the body and read the message in it."""
        problem = _unsupported(call)
        if problem is not None:
            return problem
        body = await receive_body(call.scope, receive, self._settings.body_limit, self._settings.request_timeout_s)
        if isinstance(body, Problem):
            return body
        message: Any = read_message(body, kind)
        if isinstance(message, Problem):
            return message
        call.body, call.message = body, message
        return None


def _unsupported(call: Call) -> Problem | None:
    """Bodies are JSON in UTF-8, and not compressed."""
    for name, value in call.scope["headers"]:
        if name == b"content-type":
            kind = value.partition(b";")[0].strip().lower()
            if kind != b"application/json" and not (kind.startswith(b"application/") and kind.endswith(b"+json")):
                return Problem(415, "send the body as application/json", headers=((b"accept", b"application/json"),))
        elif name == b"content-encoding" and value.strip().lower() not in {b"", b"identity"}:
            return Problem(415, "send the body without compression", headers=((b"accept-encoding", b"identity"),))
    return None
