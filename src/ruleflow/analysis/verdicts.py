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

    def to_dict(self) -> dict[str, list[str]]:
        """As JSON."""
        return {"solvers": list(self.solvers), "assumptions": list(self.assumptions), "notes": list(self.notes)}


class Proof(Enum):
    """What is known of a promise."""

    PROVED = "proved"
    """Every ticket keeps it."""
    FAILS = "fails"
    """Some ticket breaks it: one that was decided is told."""
    UNKNOWN = "unknown"
    """Neither was proved; the reason is told."""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A ticket that breaks a promise; two, alike but for the field, where an order is not kept.

    `why` are the values that break it, `matched` the rules that matched. `region` are conditions in words that the ticket
    fulfils; `region_is_proved`: every ticket that fulfils them breaks the promise.
    """

    tickets: tuple[Ticket, ...]
    why: str
    matched: tuple[str, ...]
    region: tuple[str, ...] = ()
    region_is_proved: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "why": self.why,
            "tickets": [one.to_dict() for one in self.tickets],
            "matched": list(self.matched),
            "region": list(self.region),
            "region_is_proved": self.region_is_proved,
        }


@dataclass(frozen=True, slots=True)
class Held:
    """A promise on one event. `is_vacuous`: proved because it is about no ticket at all."""

    event: str
    proof: Proof
    counterexample: Counterexample | None = None
    reason: str = ""
    is_vacuous: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "event": self.event,
            "state": self.proof.value,
            "is_vacuous": self.is_vacuous,
            "reason": self.reason,
            "counterexample": None if self.counterexample is None else self.counterexample.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class PromiseVerdict:
    """What became of a promise, event by event. `place` is where it is written: file and line, both empty for none."""

    id: str
    title: str
    place: tuple[str, int]
    events: tuple[Held, ...]

    @property
    def proof(self) -> Proof:
        """It fails where it fails on one event, and is proved only where it is on all."""
        found = {one.proof for one in self.events}
        return next((one for one in (Proof.FAILS, Proof.UNKNOWN) if one in found), Proof.PROVED)

    @property
    def is_vacuous(self) -> bool:
        """Whether it is about no ticket of any event."""
        return all(one.is_vacuous for one in self.events)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        file, line = self.place
        return {
            "id": self.id,
            "title": self.title,
            "place": {"file": file, "line": line} if file else None,
            "state": self.proof.value,
            "is_vacuous": self.is_vacuous,
            "events": [one.to_dict() for one in self.events],
        }


@dataclass(frozen=True, slots=True)
class Verification:
    """What became of the promises of a project, in the order in which they are written."""

    promises: tuple[PromiseVerdict, ...]
    scope: Scope

    @property
    def is_proved(self) -> bool:
        """Whether all are."""
        return all(one.proof is Proof.PROVED for one in self.promises)

    def to_dict(self) -> dict[str, Any]:
        """As JSON, version 1."""
        return {
            "version": 1,
            "is_proved": self.is_proved,
            "promises": [one.to_dict() for one in self.promises],
            "scope": self.scope.to_dict(),
        }


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
