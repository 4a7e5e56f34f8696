"""Every expression of a project that stands for itself, with what holds it. A new section of the language with expressions is added here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ruleflow.checker.reads import expressions_in
from ruleflow.model.model import Model
from ruleflow.model.rules import Rule
from ruleflow.model.tables import Table
from ruleflow.model.views import View
from ruleflow.references.names import Holder
from ruleflow.syntax.expressions import Expr


@dataclass(frozen=True, slots=True)
class Root:
    """An expression as a whole. `target` is the field that its value is written to, '' for none."""

    expr: Expr
    holder: Holder
    target: str = ""


def roots_of(model: Model) -> Iterator[Root]:
    """Every expression of a project but those in the cells of tables."""
    for rule in model.rules:
        yield from _of_rule(rule)
    for table in model.tables:
        yield from _of_table(table)
    for view in model.views.values():
        yield from _of_view(view)
    conditions = (
        *((one.when, Holder("segment", one.id, "condition")) for one in model.segments.values()),
        *((one.applies_when, Holder("contract", one.id, "condition")) for one in model.contracts.values()),
        *((one.pause_when, Holder("SLA policy", one.id, "pause")) for one in model.sla.values()),
        *((one.solved_when, Holder("SLA policy", one.id, "solution")) for one in model.sla.values()),
        *((expr, Holder("score", one.id)) for one in model.scores.values() for expr in one.made_of),
        *((one.value, Holder("definition", one.name)) for one in model.definitions.values()),
        *((one.for_, Holder("property", one.id, "`for`")) for one in model.properties),
        *((one.promised, Holder("property", one.id, "promise")) for one in model.properties),
        *((one.condition, Holder("assumption")) for one in model.assumptions),
    )
    yield from (Root(expr, holder) for expr, holder in conditions if expr is not None)


def _of_table(table: Table) -> Iterator[Root]:
    """What it asks as a whole and by its columns; `cells.py` reads the rows."""
    if table.rule.when is not None:
        yield Root(table.rule.when, Holder("table", table.id, "condition"))
    yield from (Root(one.expr, Holder("table", table.id, f"column `{one.heading}`")) for one in table.inputs)


def _of_view(view: View) -> Iterator[Root]:
    if view.when is not None:
        yield Root(view.when, Holder("view", view.id, "condition"))
    yield from (Root(key.value, Holder("view", view.id, "order")) for key in view.sort)
    yield from (Root(column.value, Holder("view", view.id, "column")) for column in view.columns)


def _of_rule(rule: Rule) -> Iterator[Root]:
    if rule.when is not None:
        yield Root(rule.when, Holder("rule", rule.id, "condition"))
    time = Holder("rule", rule.id, "time")
    if rule.after is not None:
        yield Root(rule.after.since, time)
        if rule.after.calendar is not None:
            yield Root(rule.after.calendar, time)
    if rule.once is not None:
        yield Root(rule.once, time)
    for action in rule.actions:
        holder = Holder("rule", rule.id, f"action `{action.type}`")
        for argument in action.arguments:
            yield from (Root(expr, holder, action.field) for expr in expressions_in(argument))
