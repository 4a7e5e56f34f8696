"""Deciding and logging: no decision is answered that was not written down first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter_ns
from typing import Any

from ruleflow.engine.canonical import canonical_json
from ruleflow.project.errors import FactsError
from ruleflow.service.admission import instant_at, served_of
from ruleflow.service.calls import Call
from ruleflow.service.logged_facts import logged_facts
from ruleflow.service.messages import DecideRequest
from ruleflow.service.metrics import Metrics
from ruleflow.service.problems import Fault, Problem, facts_refused, unavailable, wrong_request
from ruleflow.service.settings import WhenFull
from ruleflow.service.state import Served, Service
from ruleflow.store.instants import micros_of
from ruleflow.store.records import Record

PATIENCE_S = 2.0
"""So long a request waits for room in the journal."""
_PAUSE_S = 0.05

Walk = Callable[[Mapping[str, Any]], tuple[dict[str, Any], tuple[str, ...]]]


@dataclass(slots=True)
class Deciding:
    """Decides requests of a service."""

    service: Service
    metrics: Metrics
    _walks: dict[str, tuple[Served, Walk]] = field(default_factory=dict)

    def decide(self, asked: DecideRequest, call: Call, at: str = "") -> Record | Problem:
        """Decide; nothing is logged yet, and so nothing may be answered. `at` is the pointer of the request in the body."""
        started = perf_counter_ns()
        served = served_of(self.service.projects, asked.project)
        if isinstance(served, Problem):
            return served
        now = instant_at(asked.now, call.received_at, f"{at}/now")
        if isinstance(now, Fault):
            return wrong_request([now])
        project = served.project
        try:
            decision = project.decide(asked.event, asked.facts, now=now, strict=asked.strict)
        except FactsError as error:
            self.metrics.refused(project.name)
            return facts_refused(error.problems, at)
        facts, masked = self._walk(served)(asked.facts)
        return Record(
            project=project.name,
            digest=project.digest,
            decision_id=decision.decision_id,
            event=asked.event,
            ticket_id=ticket_id(facts),
            at=micros_of(now),
            received_at=call.received_at,
            latency_us=(perf_counter_ns() - started) // 1000,
            caller=call.caller,
            request_id=call.request_id,
            facts=canonical_json(facts),
            decision=decision.to_json(),
            masked=masked,
            matched=decision.matched,
            shadow=decision.shadow,
        )

    async def log(self, record: Record, *, patient: bool = True) -> Problem | None:
        """Write a decision down; a problem where there is no room for it and none came soon, and then it never was."""
        if not self.service.journal.append(record) and not await self._waited(record, patient=patient):
            return unavailable("decisions cannot be logged now, so nothing was decided", "log-full", 5)
        self.metrics.decided(record)
        return None

    async def _waited(self, record: Record, *, patient: bool) -> bool:
        """Whether a record for which there was no room may be answered all the same, or got room after a while."""
        if self.service.settings.when_full is WhenFull.SHED:
            self.service.shed += 1
            self.metrics.shed.inc()
            return True
        loop = asyncio.get_running_loop()
        end = loop.time() + (PATIENCE_S if patient else 0.0)
        while loop.time() < end:
            await asyncio.sleep(_PAUSE_S)
            if self.service.journal.append(record):
                return True
        return False

    def _walk(self, served: Served) -> Walk:
        """What makes facts for the log, made when a project is first asked, and anew when it is swapped."""
        name = served.project.name
        kept = self._walks.get(name)
        if kept is None or kept[0] is not served:
            kept = self._walks[name] = (served, logged_facts(served.project.door))
        return kept[1]


def ticket_id(facts: Mapping[str, Any]) -> str:
    """The id of the ticket, '' where the facts have none; half a surrogate pair in it shows as `?`."""
    ticket = facts.get("ticket")
    found = ticket.get("id") if isinstance(ticket, dict) else None
    return str(found).encode(errors="replace").decode() if isinstance(found, (str, int)) else ""
