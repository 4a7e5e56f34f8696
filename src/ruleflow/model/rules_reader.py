"""The `rules:` of files, with the `defaults:` of their file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from ruleflow.model import errors
from ruleflow.model.access import flag, inner, listed, scalar, text, texts, value
from ruleflow.model.actions import read_actions
from ruleflow.model.policies import read_percent, read_time_span
from ruleflow.model.reading import Reading, condition_under, read_expression
from ruleflow.model.rules import Action, ActionType, After, Mode, Rule
from ruleflow.model.shape_check import is_moment
from ruleflow.model.vocabulary import EndOfWorkingDay, Field, OpenTime, TimeSpan
from ruleflow.syntax.expressions import Expr
from ruleflow.syntax.nodes import Mapping as MappingNode
from ruleflow.syntax.nodes import Node, Scalar, Sequence
from ruleflow.types.literals import date_of, instant_of


@dataclass(frozen=True, slots=True)
class RuleNode:
    """A rule or a decision table as written: its own keys, and the defaults of its file. `position` counts both in file order."""

    body: MappingNode
    defaults: Node | None
    position: int = 0
    is_table: bool = False

    def holder(self, key: str) -> Node | None:
        """The mapping that says a key for this rule: its own, else the defaults."""
        return self.body if self.body.get(key) is not None else self.defaults

    @property
    def id(self) -> Scalar | None:
        """Its id as written."""
        return scalar(self.body, "id")


def rule_nodes(roots: Iterable[Node]) -> tuple[RuleNode, ...]:
    """The rules and tables of some files, in order; in one file the rules come first, wherever the sections stand."""
    found = (
        (item, value(root, "defaults"), key == "tables")
        for root in roots
        for key in ("rules", "tables")
        for item in listed(value(root, key))
        if isinstance(item, MappingNode)
    )
    return tuple(RuleNode(item, defaults, at, is_table) for at, (item, defaults, is_table) in enumerate(found))


def read_rules(
    nodes: Iterable[RuleNode], types: Mapping[str, ActionType], fields: Mapping[str, Field], reading: Reading
) -> tuple[Rule, ...]:
    """The rules, in file order; of two with one id only the first is kept, and both places are told."""
    found: dict[str, Rule] = {}
    for node in nodes:
        rule = _read_rule(node, types, fields, reading)
        first = found.setdefault(rule.id, rule)
        if first is not rule and rule.id_span is not None:
            reading.out.report(errors.defined_twice(rule.id_span, "rule", rule.id, first.id_span))
    return tuple(found.values())


def _read_rule(node: RuleNode, types: Mapping[str, ActionType], fields: Mapping[str, Field], reading: Reading) -> Rule:
    body, name = node.body, node.id
    rule_id = name.text if name is not None else f"rule_{node.position + 1}"
    with reading.out.inside(f"condition of rule `{rule_id}`"):
        when = condition_under(body, "when", reading)
    with reading.out.inside(f"time of rule `{rule_id}`"):
        after, once = _read_after(body, reading), _optional_expression(body, "once", reading)
    with reading.out.inside(f"action of rule `{rule_id}`"):
        actions = read_actions(value(body, "then"), types, fields, reading)
    with reading.out.inside(f"rule `{rule_id}`"):
        rule = replace(read_keys(node, rule_id, when, actions, reading), once=once)
        return rule if after is None else _as_time_rule(rule, after, node.body, reading)


def _read_after(body: Node, reading: Reading) -> After | None:
    """When a time rule fires; None for other rules, and where it cannot be read."""
    written = value(body, "after")
    time, repeat = scalar(written, "time"), scalar(written, "repeat")
    since = _optional_expression(written, "since", reading)
    calendar = _optional_expression(written, "calendar", reading)
    span = read_time_span(time.text) if time is not None else None
    again = read_time_span(repeat.text) if repeat is not None else None
    if repeat is not None and again is not None and not _is_forward(again):
        reading.out.report(errors.bad_repeat(inner(repeat), repeat.text))
        again = None
    if written is None or since is None or span is None:
        return None
    return After(span, since, calendar, again, errors.first_line(written.span))


def _is_forward(span: TimeSpan) -> bool:
    """Whether a distance leads on and on."""
    if isinstance(span, EndOfWorkingDay):
        return False
    return (span.seconds if isinstance(span, OpenTime) else span.days) > 0


def _as_time_rule(rule: Rule, after: After, body: Node, reading: Reading) -> Rule:
    """The rule with its time; `on:` says nothing there, and of a file's defaults it is left out."""
    if value(body, "on") is not None:
        reading.out.report(errors.time_rule_with_events(rule.event_spans[0] if rule.event_spans else after.span))
    if rule.once is not None:
        reading.out.report(errors.time_rule_with_once(rule.once.span))
    return replace(rule, after=after, once=None, events=(), event_spans=())


def _optional_expression(body: Node | None, key: str, reading: Reading) -> Expr | None:
    written = value(body, key)
    return None if written is None else read_expression(written, reading)


def read_keys(node: RuleNode, rule_id: str, when: Expr | None, actions: tuple[Action, ...], reading: Reading) -> Rule:
    """The keys that a rule and a decision table have in common, with what was read of the others."""
    body, name = node.body, node.id
    stage = scalar(node.holder("stage"), "stage")
    if stage is None and not _says(node.holder("stage"), "stage"):
        reading.out.report(errors.no_stage(inner(name) if name is not None else errors.first_line(body.span)))
    events = texts(node.holder("on"), "on")
    _report_empty(value(node.holder("on"), "on"), "`on`", reading)
    _report_empty(value(body, "then"), "`then`", reading)
    rule = Rule(
        rule_id,
        stage.text if stage is not None else "",
        tuple(event.text for event in events),
        when,
        actions,
        node.position,
        title=text(body, "title"),
        enabled=flag(node.holder("enabled"), "enabled", otherwise=True),
        mode=_mode(text(node.holder("mode"), "mode")),
        owner=text(node.holder("owner"), "owner"),
        labels=tuple(label.text for label in texts(node.holder("labels"), "labels")),
        note=text(body, "note"),
        rollout=read_percent(text(node.holder("rollout"), "rollout")),
        valid_from=_read_moment(scalar(node.holder("valid_from"), "valid_from"), reading),
        valid_until=_read_moment(scalar(node.holder("valid_until"), "valid_until"), reading),
        on_own_changes=flag(node.holder("on_own_changes"), "on_own_changes"),
        span=body.span,
        id_span=inner(name) if name is not None else None,
        stage_span=inner(stage) if stage is not None else None,
        event_spans=tuple(inner(event) for event in events),
    )
    _report_validity(node, rule, reading)
    return rule


def _says(holder: Node | None, key: str) -> bool:
    return isinstance(holder, MappingNode) and holder.get(key) is not None


def _report_empty(written: Node | None, key: str, reading: Reading) -> None:
    """An empty list of events must not read as any event, nor one of actions as a rule that does something."""
    if isinstance(written, Sequence) and not written.items:
        reading.out.report(errors.empty_list(written.span, key))


def _mode(word: str) -> Mode:
    return next((mode for mode in Mode if mode.value == word), Mode.ACTIVE)


def _read_moment(found: Scalar | None, reading: Reading) -> date | datetime | None:
    """A day, or an instant in UTC; what the shape check let through but no calendar has is reported here."""
    if found is None:
        return None
    moment = date_of(found.text) or instant_of(found.text, reading.zone)
    if moment is None and is_moment(found.text):
        reading.out.report(errors.bad_moment(inner(found), found.text))
    return moment


def _report_validity(node: RuleNode, rule: Rule, reading: Reading) -> None:
    start, end = rule.valid_from, rule.valid_until
    if start is None or end is None:
        return
    first, last = (one.date() if isinstance(one, datetime) else one for one in (start, end))
    both_instants = isinstance(start, datetime) and isinstance(end, datetime)
    if last < first or (both_instants and end <= start):
        until = scalar(node.holder("valid_until"), "valid_until")
        reading.out.report(errors.empty_validity(until.span if until is not None else node.body.span))
