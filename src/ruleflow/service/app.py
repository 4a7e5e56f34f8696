"""The HTTP interface of the service as one ASGI application."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from secrets import token_hex
from time import time_ns
from typing import Any

from starlette.routing import BaseRoute, Route, Router

from ruleflow.service.calls import Call, Receive, Scope, Send, send_answer
from ruleflow.service.deciding import Deciding
from ruleflow.service.operations import Endpoint, Operation
from ruleflow.service.problems import Problem
from ruleflow.service.routes import decide, health
from ruleflow.service.state import Service

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:+/=@-]{1,128}")
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)


def make_app(service: Service, pages: Sequence[BaseRoute] = ()) -> Front:
    """The application; `pages` are routes beside the interface, such as those of the console."""
    operations = [*decide.operations(Deciding(service)), *health.operations(service)]
    routes = [*_routes(operations, service), *pages]
    return Front(Router(routes, redirect_slashes=False, default=_not_found))


class Front:
    """What every request goes through: it gets its id, every answer its headers, and a defect of ours a plain answer."""

    def __init__(self, router: Router) -> None:
        self._router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._router(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope["ruleflow.call"] = Call(scope, request_id, time_ns() // 1000)
        started = False

        async def send_on(event: Any) -> None:
            nonlocal started
            if event["type"] == "http.response.start":
                started = True
                headers = event["headers"]
                known = {name for name, _ in headers}
                headers.append((b"x-request-id", request_id.encode()))
                headers.extend(one for one in _ALWAYS if one[0] not in known)
            await send(event)

        try:
            await self._router(scope, receive, send_on)
        except Exception:
            if started:
                raise
            await send_answer(send_on, Problem(500, "the service failed on this request"), request_id)
            raise


def _routes(operations: Iterable[Operation], service: Service) -> list[Route]:
    by_path: dict[str, dict[str, Operation]] = {}
    for one in operations:
        by_path.setdefault(one.path, {})[one.method] = one
    return [Route(path, Endpoint(own, service.settings)) for path, own in by_path.items()]


def _request_id(scope: Scope) -> str:
    """The id that the caller gave the request, where it is a sane one; else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return bytes(value).decode()
    return token_hex(12)


async def _not_found(scope: Scope, _: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000})
        return
    call: Call = scope["ruleflow.call"]
    await send_answer(send, Problem(404, "there is nothing at this address"), call.request_id)
