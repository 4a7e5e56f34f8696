"""A decision as it is logged."""

from __future__ import annotations

import msgspec


class Record(msgspec.Struct, frozen=True, array_like=True):
    """A decision with what it was made of. Instants are microseconds since 1970, UTC; `facts` and `decision` are JSON.

    `facts` hold what the project declares, with secrets masked; `masked` are the JSON pointers of these. `at` is the
    instant that was decided for, `received_at` that of the request. `ticket_id` '' : none. `caller` is the name of an API
    key, '' where none was asked for.
    """

    project: str
    digest: str
    decision_id: str
    event: str
    ticket_id: str
    at: int
    received_at: int
    latency_us: int
    caller: str
    request_id: str
    facts: bytes
    decision: bytes
    masked: tuple[str, ...]
    matched: tuple[str, ...]
    shadow: tuple[str, ...]


class Logged(Record, frozen=True, array_like=True):
    """A record as the log holds it: numbered in the order it came in, and when that was."""

    seq: int
    logged_at: int
