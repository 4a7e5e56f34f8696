"""`GET /v1/decisions`: the log of decisions, searched and read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ParamSpec, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from ruleflow.service.access import EXPLAIN
from ruleflow.service.admission import instant_at, iso_of
from ruleflow.service.calls import Answer, Call, in_thread
from ruleflow.service.logs import log
from ruleflow.service.messages import DecisionQuery, LoggedDecision, LoggedPage, LoggedSummary
from ruleflow.service.metrics import Metrics
from ruleflow.service.operations import Operation
from ruleflow.service.problems import Fault, Problem, unavailable, wrong_request
from ruleflow.service.state import Service
from ruleflow.store.errors import StoreError
from ruleflow.store.instants import micros_of
from ruleflow.store.log import find, search
from ruleflow.store.records import Record
from ruleflow.store.searching import Query

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def operations(service: Service, metrics: Metrics) -> list[Operation]:
    """The operations of this module."""

    async def asked(
        function: Callable[Parameters, Result], *arguments: Parameters.args, **named: Parameters.kwargs
    ) -> Result | Problem:
        """Ask the store, on another thread."""
        try:
            return await in_thread(function, *arguments, **named)
        except StoreError as error:
            metrics.store_errors.inc()
            log().warning("the store does not answer", reason=str(error))
            return unavailable("the store does not answer", "store-unreachable", 5)

    async def one(call: Call) -> Answer | Problem:
        name = str(call.scope["path_params"]["decision_id"])
        found = await asked(_found, service, name)
        if isinstance(found, Problem):
            return found
        if found is None:
            return Problem(404, f"no decision `{name[:80]}` is logged", "unknown-decision", "There is no such decision")
        return Answer(msgspec.json.encode(_whole(found)))

    async def several(call: Call) -> Answer | Problem:
        query = _query(call.message)
        if isinstance(query, Problem):
            return query
        page = await asked(search, service.store, query)
        if isinstance(page, Problem):
            return page
        return Answer(msgspec.json.encode(LoggedPage(tuple(map(_summary, page.rows)), page.before)))

    return [
        Operation(
            "GET",
            "/v1/decisions",
            "searchDecisions",
            "Search logged decisions",
            several,
            "The newest first, page after page. A decision is found here a moment after it was answered.",
            scopes=EXPLAIN,
            query=DecisionQuery,
            gives=LoggedPage,
            problems=frozenset({400, 503}),
        ),
        Operation(
            "GET",
            "/v1/decisions/{decision_id}",
            "getDecision",
            "A logged decision",
            one,
            "The decision as it was answered, with the declared facts it was made of. It is found at once.",
            scopes=EXPLAIN,
            gives=LoggedDecision,
            problems=frozenset({404, 503}),
        ),
    ]


def _found(service: Service, name: str) -> Record | None:
    """A decision in the store or in a journal; in the store again, for it may have been moved there meanwhile.

    While the store does not answer, what waits in the journals is found all the same.
    """
    try:
        found: Record | None = find(service.store, name)
    except StoreError:
        found = service.find(name)
        if found is None:
            raise
        return found
    return found or service.find(name) or find(service.store, name)


def _query(asked: DecisionQuery) -> Query | Problem:
    since, until = _instant(asked.since, "since"), _instant(asked.until, "until")
    faults = [one for one in (since, until) if isinstance(one, Fault)]
    if faults or isinstance(since, Fault) or isinstance(until, Fault):
        return wrong_request(faults, 400)
    return Query(
        project=_name(asked.project),
        rule=_name(asked.rule),
        event=_name(asked.event),
        ticket_id=asked.ticket,
        caller=asked.caller,
        text=asked.text,
        since=None if since is None else micros_of(since),
        until=None if until is None else micros_of(until),
        before=None if asked.before is UNSET else asked.before,
        limit=asked.limit,
    )


def _name(text: str) -> str:
    """A name as it may stand in a log: PostgreSQL refuses the character 0, which no name has."""
    return text.replace("\0", "␀")


def _instant(text: str | UnsetType, name: str) -> datetime | Fault | None:
    found = None if text is UNSET else instant_at(text, 0)
    return msgspec.structs.replace(found, pointer="", parameter=name) if isinstance(found, Fault) else found


def _summary(record: Record) -> LoggedSummary:
    return LoggedSummary(
        record.decision_id,
        record.project,
        record.digest,
        record.event,
        record.ticket_id,
        iso_of(record.at),
        iso_of(record.received_at),
        record.latency_us,
        record.caller,
        record.request_id,
        record.matched,
        record.shadow,
    )


def _whole(record: Record) -> LoggedDecision:
    return LoggedDecision(
        **msgspec.structs.asdict(_summary(record)),
        masked=record.masked,
        facts=msgspec.Raw(record.facts),
        decision=msgspec.Raw(record.decision),
    )
