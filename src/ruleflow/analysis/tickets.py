"""From what the solver says to a ticket: facts as JSON, decided by the ordinary engine under each version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ruleflow.analysis.cells import UNKNOWN
from ruleflow.analysis.outcomes import Decided
from ruleflow.analysis.space import Cells, Elements, Space, Text
from ruleflow.analysis.version import BEFORE, NOW
from ruleflow.engine.canonical import canonical_json, plain
from ruleflow.engine.door import Door, make_door
from ruleflow.engine.evaluate import Evaluated, evaluate_run
from ruleflow.engine.facts import Facts
from ruleflow.engine.service import clock_dict
from ruleflow.engine.stages import snapshot_of
from ruleflow.plan.acts import DENIED, ROUTE
from ruleflow.plan.conditions import Atom, TextMatch
from ruleflow.plan.plan import Plan
from ruleflow.plan.snapshot import BudgetError
from ruleflow.syntax.expressions import TextTest
from ruleflow.types.values import Value

MADE_UP = "some_other"
"""What an option, a thing or an element is called that no version knows."""

Draft = dict[str, Any]
"""Facts by path, values as the engine has them; `now` the instant, `before …` values before the event."""


@dataclass(slots=True)
class Engine:
    """A version as the ordinary engine runs it."""

    plan: Plan
    event: str
    door: Door = field(init=False)

    def __post_init__(self) -> None:
        self.door = make_door(self.plan.model)

    def decide(self, raw: Mapping[str, Any], now: datetime) -> Evaluated | None:
        """The decision of a ticket; None where the door refuses it, a budget is met, or it is assumed that there is none such."""
        found = self.decided(raw, now)
        return None if found is None else found.evaluated

    def decided(self, raw: Mapping[str, Any], now: datetime) -> Decided | None:
        """A ticket with its decision."""
        read = self.door.read(self.event, raw)
        if not isinstance(read, Facts):
            return None
        try:
            if not self._is_assumed(read, now):
                return None
            return Decided(self.event, read, evaluate_run(self.plan, self.event, read, now, ""))
        except BudgetError:
            return None

    def _is_assumed(self, facts: Facts, now: datetime) -> bool:
        if not self.plan.model.assumptions:
            return True
        seen = snapshot_of(self.plan, self.event, facts, now, facts.values)
        return all(self.plan.evaluator.truth_of(one.condition)(seen) for one in self.plan.model.assumptions)

    def outcome(self, name: str, decided: Evaluated) -> Any:
        """One outcome of a decision as JSON."""
        outcome = decided.decision.outcome
        if name in {ROUTE, DENIED}:
            return outcome[name]
        if name == "sla":
            return _service_level(decided, self.plan)
        if name in self.plan.model.actions:
            acts = [
                {key: one for key, one in act.items() if key != "rule"}
                for act in decided.decision.actions
                if act["type"] == name
            ]
            if name == "send":
                sent = [dict(one) for one in outcome["messages"]]
                acts = [{**act, **message} for act, message in zip(acts, sent, strict=False)]
            return sorted(acts, key=canonical_json)
        try:
            return plain(decided.run.final[name], self.plan.model.zone)
        except BudgetError:
            return None

    def responsible(self, name: str, decided: Evaluated) -> tuple[str, ...]:
        """The rules that wrote an outcome, or did an action of this kind."""
        types = {"sla": {"set_sla"}, ROUTE: {"route"}, DENIED: {"deny"}}.get(name, {name})
        return tuple(dict.fromkeys(_who(decided, name, types)))


def _who(decided: Evaluated, name: str, types: Iterable[str]) -> Iterator[str]:
    from ruleflow.engine.writes import ADDS, REMOVES

    for act in decided.decision.actions:
        path = (ADDS.get(act["type"]) or REMOVES.get(act["type"]) or ("",))[0]
        if act["type"] in types or name in {act.get("field"), path}:
            yield act["rule"]


def _service_level(decided: Evaluated, plan: Plan) -> Any:
    """Policy, and of each clock what was promised."""
    told = decided.decision.outcome["sla"]
    if told is None:
        return None
    clocks = [clock_dict(clock, plan.model.zone) for clock in decided.clocks]
    promised = [{key: one[key] for key in ("metric", "target", "calendar", "due_at")} for one in clocks]
    return {"policy": told["policy"], "clocks": promised}


def raw_facts(draft: Draft, plans: Sequence[Plan]) -> dict[str, Any]:
    """Facts as JSON has them."""
    raw: dict[str, Any] = {}
    zone = plans[0].model.zone
    for path, value in sorted(draft.items()):
        if path == NOW:
            continue
        is_before = path.startswith(BEFORE)
        keys = [*(["before"] if is_before else []), *path.removeprefix(BEFORE).split(".")]
        place = raw
        for key in keys[:-1]:
            place = place.setdefault(key, {})
        place[keys[-1]] = plain(value, zone)
    return raw


def draft_of(space: Space, model: frozenset[int], wanted: Iterable[str], texts: Mapping[str, str]) -> Draft:
    """The facts that a solution says, of the wanted paths; `texts` by path."""
    draft: Draft = {}
    for path in sorted(set(wanted) | {NOW}):
        match space.variables.get(path):
            case Cells(values=values, literals=literals):
                value = next((value for value, one in zip(values, literals, strict=True) if one in model), None)
                if value is not None or path.startswith(BEFORE):
                    draft[path] = MADE_UP if value == UNKNOWN else value
            case Elements(missing=missing, held=held, other=other):
                if missing not in model:
                    found: list[Value] = [name for name, one in held.items() if one in model]
                    draft[path] = [*found, *([MADE_UP] if other in model else [])]
            case Text():
                if path in texts:
                    draft[path] = texts[path]
    return draft


def text_for(variable: Text, model: frozenset[int], needed: Iterable[Atom], holds: Any) -> str | None:
    """A text that passes and fails the needed tests as a solution says; None where none was found. Missing is ''."""
    for one, literal in variable.equals.items():
        if literal in model:
            return one
    tests = [(atom, variable.tests[atom] in model) for atom in needed if atom in variable.tests]
    for candidate in _candidates([atom for atom, passes in tests if passes]):
        if candidate not in variable.equals and all(holds(atom, candidate) is passes for atom, passes in tests):
            return candidate
    return None


def _candidates(passed: Sequence[Atom]) -> Iterator[str]:
    """Texts that may pass some tests: beginnings, middles and ends put together in a few ways."""
    texts = [atom for atom in passed if isinstance(atom, TextMatch)]
    starts = [one.pattern for one in texts if one.test is TextTest.STARTS_WITH]
    ends = [one.pattern for one in texts if one.test is TextTest.ENDS_WITH]
    start, end = max(starts, key=len, default=""), max(ends, key=len, default="")
    middle = [one.pattern for one in texts if one.test in {TextTest.CONTAINS, TextTest.CONTAINS_WORD}]
    middle = [one for one in middle if not any(one != other and one in other for other in (*middle, start, end))]
    for between in (" ", "", " - ", "~", "\n", " x ", "x"):
        parts = [part for part in (start, *dict.fromkeys(middle), end) if part]
        joined = between.join(parts)
        yield joined
        yield f"{joined}{between}q" if not end else joined
        yield f"q{between}{joined}" if not start else joined
    for atom in passed:
        pattern = getattr(atom, "pattern", "")
        if not isinstance(atom, TextMatch) and pattern:
            yield from _examples(str(pattern))


def _examples(pattern: str) -> Iterator[str]:
    """Texts that may match a regular expression: its letters, without its signs."""
    import re

    bare = re.sub(r"\\[bB]|[\^$]|\(\?[a-zA-Z]*:?", "", pattern)
    bare = bare.replace(r"\d", "1").replace(r"\w", "a").replace(r"\s", " ")
    bare = re.sub(r"\[([^\]\\^])[^\]]*\]", r"\1", bare)
    bare = re.sub(r"(.)\{(\d{1,2})[^}]*\}", lambda found: found[1] * int(found[2]), bare)
    first = re.sub(r"\([^()|]*\|", "(", bare).partition("|")[0]
    for one in (bare, first):
        plain_text = re.sub(r"[\\()*+?]", "", one)
        yield plain_text
        yield f"{plain_text} "
        for digits in range(2, 9):
            yield plain_text.replace("1", "1" * digits)
