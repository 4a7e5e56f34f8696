"""The parent process of the service: it watches the sources, keeps the log, and sees to it that the workers live."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread

from ruleflow.service.clock import microseconds
from ruleflow.service.keeper import Keeper
from ruleflow.service.logs import log, say_as
from ruleflow.service.processes import Workers
from ruleflow.service.projects import Projects
from ruleflow.service.settings import Settings
from ruleflow.service.sources import Source
from ruleflow.service.state import Status
from ruleflow.service.status import publish
from ruleflow.store import keys
from ruleflow.store import projects as stored
from ruleflow.store.errors import StoreError
from ruleflow.store.opening import Store, open_store

_TICK = 0.2
_METRICS = "metrics"


class CannotServeError(Exception):
    """The service cannot start; the text says why, and what to do."""


def prepare_state(state: Path) -> None:
    """Make the folder that the service keeps its own files in; git leaves it alone."""
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    ignore = state / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")


def serve(settings: Settings, sources: Sequence[Source], started: Callable[[Projects, int], None]) -> None:
    """Serve until a signal ends it. `started` is told the projects and the port once requests are answered.

    Raises `CannotServeError`, `StoreError`.
    """
    say_as(settings, "parent")
    prepare_state(settings.state)
    with _alone(settings.state), _bound(settings) as listening:
        store = open_store(settings.database)
        try:
            _refuse_strangers(settings, store)
            projects = Projects(sources, settings.state)
            broken = projects.open()
            if broken:
                raise CannotServeError("\n".join(one.refused.text for one in broken if one.refused is not None))
            _Service(settings, store, projects, listening).run(started)
        finally:
            store.close()


class _Service:
    """The threads and processes of a running service."""

    def __init__(self, settings: Settings, store: Store, projects: Projects, listening: socket.socket) -> None:
        self._settings, self._store, self._projects, self._listening = settings, store, projects, listening
        self._workers = Workers(settings, listening, projects.orders())
        self._keeper = Keeper(store, settings.journal, self._workers.names)
        self._stop, self._drained = Event(), Event()
        self._kept: set[str] = set()

    def run(self, started: Callable[[Projects, int], None]) -> None:
        """Serve until a signal comes."""
        _measure_in(self._settings.state / _METRICS)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        signal.signal(signal.SIGHUP, lambda *_: self._projects.look_again())
        self._keep_projects()
        self._publish()
        if not self._workers.start():
            self._workers.stop(1.0)
            raise CannotServeError("the workers did not start; the lines above say why")
        keeper = Thread(target=self._keeper.run, args=(self._drained,), name="keeper")
        watcher = Thread(target=self._watch, name="watcher")
        keeper.start()
        watcher.start()
        started(self._projects, self._listening.getsockname()[1])
        while not self._stop.wait(_TICK):
            self._workers.replace_dead()
            self._publish()
        log().info("ending: requests that have come are answered")
        self._publish()
        self._workers.stop(self._settings.request_timeout_s + 10)
        self._drained.set()
        watcher.join()
        keeper.join()

    def _watch(self) -> None:
        """Take over what changes in the sources."""
        while not self._stop.wait(_TICK):
            if self._projects.renew():
                self._workers.serve(self._projects.orders())
                self._publish()
            self._keep_projects()

    def _keep_projects(self) -> None:
        """See to it that the store has what decisions are made with, so that they can be repeated."""
        for name, (bundle, content) in self._projects.bundles().items():
            if bundle.digest in self._kept:
                continue
            try:
                stored.keep(self._store, name, bundle.digest, content)
                self._kept.add(bundle.digest)
            except StoreError:  # the keeper says so; tried again
                return

    def _publish(self) -> None:
        status = Status(
            microseconds(),
            self._projects.statuses(),
            self._keeper.error,
            self._keeper.waiting,
            len(self._workers.names()),
            self._stop.is_set(),
        )
        try:
            publish(self._settings.state, status)
        except OSError as error:
            log().error("the status cannot be written", reason=str(error))


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """Hold the state folder for this service alone."""
    import fcntl

    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotServeError(
                f"another service uses `{state}`; end it first, or name another folder with --state"
            ) from error
        yield


@contextmanager
def _bound(settings: Settings) -> Iterator[socket.socket]:
    """The socket that the workers listen on."""
    try:
        family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        listening = socket.create_server(address[:2], family=family, backlog=4096)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotServeError(f"cannot listen on {settings.host} port {settings.port}: {reason}") from error
    with listening:
        listening.set_inheritable(True)
        yield listening


def _refuse_strangers(settings: Settings, store: Store) -> None:
    """Refuse to listen to other machines while no API key is asked for."""
    now = microseconds()
    if not is_loopback(settings.host) and not any(key.is_live(now) for key in keys.all_keys(store)):
        raise CannotServeError(
            f"{settings.host} can be reached from other machines, and no API key is set;\n"
            f"make one first: ruleflow keys add helpdesk --scope decide --state {settings.state}"
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _measure_in(folder: Path) -> None:
    """Let all processes count into one folder; what those of an earlier run have counted is gone."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
