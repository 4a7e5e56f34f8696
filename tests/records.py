"""Records for tests of the store and of what stands on it."""

from __future__ import annotations

from typing import Any

import msgspec

from ruleflow.store.records import Record

START = 1_767_225_600_000_000
"""1 January 2026, UTC."""
SECOND = 1_000_000
DAY = 86_400 * SECOND

PLAIN = Record(
    project="support",
    digest="sha256:aa",
    decision_id="d-1",
    event="ticket.created",
    ticket_id="T-1",
    at=START,
    received_at=START,
    latency_us=140,
    caller="helpdesk",
    request_id="req-1",
    facts='{"ticket":{"id":"T-1","subject":"Привет 🙂"}}'.encode(),
    decision=b'{"decision_id":"d-1"}',
    masked=("/ticket/card",),
    matched=("vip-first",),
    shadow=(),
)


def record(**changes: Any) -> Record:
    """A plain record with changes."""
    return msgspec.structs.replace(PLAIN, **changes)


def many(count: int, **changes: Any) -> list[Record]:
    """Records a second apart, `d-0`, `d-1`, …, of tickets `T-0`, `T-1`, …."""
    return [
        record(**{"decision_id": f"d-{n}", "ticket_id": f"T-{n}", "received_at": START + n * SECOND, **changes})
        for n in range(count)
    ]
