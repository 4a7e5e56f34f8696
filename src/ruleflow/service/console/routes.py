"""The console's addresses, and the way from a request to a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ruleflow.service.console import trial
from ruleflow.service.console.asked import AbsentError, Asked, Moved, Page, Shown
from ruleflow.service.console.rule import rule_page
from ruleflow.service.console.rules import rules_page
from ruleflow.service.console.source import file_page
from ruleflow.service.console.words import chosen, words_in
from ruleflow.service.state import Service

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
LANGUAGE = "ruleflow_language"
_YEAR = 365 * 24 * 3600
_FIELDS = 20_000


def console_routes(service: Service) -> list[BaseRoute]:
    """The routes of the console, all under `/console`."""
    about_a_project: Sequence[tuple[str, Page]] = (
        ("rules", rules_page),
        ("rules/{rule:path}", rule_page),
        ("files/{file:path}", file_page),
        ("try", trial.trial_page),
    )
    inside = [
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
        _route("/", _start, service),
        *(_route(f"/p/{{project}}/{path}", page, service) for path, page in about_a_project),
        _route("/{rest:path}", _nowhere, service),
    ]
    return [Mount("/console", routes=inside, middleware=[Middleware(_Guarded)])]


def _start(asked: Asked) -> Shown | Moved:
    return Moved(asked.here("rules") if asked.project_name else asked.link("service"))


def _nowhere(asked: Asked) -> Shown | Moved:
    raise AbsentError(asked.path)


def _route(path: str, page: Page, service: Service) -> Route:
    async def answer(request: Request) -> Response:
        if request.method == "POST" and not from_here(request.headers):
            return _refusal(403, "this form was sent from another site")
        body = await _body(request, service.settings.body_limit) if request.method == "POST" else b""
        if body is None:
            return _refusal(413, "the form is too large")
        return await run_in_threadpool(_answered, page, request, body, service)

    return Route(path, answer, methods=["GET", "POST"])


def _answered(page: Page, request: Request, body: bytes, service: Service) -> Response:
    from ruleflow.service.console.render import render

    asked = _asked(request, body, service)
    try:
        found = page(asked)
    except AbsentError as error:
        found = Shown("absent.html", asked.words.text("absent.title"), values={"what": str(error)}, status=404)
    if isinstance(found, Moved):
        return RedirectResponse(found.to, status_code=303)
    answer = HTMLResponse(render(asked, found), found.status, {"cache-control": "no-store"})
    if request.query_params.get("lang") == asked.words.language:
        answer.set_cookie(
            LANGUAGE,
            asked.words.language,
            _YEAR,
            path=asked.base,
            httponly=True,
            samesite="lax",
            secure=_secure(request),
        )
    return answer


def _asked(request: Request, body: bytes, service: Service) -> Asked:
    language = chosen(
        request.query_params.get("lang", ""),
        request.cookies.get(LANGUAGE, ""),
        accepted=request.headers.get("accept-language", ""),
    )
    base = request.scope.get("root_path", "")
    return Asked(
        service,
        base=base,
        path=request.url.path,
        words=words_in(language),
        now=datetime.now(UTC),
        names=dict(request.path_params),
        query=_pairs(request.scope.get("query_string", b"")),
        form=_pairs(body),
    )


def _pairs(raw: bytes) -> Mapping[str, Sequence[str]]:
    """Names and values of a query or a form; what is no UTF-8 reads as `�`."""
    try:
        return parse_qs(
            raw.decode("ascii", "replace"), keep_blank_values=True, errors="replace", max_num_fields=_FIELDS
        )
    except ValueError:
        return {}


async def _body(request: Request, limit: int) -> bytes | None:
    """The body, None where it is larger than it may be."""
    found = bytearray()
    try:
        async for part in request.stream():
            found += part
            if len(found) > limit:
                return None
    except ClientDisconnect:
        return b""
    return bytes(found)


def from_here(headers: Mapping[str, str]) -> bool:
    """Whether a form was sent by a page of this site; a program that is no browser sends neither header."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


def _secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _refusal(status: int, reason: str) -> Response:
    return Response(f"{reason}\n", status, media_type="text/plain")


class _Guarded:
    """Puts the headers on every answer that keep a page from loading or running anything that is not ours."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message = {**message, "headers": [*message.get("headers", ()), *own]}
            await send(message)

        await self._app(scope, receive, guarded)
