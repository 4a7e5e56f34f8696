"""A client of the decision service, for programs with an event loop."""

from __future__ import annotations

import ssl
from asyncio import AbstractEventLoop, get_running_loop, sleep
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from ruleflow.client.answers import LoggedDecision, LoggedSummary, ServedTimeline
from ruleflow.client.calls import Chunks, Pages
from ruleflow.client.opening import ATTEMPTS, CHUNK, TIMEOUT_S, opened
from ruleflow.client.steps import Lost, Reply, Send, Steps, Wait
from ruleflow.engine.decision import Decision
from ruleflow.engine.explain import Explanation
from ruleflow.project.questions import Refusal

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")


class AsyncClient:
    """`Client` for asyncio: the same calls, to be awaited; `decide_many` and `decisions` are asynchronous iterators.

        async with ruleflow.AsyncClient("https://rules.example.com") as project:
            decision = await project.decide("ticket.created", {"ticket": {"subject": "Help"}})

    A client belongs to the event loop that it was first used in: one for each loop. A call that is cancelled may have been
    decided and logged.
    """

    def __init__(
        self,
        base_url: str | None = None,
        *,
        api_key: str | None = None,
        project: str | None = None,
        timeout: float = TIMEOUT_S,
        attempts: int = ATTEMPTS,
        tls: ssl.SSLContext | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._address, self._calls = opened(base_url, api_key, project, timeout, attempts)
        from ruleflow.client import http

        self._http = http
        self._client = http.open_async_client(self._address, tls, transport)
        self._loop: AbstractEventLoop | None = None

    async def decide(
        self,
        event: str,
        facts: Mapping[str, Any],
        *,
        now: datetime | None = None,
        project: str | None = None,
        strict: bool = False,
    ) -> Decision:
        """As `Client.decide`."""
        return await self._taken(self._calls.decide(event, facts, now, project, strict))

    def decide_many(
        self,
        event: str,
        facts: Iterable[Mapping[str, Any]] | AsyncIterable[Mapping[str, Any]],
        *,
        now: datetime | None = None,
        project: str | None = None,
        strict: bool = False,
        chunk: int = CHUNK,
    ) -> AsyncIterator[Decision | Refusal]:
        """As `Client.decide_many`; the facts may come from an asynchronous iterator."""
        return self._answers(self._calls.decide_many(event, now, project, strict, chunk), facts)

    async def explain(
        self,
        event: str,
        facts: Mapping[str, Any],
        *,
        rule: str | None = None,
        now: datetime | None = None,
        project: str | None = None,
        strict: bool = False,
        nearest: bool = False,
    ) -> Explanation:
        """As `Client.explain`."""
        return await self._taken(
            self._calls.explain(event, facts, now, project, rule=rule, strict=strict, nearest=nearest)
        )

    async def timeline(
        self,
        facts: Mapping[str, Any],
        *,
        event: str = "",
        now: datetime | None = None,
        until: datetime | None = None,
        project: str | None = None,
        strict: bool = False,
    ) -> ServedTimeline:
        """As `Client.timeline`."""
        return await self._taken(self._calls.timeline(facts, now, until, project, event=event or None, strict=strict))

    async def check(self, files: Mapping[str, str] | None = None, *, project: str | None = None) -> dict[str, Any]:
        """As `Client.check`."""
        return await self._taken(self._calls.check(files, project))

    async def project(self, project: str | None = None) -> dict[str, Any]:
        """As `Client.project`."""
        return await self._taken(self._calls.served(project))

    async def decision(self, decision_id: str) -> LoggedDecision:
        """As `Client.decision`."""
        return await self._taken(self._calls.decision(decision_id))

    def decisions(  # noqa: PLR0913 - what may be looked for
        self,
        *,
        project: str | None = None,
        rule: str = "",
        event: str = "",
        ticket: str = "",
        caller: str = "",
        text: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> AsyncIterator[LoggedSummary]:
        """As `Client.decisions`."""
        return self._turned(
            self._calls.decisions(
                project, rule=rule, event=event, ticket=ticket, caller=caller, text=text, since=since, until=until
            )
        )

    async def healthy(self) -> bool:
        """As `Client.healthy`."""
        return await self._taken(self._calls.healthy())

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"AsyncClient({self._address.url!r})"

    async def _answers(
        self, chunks: Chunks, facts: Iterable[Mapping[str, Any]] | AsyncIterable[Mapping[str, Any]]
    ) -> AsyncIterator[Decision | Refusal]:
        async for one in _awaited(facts):
            if chunks.add(one):
                for found in await self._taken(chunks.answered()):
                    yield found
        for found in await self._taken(chunks.answered()):
            yield found

    async def _turned(self, pages: Pages) -> AsyncIterator[LoggedSummary]:
        while pages.more:
            for found in await self._taken(pages.turned()):
                yield found

    async def _taken(self, steps: Steps[T]) -> T:
        """Take the steps of a call; its result."""
        loop = get_running_loop()
        if self._loop not in (None, loop):
            raise RuntimeError("this AsyncClient is used in another event loop already: make one for each")
        self._loop = loop
        try:
            step = next(steps)
            while True:
                step = steps.send(await self._take(step))
        except StopIteration as end:
            found: T = end.value
            return found

    async def _take(self, step: Send | Wait) -> Reply | Lost | None:
        if isinstance(step, Send):
            return await self._http.send_async(self._client, step)
        await sleep(step.seconds)
        return None


async def _awaited(facts: Iterable[T] | AsyncIterable[T]) -> AsyncIterator[T]:
    if isinstance(facts, AsyncIterable):
        async for one in facts:
            yield one
    else:
        for one in facts:
            yield one
