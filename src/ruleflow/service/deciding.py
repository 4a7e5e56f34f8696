"""Deciding and logging: no decision is answered that was not written down first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter_ns
from typing import Any

from ruleflow.engine.canonical import canonical_json
from ruleflow.engine.decision import Decision
from ruleflow.project.errors import FactsError
from ruleflow.service.admission import instant_at, microseconds, served_of
from ruleflow.service.calls import Call
from ruleflow.service.logged_facts import logged_facts
from ruleflow.service.messages import DecideRequest
from ruleflow.service.problems import Fault, Problem, facts_refused, unavailable, wrong_request
from ruleflow.service.settings import WhenFull
from ruleflow.service.state import Served, Service
from ruleflow.store.records import Record

_PATIENCE_S = 2.0
"""So long a request waits for room in the journal."""
_PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, its JSON, and what is logged of it."""

    decision: Decision
    body: bytes
    record: Record


@dataclass(slots=True)
class Deciding:
    """Decides requests of a service."""

    service: Service
    _walks: dict[int, tuple[Served, Callable[[Mapping[str, Any]], tuple[dict[str, Any], tuple[str, ...]]]]] = field(
        default_factory=dict
    )

    def decide(self, asked: DecideRequest, call: Call, at: str = "") -> Decided | Problem:
        """Decide, and log nothing yet. `at` is the pointer of the request in the body."""
        started = perf_counter_ns()
        served = served_of(self.service.projects, asked.project)
        if isinstance(served, Problem):
            return served
        now = instant_at(asked.now, call.received_at, f"{at}/now")
        if isinstance(now, Fault):
            return wrong_request([now])
        try:
            decision = served.project.decide(asked.event, asked.facts, now=now, strict=asked.strict)
        except FactsError as error:
            return facts_refused(error.problems, at)
        body = decision.to_json()
        facts, masked = self._walk(served)(asked.facts)
        record = Record(
            project=served.project.name,
            digest=served.project.digest,
            decision_id=decision.decision_id,
            event=asked.event,
            ticket_id=ticket_id(facts),
            at=microseconds(now),
            received_at=call.received_at,
            latency_us=(perf_counter_ns() - started) // 1000,
            caller=call.caller,
            request_id=call.request_id,
            facts=canonical_json(facts),
            decision=body,
            masked=masked,
            matched=decision.matched,
            shadow=decision.shadow,
        )
        return Decided(decision, body, record)

    async def log(self, record: Record) -> Problem | None:
        """Write a decision down; a problem where there is no room for it and none came soon."""
        if self.service.journal.append(record):
            return None
        if self.service.settings.when_full is WhenFull.SHED:
            self.service.shed += 1
            return None
        loop = asyncio.get_running_loop()
        end = loop.time() + _PATIENCE_S
        while loop.time() < end:
            await asyncio.sleep(_PAUSE_S)
            if self.service.journal.append(record):
                return None
        return unavailable("decisions cannot be logged now, so nothing was decided", "log-full", 5)

    def _walk(self, served: Served) -> Callable[[Mapping[str, Any]], tuple[dict[str, Any], tuple[str, ...]]]:
        """What makes facts for the log, made when a project is first asked; kept for those that are served."""
        kept = self._walks.get(id(served))
        if kept is None or kept[0] is not served:
            kept = (served, logged_facts(served.project.door))
            alive = {id(one) for one in self.service.projects.values()}
            self._walks = {key: one for key, one in self._walks.items() if key in alive} | {id(served): kept}
        return kept[1]


def ticket_id(facts: Mapping[str, Any]) -> str:
    """The id of the ticket, '' where the facts have none."""
    ticket = facts.get("ticket")
    found = ticket.get("id") if isinstance(ticket, dict) else None
    return str(found) if isinstance(found, (str, int)) else ""
