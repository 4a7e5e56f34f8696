"""Where the console lies. All else of it is loaded when somebody first opens a page."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from ruleflow.service.state import Service


def console_routes(service: Service) -> list[BaseRoute]:
    """The routes of the console, all under `/console`. They let in nobody who did not sign in where a key is set."""
    return [Route("/console", _start), Mount("/console", _Console(service))]


async def _start(request: Request) -> Response:
    # Starlette's own way to the slash names the host, which a proxy may know by another name.
    return RedirectResponse(f"{request.scope.get('root_path', '')}/console/", status_code=303)


@dataclass(slots=True)
class _Console:
    """The console as an application that is made when it is first asked for."""

    service: Service
    site: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.site is None:
            self.site = await run_in_threadpool(self._made)
        await self.site(scope, receive, send)

    def _made(self) -> ASGIApp:
        from ruleflow.service.console.site import console_site

        return console_site(self.service)
