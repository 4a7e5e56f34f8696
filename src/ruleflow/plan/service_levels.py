"""From the facts of a ticket to its SLA clocks: how it stood at each instant of its history, and what was promised then."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from ruleflow.calendar.calendar import Calendar
from ruleflow.checker.checked import Checked
from ruleflow.model.model import Model
from ruleflow.model.vocabulary import Contract, Metric, OnChange, Request, SlaPolicy, Target
from ruleflow.plan.closures import Truth
from ruleflow.plan.evaluator import Evaluator
from ruleflow.plan.snapshot import Derive, Snapshot
from ruleflow.sla.clocks import Clock, clocks_of
from ruleflow.sla.log import Log, Promise, Reply, State
from ruleflow.sla.spans import around_the_clock
from ruleflow.syntax.expressions import Expr
from ruleflow.types.terms import ListOf, Record
from ruleflow.types.values import Value

HISTORY = "ticket.history"
POLICY = "ticket.sla"
CLOCKS = "clocks"
"""Where a snapshot keeps the clocks of its ticket, once they are asked for."""
_OF_AN_ENTRY = frozenset({"at", "event", "by"})
_SOLVED = frozenset({"solved", "closed"})


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    """What a project promises. `pauses` and `solves` are the conditions of its policies, by id."""

    model: Model
    pauses: Mapping[str, tuple[Truth, str]]
    solves: Mapping[str, Truth]
    tracked: tuple[str, ...]
    """The fields of a ticket that its history may name, by path."""
    around_the_clock: Calendar

    @property
    def promise_anything(self) -> bool:
        """Whether any ticket can have a clock."""
        return bool(self.model.sla) or any(
            one.resolve_in for two in self.model.contracts.values() for one in two.requests
        )

    def clocks(self, facts: Snapshot) -> tuple[Clock, ...]:
        """The clocks of a ticket as of the snapshot's instant; none where nobody knows when it was created."""
        log = self.log(facts) if self.promise_anything else None
        return () if log is None else clocks_of(log)

    def log(self, facts: Snapshot) -> Log | None:
        """The life of a ticket; None where nobody knows when it was created. What is told to lie before counts as its beginning."""
        entries = _entries(facts)
        start = _start(facts, entries)
        if start is None:
            return None
        lived = [{**entry, "at": max(entry["at"], start)} for entry in entries]
        return Log(start, facts.now, tuple(self._states(facts, start, lived)), tuple(_replies(facts, lived)))

    def _states(self, facts: Snapshot, start: datetime, entries: Sequence[Mapping[str, Any]]) -> Iterator[State]:
        """How the ticket stood: one state for each instant at which one of its fields changed, the last one as it is now."""
        moved = _moved(facts, entries)
        values = {
            path: _course(path, facts, start, entries, self.model)
            for path in self.tracked
            if path in moved or facts.get(path) != facts.initial.get(path)
        }
        instants = sorted({start, *(at for course in values.values() for at, _ in course)})
        for at in instants:
            standing = {path: _value_at(course, at) for path, course in values.items()}
            changed = {path: value for path, value in standing.items() if value != facts.get(path)}
            yield self._state(at, facts if not changed else _as_it_was(facts, changed, at))

    def _state(self, at: datetime, facts: Snapshot) -> State:
        policy, contract = self.policy(facts), self.model.contracts.get(str(facts["contract"]))
        pause = self.pauses.get(policy.id) if policy is not None else None
        return State(
            at,
            dict(self._promises(policy, contract, facts)),
            paused_by=pause[1] if pause is not None and pause[0](facts) else "",
            solved=self._is_solved(policy, facts),
            holder=", ".join(str(one) for one in (facts["ticket.team"], facts["ticket.agent"]) if one),
        )

    def policy(self, facts: Snapshot) -> SlaPolicy | None:
        """The policy of a ticket: its own, else that of its contract."""
        named = facts["ticket.sla"] or facts["contract.regulation"]
        return self.model.sla.get(str(named))

    def promised(self, facts: Snapshot) -> Mapping[Metric, Promise]:
        """What holds for each metric of a ticket as it is, whether or not a clock runs."""
        return dict(self._promises(self.policy(facts), self.model.contracts.get(str(facts["contract"])), facts))

    def _is_solved(self, policy: SlaPolicy | None, facts: Snapshot) -> bool:
        solves = self.solves.get(policy.id) if policy is not None else None
        return solves(facts) if solves is not None else facts["ticket.status"] in _SOLVED

    def _promises(
        self, policy: SlaPolicy | None, contract: Contract | None, facts: Snapshot
    ) -> Iterator[tuple[Metric, Promise]]:
        """What holds for each metric; the time to resolve that a contract names goes before that of the policy."""
        for target in policy.targets if policy is not None else ():
            option = str(facts[target.by] or "") if target.by else ""
            time = target.times.get(option)
            if policy is not None and time is not None:
                name = policy.calendar or (contract.calendar if contract is not None else "")
                source = f"SLA policy `{policy.id}`"
                yield (
                    target.metric,
                    Promise(
                        target.metric, time, self.calendar(name), name, source, option, target.warn_at, target.on_change
                    ),
                )
        request = _request(contract, facts)
        if contract is not None and request is not None and request.resolve_in is not None:
            beside = _resolution(policy)
            yield (
                Metric.RESOLUTION,
                Promise(
                    Metric.RESOLUTION,
                    request.resolve_in,
                    self.calendar(contract.calendar),
                    contract.calendar,
                    f"contract `{contract.id}`",
                    request.request_type,
                    beside.warn_at if beside is not None else (),
                    beside.on_change if beside is not None else OnChange.KEEP,
                ),
            )

    def calendar(self, name: str) -> Calendar:
        """The calendar of that name; around the clock where there is none."""
        entry = self.model.calendars.get(name)
        return entry.calendar if entry is not None and entry.calendar is not None else self.around_the_clock


def service_levels_of(checked: Checked, evaluator: Evaluator) -> ServiceLevels:
    """The promises of a project, their conditions compiled."""
    model = checked.model
    return ServiceLevels(
        model,
        pauses={
            one.id: (evaluator.truth_of(one.pause_when), _text(one.pause_when))
            for one in model.sla.values()
            if one.pause_when is not None
        },
        solves={
            one.id: evaluator.truth_of(one.solved_when) for one in model.sla.values() if one.solved_when is not None
        },
        tracked=_tracked(model),
        around_the_clock=around_the_clock(model.zone),
    )


_PARTS: Mapping[str, Callable[[Clock], Any]] = {
    "started_at": lambda clock: clock.started_at,
    "due_at": lambda clock: clock.due_at,
    "state": lambda clock: clock.state.value,
    "target": lambda clock: clock.target,
    "elapsed": lambda clock: clock.elapsed,
    "remaining": lambda clock: clock.remaining,
}


def clock_facts(levels: ServiceLevels) -> dict[str, Derive]:
    """The facts `sla.…` that rules may read, each with how it is computed. Of several clocks of a metric the last one counts."""
    found: dict[str, Derive] = {CLOCKS: levels.clocks}  # type: ignore[dict-item]  # read by none but the engine
    found["sla.policy"] = lambda facts: None if (policy := levels.policy(facts)) is None else policy.id
    found["sla.due_at"] = _next_due
    for metric in Metric:
        for name, part in _PARTS.items():
            found[f"sla.{metric.value}.{name}"] = partial(_part_of_clock, metric, part)
    return found


def clocks_in(facts: Snapshot) -> tuple[Clock, ...]:
    """The clocks of a snapshot's ticket, computed once."""
    return facts[CLOCKS]  # type: ignore[return-value]


def _part_of_clock(metric: Metric, part: Callable[[Clock], Any], facts: Snapshot) -> Value:
    own = [clock for clock in clocks_in(facts) if clock.metric is metric]
    return part(own[-1]) if own else None


def _next_due(facts: Snapshot) -> Value:
    """The first instant at which something is due."""
    return min((clock.due_at for clock in clocks_in(facts) if clock.is_live and clock.due_at is not None), default=None)


def _tracked(model: Model) -> tuple[str, ...]:
    history = model.fields.get(HISTORY)
    kind = history.type if history is not None else None
    if not isinstance(kind, ListOf) or not isinstance(kind.of, Record):
        return ()
    named = (f"ticket.{name}" for name, _ in kind.of.parts if name not in _OF_AN_ENTRY)
    return tuple(path for path in named if path in model.fields)


def _entries(facts: Snapshot) -> list[Mapping[str, Any]]:
    """The history in order of time. What claims to lie ahead is taken to be now: clocks of two machines differ."""
    listed: Any = facts[HISTORY] or ()
    dated = [entry for entry in listed if isinstance(entry, Mapping) and isinstance(entry.get("at"), datetime)]
    return sorted(({**entry, "at": min(entry["at"], facts.now)} for entry in dated), key=lambda entry: entry["at"])


def _start(facts: Snapshot, entries: Sequence[Mapping[str, Any]]) -> datetime | None:
    created = next((entry["at"] for entry in entries if entry.get("event") == "created"), None)
    known: Any = created or facts["ticket.created_at"]
    if known is None and facts.created:
        known = facts.now
    if known is None and entries:
        known = entries[0]["at"]
    return None if known is None else min(known, facts.now)


def _moved(facts: Snapshot, entries: Sequence[Mapping[str, Any]]) -> set[str]:
    """The fields of which somebody says that they changed."""
    return {f"ticket.{name}" for entry in entries for name in entry} | facts.before.keys()


def _course(
    path: str, facts: Snapshot, start: datetime, entries: Sequence[Mapping[str, Any]], model: Model
) -> list[tuple[datetime, Value]]:
    """The values of a field from the start to now, each with its first instant."""
    name = path.rpartition(".")[2]
    told = [(entry["at"], entry[name]) for entry in entries if name in entry]
    if facts.created and not told:
        return [(start, facts.get(path))]
    if told:
        first = model.fields[path].default
    else:
        first = facts.before[path] if path in facts.before else facts.initial.get(path)
    course = [(start, first), *told]
    if course[-1][1] != facts.get(path):
        course.append((facts.now, facts.get(path)))
    return _from_the_start(course) if path == POLICY else course


def _from_the_start(course: list[tuple[datetime, Value]]) -> list[tuple[datetime, Value]]:
    """The policies of a ticket, where the first one counts from the start, whenever somebody set it."""
    given = [(at, policy) for at, policy in course if policy is not None]
    return [(course[0][0], given[0][1]), *course[course.index(given[0]) + 1 :]] if given else course


def _value_at(course: Sequence[tuple[datetime, Value]], at: datetime) -> Value:
    return course[max(bisect_right(course, at, key=lambda one: one[0]) - 1, 0)][1]


def _as_it_was(facts: Snapshot, changed: Mapping[str, Value], at: datetime) -> Snapshot:
    """The facts with some fields as they were at an instant; everything derived is derived anew."""
    values = {path: value for path, value in facts.given().items() if path not in changed}
    values |= {path: value for path, value in changed.items() if value is not None}
    return Snapshot(
        values,
        initial=values,
        derive=facts.derive,
        now=at,
        before={},
        created=False,
        over_budget=facts.over_budget,
    )


def _replies(facts: Snapshot, entries: Sequence[Mapping[str, Any]]) -> Iterator[Reply]:
    """Who answered when; the event at hand is the last answer. A ticket that an agent opens begins with an answer."""
    found = [*_told_replies(entries), *_reply_now(facts)]
    yield from dict.fromkeys(found)


def _told_replies(entries: Sequence[Mapping[str, Any]]) -> Iterator[Reply]:
    for entry in entries:
        if entry.get("event") == "replied" and entry.get("by") in {"agent", "contact"}:
            yield Reply(entry["at"], entry["by"] == "agent")
        elif entry.get("event") == "created" and entry.get("by") == "agent":
            yield Reply(entry["at"], by_agent=True)


def _reply_now(facts: Snapshot) -> Iterator[Reply]:
    event, by = facts["event.name"], facts["event.by"]
    if (
        event == "message.received"
        or (event == "ticket.replied" and by in {"agent", "contact"})
        or (event == "ticket.created" and by == "agent")
    ):
        yield Reply(facts.now, by_agent=by == "agent")


def _request(contract: Contract | None, facts: Snapshot) -> Request | None:
    if contract is None:
        return None
    return next((one for one in contract.requests if one.request_type == facts["ticket.request_type"]), None)


def _resolution(policy: SlaPolicy | None) -> Target | None:
    targets = policy.targets if policy is not None else ()
    return next((target for target in targets if target.metric is Metric.RESOLUTION), None)


def _text(expr: Expr) -> str:
    return " ".join(expr.span.text.split())
