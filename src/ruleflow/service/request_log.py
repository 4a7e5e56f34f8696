"""A line for each request, where that is asked for: what was asked and answered, never what was said in it."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from ruleflow.service.calls import Call, Receive, Scope, Send
from ruleflow.service.logs import log


class RequestLog:
    """An application that says of each request how it was answered.

    An address that is no route is left out: it may be anything that somebody pasted.
    """

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, start = perf_counter(), None

        async def send_on(event: Any) -> None:
            nonlocal start
            if event["type"] == "http.response.start":
                start = event
            await send(event)

        try:
            await self._app(scope, receive, send_on)
        finally:
            _say(scope, start, perf_counter() - began)


def _say(scope: Scope, start: Any, seconds: float) -> None:
    """`status` 0: the caller went away before it was answered."""
    call: Call = scope["ruleflow.call"]
    decision_id = header_of(start, b"ruleflow-decision-id")
    log().info(
        "request",
        method=scope["method"],
        route=call.route,
        status=0 if start is None else start["status"],
        ms=round(seconds * 1000, 2),
        request_id=call.request_id,
        **({"caller": call.caller} if call.caller else {}),
        **({"decision_id": decision_id} if decision_id else {}),
    )


def header_of(start: Any, name: bytes) -> str:
    """A header of the event that starts an answer; '' where there is none."""
    if start is None:
        return ""
    return str(next((value.decode() for known, value in start["headers"] if known == name), ""))
