"""What the rules of a stage do to each other, and stages without rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ruleflow.checker import errors
from ruleflow.diagnostics.collector import Collector
from ruleflow.model.model import Model
from ruleflow.model.rules import Action, Rule
from ruleflow.model.tables import Table
from ruleflow.syntax.expressions import Expr

WRITES = {
    "route": ("ticket.team", "ticket.agent"),
    "set_sla": ("ticket.sla",),
    "add_tags": ("ticket.tags",),
    "remove_tags": ("ticket.tags",),
    "add_watchers": ("ticket.watchers",),
    "add_to_segments": ("contact.segments",),
    "remove_from_segments": ("contact.segments",),
}
"""The facts that an action writes, beside `set`, which names its field."""


def check_stages(model: Model, reads: dict[str, dict[str, Expr]], out: Collector) -> None:
    """Report rules that read what their own stage writes, and stages that nobody uses.

    `reads` gives, for each rule, the facts that it reads, each with the place where it is named in the rule.
    """
    for stage in model.stages:
        rules = [rule for rule in model.deciders if rule.stage == stage.id]
        if not rules and stage.span is not None:
            out.report(errors.unused_stage(stage.span, stage.id))
        tables = {table.id: table for table in model.tables if table.rule.stage == stage.id}
        _check_reads(rules, tables, reads, out)


def _check_reads(
    rules: list[Rule], tables: Mapping[str, Table], reads: dict[str, dict[str, Expr]], out: Collector
) -> None:
    writers: dict[str, list[Rule]] = {}
    for rule in rules:
        written = written_by_table(tables[rule.id]) if rule.id in tables else set(written_by(rule))
        for path in sorted(written):
            writers.setdefault(path, []).append(rule)
    for rule in rules:
        for path in sorted(reads[rule.id].keys() & writers.keys()):
            other = next((one for one in writers[path] if one.id != rule.id and _may_meet(one, rule)), None)
            if other is not None:
                with out.inside(f"{'table' if rule.id in tables else 'rule'} `{rule.id}`"):
                    place = reads[rule.id][path].span
                    out.report(errors.reads_own_stage(place, path, rule.stage, other.id, other.id_span))


def written_by(rule: Rule) -> Iterator[str]:
    """The facts that a rule writes."""
    for action in rule.actions:
        yield from written_by_action(action)


def written_by_table(table: Table) -> set[str]:
    """The facts that the rows of a table write."""
    columns = ((output.path,) if output.path else WRITES.get(output.action, ()) for output in table.outputs)
    return {path for column in columns for path in column}


def written_by_action(action: Action) -> tuple[str, ...]:
    """The facts that an action writes."""
    return (action.field,) if action.field else WRITES.get(action.type, ())


def _events(rule: Rule) -> tuple[str, ...]:
    return ("timer",) if rule.after is not None else rule.events


def _may_meet(one: Rule, other: Rule) -> bool:
    """Whether some event runs both; two time rules have their own instants."""
    if one.after is not None and other.after is not None:
        return False
    meet = not _events(one) or not _events(other) or any(one.runs_on(event) for event in _events(other))
    return one.enabled and other.enabled and meet
