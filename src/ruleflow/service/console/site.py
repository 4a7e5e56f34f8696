"""The pages of the console by their addresses, and the way from a request to a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ruleflow.service.console.asked import AbsentError, Asked, Moved, Page, Shown
from ruleflow.service.console.checks import checks_page
from ruleflow.service.console.decisions import decisions_page
from ruleflow.service.console.gate import ClosedError, Gate, Visitor
from ruleflow.service.console.logged import decision_page
from ruleflow.service.console.login import login_page, logout_page
from ruleflow.service.console.overview import service_page
from ruleflow.service.console.rule import rule_page
from ruleflow.service.console.rules import rules_page
from ruleflow.service.console.session import COOKIE, LIFETIME_S
from ruleflow.service.console.source import file_page
from ruleflow.service.console.trial import trial_page
from ruleflow.service.console.words import chosen, words_in
from ruleflow.service.state import Service
from ruleflow.store.instants import microseconds

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


def console_site(service: Service) -> ASGIApp:
    """All pages as one application."""
    gate = Gate(service)
    about_a_project: Sequence[tuple[str, Page]] = (
        ("rules", rules_page),
        ("rules/{rule:path}", rule_page),
        ("files/{file:path}", file_page),
        ("try", trial_page),
        ("decisions", decisions_page),
        ("decisions/{decision}", decision_page),
        ("checks", checks_page),
    )
    inside = [
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
        Route("/login", _Endpoint(login_page(gate), service)),
        *(
            Route(path, _Endpoint(page, service, gate))
            for path, page in (
                ("/", _start),
                ("/logout", logout_page),
                ("/service", service_page),
                *((f"/p/{{project}}/{path}", page) for path, page in about_a_project),
                ("/{rest:path}", _nowhere),
            )
        ),
    ]
    return _Guarded(Router(inside))


def _start(asked: Asked) -> Shown | Moved:
    return Moved(asked.here("rules") if asked.project_name else asked.link("service"))


def _nowhere(asked: Asked) -> Shown | Moved:
    raise AbsentError(asked.path)


@dataclass(frozen=True, slots=True)
class _Endpoint:
    """A page as an ASGI application; `gate` None: anybody may see it."""

    page: Page
    service: Service
    gate: Gate | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(Request(scope, receive))
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method not in {"GET", "HEAD", "POST"}:
            return _refusal(405, "a page is asked for, or a form is sent")
        if request.method != "POST":
            return await run_in_threadpool(self._answered, request, b"")
        if not from_here(request.headers):
            return _refusal(403, "this form was sent from another site")
        body = await _body(request, self.service.settings.body_limit)
        if body is None:
            return _refusal(413, "the form is too large")
        return await run_in_threadpool(self._answered, request, body)

    def _answered(self, request: Request, body: bytes) -> Response:
        asked = _asked(request, body, self.service)
        try:
            visitor = Visitor() if self.gate is None else self.gate.visitor(_session(request), microseconds())
        except ClosedError as error:
            shown = Shown("closed.html", asked.words.text("closed.title"), "login", {"reason": str(error)}, 503)
            return _page(asked, shown, request)
        if visitor is None:
            wanted = asked.path if request.method != "POST" else ""
            return RedirectResponse(asked.link("login", next=wanted), status_code=303)
        asked = replace(asked, signed_in=visitor.key is not None, may_change=visitor.may_change)
        try:
            found = self.page(asked)
        except AbsentError as error:
            found = Shown("absent.html", asked.words.text("absent.title"), "", {"what": str(error)}, 404)
        return _moved(asked, found, request) if isinstance(found, Moved) else _page(asked, found, request)


def _page(asked: Asked, shown: Shown, request: Request) -> Response:
    from ruleflow.service.console.render import render

    answer = HTMLResponse(render(asked, shown), shown.status, {"cache-control": "no-store"})
    language = asked.words.language
    if request.query_params.get("lang") == language:
        secure = _is_secure(request)
        answer.set_cookie(LANGUAGE, language, _YEAR, path=asked.base, httponly=True, samesite="lax", secure=secure)
    return answer


def _moved(asked: Asked, moved: Moved, request: Request) -> Response:
    answer = RedirectResponse(moved.to, status_code=303)
    if moved.session is not None:
        answer.set_cookie(
            COOKIE,
            moved.session,
            LIFETIME_S if moved.session else 0,
            path=asked.base,
            httponly=True,
            samesite="strict",
            secure=_is_secure(request),
        )
    return answer


def _session(request: Request) -> str:
    return request.cookies.get(COOKIE, "")


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
        names={name: str(value).replace("\0", "�") for name, value in request.path_params.items()},
        query=_pairs(request.scope.get("query_string", b"")),
        form=_pairs(body),
    )


def _pairs(raw: bytes) -> Mapping[str, Sequence[str]]:
    """Names and values of a query or a form; what is no UTF-8, and what no database takes (U+0000), reads as `�`."""
    text = raw.replace(b"%00", b"\0").replace(b"\0", b"%EF%BF%BD").decode("ascii", "replace")
    try:
        return parse_qs(text, keep_blank_values=True, errors="replace", max_num_fields=_FIELDS)
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


def _is_secure(request: Request) -> bool:
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
                headers = message.get("headers", ())
                own = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                if not any(name == b"cache-control" for name, _ in headers):
                    own.append(
                        (b"cache-control", b"no-cache")
                    )  # files of ours: asked about, and fetched when they changed
                message = {**message, "headers": [*headers, *own]}
            await send(message)

        await self._app(scope, receive, guarded)
