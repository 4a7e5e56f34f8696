"""Decisions that were logged, looked for."""

from __future__ import annotations

from datetime import datetime

from ruleflow.service.console.asked import Asked, Shown
from ruleflow.service.console.form import zoned_moment
from ruleflow.store.errors import StoreError
from ruleflow.store.log import Page, Query, search

PAGE = 50
_ASKED = ("ticket", "rule", "event", "caller", "id", "since", "until")


def decisions_page(asked: Asked) -> Shown:
    """The decisions about a project that pass the filter, the newest first."""
    model = asked.served.project.model
    wanted = {name: asked.asked_for(name) for name in _ASKED}
    before = asked.asked_for("before")
    query = Query(
        project=asked.project_name,
        rule=wanted["rule"],
        event=wanted["event"],
        ticket_id=wanted["ticket"],
        caller=wanted["caller"],
        text=wanted["id"],
        since=_instant(asked, wanted["since"]),
        until=_instant(asked, wanted["until"]),
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        limit=PAGE,
    )
    found = latest(asked, query)
    older = "" if found is None or found.before is None else asked.here("decisions", **wanted, before=found.before)
    values = {
        "found": found,
        "asked": wanted,
        "events": list(model.events),
        "rules": sorted(rule.id for rule in model.deciders),
        "older": older,
        "first": asked.here("decisions", **wanted) if before else "",
        "unread": [name for name in ("since", "until") if wanted[name] and _instant(asked, wanted[name]) is None],
        "zone": str(asked.zone),
    }
    return Shown("decisions.html", asked.words.text("decisions.title"), "decisions", values)


def latest(asked: Asked, query: Query) -> Page | None:
    """The decisions that a query is about, the newest first; None where the store does not answer."""
    try:
        return search(asked.service.store, query)
    except StoreError:
        return None


def _instant(asked: Asked, text: str) -> int | None:
    """What was typed as an instant of the project's zone, in microseconds; None where it is none."""
    if not text:
        return None
    try:
        return int(datetime.fromisoformat(zoned_moment(text, asked.zone)).timestamp() * 1_000_000)
    except (ValueError, OverflowError):
        return None
