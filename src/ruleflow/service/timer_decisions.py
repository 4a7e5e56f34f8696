"""What a timer decides about one ticket: with which facts, what is logged, what is delivered. Nothing is written here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from time import perf_counter_ns
from typing import Any, NamedTuple

import msgspec

from ruleflow.diagnostics import codes
from ruleflow.engine.canonical import canonical_json
from ruleflow.engine.decision import Decision
from ruleflow.project.errors import FactsError
from ruleflow.project.project import Project
from ruleflow.service.fresh_facts import Answer, Fault
from ruleflow.service.left_behind import last_facts
from ruleflow.service.logged_facts import logged_facts
from ruleflow.service.logs import log
from ruleflow.store.deliveries import NewDelivery
from ruleflow.store.due import Settled
from ruleflow.store.instants import moment_of
from ruleflow.store.records import Record
from ruleflow.store.timers import Ticket, Timer, keys_done, state_of

CALLER = "timer"
FACTS_TRIES = 4
"""So often fresh facts are asked for before the last ones are used."""
_FACTS_WAIT_S = (5, 15, 45)
_SECOND = 1_000_000
_LACKING = "a secret is not kept, so it is missing here; rules that read it need a facts URL"


class Timed(NamedTuple):
    """A project whose timers fire. `logged` makes of facts those that are logged."""

    project: Project
    logged: Callable[[Mapping[str, Any]], tuple[dict[str, Any], tuple[str, ...]]]

    @staticmethod
    def of(project: Project) -> Timed:
        """A project as it is served; make it once, for it takes a while."""
        return Timed(project, logged_facts(project.door))


class Asked(NamedTuple):
    """The facts that a ticket is decided with. `is_fresh`: the helpdesk gave them now; `trouble` is why it did not.

    `lacking` are secrets that are missing in the last facts.
    """

    facts: dict[str, Any]
    is_fresh: bool
    trouble: str = ""
    lacking: tuple[str, ...] = ()


class Fired(NamedTuple):
    """A ticket that was decided: what is logged, what changes, and what is delivered, where it has anything to say."""

    settled: Settled
    record: Record
    delivery: NewDelivery | None


def timers_of(project: Project, ticket: Ticket, now: int) -> tuple[Timer, ...] | None:
    """The timers of a ticket by a project, on the last facts; None where that cannot be done."""
    try:
        facts = last_facts(ticket, project.model, project.plan.service_levels.tracked).facts
        found = project.timers(_with_fired(facts, ticket), now=moment_of(now))
    except FactsError:
        return None
    except Exception:  # noqa: BLE001 - a defect of ours; one ticket must not stop the others
        log().exception("timers cannot be counted", project=ticket.project, ticket=ticket.ticket_id)
        return None
    return msgspec.convert([timer.to_dict(project.model) for timer in found], tuple[Timer, ...])


def outcome_of(ticket: Ticket, answer: Answer | None, timed: Timed, now: int, *, delivers: bool) -> Fired | Settled:
    """What becomes of a claimed ticket, given what the helpdesk answered (None: it was not asked)."""
    try:
        asked = asked_with(ticket, answer, timed.project, now)
        return fired_by(ticket, asked, timed, now, delivers=delivers) if isinstance(asked, Asked) else asked
    except Exception as error:  # noqa: BLE001 - a defect of ours; one ticket must not stop the others
        log().exception("a timer cannot be decided", project=ticket.project, ticket=ticket.ticket_id)
        return _parked(ticket, [{"pointer": "", "code": codes.DEFECT.number, "message": type(error).__name__}], ())


def asked_with(ticket: Ticket, answer: Answer | None, project: Project, now: int) -> Asked | Settled:
    """The facts to decide with; or what becomes of a ticket that is gone, or that the helpdesk is asked about again."""
    if answer is Fault.GONE:
        return Settled(ticket, None)
    if isinstance(answer, dict):
        return Asked(answer, is_fresh=True)
    tries = ticket.attempts + 1
    if isinstance(answer, str) and tries < FACTS_TRIES:
        return Settled(ticket, {"attempts": tries, "wake_at": now + _FACTS_WAIT_S[tries - 1] * _SECOND})
    facts, lacking = last_facts(ticket, project.model, project.plan.service_levels.tracked)
    return Asked(facts, is_fresh=False, trouble=answer if isinstance(answer, str) else "", lacking=lacking)


def fired_by(ticket: Ticket, asked: Asked, timed: Timed, now: int, *, delivers: bool) -> Fired | Settled:
    """Decide a ticket; or have it wait for a hand where its facts are refused."""
    facts = _with_fired(asked.facts, ticket)
    started = perf_counter_ns()
    try:
        decision = timed.project.decide("timer", facts, now=moment_of(now))
    except FactsError as error:
        return _parked(ticket, [problem.to_dict() for problem in error.problems], asked.lacking)
    record = _record(ticket, decision, facts, timed, now, (perf_counter_ns() - started) // 1000)
    state = state_of(record, keys_done(ticket.fired, [record]))
    said = decision.actions or decision.fired or decision.matched
    delivery = _delivery(ticket, decision, asked, now) if said and delivers else None
    return Fired(Settled(ticket, state), record, delivery)


def _with_fired(facts: Mapping[str, Any], ticket: Ticket) -> dict[str, Any]:
    return {**facts, "event": {"fired": list(ticket.fired)}}


def _parked(ticket: Ticket, problems: Sequence[Mapping[str, str]], lacking: Sequence[str]) -> Settled:
    log().error("the facts of a ticket are refused; its timers wait", project=ticket.project, ticket=ticket.ticket_id)
    told = [*problems, *({"pointer": one, "code": "", "message": _LACKING} for one in lacking)]
    return Settled(ticket, {"wake_at": None, "attempts": 0, "problems": canonical_json(told)})


def _record(ticket: Ticket, decision: Decision, facts: Mapping[str, Any], timed: Timed, now: int, took: int) -> Record:
    logged, masked = timed.logged(facts)
    return Record(
        project=ticket.project,
        digest=timed.project.digest,
        decision_id=decision.decision_id,
        event="timer",
        ticket_id=ticket.ticket_id,
        at=now,
        received_at=now,
        latency_us=took,
        caller=CALLER,
        request_id="",
        facts=canonical_json(logged),
        decision=decision.to_json(),
        masked=masked,
        matched=decision.matched,
        shadow=decision.shadow,
    )


def _delivery(ticket: Ticket, decision: Decision, asked: Asked, now: int) -> NewDelivery:
    """What the webhook is told: the decision, the timers that were due, and what the facts were."""
    due_now = [timer for timer in ticket.timers if timer.at <= now]
    data = {
        "project": ticket.project,
        "ticket_id": ticket.ticket_id,
        "due": due_now,
        "facts": {"fresh": asked.is_fresh, "as_of": _text(now if asked.is_fresh else ticket.updated_at)},
        "warnings": list(_warnings(asked)),
        "decision": decision.to_dict(),
    }
    body = canonical_json({"type": "ticket.timer", "timestamp": _text(now), "data": data})
    return NewDelivery(f"tmr_{decision.decision_id}", ticket.project, ticket.ticket_id, decision.decision_id, body, now)


def _warnings(asked: Asked) -> Iterator[dict[str, str]]:
    """What should be known of the facts."""
    if asked.trouble:
        yield {"pointer": "", "message": f"the facts URL gave no facts, so the last ones were used: {asked.trouble}"}
    for pointer in asked.lacking:
        yield {"pointer": pointer, "message": _LACKING}


def _text(at: int) -> str:
    return moment_of(at).isoformat().replace("+00:00", "Z")
