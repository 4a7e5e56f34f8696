"""What is left over of earlier times: RF812, RF816, RF817, RF819."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ruleflow.analysis.words import literal
from ruleflow.checker.checked import Constant
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.diagnostics.suggest import quoted
from ruleflow.lint import errors
from ruleflow.lint.subject import Subject
from ruleflow.model.rules import Mode, Rule
from ruleflow.plan.conditions import All, Equals
from ruleflow.syntax.expressions import Expr

LONG = 90
"""Days after which a trial is taken for forgotten."""


def find_written_again(subject: Subject) -> Iterator[Diagnostic]:
    """Rules that write to a field the value that their condition asks of it."""
    for rule in subject.model.rules:
        asked = _asked(rule, subject)
        for action in rule.actions:
            written = action.argument("value") if action.field in asked else None
            meaning = (
                subject.checked.meanings.get(written.value.id)
                if written is not None and isinstance(written.value, Expr)
                else None
            )
            if isinstance(meaning, Constant) and meaning.value == asked[action.field]:
                yield errors.writes_what_is_there(rule, action.field, quoted(literal(meaning.value)), action.span)


def _asked(rule: Rule, subject: Subject) -> dict[str, object]:
    if rule.when is None:
        return {}
    condition = subject.canonical.condition(rule.when)
    parts = condition.parts if isinstance(condition, All) else (condition,)
    return {part.path: part.value for part in parts if isinstance(part, Equals)}


def find_over(subject: Subject) -> Iterator[Diagnostic]:
    """Rules that end before now."""
    today = subject.now.astimezone(subject.model.zone).date()
    for rule in subject.model.rules:
        end = rule.valid_until
        if end is None or not rule.enabled:
            continue
        if (end <= subject.now) if isinstance(end, datetime) else (end < today):
            yield errors.over(rule, end)


def find_forgotten(subject: Subject) -> Iterator[Diagnostic]:
    """Rules in shadow mode that nobody has changed for long, as far as that is known."""
    tried = [rule for rule in subject.model.rules if rule.mode is Mode.SHADOW and rule.enabled]
    changed = subject.last_changed(tried) if tried else {}
    for rule in tried:
        days = (subject.now - changed.get(rule.id, subject.now)).days
        if days >= LONG:
            yield errors.forgotten_trial(rule, LONG)


def find_switched_off(subject: Subject) -> Iterator[Diagnostic]:
    """Rules that are switched off without a note."""
    yield from (errors.off_without_note(rule) for rule in subject.model.rules if not rule.enabled and not rule.note)
