"""Why a rule acted or did not; or, for all rules, what every stage did. Made on demand, by the plan that decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ruleflow.diagnostics.suggest import listing
from ruleflow.engine.canonical import plain
from ruleflow.engine.evaluate import action_dict, decision_id, standing_acts
from ruleflow.engine.explain_rows import missed, nearest_rows, row_part
from ruleflow.engine.explain_text import explanation_text
from ruleflow.engine.facts import Facts
from ruleflow.engine.gates import Gate
from ruleflow.engine.stages import Fate, RuleRun, Run, StageRun, run_stages
from ruleflow.engine.timers import TIMER, next_due
from ruleflow.engine.trace import Part, trace
from ruleflow.engine.writes import resolve_of
from ruleflow.model.model import Model
from ruleflow.model.rules import Rule
from ruleflow.model.tables import Table
from ruleflow.model.vocabulary import Resolve
from ruleflow.plan.acts import Act
from ruleflow.plan.plan import Plan
from ruleflow.plan.planned import PlannedRule
from ruleflow.plan.snapshot import BudgetError, Snapshot
from ruleflow.plan.tables import PlannedRow, PlannedTable

VERSION = 1
_UNREACHED = "its stage was not reached"


@dataclass(frozen=True, slots=True)
class Explanation:
    """An explanation as plain JSON values, and as text."""

    content: dict[str, Any]

    @property
    def could_have_acted(self) -> bool:
        """Whether it explains one rule that did not match, though it runs on this event."""
        rule = self.content.get("rule", {})
        if "rows" in rule:  # a table: what would make which row act is asked of the row
            return False
        return rule.get("fate") in {"not_matched", "closed", "not_first"} or rule.get("reason", "").startswith(
            _UNREACHED
        )

    def with_nearest(self, nearest: Mapping[str, Any]) -> Explanation:
        """With what would have made the rule act."""
        return Explanation({**self.content, "nearest": nearest})

    def to_dict(self) -> dict[str, Any]:
        """As JSON, with `version`."""
        return self.content

    def to_text(self) -> str:
        """For reading, at most about a hundred columns wide."""
        return explanation_text(self.content)


def explain(plan: Plan, event: str, facts: Facts, now: datetime, digest: str, rule: str | None) -> Explanation:
    """Explain one rule of the project, or (None) all stages. The rule must exist."""
    run = run_stages(plan, event, facts, now, in_full=True)
    standing = standing_acts(run, plan.model)
    head = {
        "version": VERSION,
        "decision_id": decision_id(digest, event, facts, now),
        "event": event,
        "at": plain(now, plan.model.zone),
        "contract": _contract(plan, run),
    }
    explained = _Explainer(plan, event, run, standing)
    if rule is not None:
        return Explanation({**head, "rule": explained.rule(rule)})
    return Explanation({**head, "stages": [explained.stage(stage) for stage in run.stages], "ended_by": run.ended_by})


@dataclass(frozen=True, slots=True)
class _Explainer:
    plan: Plan
    event: str
    run: Run
    standing: tuple[Act, ...]

    @property
    def model(self) -> Model:
        return self.plan.model

    def stage(self, run: StageRun) -> dict[str, Any]:
        """What every rule of a stage came to."""
        return {
            "stage": run.stage.id,
            "hit": run.stage.hit.value,
            "rules": [self._of_run(one, run) for one in run.rules],
        }

    def rule(self, name: str) -> dict[str, Any]:
        """What a rule came to, be it that it was never asked."""
        for stage in self.run.stages:
            for one in stage.rules:
                if one.planned.rule.id == name:
                    return self._of_run(one, stage, alone=True)
        table, row = self.model.table_of(name)
        found = None if table is None else self._of_table(table, row)
        if found is not None:
            return found
        rule = self.model.rule(name)
        if rule is None:
            raise ValueError(f"there is no rule `{name}`")
        return {**_head(rule), "fate": "not asked", "reason": self._not_asked(rule)}

    def _of_table(self, table: Table, row: int | None) -> dict[str, Any] | None:
        """A table some rows of which matched, or a row that did not; None where the table was not asked."""
        planned, runs = self.plan.tables.get(table.id), []
        for stage in self.run.stages:
            runs += [
                (one, stage)
                for one in stage.rules
                if one.planned.rule.id == table.id
                or (one.planned.table is not None and one.planned.table.rule.id == table.id)
            ]
        if not runs or planned is None:
            return None
        first, stage = runs[0]
        if row is None:
            rows = [self._of_run(one, own, alone=True) for one, own in runs]
            return {**_head(table.rule), "fate": first.fate.name.lower(), "reason": "", "rows": rows}
        head = _head(planned.row(row).rule)
        if first.fate in {Fate.CLOSED, Fate.FAILED}:
            return {**head, "fate": first.fate.name.lower(), "reason": self._reason(first, stage)}
        part = row_part(planned, row, first.seen)
        fate = Fate.NOT_FIRST_ROW if part.holds else Fate.NOT_MATCHED
        return {**head, "fate": fate.name.lower(), "reason": fate.value, "condition": part.to_dict()}

    def _not_asked(self, rule: Rule) -> str:
        if not rule.enabled:
            return "it is not enabled"
        if rule.after is not None and self.event != TIMER:
            planned = next(one for one in self.plan.time_rules if one.rule.id == rule.id)
            return f"it fires when its time has come{self._when(planned, self.run.final)}"
        if not rule.runs_on(self.event):
            return f"it waits for {listing(rule.events)}, and this was {self.event}"
        return f"{_UNREACHED}: `{self.run.ended_by}` ended the decision"

    def _of_run(self, one: RuleRun, stage: StageRun, *, alone: bool = False) -> dict[str, Any]:
        """What became of a rule; `alone`: of a row, or of a table no row of which matched, also which rows came near."""
        found = {**_head(one.planned.rule), "fate": one.fate.name.lower(), "reason": self._reason(one, stage)}
        part = None if one.fate is Fate.CLOSED else self._condition(one)
        if part is not None:
            found["condition"] = part.to_dict()
        if one.fate not in {Fate.CLOSED, Fate.FAILED}:
            found |= self._rows(one, alone=alone)
        actions = [self._action(act, one, stage) for act in one.acts]
        if actions:
            found["actions"] = actions
        if one.notes and one.fate is not Fate.NOT_FIRST_ROW:
            found["notes"] = list(one.notes)
        return found

    def _condition(self, one: RuleRun) -> Part | None:
        planned, rule = one.planned, one.planned.rule
        if isinstance(planned, PlannedRow):
            return None if one.fate is Fate.FAILED else row_part(planned.of, planned.row, one.seen)
        return None if rule.when is None else trace(rule.when, one.seen, self.plan.checked, self.plan.evaluator)

    def _rows(self, one: RuleRun, *, alone: bool) -> dict[str, Any]:
        """Of a table no row of which matched, and of a row that is asked about, the rows that came nearest."""
        planned = one.planned
        if isinstance(planned, PlannedRow):
            if not alone:
                return {}
            others = frozenset(planned.of.places(one.seen))
            return {
                "nearest_rows": [
                    self._near(planned.of, row, one.seen) for row in nearest_rows(planned.of, one.seen, others)
                ]
            }
        if isinstance(planned, PlannedTable) and (one.fate is Fate.NOT_MATCHED) and planned.asks(one.seen):
            return {
                "rows": [],
                "nearest_rows": [self._near(planned, row, one.seen) for row in nearest_rows(planned, one.seen)],
            }
        return {"rows": []} if isinstance(planned, PlannedTable) else {}

    def _near(self, table: PlannedTable, row: int, seen: Snapshot) -> dict[str, Any]:
        return {"id": table.source.row_id(row), "missed": missed(table, row, seen)}

    def _reason(self, one: RuleRun, stage: StageRun) -> str:
        match one.fate:
            case Fate.CLOSED:
                return self._closed(one)
            case Fate.NOT_FIRST_ROW:
                return f"`{one.notes[0]}` matched before it, and only one row of the table acts"
            case Fate.NOT_MATCHED if isinstance(one.planned, PlannedTable):
                return "no row of it matches" if one.planned.asks(one.seen) else one.fate.value
            case Fate.NOT_FIRST:
                winner = next(run.planned.rule.id for run in stage.rules if run.decides)
                return f"`{winner}` matched before it, and in this stage only the first rule acts"
            case Fate.MATCHED if one.planned.rule.when is None and one.planned.table is None:
                return "it has no condition"
            case Fate.FAILED:
                return one.notes[0] if one.notes else one.fate.value
            case _:
                return "" if one.fate is Fate.MATCHED else one.fate.value

    def _closed(self, one: RuleRun) -> str:
        """Which gate was closed; of a time rule, when its time comes."""
        if one.gate is Gate.NOT_DUE:
            return f"{one.gate.value}{self._when(one.planned, one.seen)}"
        return one.gate.value if one.gate is not None else ""

    def _when(self, planned: PlannedRule, seen: Snapshot) -> str:
        """When a time rule is due, in words."""
        timer = next_due(planned, seen, self.plan.service_levels, ())
        if timer is not None:
            return f": it comes at {plain(timer.due_at, self.model.zone)}"
        since = " ".join(planned.rule.after.since.span.text.split()) if planned.rule.after is not None else ""
        return f": `{since}` is missing" if planned.since is None or planned.since(seen) is None else ": it never does"

    def _action(self, act: Act, one: RuleRun, stage: StageRun) -> dict[str, Any]:
        shown = {key: value for key, value in action_dict(act, self.model).items() if key != "rule"}
        if one.fate is Fate.SHADOW:
            return {**shown, "stands": False, "because": "the rule is in shadow"}
        stands = any(act is other for other in self.standing)
        return {**shown, "stands": stands} if stands else {**shown, "stands": False, "because": self._lost(act, stage)}

    def _lost(self, act: Act, stage: StageRun) -> str:
        """Who won over an act, and by which rule of the language."""
        winner = next((lost.kept for lost in stage.resolved.lost if lost.act is act), None)
        if winner is None:
            later = next(other for other in self.standing if other.target == act.target)
            return f"`{later.rule}`, of a later stage, writes it as well"
        if winner.rule == act.rule:
            return "the rule writes it twice"
        words = {
            Resolve.HIGHEST: "the highest value stands",
            Resolve.LOWEST: "the lowest value stands",
            Resolve.LAST: "the last rule in file order stands",
        }.get(resolve_of(act.target, self.model), "the first rule in file order stands")
        return f"`{winner.rule}` wins: {words}"


def _head(rule: Rule) -> dict[str, Any]:
    return {"id": rule.id, "title": rule.title, "stage": rule.stage, "note": rule.note}


def _contract(plan: Plan, run: Run) -> dict[str, Any] | None:
    """Which contract was picked out of which, in the order tried, and why; None where the project has none."""
    if not plan.model.contracts:
        return None
    seen = run.final
    try:
        candidates = [
            {
                "contract": one.contract.id,
                "rating": one.contract.rating,
                "applies": one.applies is None or one.applies(seen),
                "condition": None
                if one.contract.applies_when is None
                else trace(one.contract.applies_when, seen, plan.checked, plan.evaluator).to_dict(),
            }
            for one in plan.contracts.of(seen)
        ]
        return {
            "picked": seen["contract"],
            "named_by_ticket": seen["ticket.contract"] is not None,
            "candidates": candidates,
        }
    except BudgetError:
        return None
