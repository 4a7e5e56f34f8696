"""JSON Lines of facts as `ruleflow decide` reads them: facts, or `{"event": …, "facts": {…}, "now": "…"}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import IO, Any
from zoneinfo import ZoneInfo

from ruleflow.project.questions import Question, unwrap
from ruleflow.replay.json_rows import documents
from ruleflow.replay.recorded import Found, Recorded
from ruleflow.replay.tables import Unusable
from ruleflow.types.literals import instant_of


def recorded_in(file: IO[bytes], event: str, zone: ZoneInfo) -> Iterator[Found]:
    """The events in a file. `event` is that of lines which name none; a line without `now` is of the ticket's `created_at`.

    The clock of this machine is never asked: the same file gives the same report.
    """
    question = Question(event, None, strict=False)
    for one in documents(file):
        yield one if isinstance(one, Unusable) else _recorded(*one, question, zone)


def _recorded(number: int, document: Mapping[str, Any], question: Question, zone: ZoneInfo) -> Found:
    event, facts, now = unwrap(question, document)
    found = facts.get("ticket")
    ticket = found if isinstance(found, Mapping) else {}
    name = "" if ticket.get("id") is None else str(ticket["id"])
    if not event:
        return Unusable(number, 'no event: give --event, or lines {"event": …, "facts": …}', ticket=name)
    at = now or _created(ticket, zone)
    if at is None:
        reason = "no instant: a line gives `now` with its offset, or the ticket `created_at`"
        return Unusable(number, reason, ticket=name)
    return Recorded(number, name, event, at, facts)


def _created(ticket: Mapping[str, Any], zone: ZoneInfo) -> datetime | None:
    created = ticket.get("created_at")
    return instant_of(created, zone) if isinstance(created, str) else None
