"""Going through the stages: which rules match, what they do, what the next stage sees. Pure; nothing is rendered here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.diagnostic import Code
from ruleflow.engine.canonical import key_text
from ruleflow.engine.facts import Facts
from ruleflow.engine.gates import Gate, closed_gate
from ruleflow.engine.timers import TIMER, Timer, due_events, due_now
from ruleflow.engine.turns import Turn, turns_of
from ruleflow.engine.writes import Resolved, apply_writes, resolve_writes, written_by
from ruleflow.model.rules import Hit, Mode
from ruleflow.model.tables import HitPolicy
from ruleflow.plan.acts import Act
from ruleflow.plan.evaluator import ASSIGNED, SEGMENTS
from ruleflow.plan.plan import Plan, PlannedStage
from ruleflow.plan.planned import PlannedRule
from ruleflow.plan.snapshot import BudgetError, Snapshot
from ruleflow.types.values import Value


class Fate(Enum):
    """What became of a rule that might have run."""

    MATCHED = "matched"
    SHADOW = "matched, in shadow"
    NOT_MATCHED = "its condition does not hold"
    CLOSED = "it was not asked"
    NOT_FIRST = "another rule of the stage matched before it"
    NOT_FIRST_ROW = "another row of the table matched before it"
    FAILED = "a value is too large to be looked at"


_FIRED = (Fate.MATCHED, Fate.SHADOW)


class RuleRun(NamedTuple):
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


class StageRun(NamedTuple):
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


class Run(NamedTuple):
    """A decision before it is put into words. `stages` ends with the one that said stop or deny (`ended_by` its rule)."""

    stages: tuple[StageRun, ...]
    final: Snapshot
    warnings: tuple[Issue, ...]
    errors: tuple[Issue, ...]
    ended_by: str
    values: Mapping[str, Value]
    """The facts at the end, nothing derived."""
    due: tuple[Timer, ...]
    """The warnings and breaches that a `timer` decision found due."""

    fired: tuple[str, ...]
    """The keys that this decision has carried out."""


@dataclass(slots=True)
class _Progress:
    values: Mapping[str, Value]
    warnings: list[Issue] = field(default_factory=list)
    errors: list[Issue] = field(default_factory=list)


def run_stages(plan: Plan, event: str, facts: Facts, now: datetime, *, in_full: bool = False) -> Run:
    """Go through the stages of a plan for one event.

    The run has the rules whose conditions hold; `in_full`, for an explanation, what became of all the others too.
    """
    progress = _Progress(facts.values)
    seen = snapshot_of(plan, event, facts, now, progress.values)
    due = _due_events(plan, event, seen)
    done: list[StageRun] = []
    ended_by = ""
    for stage in plan.stages:
        turns = turns_of(stage, event, seen, due, in_full=in_full)
        if not turns:
            continue
        run = _run_stage(stage, turns, seen, plan, progress)
        done.append(run)
        if run.resolved.standing:
            progress.values = apply_writes(progress.values, run.resolved.standing, plan.model)
            before, seen = seen, snapshot_of(plan, event, facts, now, progress.values)
            if before.computed:
                seen.keep_from(before, plan.depends, written_by(run.resolved.standing))
        ended_by = next((act.rule for act in run.resolved.standing if _ends(act)), "")
        if ended_by:
            break
    return Run(
        tuple(done),
        seen,
        tuple(progress.warnings),
        tuple(progress.errors),
        ended_by,
        progress.values,
        due,
        _fired(done, due),
    )


def _fired(done: Iterable[StageRun], due: Iterable[Timer]) -> tuple[str, ...]:
    """The keys of the warnings and breaches that were due, and of the rules that fired, each once."""
    keys = [timer.key for timer in due]
    for stage in done:
        keys += [one.key for one in stage.rules if one.key and one.fate in _FIRED]
    return tuple(dict.fromkeys(keys))


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


def _run_stage(stage: PlannedStage, turns: Sequence[Turn], seen: Snapshot, plan: Plan, progress: _Progress) -> StageRun:
    runs: list[RuleRun] = []
    decided: set[str] = set()
    taken: dict[tuple[str, str], str] = {}
    for turn in turns:
        first = _row_before(turn, taken)
        if first:
            runs.append(RuleRun(turn.planned, Fate.NOT_FIRST_ROW, turn.seen, notes=(first,)))
            _report_unique(turn, first, progress)
            continue
        if turn.occasion in decided and stage.hit is Hit.FIRST:
            runs.append(RuleRun(turn.planned, Fate.NOT_FIRST, turn.seen))
            continue
        run = _run_rule(turn, plan, progress)
        runs.append(run)
        if run.decides:
            decided.add(turn.occasion)
        if turn.planned.table is not None and run.fate in _FIRED:
            taken[turn.planned.table.rule.id, turn.occasion] = run.planned.rule.id
    acts = tuple(act for run in runs if run.fate is Fate.MATCHED for act in run.acts)
    resolved = resolve_writes(acts, plan.model)
    for conflict in resolved.conflicts:
        message = f"`{conflict.other.target}` is written by `{conflict.first.rule}` with another value, which stands"
        progress.errors.append(Issue(conflict.other.rule, codes.CONFLICT, message))
    return StageRun(stage, seen, tuple(runs), resolved)


def _row_before(turn: Turn, taken: Mapping[tuple[str, str], str]) -> str:
    """The row that keeps another one of its table from acting; '' where none does."""
    table = turn.planned.table
    if table is None or turn.planned.hit is HitPolicy.COLLECT:
        return ""
    return taken.get((table.rule.id, turn.occasion), "")


def _report_unique(turn: Turn, first: str, progress: _Progress) -> None:
    """Two rows that match are an error of a table that takes only one."""
    if turn.planned.hit is HitPolicy.UNIQUE:
        message = f"`{first}` matches as well, and only one row may; it stands"
        progress.errors.append(Issue(turn.planned.rule.id, codes.NOT_UNIQUE, message))


def _run_rule(turn: Turn, plan: Plan, progress: _Progress) -> RuleRun:
    planned, seen = turn.planned, turn.seen
    rule = planned.rule
    key: str | Gate = ""
    try:
        if planned.has_gates or seen.over_budget or seen.get("event.caused_by") is not None:
            key = _gate(planned, seen, plan) or _key(planned, seen, plan)
        if key is Gate.NO_TICKET_ID and _holds(turn):
            issue = Issue(planned.gated.id, codes.NO_TICKET_ID, key.value)
            progress.warnings += [] if issue in progress.warnings else [issue]
        if isinstance(key, Gate):
            return RuleRun(planned, Fate.CLOSED, seen, key)
        if not _holds(turn):
            return RuleRun(planned, Fate.NOT_MATCHED, seen)
        done = planned.acts(seen)
    except BudgetError as error:
        progress.errors.append(Issue(rule.id, codes.OVER_BUDGET, str(error)))
        return RuleRun(planned, Fate.FAILED, seen, notes=(str(error),))
    if done.lacking:
        progress.errors += [Issue(rule.id, codes.NO_VALUE, lack) for lack in done.lacking]
    fate = Fate.SHADOW if rule.mode is Mode.SHADOW else Fate.MATCHED
    return RuleRun(planned, fate, seen, None, done.acts, done.notes, lacks_values=bool(done.lacking), key=key)


def _holds(turn: Turn) -> bool:
    return turn.planned.holds(turn.seen) if turn.holds is None else turn.holds


def _gate(planned: PlannedRule, seen: Snapshot, plan: Plan) -> Gate | None:
    return closed_gate(planned.gated, seen.now, plan.model.zone, seen["event.caused_by"], seen["ticket.id"])


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
