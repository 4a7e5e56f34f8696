"""Tests that a project lacks, written from tickets that a solver names and the engine has decided.

For each rule that no test sees fire one of a smallest ticket that makes it fire; for each that no test sees not firing,
one of a ticket that just does not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ruleflow.analysis.nearest import FactChange, Situation, nearest
from ruleflow.analysis.outcomes import Decided
from ruleflow.analysis.reaching import events_of_rule, reach
from ruleflow.analysis.rows import MOST_ROWS
from ruleflow.analysis.tickets import Engine
from ruleflow.analysis.words import literal
from ruleflow.diagnostics.json_text import json_line
from ruleflow.engine.canonical import plain
from ruleflow.engine.evaluate import Evaluated, evaluate
from ruleflow.engine.facts import Facts
from ruleflow.engine.writes import ADDS, REMOVES
from ruleflow.model.rules import Rule
from ruleflow.project.project import Project
from ruleflow.testing.promises import broken_words
from ruleflow.testing.run import run_tests

HEAD = "# Tests that the project lacked, written by `ruleflow test --suggest`: read them before you keep them.\n"
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")
_WORDS_OF_YAML = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


@dataclass(slots=True)
class _Suggestions:
    """The lines of a file of tests as it grows; `lacking` says for which rules there is none, and why."""

    project: Project
    now: datetime
    names: set[str]
    lines: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)

    def add_for(self, rule: Rule, *, fires: bool, stays: bool) -> None:
        """Suggest for a rule a test in which it fires, and one in which it does not, as far as they are wanted."""
        reached = self._reached(rule)
        if isinstance(reached, str):
            self.lacking.append(f"`{rule.id}` cannot be seen firing: {reached}")
            return
        if fires:
            self._add_firing(rule, reached)
        if stays and rule.when is not None:
            self._add_staying(rule, reached)

    def _reached(self, rule: Rule) -> Situation | str:
        reason = "it runs on no event"
        for event in events_of_rule(rule, self.project.model):
            found = reach(self.project.plan, event, rule.id, self.now)
            if isinstance(found, Situation):
                return found
            reason = found
        return reason

    def _add_firing(self, rule: Rule, reached: Situation) -> None:
        decided = self._decided(rule, reached)
        if decided is not None:
            title = rule.title or rule.id.replace("_", " ")
            self._add(f"{title} ({rule.id})", reached, _expected(rule.id, decided))

    def _add_staying(self, rule: Rule, reached: Situation) -> None:
        plan = self.project.plan
        found = nearest(plan, reached, rule.id, fires=False, by_ticket=True)
        if not found.ways:
            found = nearest(plan, reached, rule.id, fires=False)
        if not found.ways:
            self.lacking.append(f"`{rule.id}` cannot be seen not firing: {found.reason}")
            return
        way = found.ways[0]
        ticket = way.then
        if self._decided(rule, ticket) is not None:
            changes = " and ".join(self._change(one) for one in way.changes)
            self._add(f"{rule.id} does not fire when {changes}", ticket, {"not_matched": [rule.id]})

    def _change(self, one: FactChange) -> str:
        declared = self.project.model.fields.get(one.path)
        if one.after is None:
            return f"{one.path} is missing"
        if declared is not None and declared.secret:
            return f"{one.path} is another"
        value = one.after
        return (
            f"{one.path} is {'[' + ', '.join(map(literal, value)) + ']' if isinstance(value, list) else literal(value)}"
        )

    def _decided(self, rule: Rule, ticket: Situation) -> Evaluated | None:
        """The decision, unless it breaks a promise of the project: then that is what there is to say."""
        facts = self.project.door.read(ticket.event, ticket.facts)
        decided = Engine(self.project.plan, ticket.event).decide(ticket.facts, ticket.now)
        if decided is None or not isinstance(facts, Facts):
            return None
        broken = list(broken_words(self.project, [Decided(ticket.event, facts, decided)]))
        if broken:
            self.lacking.append(f"`{rule.id}`: with {json_line(dict(ticket.facts))} {broken[0]}")
        return None if broken else decided

    def _add(self, name: str, ticket: Situation, expect: Mapping[str, Any]) -> None:
        unused = (name, *(f"{name} ({number})" for number in range(2, len(self.names) + 3)))
        name = next(one for one in unused if one not in self.names)
        self.names.add(name)
        self.lines += [
            f"  - name: {json_line(name)}",
            f"    event: {ticket.event}",
            f"    now: {json_line(plain(ticket.now, self.project.model.zone))}",
            f"    given: {_flow(ticket.facts)}",
            f"    expect: {_flow(expect)}",
            "",
        ]


def suggest_tests(project: Project) -> str:
    """The missing tests as a file of tests, YAML. Raises `ProverMissing`."""
    fired, stayed = _seen(project)
    now = datetime(2026, 3, 2, 12, tzinfo=project.model.zone)
    found = _Suggestions(project, now, {test.name for test in project.model.tests})
    for rule in project.model.rules:
        fires, stays = rule.id not in fired, rule.id not in stayed
        if rule.enabled and (fires or (stays and rule.when is not None)):
            found.add_for(rule, fires=fires, stays=stays)
    for rule in _rows_never_hit(project, fired):
        found.add_for(rule, fires=True, stays=False)
    tests = "tests:\n" + "\n".join(found.lines) if found.lines else "tests: []\n"
    return HEAD + "".join(f"# {line}\n" for line in map(_one_line, found.lacking)) + tests


def _rows_never_hit(project: Project, fired: Collection[str]) -> Iterator[Rule]:
    """The rows of tables, as rules, that no test hits; tables of very many rows are left out."""
    for table in project.model.tables:
        if table.rule.enabled and table.rows.count <= MOST_ROWS:
            yield from (table.row_rule(row) for row, name in enumerate(table.row_ids()) if name not in fired)


def _seen(project: Project) -> tuple[set[str], set[str]]:
    """The rules that some test of the project saw fire, and those that some saw not firing on an event of theirs."""
    fired: set[str] = set()
    stayed: set[str] = set()
    for asked in (asked for result in run_tests(project).results for asked in result.asked):
        decision = evaluate(project.plan, asked.event, asked.facts, asked.now, project.digest)
        mine = {*decision.matched, *decision.shadow}
        fired |= mine
        rules = (rule.id for rule in project.model.rules if rule.enabled and rule.runs_on(asked.event))
        stayed.update(rule for rule in rules if rule not in mine)
    return fired, stayed


# What is expected


def _expected(rule: str, decided: Evaluated) -> dict[str, Any]:
    """That the rule matches, and what of the outcome it is responsible for."""
    decision = decided.decision
    key = "matched" if rule in decision.matched else "shadow"
    outcome: dict[str, Any] = {}
    actions: list[dict[str, Any]] = []
    for act in decision.actions:
        if act["rule"] == rule:
            _add_outcome(outcome, actions, act, decision.outcome)
    found: dict[str, Any] = {key: list(getattr(decision, key))}
    found |= {"outcome": outcome} if outcome else {}
    return found | ({"actions": actions} if actions else {})


def _add_outcome(
    outcome: dict[str, Any], actions: list[dict[str, Any]], act: Mapping[str, Any], decided: Mapping[str, Any]
) -> None:
    path = act.get("field") or (ADDS.get(act["type"]) or REMOVES.get(act["type"]) or ("",))[0]
    match act["type"]:
        case _ if path:
            group, _, name = path.partition(".")
            outcome.setdefault(group, {})[name] = decided[group][name]
        case "route":
            outcome["route"] = decided["route"]
        case "set_sla":
            outcome["sla"] = {"policy": act["policy"]}
        case "deny":
            outcome["denied"] = decided["denied"]
        case _:
            actions.append(dict(act))


# YAML


def _flow(value: Any) -> str:
    """A value in one line of YAML, quoted only where it must be."""
    match value:
        case Mapping():
            return "{" + ", ".join(f"{_flow(str(key))}: {_flow(one)}" for key, one in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case str() if _PLAIN.fullmatch(value) and value.lower() not in _WORDS_OF_YAML:
            return value
        case _:
            return json_line(value)


def _one_line(text: str) -> str:
    return " ".join(text.split())
