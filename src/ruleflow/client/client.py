"""A client of the decision service, for programs that wait."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from time import sleep
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


class Client:
    """The decision service, called as the library is.

        with ruleflow.Client("https://rules.example.com", api_key="rfk_…") as project:
            decision = project.decide("ticket.created", {"ticket": {"subject": "Help"}})

    `base_url` and `api_key` left out: `RULEFLOW_URL` and `RULEFLOW_API_KEY` of the environment. `project` names one of
    several served projects. `timeout` is in seconds, for a call with all of its `attempts`. `tls`: for a CA of one's own,
    `ssl.create_default_context(cafile=…)`. `transport` is one of httpx2, for tests.

    Any number of threads may use one client; its connections stay open until it is closed. Calls raise `FactsError` and
    `UnknownRuleError` as the library does, and `ServiceError` or a subclass for the rest; what another attempt may help
    is tried again before. Takes `pip install 'ruleflow[client]'`, and raises `ImportError` without it.
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
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._address, self._calls = opened(base_url, api_key, project, timeout, attempts)
        from ruleflow.client import http

        self._http = http
        self._client = http.open_client(self._address, tls, transport)

    def decide(
        self,
        event: str,
        facts: Mapping[str, Any],
        *,
        now: datetime | None = None,
        project: str | None = None,
        strict: bool = False,
    ) -> Decision:
        """Decide one event, as `Project.decide` does. `now` None is the clock of this machine, as it is there."""
        return self._taken(self._calls.decide(event, facts, now, project, strict))

    def decide_many(
        self,
        event: str,
        facts: Iterable[Mapping[str, Any]],
        *,
        now: datetime | None = None,
        project: str | None = None,
        strict: bool = False,
        chunk: int = CHUNK,
    ) -> Iterator[Decision | Refusal]:
        """Decide many facts, one answer each, in order. Facts that are refused give a `Refusal`; the rest goes on.

        Facts are taken as answers are asked for, and sent `chunk` at a time: with 1 each is answered as it comes.
        """
        return self._answers(self._calls.decide_many(event, now, project, strict, chunk), facts)

    def explain(
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
        """Why a rule acted or did not, as `Project.explain` says it."""
        return self._taken(self._calls.explain(event, facts, now, project, rule=rule, strict=strict, nearest=nearest))

    def timeline(
        self,
        facts: Mapping[str, Any],
        *,
        event: str = "",
        now: datetime | None = None,
        until: datetime | None = None,
        project: str | None = None,
        strict: bool = False,
    ) -> ServedTimeline:
        """What will happen to a ticket if nobody touches it; `to_dict()` is that of `Project.timeline`."""
        return self._taken(self._calls.timeline(facts, now, until, project, event=event or None, strict=strict))

    def check(self, files: Mapping[str, str] | None = None, *, project: str | None = None) -> dict[str, Any]:
        """The findings about a project that is sent, as texts by their paths; without files, about the served one."""
        return self._taken(self._calls.check(files, project))

    def project(self, project: str | None = None) -> dict[str, Any]:
        """A served project: its version, its rules, the events and facts that may be sent to it."""
        return self._taken(self._calls.served(project))

    def decision(self, decision_id: str) -> LoggedDecision:
        """A logged decision with its facts. Raises `ServiceError` with status 404 where none has this id."""
        return self._taken(self._calls.decision(decision_id))

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
    ) -> Iterator[LoggedSummary]:
        """Logged decisions for which all that is given holds, the newest first; asked for as they are taken."""
        return self._turned(
            self._calls.decisions(
                project, rule=rule, event=event, ticket=ticket, caller=caller, text=text, since=since, until=until
            )
        )

    def healthy(self) -> bool:
        """Whether the service answers, decides, and can keep what it decides. Asked once, and never an error."""
        return self._taken(self._calls.healthy())

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self._address.url!r})"

    def _answers(self, chunks: Chunks, facts: Iterable[Mapping[str, Any]]) -> Iterator[Decision | Refusal]:
        for one in facts:
            if chunks.add(one):
                yield from self._taken(chunks.answered())
        yield from self._taken(chunks.answered())

    def _turned(self, pages: Pages) -> Iterator[LoggedSummary]:
        while pages.more:
            yield from self._taken(pages.turned())

    def _taken(self, steps: Steps[T]) -> T:
        """Take the steps of a call; its result."""
        try:
            step = next(steps)
            while True:
                step = steps.send(self._take(step))
        except StopIteration as end:
            found: T = end.value
            return found

    def _take(self, step: Send | Wait) -> Reply | Lost | None:
        if isinstance(step, Send):
            return self._http.send(self._client, step)
        sleep(step.seconds)
        return None
