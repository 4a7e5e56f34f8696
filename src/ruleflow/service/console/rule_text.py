"""Rules in the words in which they are written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ruleflow.model.rules import Action, Argument, Mode, Rule
from ruleflow.model.tables import Table

LONGEST = 400
"""Characters of a condition or an action that a list of rules shows."""


def condition_text(rule: Rule) -> str:
    """The condition on one line; '' for a rule without one."""
    return "" if rule.when is None else one_line(rule.when.span.text)


def columns_text(table: Table) -> str:
    """What a table asks, and how many rows it has: `ticket.priority | contact.segments (12)`."""
    own = condition_text(table.rule)
    columns = " | ".join(column.text for column in table.inputs)
    return one_line(f"{own}: {columns} ({table.rows.count:,})" if own else f"{columns} ({table.rows.count:,})")


def done_texts(table: Table) -> tuple[str, ...]:
    """What the columns of a table do."""
    return tuple(column.text for column in table.outputs)


def action_text(action: Action) -> str:
    """`set ticket.priority: urgent`, `route team: desk, agent: anna`, `stop`."""
    if len(action.arguments) == 1:
        name = f"set {action.field}" if action.field else action.type
        return f"{name}: {_argument_text(action.arguments[0])}"
    said = ", ".join(f"{one.name}: {_argument_text(one)}" for one in action.arguments)
    return f"{action.type} {said}".rstrip()


def _argument_text(argument: Argument) -> str:
    return "null" if argument.value is None else one_line(argument.value.span.text)


def after_text(rule: Rule) -> str:
    """When a time rule fires, as written; '' for any other."""
    return "" if rule.after is None else one_line(rule.after.span.text.strip().removeprefix("{").removesuffix("}"))


def states(rule: Rule, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """What keeps a rule from acting on every ticket: `disabled`, `shadow`, `rollout`, `early`, `expired`."""
    if not rule.enabled:
        yield "disabled"
    if rule.mode is Mode.SHADOW:
        yield "shadow"
    if rule.rollout is not None and rule.rollout < 100:
        yield "rollout"
    if rule.valid_from is not None and _is_before(now, rule.valid_from, zone):
        yield "early"
    if rule.valid_until is not None and _is_after(now, rule.valid_until, zone):
        yield "expired"


def one_line(text: str) -> str:
    """Text without line breaks, cut where it is too long for a list."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _is_before(now: datetime, day: date, zone: ZoneInfo) -> bool:
    return now < day if isinstance(day, datetime) else now.astimezone(zone).date() < day


def _is_after(now: datetime, day: date, zone: ZoneInfo) -> bool:
    return now >= day if isinstance(day, datetime) else now.astimezone(zone).date() > day
