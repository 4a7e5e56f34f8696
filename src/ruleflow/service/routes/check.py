"""`POST /v1/check`: what is wrong with a project that is sent, or with the one that is served."""

from __future__ import annotations

import asyncio

import msgspec

from ruleflow.diagnostics.counts import count
from ruleflow.diagnostics.render_json import VERSION, finding
from ruleflow.service.access import EXPLAIN
from ruleflow.service.admission import served_of
from ruleflow.service.calls import Answer, Call
from ruleflow.service.checking import checked, wrong_files
from ruleflow.service.messages import CheckRequest, CheckResponse, Counts
from ruleflow.service.operations import Operation
from ruleflow.service.problems import Problem, wrong_request
from ruleflow.service.routes.projects import refused_change
from ruleflow.service.state import Served, Service


def operations(service: Service) -> list[Operation]:
    """The operations of this module."""
    one_at_a_time = asyncio.Semaphore(1)

    async def check(call: Call) -> Answer | Problem:
        asked: CheckRequest = call.message
        if asked.files is None:
            served = served_of(service.projects, asked.project)
            return served if isinstance(served, Problem) else Answer(msgspec.json.encode(_served(served, service)))
        faults = wrong_files(asked.files)
        if faults:
            return wrong_request(faults)
        async with one_at_a_time:
            return await checked(asked.files)

    return [
        Operation(
            "POST",
            "/v1/check",
            "check",
            "Check a project",
            check,
            "Every mistake of a project that is sent as files, in bounded time; without files, what there is to say of the "
            "served one and of its newest state.",
            scopes=EXPLAIN,
            takes=CheckRequest,
            gives=CheckResponse,
            problems=frozenset({404, 503}),
        )
    ]


def _served(served: Served, service: Service) -> CheckResponse:
    warnings = served.project.warnings
    counts = count(warnings)
    return CheckResponse(
        VERSION,
        Counts(counts.errors, counts.warnings, counts.files, counts.notes, counts.silenced),
        tuple(map(finding, warnings)),
        refused_change(service, served.project.name),
    )
