"""What is asked of the service: each call as a value, whoever sends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

import msgspec

from ruleflow.client.facts import json_of
from ruleflow.engine.canonical import canonical_json
from ruleflow.project.instants import instant


@dataclass(frozen=True, slots=True)
class Request:
    """A call. `id` is that of all its attempts, so that those are told as one in the log of the service."""

    method: str
    path: str
    body: bytes
    id: str


def get(path: str, **query: Any) -> Request:
    """Ask for what is at a path. Parameters that are None or '' are left out."""
    text = urlencode({name: _text(value) for name, value in query.items() if value not in (None, "")})
    return Request("GET", f"{path}?{text}" if text else path, b"", uuid4().hex)


def post(path: str, **members: Any) -> Request:
    """Send a message. Members that are None or False are left out: they are what the service takes then."""
    content = {name: value for name, value in members.items() if value is not None and value is not False}
    return Request("POST", path, canonical_json(content), uuid4().hex)


def asked(path: str, facts: object, now: datetime | None, **members: Any) -> Request:
    """Send facts, for an instant: that of this machine's clock where none is given. Raises `FactsError`, `ValueError`.

    That the instant goes with the request makes it a pure function: sent again, it gets the same decision with the same id.
    """
    return post(path, facts=msgspec.Raw(json_of(facts)), now=instant(now).isoformat(), **members)


def batch(facts: Sequence[bytes], **members: Any) -> Request:
    """Send many facts, as JSON, to be decided one by one."""
    return post("/v1/decide/batch", items=[{"facts": msgspec.Raw(one)} for one in facts], **members)


def logged(decision_id: str) -> Request:
    """Ask for one logged decision."""
    return get(f"/v1/decisions/{quote(decision_id, safe='')}")


def sought(query: Mapping[str, Any], before: int | None) -> Request:
    """Ask for a page of logged decisions."""
    return get("/v1/decisions", **query, before=before, limit=PAGE)


PAGE = 200
"""So many logged decisions come at once."""


def _text(value: Any) -> str:
    return instant(value).isoformat() if isinstance(value, datetime) else str(value)
