"""How the promises behind a recorded `made_sla` are searched: incidents, hours to count in, the target that fits best.

The log gives its times to the minute and without a zone; they are taken as UTC, so hours here are by the log's clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from map_incidents import read_incidents

import ruleflow

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Incident:
    """What the log says of one incident; `states` are its states, each with the instant since when."""

    number: str
    opened: datetime
    closed: datetime
    states: tuple[tuple[datetime, str], ...]
    made_sla: bool

    def facts(self) -> dict[str, Any]:
        """The closed incident with its history, as a helpdesk sends it."""
        history: list[dict[str, str]] = [{"at": self.opened.isoformat(), "event": "created", "status": "new"}]
        history += [{"at": at.isoformat(), "incident_state": state} for at, state in self.states]
        state = self.states[-1][1]
        ticket = {"status": "closed", "priority": "3 - Moderate", "incident_state": state, "history": history}
        return {"ticket": {"id": self.number, **ticket}}


@dataclass(frozen=True, slots=True)
class Promise:
    """In which hours a target is counted (empty: around the clock), and in which states it is not."""

    hours: str = ""
    days: str = "mon-fri"
    timezone: str = "UTC"
    holidays: str = ""
    pauses: tuple[str, ...] = ()

    def calendar(self) -> dict[str, Any]:
        """The calendar as a project writes it."""
        hours = {"hours": {self.days: [self.hours]}} if self.hours else {"always": True}
        holidays = {"holidays": {"country": self.holidays}} if self.holidays else {}
        return {"timezone": self.timezone, **hours, **holidays}

    def __str__(self) -> str:
        zone = "" if self.timezone == "UTC" else self.timezone
        holidays = f"holidays {self.holidays}" if self.holidays else ""
        hours = f"{self.days} {self.hours}" if self.hours else "24x7"
        return " ".join(part for part in (hours, zone, holidays) if part)


@dataclass(frozen=True, slots=True)
class Fit:
    """The targets, in minutes, that tell most incidents right: from `low` up to but without `high`; -1 is met by none."""

    right: int
    low: int
    high: int

    @property
    def target(self) -> int:
        """One minute more than the least, where that is as good: the log cuts seconds.

        It also keeps apart what is used up exactly at closing, where a clock is due at closing and not later.
        """
        return min(self.low + 1, self.high - 1)


@dataclass(frozen=True, slots=True)
class Trial:
    """A promise with its best targets, on all incidents and on the earlier and later half of them.

    `ahead` counts what the earlier half's target tells right in the later half, `back` the other way round.
    """

    promise: Promise
    whole: Fit
    earlier: Fit
    later: Fit
    ahead: int
    back: int


def read(path: Path) -> list[Incident]:
    """The incidents of moderate priority in the order in which they were opened."""
    moderate = (rows for rows in read_incidents(path) if rows[-1]["priority"] == "3 - Moderate")
    return sorted(map(incident, moderate), key=lambda one: (one.opened, one.number))


def incident(rows: Sequence[dict[str, str]]) -> Incident:
    """The rows of one incident as a value; a state that is written again is the same stay."""
    last = rows[-1]
    states = tuple((instant(row["sys_updated_at"]), row["incident_state"]) for row in rows)
    return Incident(
        last["number"], instant(last["opened_at"]), instant(last["closed_at"]), states, last["made_sla"] == "true"
    )


def instant(text: str) -> datetime:
    """A time of the log, to the minute."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def used_minutes(promise: Promise, incidents: Sequence[Incident]) -> list[int]:
    """The open minutes from opening to closing, without those of the pauses."""
    between = ruleflow.Calendar.from_dict(promise.calendar()).between
    return [
        (
            between(one.opened, one.closed)
            - sum((between(start, end) for start, end in stays(one, promise.pauses)), timedelta())
        )
        // MINUTE
        for one in incidents
    ]


def stays(one: Incident, states: tuple[str, ...]) -> Iterator[tuple[datetime, datetime]]:
    """When an incident was in one of these states."""
    if states:
        for (start, state), (end, _) in pairwise(one.states):
            if state in states and start < end:
                yield start, end


def fit(used: Sequence[int], made: Sequence[bool]) -> Fit:
    """The best targets, in one pass over what was used: an incident is met when it used no more than the target."""
    right = len(made) - sum(made)
    steps = [(-1, right)]
    for minutes, same in groupby(sorted(zip(used, made, strict=True)), key=lambda pair: pair[0]):
        right += sum(1 if met else -1 for _, met in same)
        steps.append((minutes, right))
    best = max(range(len(steps)), key=lambda place: steps[place][1])
    low = steps[best][0]
    return Fit(steps[best][1], low, steps[best + 1][0] if best + 1 < len(steps) else low + 1)


def told_right(target: int, used: Sequence[int], made: Sequence[bool]) -> int:
    """How many incidents a target tells right."""
    return sum((minutes <= target) == met for minutes, met in zip(used, made, strict=True))


def attempt(promise: Promise, incidents: Sequence[Incident]) -> Trial:
    """Count the time of every incident once, and fit the target three times."""
    used, made, half = used_minutes(promise, incidents), [one.made_sla for one in incidents], len(incidents) // 2
    earlier, later = fit(used[:half], made[:half]), fit(used[half:], made[half:])
    ahead, back = (
        told_right(earlier.target, used[half:], made[half:]),
        told_right(later.target, used[:half], made[:half]),
    )
    return Trial(promise, fit(used, made), earlier, later, ahead, back)


def best(trials: Sequence[Trial]) -> Trial:
    """The first of those that tell most incidents right."""
    return max(trials, key=lambda trial: trial.whole.right)


def shift(start: int, length: int) -> str:
    """Hours that begin at a minute of the day, past midnight if they last so long."""
    end = (start + length) % 1440 or 1440
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"


def grid(starts: range, lengths: range) -> list[Promise]:
    """Every beginning with every length, in minutes, Monday to Friday."""
    return [Promise(shift(start % 1440, length)) for start in starts for length in lengths]
