"""What the parent process does beside watching over its workers: each chore in a thread of its own, that no mistake ends."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from threading import Event, Thread

from ruleflow.service.firing import fire_until
from ruleflow.service.history import tell_changes
from ruleflow.service.logs import log
from ruleflow.service.projects import Projects
from ruleflow.service.settings import Settings
from ruleflow.service.timer_decisions import Timed
from ruleflow.service.webhook import deliver_until
from ruleflow.store import deliveries, due
from ruleflow.store import log as decisions
from ruleflow.store.errors import StoreError
from ruleflow.store.instants import microseconds
from ruleflow.store.opening import Store

Chore = Callable[[Event], None]
"""Works until it is told to stop."""

_HOUR_S, _DAY_US = 3_600.0, 86_400_000_000
_DELIVERED_DAYS = 7
_LOOK_S, _AFTER_MISTAKE_S = 1.0, 1.0


def start(name: str, chore: Chore, stop: Event) -> Thread:
    """Let a chore work until `stop`; one that fails is told of, and begins anew."""

    def work() -> None:
        while True:
            try:
                chore(stop)
            except Exception:  # noqa: BLE001 - our mistake; the service goes on
                log().exception("a chore failed, and begins anew", chore=name)
                if not stop.wait(_AFTER_MISTAKE_S):
                    continue
            return

    thread = Thread(target=work, name=name)
    thread.start()
    return thread


def chores(settings: Settings, store: Store, projects: Projects) -> Iterator[tuple[str, Chore]]:
    """What there is to do, by name."""
    owner = f"{socket.gethostname()}-{os.getpid()}"
    yield "changes", lambda stop: tell_changes(projects, settings.state, stop)
    yield "pruning", lambda stop: _prune(stop, settings, store)
    if settings.timers:
        timed = _Timed(projects)
        yield "timers", lambda stop: fire_until(stop, store, settings.webhook, owner, timed.by_name)
    webhook = settings.webhook
    if webhook is not None and webhook.url:
        yield "deliveries", lambda stop: deliver_until(stop, store, webhook, owner)


class _Timed:
    """The projects whose timers fire; each is made ready once."""

    def __init__(self, projects: Projects) -> None:
        self._projects = projects
        self._known: Mapping[str, Timed] = {}

    def by_name(self) -> Mapping[str, Timed]:
        """Those that are served now."""
        known, found = self._known, {}
        for name, (bundle, _) in self._projects.bundles().items():
            before = known.get(name)
            is_same = before is not None and before.project is bundle.project
            found[name] = before if before is not None and is_same else Timed.of(bundle.project)
        self._known = found
        return found


def _prune(stop: Event, settings: Settings, store: Store) -> None:
    """Forget, once an hour, what was to be kept for so long and no longer."""
    wait = 0.0
    while not stop.wait(wait):
        wait = _HOUR_S
        now = microseconds()
        try:
            # Decisions that are kept for ever are none that are too old; answers to repeated requests expire all the same.
            before = now - settings.keep_days * _DAY_US if settings.keep_days else 0
            gone = decisions.prune(store, before)
            log().debug("old decisions are forgotten", decisions=gone)
            while due.forget(store, before):
                pass
            while deliveries.prune(store, now - _DELIVERED_DAYS * _DAY_US):
                pass
        except StoreError:  # the keeper says so
            wait = _LOOK_S * 60
