"""What is counted while recorded tickets are decided. Nothing of a ticket is kept but counts and a few names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from ruleflow.engine.decision import Decision
from ruleflow.project.questions import Refusal
from ruleflow.replay.counts import Counts
from ruleflow.replay.outcomes import clocks_of, outcomes_of
from ruleflow.replay.recorded import Recorded, Silent
from ruleflow.replay.tables import Unusable

_INDEX = re.compile(r"/[0-9]+(?=/|$)")
_LIVE = frozenset({"running", "paused"})


class Reason(NamedTuple):
    """Why something was not decided, or was odd: where, which code, and in words."""

    where: str
    code: str
    message: str


@dataclass(slots=True)
class Reading:
    """What was read, before anything was decided."""

    rows: int = 0
    silent: int = 0
    unusable: Counts[Reason] = field(default_factory=Counts)
    unmapped: Counts[tuple[str, str]] = field(default_factory=Counts)
    tickets: int = 0
    events: Counts[str] = field(default_factory=Counts)
    first: datetime | None = None
    last: datetime | None = None
    _ticket: str = ""

    def add(self, one: Recorded) -> None:
        """Count an event that is to be decided."""
        self.tickets += not one.ticket or one.ticket != self._ticket
        self._ticket = one.ticket
        self.events.add(one.event)
        self.first = one.at if self.first is None else min(self.first, one.at)
        self.last = one.at if self.last is None else max(self.last, one.at)
        for column, text in one.unmapped:
            self.unmapped.add((column, text), label(one))

    def pass_by(self, one: Unusable | Silent) -> None:
        """Count a row of which nothing is decided."""
        if isinstance(one, Silent):
            self.silent += 1
            return
        example = one.ticket or f"line {one.number}"
        self.unusable.add(Reason("", "", one.reason), f"{example}: {one.shown}" if one.shown else example)


@dataclass(slots=True)
class Tally:
    """What one project decided."""

    decided: int = 0
    refused: int = 0
    refusals: Counts[Reason] = field(default_factory=Counts)
    warnings: Counts[Reason] = field(default_factory=Counts)
    errors: Counts[Reason] = field(default_factory=Counts)
    outcomes: dict[str, Counts[str]] = field(default_factory=dict)
    fired: Counts[str] = field(default_factory=lambda: Counts(100_000))
    shadow: Counts[str] = field(default_factory=lambda: Counts(100_000))
    load: dict[str, list[list[int]]] = field(default_factory=dict)
    """Tickets routed, by team (or agent, where there is no team), weekday from Monday, and hour, in the project's zone."""
    clocks: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """Tickets by policy, metric and what became of the clock in the end: met, breached, running."""
    _ticket: str = ""
    _last: Sequence[tuple[str, str, str]] = ()

    def add(self, one: Recorded, answer: Decision | Refusal) -> None:
        """Count an answer. Those about one ticket come one after the other."""
        if not one.ticket or one.ticket != self._ticket:
            self.finish()
        self._ticket = one.ticket
        if isinstance(answer, Refusal):
            self._add_refusal(one, answer)
            return
        self.decided += 1
        self._last = _fates(answer)
        for name, values in outcomes_of(answer).items():
            counts = self.outcomes.setdefault(name, Counts())
            for value in values:
                counts.add(value)
        for rule in answer.matched:
            self.fired.add(rule)
        for rule in answer.shadow:
            self.shadow.add(rule)
        self._add_load(answer)
        self._add_oddities(one, answer)

    def finish(self) -> None:
        """Count how the clocks of the last ticket stand in the end."""
        for fate in self._last:
            self.clocks[fate] = self.clocks.get(fate, 0) + 1
        self._last = ()

    def _add_refusal(self, one: Recorded, answer: Refusal) -> None:
        self.refused += 1
        reasons = {Reason(_INDEX.sub("/…", p.pointer), p.code, "") for p in answer.problems}
        messages = {_INDEX.sub("/…", p.pointer): p.message for p in reversed(answer.problems)}
        for reason in sorted(reasons):
            self.refusals.add(reason, f"{label(one)}: {messages[reason.where]}")

    def _add_load(self, answer: Decision) -> None:
        route: Mapping[str, Any] = answer.outcome.get("route") or {}
        name = route.get("team") or route.get("agent")
        if name:
            at = datetime.fromisoformat(answer.at)
            hours = self.load.get(str(name))
            if hours is None:
                hours = self.load[str(name)] = [[0] * 24 for _ in range(7)]
            hours[at.weekday()][at.hour] += 1

    def _add_oddities(self, one: Recorded, answer: Decision) -> None:
        for odd in answer.warnings:
            where = str(odd.get("rule") or _INDEX.sub("/…", str(odd.get("pointer") or "")))
            self.warnings.add(Reason(where, str(odd.get("code") or ""), str(odd.get("message") or "")), label(one))
        for wrong in answer.errors:
            reason = Reason(str(wrong.get("rule") or ""), str(wrong.get("code") or ""), str(wrong.get("message") or ""))
            self.errors.add(reason, label(one))


def label(one: Recorded) -> str:
    """What an event is called in an example: the ticket, or the line of the file."""
    return one.ticket or f"line {one.number}"


def _fates(answer: Decision) -> list[tuple[str, str, str]]:
    """Of each clock who promised it, its metric, and what became of it so far."""
    return [
        (
            str(clock["promised_by"]).removeprefix("SLA policy "),
            str(clock["metric"]),
            "running" if clock["state"] in _LIVE else str(clock["state"]),
        )
        for clock in clocks_of(answer)
    ]
