"""`POST /v1/explain` and `POST /v1/timeline`: why, and what will happen. Made on other threads, while requests are decided."""

from __future__ import annotations

from asyncio import Semaphore
from functools import partial

from ruleflow.engine.canonical import canonical_json
from ruleflow.project.errors import FactsError, UnknownRuleError
from ruleflow.service.access import EITHER, EXPLAIN
from ruleflow.service.admission import instant_at, served_of
from ruleflow.service.calls import Answer, Call, in_thread
from ruleflow.service.messages import ExplainRequest, Explanation, Future, TimelineRequest
from ruleflow.service.operations import Operation
from ruleflow.service.problems import Fault, Problem, facts_refused, wrong_request
from ruleflow.service.state import Service

_AT_ONCE = 2
"""So many of these are worked on at once in a worker; the others wait, so that deciding stays quick."""


def operations(service: Service) -> list[Operation]:
    """The operations of this module."""
    turns = Semaphore(_AT_ONCE)

    async def explain(call: Call) -> Answer | Problem:
        async with turns:
            return await in_thread(_explained, service, call.message, call.received_at)

    async def timeline(call: Call) -> Answer | Problem:
        async with turns:
            return await in_thread(_looked_ahead, service, call.message, call.received_at)

    return [
        Operation(
            "POST",
            "/v1/explain",
            "explain",
            "Explain a decision",
            explain,
            "Why a rule acted or did not, part by part with the values it saw; or what every stage did. Nothing is logged.",
            scopes=EXPLAIN,
            takes=ExplainRequest,
            gives=Explanation,
            problems=frozenset({404, 503}),
        ),
        Operation(
            "POST",
            "/v1/timeline",
            "timeline",
            "Look ahead",
            timeline,
            "What will happen to a ticket if nobody touches it: warnings, breaches, reminders. Nothing is logged.",
            scopes=EITHER,
            takes=TimelineRequest,
            gives=Future,
            problems=frozenset({404, 503}),
        ),
    ]


def _explained(service: Service, asked: ExplainRequest, received_at: int) -> Answer | Problem:
    served = served_of(service.projects, asked.project)
    if isinstance(served, Problem):
        return served
    now = instant_at(asked.now, received_at)
    if isinstance(now, Fault):
        return wrong_request([now])
    explained = partial(served.project.explain, rule=asked.rule, strict=asked.strict, nearest=asked.nearest)
    try:
        found = explained(asked.event, asked.facts, now=now)
    except FactsError as error:
        return facts_refused(error.problems)
    except UnknownRuleError as error:
        return wrong_request([Fault("/rule", "unknown-rule", str(error))])
    return Answer(canonical_json(found.to_dict()))


def _looked_ahead(service: Service, asked: TimelineRequest, received_at: int) -> Answer | Problem:
    served = served_of(service.projects, asked.project)
    if isinstance(served, Problem):
        return served
    now = instant_at(asked.now, received_at)
    until = None if asked.until is None else instant_at(asked.until, received_at, "/until")
    faults = [one for one in (now, until) if isinstance(one, Fault)]
    if faults or isinstance(now, Fault) or isinstance(until, Fault):
        return wrong_request(faults)
    if until is not None and until < now:
        return wrong_request([Fault("/until", "wrong-instant", "`until` lies before `now`")])
    try:
        found = served.project.timeline(asked.facts, event=asked.event or "", now=now, until=until, strict=asked.strict)
    except FactsError as error:
        return facts_refused(error.problems)
    return Answer(canonical_json(found.to_dict()))
