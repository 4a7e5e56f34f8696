"""The parent process of the service: it watches the sources, keeps the log, and sees to it that the workers live."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread

from ruleflow.service.chores import chores, start
from ruleflow.service.keeper import Keeper
from ruleflow.service.logs import log, say_as
from ruleflow.service.notify import systemd
from ruleflow.service.processes import Workers
from ruleflow.service.projects import Projects, Watched
from ruleflow.service.settings import Settings
from ruleflow.service.sources import Source
from ruleflow.service.state import Status
from ruleflow.service.status import publish
from ruleflow.store import keys, timers
from ruleflow.store import projects as stored
from ruleflow.store.errors import StoreError
from ruleflow.store.instants import microseconds
from ruleflow.store.opening import Store, open_store

_TICK = 0.2
_BACKLOG = 4096
_METRICS = "metrics"
_ENDS: frozenset[int] = frozenset({signal.SIGTERM, signal.SIGINT})


class CannotServeError(Exception):
    """The service cannot start; the text says why, and what to do."""


class BrokenProjectError(CannotServeError):
    """The service cannot start, for a project has errors; the text is its findings, each source named above its own."""


def prepare_state(state: Path) -> None:
    """Make the folder that the service keeps its own files in; git leaves it alone. Raises `CannotServeError`."""
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        ignore = state / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise _unwritable(state, error) from error


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
                raise BrokenProjectError("\n".join(_told(one) for one in broken))
            _Service(settings, store, projects, listening).run(started)
        finally:
            store.close()


class _Service:
    """The threads and processes of a running service."""

    def __init__(self, settings: Settings, store: Store, projects: Projects, listening: socket.socket) -> None:
        self._settings, self._store, self._projects, self._listening = settings, store, projects, listening
        self._workers = Workers(settings, listening, projects.orders())
        also = timers.note if settings.timers else None
        self._keeper = Keeper(store, settings.journal, self._workers.names, also)
        self._signals: SimpleQueue[int] = SimpleQueue()
        self._stop, self._drained, self._reload = Event(), Event(), Event()
        self._systemd = systemd()
        self._kept: dict[str, str] = {}

    def run(self, started: Callable[[Projects, int], None]) -> None:
        """Serve until a signal comes."""
        _measure_in(self._settings.state / _METRICS)
        for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            # An event must not be set here: the thread that is interrupted may be about to wait for it.
            signal.signal(one, lambda number, _: self._signals.put(number))
        self._keep_projects()
        self._publish()
        if not self._workers.start():
            self._workers.stop(1.0)
            raise CannotServeError("the workers did not start; the lines above say why")
        self._listening.listen(_BACKLOG)
        keeper = start("keeper", self._keeper.run, self._drained)
        watcher = start("watcher", lambda _: self._watch(), self._stop)
        others = [start(name, chore, self._stop) for name, chore in chores(self._settings, self._store, self._projects)]
        number = 0
        try:
            started(self._projects, self._listening.getsockname()[1])
            log().info("serving", workers=self._settings.workers, projects=len(self._projects.orders()))
            self._systemd.ready(self._served())
            number = self._until_told(keeper, watcher)
        finally:  # whatever went wrong here, threads and workers must not stay behind
            self._end((watcher, *others, keeper), self._settings.drain_s if number == signal.SIGTERM else 0)

    def _until_told(self, keeper: Thread, watcher: Thread) -> int:
        """Go on until a signal ends it; its number."""
        while (number := self._signal()) not in _ENDS:
            if number == signal.SIGHUP:
                log().info("all sources are read again")
                self._systemd.reloading()
                self._reload.set()
            if keeper.is_alive() and watcher.is_alive():
                self._systemd.alive()
        return number

    def _end(self, threads: Sequence[Thread], drain_s: float) -> None:
        """Let everything finish in order."""
        self._stop.set()
        self._drain(drain_s)
        self._listening.close()  # or connections that come now would wait for nobody
        self._workers.stop(self._settings.request_timeout_s + 10)
        self._drained.set()
        for thread in threads:
            thread.join()
        log().info("ended")

    def _signal(self) -> int:
        """See to it that all go on, and wait a little for a signal; 0 where none came."""
        self._workers.see_to()
        self._publish()
        with suppress(Empty):
            return self._signals.get(timeout=_TICK)
        return 0

    def _drain(self, seconds: float) -> None:
        """Say that the end is near, and go on answering for a while; a second signal is the end of it."""
        log().info("ending: requests that have come are answered", drain_s=seconds)
        self._systemd.stopping("answering what has come")
        self._workers.let_go()
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._signal():
            self._systemd.alive()

    def _watch(self) -> None:
        """Take over what changes in the sources."""
        while not self._stop.wait(_TICK):
            asked = self._reload.is_set()
            if asked:
                self._reload.clear()
                self._projects.look_again()
            if self._projects.renew():
                self._workers.serve(self._projects.orders())
            if asked:
                self._systemd.ready(self._served())
            self._keep_projects()

    def _served(self) -> str:
        """What is served, for people."""
        return ", ".join(f"{one.name} ({one.digest[:19]})" for one in self._projects.statuses())

    def _keep_projects(self) -> None:
        """See to it that the store has what decisions are made with, so that they can be repeated.

        A version that is served again is kept again: the newest in the store is never forgotten.
        """
        for name, (bundle, content) in self._projects.bundles().items():
            if self._kept.get(name) == bundle.digest:
                continue
            try:
                stored.keep(self._store, name, bundle.digest, content)
                self._kept[name] = bundle.digest
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


def _told(watched: Watched) -> str:
    """What is wrong with a source, under its name."""
    return f"{watched.source.shown} cannot be served:\n{watched.refused.text if watched.refused is not None else ''}"


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """Hold the state folder for this service alone."""
    import fcntl

    try:
        lock = (state / "lock").open("w")
    except OSError as error:
        raise _unwritable(state, error) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotServeError(
                f"another service uses `{state}`; end it first, or name another folder with --state"
            ) from error
        yield


def _unwritable(state: Path, error: OSError) -> CannotServeError:
    reason = f"{error.strerror}; name another folder with --state"
    return CannotServeError(f"the service cannot keep its files in `{state}`: {reason}")


@contextmanager
def _bound(settings: Settings) -> Iterator[socket.socket]:
    """The socket that the workers listen on, once they can answer: until then a proxy is refused, and asks another replica."""
    try:
        family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address[:2])
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotServeError(
            f"cannot listen on {settings.host} port {settings.port}: {reason}; name others with --host and --port"
        ) from error
    with listening:
        listening.set_inheritable(True)
        yield listening


def _refuse_strangers(settings: Settings, store: Store) -> None:
    """Refuse to listen to other machines while no API key is asked for."""
    now = microseconds()
    is_reached = settings.proxied or not is_loopback(settings.host)
    if is_reached and not any(key.is_live(now) for key in keys.all_keys(store)):
        reached = "the proxy" if settings.proxied else settings.host
        raise CannotServeError(
            f"{reached} can be reached from other machines, and no API key is set;\n"
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
