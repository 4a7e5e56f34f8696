"""Each call as steps that end in its result. `Client` and `AsyncClient` differ in how they take the steps, and in nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from ruleflow.client import requests
from ruleflow.client.answers import (
    DECISION,
    DOCUMENT,
    LOGGED,
    PAGE,
    LoggedDecision,
    LoggedSummary,
    ServedTimeline,
    read,
)
from ruleflow.client.exchange import Attempts, Patience, decided, exchanged
from ruleflow.client.facts import json_of
from ruleflow.client.requests import Request
from ruleflow.client.steps import Reply, Send, Steps
from ruleflow.engine.decision import Decision
from ruleflow.engine.explain import Explanation
from ruleflow.project.errors import FactsError
from ruleflow.project.instants import instant
from ruleflow.project.questions import Refusal

T = TypeVar("T")
_MOST_BYTES = 4 * 1024 * 1024
"""Of facts, in one request; the service takes 16 MiB unless it was told otherwise."""


@dataclass(frozen=True, slots=True)
class Calls:
    """The operations of the service. `project` is meant where a call names none."""

    project: str | None
    patience: Patience

    def decide(
        self,
        event: str,
        facts: Mapping[str, Any],
        now: datetime | None,
        project: str | None,
        strict: bool,  # noqa: FBT001 - as the clients pass it
    ) -> Steps[Decision]:
        """One decision."""
        named = project or self.project
        request = requests.asked("/v1/decide", facts, now, event=event, strict=strict, project=named)
        return self._read(request, DECISION)

    def decide_many(
        self,
        event: str,
        now: datetime | None,
        project: str | None,
        strict: bool,  # noqa: FBT001 - as the clients pass it
        chunk: int,
    ) -> Chunks:
        """Many decisions, all for the same instant."""
        if chunk < 1:
            raise ValueError("`chunk` is one at least")
        at = instant(now).isoformat()

        def asked(facts: Sequence[bytes]) -> Request:
            return requests.batch(facts, event=event, now=at, strict=strict, project=project or self.project)

        return Chunks(asked, self.patience, chunk)

    def explain(
        self, event: str, facts: Mapping[str, Any], now: datetime | None, project: str | None, **asked: Any
    ) -> Steps[Explanation]:
        """Why."""
        named = project or self.project
        request = requests.asked("/v1/explain", facts, now, event=event, project=named, **asked)
        return Explanation((yield from self._read(request, DOCUMENT)))

    def timeline(
        self,
        facts: Mapping[str, Any],
        now: datetime | None,
        until: datetime | None,
        project: str | None,
        **asked: Any,
    ) -> Steps[ServedTimeline]:
        """What will happen."""
        end = None if until is None else instant(until).isoformat()
        named = project or self.project
        request = requests.asked("/v1/timeline", facts, now, until=end, project=named, **asked)
        return ServedTimeline((yield from self._read(request, DOCUMENT)))

    def check(self, files: Mapping[str, str] | None, project: str | None) -> Steps[dict[str, Any]]:
        """What is to be said of a project."""
        named = None if files is not None else project or self.project
        return self._read(requests.post("/v1/check", files=files, project=named), DOCUMENT)

    def served(self, project: str | None) -> Steps[dict[str, Any]]:
        """A served project."""
        return self._read(requests.get("/v1/project", project=project or self.project), DOCUMENT)

    def decision(self, decision_id: str) -> Steps[LoggedDecision]:
        """One logged decision."""
        return self._read(requests.logged(decision_id), LOGGED)

    def decisions(self, project: str | None, **query: Any) -> Pages:
        """Logged decisions."""
        return Pages({"project": project or self.project, **query}, self.patience)

    def healthy(self) -> Steps[bool]:
        """Whether the service is ready, asked once."""
        outcome = yield Send(requests.get("/readyz"), self.patience.timeout_s)
        return isinstance(outcome, Reply) and outcome.status == 200

    def _read(self, request: Request, decoder: msgspec.json.Decoder[T]) -> Steps[T]:
        return read(decoder, (yield from exchanged(request, Attempts(self.patience))))


@dataclass(slots=True)
class Chunks:
    """Facts, gathered until enough of them are there to be asked together."""

    asked: Callable[[Sequence[bytes]], Request]
    patience: Patience
    most: int
    _gathered: list[bytes | Refusal] = field(default_factory=list)
    _bytes: int = 0

    def add(self, facts: object) -> bool:
        """Take facts; whether it is time to ask."""
        try:
            one: bytes | Refusal = json_of(facts)
        except FactsError as error:
            one = Refusal(error.problems)
        self._gathered.append(one)
        self._bytes += len(one) if isinstance(one, bytes) else 0
        return len(self._gathered) >= self.most or self._bytes >= _MOST_BYTES

    def answered(self) -> Steps[list[Decision | Refusal]]:
        """An answer to each of the facts that were gathered, in order; after that there are none."""
        gathered, self._gathered, self._bytes = self._gathered, [], 0
        sent = [one for one in gathered if isinstance(one, bytes)]
        found = iter((yield from decided(self.asked, sent, Attempts(self.patience))))
        return [one if isinstance(one, Refusal) else next(found) for one in gathered]


@dataclass(slots=True)
class Pages:
    """Logged decisions, page after page, the newest first."""

    query: Mapping[str, Any]
    patience: Patience
    more: bool = True
    _before: int | None = None

    def turned(self) -> Steps[tuple[LoggedSummary, ...]]:
        """The next page."""
        request = requests.sought(self.query, self._before)
        page = read(PAGE, (yield from exchanged(request, Attempts(self.patience))))
        self._before, self.more = page.next, page.next is not None
        return page.decisions
