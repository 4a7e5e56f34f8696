"""From a plan and facts to a decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ruleflow.diagnostics import codes
from ruleflow.engine.canonical import fingerprint, plain
from ruleflow.engine.decision import Decision
from ruleflow.engine.facts import Facts
from ruleflow.engine.messages import Message, write_message
from ruleflow.engine.service import Levels, service_levels
from ruleflow.engine.stages import Fate, Issue, Run, fired_in, run_stages
from ruleflow.engine.timers import Timer, timers_ahead
from ruleflow.engine.writes import SETS, resolve_of
from ruleflow.formats.masking import masked
from ruleflow.model.model import Model
from ruleflow.model.vocabulary import Resolve
from ruleflow.plan.acts import ROUTE, Act
from ruleflow.plan.plan import Plan
from ruleflow.plan.snapshot import BudgetError
from ruleflow.sla.clocks import Clock

_AS_PSEUDO_FIELDS = {"route": ROUTE, "set_sla": "sla", "deny": "denied"}


def evaluate(plan: Plan, event: str, facts: Facts, now: datetime, digest: str) -> Decision:
    """Decide one event. Same plan, event, facts and instant: same decision, to the byte."""
    return evaluate_run(plan, event, facts, now, digest).decision


class Evaluated(NamedTuple):
    """A decision with what it was made of: its run, and the timers and clocks after it."""

    decision: Decision
    run: Run
    timers: tuple[Timer, ...]
    clocks: tuple[Clock, ...]


def evaluate_run(plan: Plan, event: str, facts: Facts, now: datetime, digest: str) -> Evaluated:
    """Decide one event, and keep what the decision was made of."""
    run = run_stages(plan, event, facts, now)
    levels = service_levels(plan, run)
    fired = {*fired_in(run.final), *run.fired} if plan.time_rules or levels.clocks else run.fired
    timers = timers_ahead(plan, run.final, levels.clocks, event, fired) if plan.time_rules or levels.clocks else ()
    decision = _decision(plan, event, facts, digest, run, levels, timers)
    return Evaluated(decision, run, timers, levels.clocks)


def _decision(
    plan: Plan, event: str, facts: Facts, digest: str, run: Run, levels: Levels, timers: tuple[Timer, ...]
) -> Decision:
    now = run.final.now
    model = plan.model
    standing = standing_acts(run, model)
    first_of = {act.type: act for act in reversed(standing)}
    messages = tuple(_messages(run, standing, model)) if "send" in first_of else ()
    failed = tuple(Issue(rule, codes.MESSAGE_FAILED, message.problem) for rule, message in messages if message.problem)
    return Decision(
        decision_id=decision_id(digest, event, facts, now),
        project={"name": model.name, "digest": digest},
        event=event,
        at=plain(now, model.zone),
        actions=tuple(action_dict(act, model) for act in standing),
        outcome={
            **_written(run, standing, model),
            **_summary(run, first_of, tuple(message for _, message in messages), levels, model),
        },
        matched=tuple(_rules(run, Fate.MATCHED)),
        shadow=tuple(_rules(run, Fate.SHADOW)),
        overridden=tuple(overridden(run, standing, model)),
        timers=tuple(timer.to_dict(model) for timer in timers),
        fired=run.fired,
        warnings=(
            *(one.to_dict() for one in (*facts.warnings, *levels.warnings)),
            *(one.to_dict() for one in run.warnings),
        ),
        errors=tuple(one.to_dict() for one in (*run.errors, *failed)),
    )


def decision_id(digest: str, event: str, facts: Facts, now: datetime) -> str:
    """32 hexadecimal digits that follow from the project, the event, the facts and the instant."""
    return fingerprint([digest, event, now, facts.values, facts.before, facts.over_budget])


def _rules(run: Run, fate: Fate) -> dict[str, None]:
    """The rules with a fate, in order; one that ran for several due events stands once."""
    return dict.fromkeys(one.planned.rule.id for stage in run.stages for one in stage.rules if one.fate is fate)


def standing_acts(run: Run, model: Model) -> tuple[Act, ...]:
    """The acts to be carried out: of several stages that write one field, the last one's stands, unless writes append."""
    acts = [act for stage in run.stages for act in stage.resolved.standing]
    last = {act.target: act for act in acts if act.target}
    return tuple(
        act for act in acts if last.get(act.target, act) is act or resolve_of(act.target, model) is Resolve.APPEND
    )


def overridden(run: Run, standing: tuple[Act, ...], model: Model) -> Iterator[dict[str, Any]]:
    """The writes whose value is not the one that stands."""
    if sum(len(one.acts) for stage in run.stages for one in stage.rules) == len(standing):
        return
    kept = {act.target: act for act in standing if act.target and resolve_of(act.target, model) is not Resolve.APPEND}
    held = set(map(id, standing))
    for stage in run.stages:
        for one in stage.rules:
            for act in one.acts if one.fate is Fate.MATCHED else ():
                winner = kept.get(act.target)
                if winner is not None and id(act) not in held and act.value != winner.value:
                    yield {
                        "rule": act.rule,
                        "field": _AS_PSEUDO_FIELDS.get(act.type, act.target),
                        "value": _value(act, model),
                        "kept": _value(winner, model),
                        "by": winner.rule,
                    }


def _value(act: Act, model: Model) -> Any:
    """What an act writes, as JSON; masked where the field is a secret."""
    value = plain(act.value, model.zone)
    declared = model.fields.get(act.field)
    if declared is not None and declared.secret and value is not None:
        return masked(value)
    return value


def action_dict(act: Act, model: Model) -> dict[str, Any]:
    """An act as JSON: type, rule, then its parameters."""
    head = {"type": act.type, "rule": act.rule}
    if act.field:
        return {**head, "field": act.field, "value": _value(act, model)}
    return {**head, **plain(act.told, model.zone)}


def _summary(
    run: Run, first_of: Mapping[str, Act], messages: tuple[Message, ...], levels: Levels, model: Model
) -> dict[str, Any]:
    """What an outcome says beside the fields; `first_of` has the first act of each type."""
    route, denied = first_of.get("route"), first_of.get("deny")
    return {
        "route": None if route is None else _value(route, model),
        "sla": levels.to_dict(model.zone),
        "messages": [message.to_dict() for message in messages],
        "contract": _contract(run, has_contracts=bool(model.contracts)),
        "denied": None if denied is None else denied.value,
    }


def _contract(run: Run, *, has_contracts: bool) -> Any:
    try:
        return run.final["contract"] if has_contracts else None
    except BudgetError:
        return None


def _written(run: Run, standing: tuple[Act, ...], model: Model) -> dict[str, Any]:
    """The fields that rules wrote, nested by group, with their values at the end; `ticket` is always there."""
    paths = dict.fromkeys(path for act in standing if (path := act.field or SETS.get(act.type)))
    written: dict[str, Any] = {"ticket": {}}
    values = run.final
    for path in paths:
        *groups, name = path.split(".")
        place = written
        for group in groups:
            place = place.setdefault(group, {})
        place[name] = _final(path, values, model)
    return written


def _final(path: str, values: Any, model: Model) -> Any:
    try:
        value = plain(values[path], model.zone)
    except BudgetError:
        return None
    declared = model.fields.get(path)
    return masked(value) if declared is not None and declared.secret and value is not None else value


def _messages(run: Run, standing: tuple[Act, ...], model: Model) -> Iterator[tuple[str, Message]]:
    """The messages that are to be sent, each with the rule that sends it."""
    held = set(map(id, standing))
    for stage in run.stages:
        seen = {id(act): one.seen for one in stage.rules for act in one.acts}
        for act in stage.resolved.standing:
            template = model.templates.get(str(act.arguments.get("template"))) if act.type == "send" else None
            if template is not None and id(act) in held:
                yield act.rule, write_message(template, str(act.arguments.get("to")), seen[id(act)], model)
