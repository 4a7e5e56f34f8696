"""Decisions that were logged: looked for, and looked into."""

from __future__ import annotations

from ruleflow.service.console.asked import Asked
from ruleflow.store.errors import StoreError
from ruleflow.store.log import Page, Query, search


def latest(asked: Asked, query: Query) -> Page | None:
    """The decisions that a query is about, the newest first; None where the store does not answer."""
    try:
        return search(asked.service.store, query)
    except StoreError:
        return None
