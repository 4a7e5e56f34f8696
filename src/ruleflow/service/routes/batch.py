"""`POST /v1/decide/batch`: many decisions with one request, each by itself."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import msgspec
from msgspec import UNSET

from ruleflow.service.access import DECIDE
from ruleflow.service.bodies import message_of
from ruleflow.service.calls import Answer, Call
from ruleflow.service.deciding import Deciding
from ruleflow.service.messages import (
    BatchAnswer,
    BatchItem,
    BatchRequest,
    BatchResponse,
    DecideRequest,
    ItemProblem,
)
from ruleflow.service.operations import Operation
from ruleflow.service.problems import Fault, Problem, wrong_request

_TURN_S = 0.005
"""So long a batch keeps the process to itself before others get their turn."""


def operations(deciding: Deciding) -> list[Operation]:
    """The operations of this module."""
    limit = deciding.service.settings.batch_limit

    async def decide_batch(call: Call) -> Answer | Problem:
        asked: BatchRequest = call.message
        if len(asked.items) > limit:
            fault = Fault(
                "/items", "too-many", f"{len(asked.items):,} items are more than {limit:,}, the most that are taken"
            )
            return wrong_request([fault])
        return Answer(msgspec.json.encode(await _Batch(deciding, asked, call).answered()))

    return [
        Operation(
            "POST",
            "/v1/decide/batch",
            "decideBatch",
            "Decide many events",
            decide_batch,
            "Each item is decided and logged by itself: a bad one gets its problem, and the others their decisions.",
            scopes=DECIDE,
            takes=BatchRequest,
            gives=BatchResponse,
            problems=frozenset({503}),
            repeatable=True,
        )
    ]


@dataclass(slots=True)
class _Batch:
    """A batch being decided. Once the log had no room, no later item waits for it."""

    deciding: Deciding
    asked: BatchRequest
    call: Call
    patient: bool = True

    async def answered(self) -> BatchResponse:
        """An answer to each item."""
        answers = []
        since = perf_counter()
        for index, raw in enumerate(self.asked.items):
            answers.append(await self._answer(index, raw))
            if perf_counter() - since > _TURN_S:
                await asyncio.sleep(0)
                since = perf_counter()
        failed = sum(one.problem is not UNSET for one in answers)
        return BatchResponse(len(answers) - failed, failed, answers)

    async def _answer(self, index: int, raw: Any) -> BatchAnswer:
        name = raw.get("id") if isinstance(raw, dict) else None
        id_ = _encodable(name) if isinstance(name, str) else UNSET
        found = await self._decided(index, raw)
        if isinstance(found, Problem):
            return BatchAnswer(index, id_, problem=_told(found))
        return BatchAnswer(index, id_, msgspec.Raw(found))

    async def _decided(self, index: int, raw: Any) -> bytes | Problem:
        at = f"/items/{index}"
        item = message_of(raw, BatchItem, at)
        if isinstance(item, Problem):
            return item
        event = item.event or self.asked.event
        if event is None:
            return wrong_request([Fault(f"{at}/event", "absent", "`event` is required, here or for the whole batch")])
        one = DecideRequest(event, item.facts, item.now or self.asked.now, self.asked.strict, self.asked.project)
        record = self.deciding.decide(one, self.call, at)
        if isinstance(record, Problem):
            return record
        problem = await self.deciding.log(record, patient=self.patient)
        if problem is not None:
            self.patient = False
            return problem
        return record.decision


def _told(problem: Problem) -> ItemProblem:
    document = problem.document("")
    return ItemProblem(document.type, document.title, document.status, document.detail, document.problems)


def _encodable(text: str) -> str:
    return text[:256].encode(errors="replace").decode()
