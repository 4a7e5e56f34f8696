"""Records as rows of the log, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row

from ruleflow.store.records import Logged, Record
from ruleflow.store.schema import DECISIONS

COLUMNS = tuple(column.name for column in DECISIONS.columns)

LONGEST = 256
"""Characters kept of a name that comes from outside: an index takes no more than a few kilobytes."""

_to_json = msgspec.json.Encoder().encode
_from_json = msgspec.json.Decoder(tuple[str, ...]).decode


def kept_name(text: str) -> str:
    """A name as it is kept, cut off where it is too long; the character 0, which PostgreSQL refuses, shows as `␀`."""
    return text[:LONGEST].replace("\0", "␀")


def row_of(record: Record, seq: int, logged_at: int) -> tuple[Any, ...]:
    """A record in the order of `COLUMNS`."""
    return (
        seq,
        logged_at,
        record.project,
        record.digest,
        record.decision_id,
        record.event,
        kept_name(record.ticket_id),
        record.at,
        record.received_at,
        record.latency_us,
        kept_name(record.caller),
        kept_name(record.request_id),
        names_to_json(record.masked),
        names_to_json(record.matched),
        names_to_json(record.shadow),
        record.facts.decode(),
        record.decision.decode(),
    )


def logged(row: Row[Any]) -> Logged:
    """A whole row of `decisions` as a record."""
    return Logged(
        project=row.project,
        digest=row.digest,
        decision_id=row.decision_id,
        event=row.event,
        ticket_id=row.ticket_id,
        at=row.at,
        received_at=row.received_at,
        latency_us=row.latency_us,
        caller=row.caller,
        request_id=row.request_id,
        facts=row.facts.encode(),
        decision=row.decision.encode(),
        masked=_from_json(row.masked),
        matched=_from_json(row.matched),
        shadow=_from_json(row.shadow),
        seq=row.seq,
        logged_at=row.logged_at,
    )


def names_to_json(names: Sequence[str]) -> str:
    """Names as a JSON array."""
    return _to_json(names).decode() if names else "[]"


def names_from_json(text: str) -> tuple[str, ...]:
    """The names in a JSON array."""
    return _from_json(text)
