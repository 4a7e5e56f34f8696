"""How the service fares: what it serves, what keeps its decisions, what it has to deliver, who may ask it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ruleflow.service.console.asked import Asked, Moved, Shown
from ruleflow.store import deliveries, due
from ruleflow.store.errors import StoreError
from ruleflow.store.instants import microseconds
from ruleflow.store.keys import ApiKey, all_keys
from ruleflow.store.timers import Ticket

_LATE_US = 10_000_000
"""A status that is older than this says that the parent process is not well."""
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Ahead:
    """What the service has to do by itself: tickets whose timers come next, those that wait for a hand, deliveries."""

    pending: Sequence[Ticket]
    parked: int
    counts: Mapping[str, int]
    dead: Sequence[deliveries.Delivery]


def service_page(asked: Asked) -> Shown | Moved:
    """The state of the service and of its parts; a form that is sent has something tried again."""
    if asked.form and asked.may_change:
        return _try_again(asked)
    status = asked.status
    now = microseconds()
    values = {
        "status": status,
        "is_late": bool(status.at) and now - status.at > _LATE_US,
        "is_well": bool(asked.service.projects) and not status.store_error and not status.stopping,
        "all_served": list(asked.service.projects.items()),
        "statuses": {one.name: one for one in status.projects},
        "settings": asked.service.settings,
        "store": asked.service.store.url_shown,
        "keys": _keys(asked),
        "ahead": _ahead(asked),
        "now": now,
    }
    title = asked.words.text("service.title")
    return Shown("service.html", title, "service", values, 403 if asked.form else 200)


def _ahead(asked: Asked) -> Ahead | None:
    """None where the store does not answer, or there is nothing that the service does by itself."""
    store = asked.service.store
    try:
        found = Ahead(
            due.pending(store, limit=_SHOWN),
            due.parked(store),
            deliveries.counts(store),
            deliveries.search(store, state=deliveries.DEAD, limit=_SHOWN),
        )
    except StoreError:
        return None
    is_told = asked.service.settings.timers or any(found.counts.values())
    return found if is_told else None


def _try_again(asked: Asked) -> Moved:
    """Have a delivery tried again (`all`: all that are dead), or the timers that wait for a hand."""
    wanted = asked.sent("retry")
    try:
        if wanted == "timers":
            due.retry(asked.service.store)
        elif wanted:
            deliveries.retry(asked.service.store, microseconds(), "" if wanted == "all" else wanted)
    except StoreError:
        pass  # the page says that the store does not answer
    return Moved(asked.link("service"))


def _keys(asked: Asked) -> Sequence[ApiKey] | None:
    """Every key without its secret; None where the store does not answer."""
    try:
        return all_keys(asked.service.store)
    except StoreError:
        return None
