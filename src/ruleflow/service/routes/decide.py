"""`POST /v1/decide`: what is to be done with a ticket."""

from __future__ import annotations

from ruleflow.service.calls import Answer, Call
from ruleflow.service.deciding import Deciding
from ruleflow.service.messages import DecideRequest
from ruleflow.service.operations import Operation
from ruleflow.service.problems import Problem


def operations(deciding: Deciding) -> list[Operation]:
    """The operations of this module."""

    async def decide(call: Call) -> Answer | Problem:
        found = deciding.decide(call.message, call)
        if isinstance(found, Problem):
            return found
        problem = await deciding.log(found.record)
        if problem is not None:
            return problem
        record = found.record
        return Answer(
            found.body,
            headers=(
                (b"ruleflow-digest", record.digest.encode()),
                (b"ruleflow-decision-id", record.decision_id.encode()),
            ),
        )

    return [Operation("POST", "/v1/decide", decide, takes=DecideRequest)]
