"""What an analysis answers: proved, refuted with a ticket, or unknown with the reason. Plain values, for reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class State(Enum):
    """What is known of an outcome under two versions of a project."""

    UNCHANGED = "unchanged"
    """Proved: no ticket gets it differently."""
    CHANGED = "changed"
    """Some ticket does: each change has one that was decided by both versions."""
    UNKNOWN = "unknown"
    """Neither was proved; `reason` says what stopped the proof."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Facts that were decided by the ordinary engine: `event`, `now` as ISO 8601, `facts` as JSON has them."""

    event: str
    now: str
    facts: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """As the file that `ruleflow decide --facts` reads."""
        return {"event": self.event, "now": self.now, "facts": dict(self.facts)}


@dataclass(frozen=True, slots=True)
class Change:
    """One way in which an outcome changes.

    `before` and `after` are what the two versions give the witness, as a decision's JSON has it (None: nothing); `rules` are
    those responsible, of the old and of the new version. `region` are conditions in words that all tickets of this kind
    fulfil; `region_is_proved`: every ticket that does changes like this.
    """

    before: Any
    after: Any
    rules_before: tuple[str, ...]
    rules_after: tuple[str, ...]
    region: tuple[str, ...]
    region_is_proved: bool
    witness: Ticket


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one outcome on one event: `ticket.priority`, `route`, `sla`, `tags`, `messages`, `denied`, an action.

    `complete`: there are no other pairs of before and after than those of `changes`. `reason` is given for `UNKNOWN`, or
    where `changes` may not be complete.
    """

    event: str
    outcome: str
    state: State
    changes: tuple[Change, ...] = ()
    complete: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """On what the answers rest: the solvers, assumptions as written, and what was left open (abstracted) in the proof."""

    solvers: tuple[str, ...]
    assumptions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a change of a project means, outcome by outcome, event by event."""

    verdicts: tuple[Verdict, ...]
    scope: Scope

    @property
    def state(self) -> State:
        """Unchanged where all outcomes are proved to be; else changed where one is; else unknown."""
        states = {verdict.state for verdict in self.verdicts}
        return next((one for one in (State.CHANGED, State.UNKNOWN) if one in states), State.UNCHANGED)
