"""Going through the stages: which rules match, what they do, what the next stage sees. Pure; nothing is rendered here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.diagnostic import Code
from ruleflow.engine.canonical import key_text
from ruleflow.engine.facts import Facts
from ruleflow.engine.gates import Gate, closed_gate
from ruleflow.engine.timers import TIMER, Timer, due_events, due_now
from ruleflow.engine.writes import Act, Resolved, apply_writes, resolve_writes
from ruleflow.model.model import Model
from ruleflow.model.rules import Hit, Mode
from ruleflow.plan.evaluator import ASSIGNED, SEGMENTS
from ruleflow.plan.plan import Plan, PlannedAction, PlannedRule, PlannedStage
from ruleflow.plan.snapshot import BudgetError, Snapshot
from ruleflow.types.terms import Reference, SetOf, Type
from ruleflow.types.values import Value


class Fate(Enum):
    """What became of a rule that might have run."""

    MATCHED = "matched"
    SHADOW = "matched, in shadow"
    NOT_MATCHED = "its condition does not hold"
    CLOSED = "it was not asked"
    NOT_FIRST = "another rule of the stage matched before it"
    FAILED = "a value is too large to be looked at"


@dataclass(frozen=True, slots=True)
class RuleRun:
    """A rule in a decision. `gate` is given for `CLOSED`, `acts` for rules that matched (shadow ones would do them).

    `seen` is what it saw; in a `timer` decision a rule runs once for each warning or breach that is due.
    """

    planned: PlannedRule
    fate: Fate
    seen: Snapshot
    gate: Gate | None = None
    acts: tuple[Act, ...] = ()
    notes: tuple[str, ...] = ()
    """Why an action of the rule does nothing."""

    lacks_values: bool = False
    """Whether some action was left out because its value was missing (an agent whom the project does not know)."""

    key: str = ""
    """What is done when it fires, and not again: of a time rule, or a rule with `once`."""

    @property
    def decides(self) -> bool:
        """Whether it ends a stage with `hit: first`: it matched, and it is not that all it would do lacked a value."""
        return self.fate is Fate.MATCHED and (bool(self.acts) or not self.lacks_values)


@dataclass(frozen=True, slots=True)
class StageRun:
    """A stage in a decision: what its rules saw, what became of them, what stands."""

    stage: PlannedStage
    seen: Snapshot
    rules: tuple[RuleRun, ...]
    resolved: Resolved


@dataclass(frozen=True, slots=True)
class Issue:
    """An error or a warning of a decision about a rule."""

    rule: str
    code: Code
    message: str

    def to_dict(self) -> dict[str, str]:
        """As JSON."""
        return {"rule": self.rule, "code": self.code.number, "message": self.message}


@dataclass(frozen=True, slots=True)
class Run:
    """A decision before it is put into words. `stages` ends with the one that said stop or deny (`ended_by` its rule)."""

    stages: tuple[StageRun, ...]
    final: Snapshot
    warnings: tuple[Issue, ...]
    errors: tuple[Issue, ...]
    ended_by: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    """The facts at the end, nothing derived."""
    due: tuple[Timer, ...] = ()
    """The warnings and breaches that a `timer` decision found due."""

    @property
    def fired(self) -> tuple[str, ...]:
        """The keys that this decision has carried out."""
        fired = (one for stage in self.stages for one in stage.rules if one.fate in {Fate.MATCHED, Fate.SHADOW})
        keys = (*(timer.key for timer in self.due), *(one.key for one in fired))
        return tuple(dict.fromkeys(key for key in keys if key))


@dataclass(slots=True)
class _Progress:
    values: dict[str, Value]
    warnings: list[Issue] = field(default_factory=list)
    errors: list[Issue] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Turn:
    """A rule's turn in a stage, and which of the due events it is for ('' : the event of the decision itself)."""

    planned: PlannedRule
    seen: Snapshot
    occasion: str = ""


def run_stages(plan: Plan, event: str, facts: Facts, now: datetime) -> Run:
    """Go through the stages of a plan for one event."""
    progress = _Progress(dict(facts.values))
    seen = snapshot_of(plan, event, facts, now, progress.values)
    due = _due_events(plan, event, seen)
    done: list[StageRun] = []
    ended_by = ""
    for stage in plan.stages:
        turns = _turns(stage, event, seen, due)
        if not turns:
            continue
        run = _run_stage(stage, turns, seen, plan, progress)
        done.append(run)
        if run.resolved.standing:
            progress.values = apply_writes(progress.values, run.resolved.standing, plan.model)
            seen = snapshot_of(plan, event, facts, now, progress.values)
        ended_by = next((act.rule for act in run.resolved.standing if _ends(act)), "")
        if ended_by:
            break
    return Run(
        tuple(done), seen, tuple(progress.warnings), tuple(progress.errors), ended_by, values=progress.values, due=due
    )


def _due_events(plan: Plan, event: str, seen: Snapshot) -> tuple[Timer, ...]:
    """The warnings and breaches that a `timer` decision carries out."""
    if event != TIMER or not plan.service_levels.promise_anything:
        return ()
    try:
        return due_events(seen, fired_in(seen))
    except BudgetError:
        return ()


def fired_in(seen: Snapshot) -> frozenset[str]:
    """The keys that the caller says are done."""
    fired: Any = seen["event.fired"]
    return fired or frozenset()


def _turns(stage: PlannedStage, event: str, seen: Snapshot, due: tuple[Timer, ...]) -> tuple[_Turn, ...]:
    """The rules of a stage in file order: those of the event, and those that name a warning or breach, once for each."""
    turns = [_Turn(planned, seen) for planned in stage.rules.get(event, ())]
    for timer in due:
        named = [planned for planned in stage.rules.get(timer.event, ()) if planned.rule.events]
        if named:
            at = seen.at(seen.now, timer.facts)
            turns += [_Turn(planned, at, timer.key) for planned in named]
    return tuple(turns) if not due else tuple(sorted(turns, key=lambda turn: turn.planned.rule.position))


def _ends(act: Act) -> bool:
    return act.type == "deny" or (act.type == "stop" and act.arguments.get("stop") is True)


def snapshot_of(plan: Plan, event: str, facts: Facts, now: datetime, values: Mapping[str, Value]) -> Snapshot:
    """What the rules of a stage see, given the facts as they came and the values that earlier stages left."""
    seen = Snapshot(
        values,
        initial=facts.values,
        derive=plan.derive,
        now=now,
        before=facts.before,
        created=event == "ticket.created",
        over_budget=facts.over_budget,
    )
    if SEGMENTS in plan.derive:
        if SEGMENTS in seen:
            seen[ASSIGNED] = seen.pop(SEGMENTS)
        if SEGMENTS in facts.over_budget:
            seen.over_budget = {**facts.over_budget, ASSIGNED: facts.over_budget[SEGMENTS]}
    return seen


def _run_stage(
    stage: PlannedStage, turns: tuple[_Turn, ...], seen: Snapshot, plan: Plan, progress: _Progress
) -> StageRun:
    runs: list[RuleRun] = []
    decided: set[str] = set()
    for turn in turns:
        if turn.occasion in decided and stage.hit is Hit.FIRST:
            runs.append(RuleRun(turn.planned, Fate.NOT_FIRST, turn.seen))
            continue
        run = _run_rule(turn, plan, progress)
        runs.append(run)
        if run.decides:
            decided.add(turn.occasion)
    acts = tuple(act for run in runs if run.fate is Fate.MATCHED for act in run.acts)
    resolved = resolve_writes(acts, plan.model)
    for conflict in resolved.conflicts:
        message = f"`{conflict.other.target}` is written by `{conflict.first.rule}` with another value, which stands"
        progress.errors.append(Issue(conflict.other.rule, codes.CONFLICT, message))
    return StageRun(stage, seen, tuple(runs), resolved)


def _run_rule(turn: _Turn, plan: Plan, progress: _Progress) -> RuleRun:
    planned, seen = turn.planned, turn.seen
    rule = planned.rule
    try:
        gate = closed_gate(rule, seen.now, plan.model.zone, seen["event.caused_by"], seen["ticket.id"])
        if gate is Gate.NO_TICKET_ID:
            progress.warnings.append(Issue(rule.id, codes.NO_TICKET_ID, gate.value))
        key = "" if gate is not None else _key(planned, seen, plan)
        if gate is None and isinstance(key, Gate):
            gate = key
        if gate is not None:
            return RuleRun(planned, Fate.CLOSED, seen, gate)
        if not planned.holds(seen):
            return RuleRun(planned, Fate.NOT_MATCHED, seen)
        before = len(progress.errors)
        acts, notes = _acts(planned, seen, plan.model, progress)
    except BudgetError as error:
        progress.errors.append(Issue(rule.id, codes.OVER_BUDGET, str(error)))
        return RuleRun(planned, Fate.FAILED, seen, notes=(str(error),))
    fate = Fate.SHADOW if rule.mode is Mode.SHADOW else Fate.MATCHED
    return RuleRun(planned, fate, seen, None, acts, notes, lacks_values=len(progress.errors) > before, key=str(key))


def _key(planned: PlannedRule, seen: Snapshot, plan: Plan) -> str | Gate:
    """What is done once the rule fires, '' for a rule that may always fire; or why it does not fire now."""
    key = ""
    if planned.rule.after is not None:
        timer = due_now(planned, seen, plan.service_levels)
        if timer is None:
            return Gate.NOT_DUE
        key = timer.key
    elif planned.once is not None:
        key = f"{planned.rule.id}@{key_text(planned.once(seen))}"
    return Gate.FIRED if key and key in fired_in(seen) else key


def _acts(
    planned: PlannedRule, seen: Snapshot, model: Model, progress: _Progress
) -> tuple[tuple[Act, ...], tuple[str, ...]]:
    """What a rule that matched does, and notes about what it does not do."""
    acts: list[Act] = []
    notes: list[str] = []
    for action in planned.actions:
        arguments = dict(_arguments(action, seen, model))
        idle = _idle(action, arguments, seen)
        if idle:
            notes.append(idle)
            continue
        lacking = _lacking(action, arguments, model)
        if lacking:
            progress.errors.append(Issue(planned.rule.id, codes.NO_VALUE, lacking))
            notes.append(lacking)
            continue
        acts.append(Act(planned.rule.id, action.action.type, arguments, action.action.field))
    return tuple(acts), tuple(notes)


def _arguments(action: PlannedAction, seen: Snapshot, model: Model) -> Iterator[tuple[str, Value]]:
    """The arguments that have a value; for `set`, a null too."""
    for one in action.arguments:
        value = None if one.value is None else known_things(one.value(seen), one.parameter.type, model)
        if value is not None or action.action.field:
            yield one.argument.name, value


def known_things(value: Any, kind: Type, model: Model) -> Value:
    """A reference to a thing that the project does not have counts as missing: nobody could carry it out."""
    match kind:
        case Reference(kinds):
            return value if any(value in model.things(one) for one in kinds) else None
        case SetOf(of=Reference() as of) if value is not None:
            return frozenset(one for one in value if known_things(one, of, model) is not None)
        case SetOf() if isinstance(value, tuple):
            return frozenset(value)
        case _:
            return value  # type: ignore[no-any-return]


def _idle(action: PlannedAction, arguments: Mapping[str, Value], seen: Snapshot) -> str:
    """Why an action does nothing by its own words; '' when it does something."""
    assigned = seen["ticket.team"] is not None or seen["ticket.agent"] is not None
    if action.action.type == "route" and arguments.get("only_if_unassigned") is True and assigned:
        return "`route` does nothing: the ticket has somebody already (`only_if_unassigned`)"
    return ""


def _lacking(action: PlannedAction, arguments: Mapping[str, Value], model: Model) -> str:
    """What an action would need and does not have; '' when it has everything."""
    if action.action.field:
        written = action.action.argument("value")
        lost = written is not None and written.value is not None and arguments.get("value") is None
        return f"`{action.action.field}` is not written: there is no value" if lost else ""
    kind = model.actions[action.action.type]
    if kind.any_of and not any(arguments.get(name) for name in kind.any_of):
        return f"`{kind.name}` does nothing: none of {', '.join(kind.any_of)} has a value"
    missing = [one.name for one in kind.parameters if one.required and one.name not in arguments]
    return f"`{kind.name}` does nothing: `{missing[0]}` has no value" if missing else ""
