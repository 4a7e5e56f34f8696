"""`POST /v1/decide`: what is to be done with a ticket."""

from __future__ import annotations

from ruleflow.engine.decision import Decision
from ruleflow.service.access import DECIDE
from ruleflow.service.calls import Answer, Call
from ruleflow.service.deciding import Deciding
from ruleflow.service.messages import DecideRequest
from ruleflow.service.operations import Operation
from ruleflow.service.problems import Problem


def operations(deciding: Deciding) -> list[Operation]:
    """The operations of this module."""

    async def decide(call: Call) -> Answer | Problem:
        record = deciding.decide(call.message, call)
        if isinstance(record, Problem):
            return record
        problem = await deciding.log(record)
        if problem is not None:
            return problem
        return Answer(
            record.decision,
            headers=(
                (b"ruleflow-digest", record.digest.encode()),
                (b"ruleflow-decision-id", record.decision_id.encode()),
            ),
        )

    return [
        Operation(
            "POST",
            "/v1/decide",
            "decide",
            "Decide one event",
            decide,
            "What is to be done with a ticket, and which rules say so. The decision is logged before it is answered.",
            scopes=DECIDE,
            takes=DecideRequest,
            gives=Decision,
            problems=frozenset({404, 503}),
            repeatable=True,
            headers={
                "Ruleflow-Digest": "The version of the project that decided.",
                "Ruleflow-Decision-Id": "The id of the decision; not with an answer that is replayed.",
            },
        )
    ]
