"""The rules and tables of a project, by stage, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from ruleflow.model.rules import Rule
from ruleflow.project.last_changes import Change, kept_changes
from ruleflow.service.console.asked import Asked, Shown
from ruleflow.service.console.fired import Fired, fired_by_rule
from ruleflow.service.console.rule_text import action_text, after_text, columns_text, condition_text, done_texts, states
from ruleflow.types.text import fold

PAGE = 100
"""Rules that one page shows."""
STATES = ("active", "shadow", "rollout", "disabled", "early", "expired")


@dataclass(frozen=True, slots=True)
class Row:
    """A rule as the list shows it. `fired` None: nobody knows, `change` None: git tells nothing."""

    rule: Rule
    condition: str
    after: str
    actions: tuple[str, ...]
    states: tuple[str, ...]
    fired: Fired | None
    change: Change | None

    @property
    def text(self) -> str:
        """What the filter looks into."""
        rule = self.rule
        said = (rule.id, rule.title, rule.owner, rule.note, *rule.labels, *rule.events, self.condition, self.after)
        return fold("\n".join((*said, *self.actions)))


def rules_page(asked: Asked) -> Shown:
    """The rules that pass the filter, a page of them."""
    model = asked.served.project.model
    fired = fired_by_rule(asked)
    changes = kept_changes(asked.service.settings.state, asked.served.project.digest)
    order = {stage.id: at for at, stage in enumerate(model.stages)}
    rules = sorted(model.deciders, key=lambda rule: (order.get(rule.stage, len(order)), rule.position))
    rows = [row for row in _rows(asked, rules, fired, changes) if _passes(asked, row)]
    start = _start(asked.asked_for("from"), len(rows))
    values = {
        "stages": [
            (stage, tuple(group)) for stage, group in groupby(rows[start : start + PAGE], lambda row: row.rule.stage)
        ],
        "first_only": {stage.id for stage in model.stages if stage.hit.value == "first"},
        "found": len(rows),
        "total": len(rules),
        "never": sum(fired is not None and fired.get(rule.id, Fired()).never for rule in rules),
        "counted": fired is not None,
        "changes": bool(changes),
        "owners": sorted({rule.owner for rule in rules if rule.owner}),
        "stage_names": [stage.id for stage in model.stages],
        "states": STATES,
        "asked": {name: asked.asked_for(name) for name in ("q", "stage", "owner", "state", "fired")},
        "start": start,
        "pages": _pages(asked, start, len(rows)),
    }
    return Shown("rules.html", asked.words.text("rules.title"), "rules", values)


def _rows(
    asked: Asked, rules: Sequence[Rule], fired: Mapping[str, Fired] | None, changes: Mapping[str, Change]
) -> Iterator[Row]:
    tables = {table.id: table for table in asked.served.project.model.tables}
    for rule in rules:
        table = tables.get(rule.id)
        yield Row(
            rule,
            condition_text(rule) if table is None else columns_text(table),
            after_text(rule),
            tuple(map(action_text, rule.actions)) if table is None else done_texts(table),
            tuple(states(rule, asked.now, asked.zone)),
            None if fired is None else fired.get(rule.id, Fired()),
            changes.get(rule.id),
        )


def _passes(asked: Asked, row: Row) -> bool:
    rule, state = row.rule, asked.asked_for("state")
    return (
        asked.asked_for("stage") in {"", rule.stage}
        and asked.asked_for("owner") in {"", rule.owner}
        and (not state or state in row.states or (state == "active" and not row.states))
        and (asked.asked_for("fired") != "never" or (row.fired is not None and row.fired.never))
        and (not asked.asked_for("q") or all(word in row.text for word in fold(asked.asked_for("q")).split()))
    )


def _start(wanted: str, count: int) -> int:
    """The first row of the page that is wanted; the last page where that lies past the end."""
    at = int(wanted) if wanted.isdecimal() and len(wanted) < 9 else 0
    return min(at, max(0, count - 1)) // PAGE * PAGE


def _pages(asked: Asked, start: int, count: int) -> tuple[str, str]:
    """The addresses of the page before and the one after; '' where there is none."""
    kept = {name: asked.asked_for(name) for name in ("q", "stage", "owner", "state", "fired")}
    before = asked.here("rules", **kept, from_=max(0, start - PAGE)) if start else ""
    after = asked.here("rules", **kept, from_=start + PAGE) if start + PAGE < count else ""
    return before, after
