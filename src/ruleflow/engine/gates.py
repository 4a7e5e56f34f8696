"""What keeps a rule from being asked at all: its dates, its rollout, an event that we caused ourselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from zoneinfo import ZoneInfo

from ruleflow.model.rules import Rule
from ruleflow.types.values import Value


class Gate(Enum):
    """Why a rule was not asked; the value says it in words."""

    NOT_YET_VALID = "it is not valid yet"
    NO_LONGER_VALID = "it is no longer valid"
    OWN_CHANGE = "the event was caused by a decision of ours, and the rule does not say `on_own_changes: true`"
    OUTSIDE_ROLLOUT = "the ticket is outside its rollout"
    NOT_DUE = "its time has not come"
    FIRED = "it has fired for this already"
    NO_TICKET_ID = "it has a rollout, and the ticket has no `ticket.id`"


def closed_gate(rule: Rule, now: datetime, zone: ZoneInfo, caused_by: Value, ticket_id: Value) -> Gate | None:
    """The first gate that is closed for a rule; None when it may be asked."""
    if rule.valid_from is not None and now < _start(rule.valid_from, zone):
        return Gate.NOT_YET_VALID
    if rule.valid_until is not None and _is_over(rule.valid_until, now, zone):
        return Gate.NO_LONGER_VALID
    if caused_by is not None and not rule.on_own_changes:
        return Gate.OWN_CHANGE
    if rule.rollout is not None and rule.rollout < 100:
        if ticket_id is None:
            return Gate.NO_TICKET_ID
        if not in_rollout(rule.id, str(ticket_id), rule.rollout):
            return Gate.OUTSIDE_ROLLOUT
    return None


def in_rollout(rule: str, ticket_id: str, percent: int | Decimal) -> bool:
    """Whether a ticket belongs to the share of a rule; always the same for the same rule and ticket."""
    drawn = int.from_bytes(sha256(f"{rule}\0{ticket_id}".encode()).digest()[:8]) % 10_000
    return drawn < percent * 100


def start_of(rule: Rule, zone: ZoneInfo) -> Iterator[datetime]:
    """The instants at which a rule becomes valid, and at which it is no longer."""
    if rule.valid_from is not None:
        yield _start(rule.valid_from, zone)
    if rule.valid_until is not None:
        is_day = not isinstance(rule.valid_until, datetime)
        yield _start(rule.valid_until + timedelta(days=1) if is_day else rule.valid_until, zone)


def _start(moment: date | datetime, zone: ZoneInfo) -> datetime:
    if isinstance(moment, datetime):
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    return datetime(moment.year, moment.month, moment.day, tzinfo=zone).astimezone(UTC)


def _is_over(moment: date | datetime, now: datetime, zone: ZoneInfo) -> bool:
    if isinstance(moment, datetime):
        return now >= _start(moment, zone)
    return now.astimezone(zone).date() > moment
