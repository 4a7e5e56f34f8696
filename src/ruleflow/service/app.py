"""The HTTP interface of the service as one ASGI application."""

from __future__ import annotations

import re
from collections.abc import Sequence
from secrets import token_hex
from time import perf_counter
from typing import Any

from starlette.routing import BaseRoute, Route, Router

from ruleflow.service.access import Access
from ruleflow.service.calls import Call, Receive, Scope, Send, send_answer
from ruleflow.service.deciding import Deciding
from ruleflow.service.logs import log
from ruleflow.service.metrics import Metrics
from ruleflow.service.openapi import document_operation
from ruleflow.service.operations import Endpoint, Entry, Operation, by_path
from ruleflow.service.problems import Problem
from ruleflow.service.routes import batch, check, decide, decisions, health, projects, reasons
from ruleflow.service.routes.health import READYZ
from ruleflow.service.state import Service
from ruleflow.store.instants import microseconds

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:+/=@-]{1,128}")
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)


def make_app(service: Service, pages: Sequence[BaseRoute] = ()) -> Front:
    """The application; `pages` are routes beside the interface that see for themselves who may look: the console."""
    settings = service.settings
    metrics = Metrics(service)
    access = Access(service.store, settings.host, settings.proxied)
    entry = Entry(settings, access, _rates(settings.rate, settings.workers), service.store)
    endpoints = [Route(path, Endpoint(own, entry)) for path, own in by_path(operations_of(service, metrics)).items()]
    beside = Router(pages, default=_not_found)
    return Front(Router(endpoints, redirect_slashes=False, default=_Beside(beside)), access, metrics)


def operations_of(service: Service, metrics: Metrics) -> list[Operation]:
    """All operations of the interface, the one that is asked for most often first."""
    deciding = Deciding(service, metrics)
    found = [
        *decide.operations(deciding),
        *batch.operations(deciding),
        *reasons.operations(service),
        *check.operations(service),
        *projects.operations(service),
        *decisions.operations(service, metrics),
        *health.operations(service, metrics),
    ]
    return [*found, document_operation(found)]


class Front:
    """What every request goes through: it gets its id, every answer its headers, and a defect of ours a plain answer."""

    def __init__(self, router: Router, access: Access, metrics: Metrics) -> None:
        self._router, self._access, self._metrics = router, access, metrics

    async def prepare(self) -> None:
        """Read the API keys, before the first request needs them: the store may be away by then."""
        await self._access.refresh()

    async def keep_keys_fresh(self) -> None:
        """Read them again and again, until it is cancelled."""
        await self._access.keep_fresh()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._router(scope, receive, send)
            return
        began = perf_counter()
        headers = dict(scope["headers"])
        call = Call(scope, headers, _request_id(headers), microseconds())
        scope["ruleflow.call"] = call
        status = 0

        async def send_on(event: Any) -> None:
            nonlocal status
            if event["type"] == "http.response.start":
                status = event["status"]
                event["headers"] = _completed(event.get("headers", ()), call.request_id)
            await send(event)

        try:
            problem = await self._access.check_host(call)
            if problem is None:
                await self._router(scope, receive, send_on)
            else:
                await send_answer(send_on, problem, call.request_id)
        except Exception:
            log().exception("a request failed", request_id=call.request_id, route=call.route)
            if status:
                raise
            await send_answer(send_on, Problem(500, "the service failed on this request"), call.request_id)
        else:
            if status >= 500 and call.route != READYZ:  # a no to the question whether it is ready is no failure
                log().error("a request failed", request_id=call.request_id, route=call.route, status=status)
        finally:
            self._metrics.request(call.route or "other", status, perf_counter() - began)


class _Beside:
    """What is no operation of the interface, found by a router of its own."""

    def __init__(self, router: Router) -> None:
        self._router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        del scope["router"]  # by which Starlette tells that a router is inside another one
        await self._router(scope, receive, send)


def _completed(headers: Any, request_id: str) -> list[tuple[bytes, bytes]]:
    """The headers of an answer with those that all have; a page may set its own in place of these."""
    known = {name for name, _ in headers}
    own = (one for one in _ALWAYS if one[0] not in known)
    return [*headers, (b"x-request-id", request_id.encode()), *own]


def _rates(rate: str, workers: int) -> Any:
    if not rate:
        return None
    from ruleflow.service.rates import Rates

    return Rates(rate, workers)


def _request_id(headers: dict[bytes, bytes]) -> str:
    """The id that the caller gave the request, where it is a sane one; else a new one."""
    given = headers.get(b"x-request-id")
    return given.decode() if given is not None and _REQUEST_ID.fullmatch(given) else token_hex(12)


async def _not_found(scope: Scope, _: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000})
        return
    call: Call = scope["ruleflow.call"]
    await send_answer(send, Problem(404, "there is nothing at this address"), call.request_id)
