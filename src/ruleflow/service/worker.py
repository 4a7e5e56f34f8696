"""A worker: decides and answers. The parent process tells it over its standard input what to serve, and reads what it serves.

Lines of JSON: the first from the parent is an `Order` with settings, the later ones are new `Orders` of projects. Each is
answered by a line with the digests that are served from then on. The end of the input is the end of the worker, once all
that it was asked is answered.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Callable, Mapping
from functools import partial
from threading import Thread
from typing import IO, TYPE_CHECKING, Any

import uvicorn

from ruleflow.project.bundle import open_bundle
from ruleflow.resources import keep_for_long, without_collection
from ruleflow.service.app import make_app
from ruleflow.service.connections import Connection
from ruleflow.service.console.routes import console_routes
from ruleflow.service.journal import FileJournal, find_in_journals
from ruleflow.service.logs import log, say_as
from ruleflow.service.orders import Order, Orders, Serving, Start, line_of, said_in
from ruleflow.service.request_log import RequestLog
from ruleflow.service.server import Server, ignore_signals
from ruleflow.service.settings import Settings
from ruleflow.service.state import Served, Service
from ruleflow.service.status import status_reader
from ruleflow.service.tracing import Traced, end, provider_of
from ruleflow.store.opening import open_store

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider


def main() -> None:
    """Serve until the input ends."""
    ignore_signals()
    start = said_in(sys.stdin.buffer.readline(), Start)
    settings = start.settings
    say_as(settings, start.name)
    journal = FileJournal(settings.journal, start.name, settings.log_room // settings.workers, sync=settings.log_sync)
    service = Service(
        settings,
        _opened(start.orders, {}),
        journal,
        # The parent has seen that it is right; one that is away now must not keep a worker from replacing a dead one.
        open_store(settings.database, migrate=False, check=False),
        status_reader(settings.state),
        partial(find_in_journals, settings.journal),
    )
    provider = provider_of(os.environ)
    front = make_app(service, console_routes(service))
    server = Server(_config(settings, _observed(front, service, provider)))
    listening = socket.socket(fileno=start.socket)
    keep_for_long()

    async def serve() -> None:
        await front.prepare()
        keys = asyncio.create_task(front.keep_keys_fresh())
        Thread(target=_obey, args=(service, server, asyncio.get_running_loop()), daemon=True).start()
        await server.serve([listening])
        keys.cancel()

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(serve())
    journal.close()
    service.store.close()
    if provider is not None:
        end(provider)


def _observed(app: Any, service: Service, provider: TracerProvider | None) -> Any:
    """The application as it is logged and traced, where that is wanted."""
    if service.settings.log_requests:
        app = RequestLog(app)
    return app if provider is None else Traced(app, service, provider)


def _config(settings: Settings, app: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=settings.proxied,
        timeout_graceful_shutdown=int(settings.request_timeout_s) + 5,
        timeout_keep_alive=75,
        backlog=4096,
    )


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # there is none for Windows
        return None
    return uvloop.new_event_loop


def _opened(orders: tuple[Order, ...], served: Mapping[str, Served]) -> dict[str, Served]:
    """The projects of some orders, by name; what is served already is not opened again. Raises `BundleError`, `OSError`."""
    found = {}
    for order in orders:
        before = served.get(order.name)
        if before is not None and before.project.digest == order.digest:
            found[order.name] = before
            continue
        with without_collection():
            bundle = open_bundle(order.bundle.read_bytes())
        found[order.name] = Served(bundle.project, order.source, order.loaded_at, bundle.files)
    return found


def _obey(service: Service, server: Server, loop: asyncio.AbstractEventLoop) -> None:
    """Do what the parent says until it says no more; a mistake of ours must not leave a worker that nobody can end."""
    try:
        _report(sys.stdout.buffer, service)
        for line in sys.stdin.buffer:
            try:
                said = said_in(line, Orders)
                if said.ending:
                    loop.call_soon_threadsafe(server.let_go)
                service.projects = _opened(said.orders, service.projects)
                keep_for_long()
                _report(sys.stdout.buffer, service)
            except Exception as error:  # noqa: BLE001 - whatever it is, what is served now goes on being served
                log().error("a project cannot be opened", reason=str(error))
                _report(sys.stdout.buffer, service, str(error) or type(error).__name__)
    finally:
        loop.call_soon_threadsafe(setattr, server, "should_exit", True)


def _report(out: IO[bytes], service: Service, failed: str = "") -> None:
    digests = {name: served.project.digest for name, served in service.projects.items()}
    out.write(line_of(Serving(digests, failed)))
    out.flush()


if __name__ == "__main__":
    main()
