"""How the service fares: what it serves, what keeps its decisions, who may ask it."""

from __future__ import annotations

from collections.abc import Sequence

from ruleflow.service.clock import microseconds
from ruleflow.service.console.asked import Asked, Shown
from ruleflow.store.errors import StoreError
from ruleflow.store.keys import ApiKey, all_keys

_LATE_US = 10_000_000
"""A status that is older than this says that the parent process is not well."""


def service_page(asked: Asked) -> Shown:
    """The state of the service and of its parts."""
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
        "now": now,
    }
    return Shown("service.html", asked.words.text("service.title"), "service", values)


def _keys(asked: Asked) -> Sequence[ApiKey] | None:
    """Every key without its secret; None where the store does not answer."""
    try:
        return all_keys(asked.service.store)
    except StoreError:
        return None
