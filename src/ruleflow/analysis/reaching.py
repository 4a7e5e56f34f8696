"""For a rule a ticket that makes it fire, as small as one can be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

from ruleflow.analysis.nearest import Nearest, Situation, Way, nearest, put
from ruleflow.analysis.samples import Samples
from ruleflow.analysis.tickets import Engine
from ruleflow.checker.checked import DefinitionRead
from ruleflow.checker.reads import expressions_of, paths_read
from ruleflow.engine.door import make_door
from ruleflow.engine.facts import Facts
from ruleflow.engine.gates import in_rollout
from ruleflow.engine.timers import BREACHED, TIMER, WARNING
from ruleflow.model.model import Model
from ruleflow.model.rules import Rule
from ruleflow.model.vocabulary import Field
from ruleflow.plan.plan import Plan
from ruleflow.syntax.expressions import Literal, Word
from ruleflow.syntax.walk import walk
from ruleflow.types.terms import ListOf, Record

RECORDS = ((1, 1), (3, 1), (10, 1), (10, 1000))
"""How many records a list may need, and which number in each, as far as that is tried."""


def reach(plan: Plan, event: str, rule: str, now: datetime) -> Situation | str:
    """A ticket with as few facts as are found to be enough; or why there is none. Raises `ProverMissing`.

    The instant is `now`, unless the rule fires at others only.
    """
    found = plan.model.rule(rule)
    if found is None:
        raise ValueError(f"there is no rule `{rule}`")
    reason = ""
    for base in _bases(plan, event, found, now):
        answer = _reached(plan, Situation(event, base, now), rule)
        if isinstance(answer, Way):
            return _smaller(plan, answer.then, rule)
        reason = reason or answer.reason
    return reason or "no facts were found that the project takes"


def _reached(plan: Plan, base: Situation, rule: str) -> Way | Nearest:
    found = nearest(plan, base, rule, most=1, by_ticket=True)
    if not found.ways:
        found = nearest(plan, base, rule, most=1)
    return next(iter(found.ways), found)


def _smaller(plan: Plan, found: Situation, rule: str) -> Situation:
    """The ticket with as few records, and parts of them, as still do (after A. Zeller's delta debugging)."""
    engine = Engine(plan, found.event)

    def does(facts: Mapping[str, Any]) -> bool:
        decided = engine.decide(facts, found.now)
        return decided is not None and rule in {*decided.decision.matched, *decided.decision.shadow}

    for one in _lists(plan):
        keys = tuple(one.path.split("."))
        for less in _less(found.facts, keys):
            if does(less(found.facts)):
                found = replace(found, facts=less(found.facts))
    return found


Less = Callable[[Mapping[str, Any]], dict[str, Any]]


def _less(facts: Mapping[str, Any], keys: tuple[str, ...]) -> Iterator[Less]:
    """Ways to make a list smaller: without it, with fewer records, with fewer parts of each."""
    records = _get(facts, keys)
    if not isinstance(records, list) or not records:
        return
    yield lambda own: _with(own, keys, None)
    for _ in records[1:]:
        yield lambda own: _with(own, keys, _get(own, keys)[1:] if _get(own, keys) else None)
    for name in records[0]:

        def without(own: Mapping[str, Any], name: str = name) -> dict[str, Any]:
            left = [{key: one for key, one in record.items() if key != name} for record in _get(own, keys) or ()]
            return _with(own, keys, left or None)

        yield without


def _get(facts: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    found: Any = facts
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _with(facts: Mapping[str, Any], keys: tuple[str, ...], value: Any) -> dict[str, Any]:
    raw = deepcopy(dict(facts))
    put(raw, keys, value, drops=value is None)
    return raw


def events_of_rule(rule: Rule, model: Model) -> tuple[str, ...]:
    """The events on which a rule may be tried: of one for all events those of a ticket."""
    if rule.after is not None:
        return (TIMER,)
    return rule.events or tuple(event for event in model.events if event not in {TIMER, WARNING, BREACHED})


# Tickets to begin with


def _bases(plan: Plan, event: str, rule: Rule, now: datetime) -> Iterator[dict[str, Any]]:
    """What must be there: required facts, an id in the share of the rule; then also records in each list that is read."""
    model = plan.model
    raw: dict[str, Any] = {}
    for one in model.fields.values():
        if one.required and one.default is None:
            put(raw, tuple(one.path.split(".")), Samples(model, now).of(one))
    if rule.rollout:
        drawn = (f"T-{number}" for number in count(1))
        name = rule.id.partition("/")[0]  # the rows of a table share its rollout
        put(raw, ("ticket", "id"), next(one for one in drawn if in_rollout(name, one, rule.rollout)))
    if isinstance(make_door(model).read(event, raw), Facts):
        yield raw
    lists, words = list(_lists(plan)), frozenset(_words(plan, rule))
    for length, number in RECORDS if lists else ():
        more = deepcopy(raw)
        for one in lists:
            put(more, tuple(one.path.split(".")), Samples(model, now, number, words).of(one) * length)
        if isinstance(make_door(model).read(event, more), Facts):
            yield more


def _lists(plan: Plan) -> Iterable[Field]:
    """The lists of records that rules or segments look into."""
    model, meanings = plan.model, plan.checked.meanings
    exprs = [expr for rule in model.rules for expr in expressions_of(rule)]
    exprs += [column.expr for table in model.tables for column in table.inputs]
    exprs += [one.when for one in model.segments.values() if one.when is not None]
    read = {path for expr in exprs for path in paths_read(expr, model, meanings)}
    fields = (one for path, one in model.fields.items() if path in read)
    return [one for one in fields if isinstance(one.type, ListOf) and isinstance(one.type.of, Record)]


def _words(plan: Plan, rule: Rule) -> Iterator[str]:
    """The words and texts that a condition names, through definitions too."""
    model, meanings = plan.model, plan.checked.meanings
    for node in walk(rule.when) if rule.when is not None else ():
        match node:
            case Word(name):
                yield name
            case Literal(str() as text):
                yield text
        read = meanings.get(node.id)
        if isinstance(read, DefinitionRead):
            yield from re.findall(r"\w+", model.definitions[read.name].value.span.text)
