"""The service level of a ticket after a decision, as the decision tells it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from ruleflow.diagnostics import codes
from ruleflow.engine.canonical import plain
from ruleflow.engine.facts import FactWarning
from ruleflow.engine.stages import Run
from ruleflow.plan.plan import Plan
from ruleflow.plan.service_levels import HISTORY, clocks_in
from ruleflow.plan.snapshot import BudgetError, Snapshot
from ruleflow.sla.clocks import Clock
from ruleflow.sla.spans import span_text
from ruleflow.types.values import plain_number


@dataclass(frozen=True, slots=True)
class Levels:
    """The policy of a ticket ('' : none) and its clocks; `warnings` say why there are none where one would expect some."""

    policy: str = ""
    clocks: tuple[Clock, ...] = ()
    warnings: tuple[FactWarning, ...] = ()

    def to_dict(self, zone: ZoneInfo) -> dict[str, Any] | None:
        """As JSON: of each metric the last clock. None where nothing is promised."""
        if not self.policy and not self.clocks:
            return None
        last = {clock.metric: clock for clock in self.clocks}
        return {"policy": self.policy or None, "clocks": [clock_dict(clock, zone) for clock in last.values()]}


def service_levels(plan: Plan, run: Run) -> Levels:
    """The service level of a ticket at the end of a decision."""
    levels = plan.service_levels
    if not levels.promise_anything:
        return Levels()
    try:
        policy = levels.policy(run.final)
        found = Levels(policy.id if policy is not None else "", clocks_in(run.final))
    except BudgetError as error:
        return Levels(warnings=(FactWarning("/ticket/history", codes.OVER_BUDGET.number, str(error)),))
    if found.policy and not found.clocks and levels.log(run.final) is None:
        message = "no clock can run: neither `ticket.history` nor `ticket.created_at` says when the ticket was created"
        return Levels(found.policy, (), (FactWarning("/ticket/created_at", codes.NO_START.number, message),))
    return replace(found, warnings=tuple(_replies_of_nobody(run.final))) if found.clocks else found


def _replies_of_nobody(facts: Snapshot) -> Iterator[FactWarning]:
    """The event at hand, and the first entry of the history, where a reply has no author, so that no clock minds it."""
    told: Any = facts[HISTORY] or ()
    nameless = (at for at, one in enumerate(told) if one.get("event") == "replied" and one.get("by") is None)
    pointers = [f"/ticket/history/{at}/by" for at in islice(nameless, 1)]
    if facts["event.name"] == "ticket.replied" and facts["event.by"] is None:
        pointers.append("/event/by")
    for pointer in pointers:
        message = "a reply without `by` is nobody's, and no clock minds it; `by` is `agent` or `contact`"
        yield FactWarning(pointer, codes.REPLY_OF_NOBODY.number, message)


def clock_dict(clock: Clock, zone: ZoneInfo) -> dict[str, Any]:
    """A clock as JSON; seconds are exact, and used, paused and closed ones add up to the time from start to end or now."""
    return {
        "metric": clock.metric.value,
        "target": span_text(clock.promise.time),
        "calendar": clock.promise.calendar_name or None,
        "promised_by": clock.promise.source.replace("`", ""),
        "state": clock.state.value,
        "started_at": plain(clock.started_at, zone),
        "due_at": _instant(clock.due_at, zone),
        "warn_at": [plain(warn.at, zone) for warn in clock.warn_at],
        "elapsed_s": seconds(clock.elapsed),
        "remaining_s": None if clock.remaining is None else seconds(clock.remaining),
        "paused_s": seconds(clock.paused),
        "closed_s": seconds(clock.closed),
        "ended_at": _instant(clock.ended_at, zone),
        "breached_at": _instant(clock.breached_at, zone),
        "log": [_happening(one.at, one.what, one.why, zone) for one in clock.log],
    }


def seconds(length: timedelta) -> int | Decimal:
    """A length in seconds, whole or exact to the microsecond."""
    return plain_number(Decimal(length // timedelta(microseconds=1)).scaleb(-6))


def _happening(at: datetime, what: str, why: str, zone: ZoneInfo) -> Mapping[str, str]:
    return {"at": plain(at, zone), "what": what, "why": why}


def _instant(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else plain(at, zone)
