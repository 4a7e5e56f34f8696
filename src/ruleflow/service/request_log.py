"""A line for each request, where that is asked for: what was asked and answered, never what was said in it."""

from __future__ import annotations

from time import perf_counter
from typing import Any, NamedTuple

from ruleflow.service.calls import Call, Receive, Scope, Send
from ruleflow.service.logs import log


class Seen(NamedTuple):
    """What the head of an answer says of a request. '' where it does not apply, or is not known."""

    status: int
    request_id: str
    digest: str
    decision_id: str


def seen_in(start: Any) -> Seen:
    """Read the event with which an answer starts."""
    headers = dict(start["headers"])
    return Seen(
        start["status"],
        headers.get(b"x-request-id", b"").decode(),
        headers.get(b"ruleflow-digest", b"").decode(),
        headers.get(b"ruleflow-decision-id", b"").decode(),
    )


def route_of(scope: Scope) -> str:
    """The route as it is documented; '' for an address that is none, which may be anything that somebody pasted."""
    return getattr(scope.get("route"), "path", "")


class RequestLog:
    """An application that says of each request how it was answered."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, start = perf_counter(), None

        async def send_on(event: Any) -> None:
            nonlocal start
            if event["type"] == "http.response.start":
                start = event
            await send(event)

        try:
            await self._app(scope, receive, send_on)
        finally:
            _say(scope, start, perf_counter() - begun)


def _say(scope: Scope, start: Any, seconds: float) -> None:
    call: Call | None = scope.get("ruleflow.call")
    told: dict[str, Any] = {"method": scope["method"], "route": route_of(scope), "ms": round(seconds * 1000, 2)}
    if start is None:
        log().info("request", **told, answered=False)
        return
    seen = seen_in(start)
    told |= {"status": seen.status, "request_id": seen.request_id}
    optional = {"caller": call.caller if call else "", "decision_id": seen.decision_id}
    log().info("request", **told, **{name: value for name, value in optional.items() if value})
