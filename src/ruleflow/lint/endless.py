"""Rules that go on by themselves: RF810 and RF811."""

from __future__ import annotations

from collections.abc import Iterator

from ruleflow.checker.checked import Constant
from ruleflow.checker.reads import paths_read
from ruleflow.checker.stages import written_by, written_by_action
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.lint import errors
from ruleflow.lint.subject import Subject
from ruleflow.model.rules import Action, Rule
from ruleflow.syntax.expressions import Changed, Expr
from ruleflow.syntax.walk import walk

ENDS = frozenset({"ticket.status", "ticket.solved_at", "ticket.closed_at"})
"""Facts that tell whether a ticket is done."""
_REPLIES = frozenset({"send"})
_DONE = {"closed": "ticket.closed", "open": "ticket.reopened", "new": "ticket.reopened"}


def find_for_ever(subject: Subject) -> Iterator[Diagnostic]:
    """Time rules with `repeat` that no state of the ticket ends, nor what they write themselves."""
    for rule in subject.model.rules:
        if not rule.enabled or rule.after is None or rule.after.repeat is None or rule.valid_until is not None:
            continue
        read = _read(rule, subject)
        ends = read & (ENDS | set(written_by(rule))) or any(path.startswith("sla.") for path in read)
        if not ends:
            yield errors.fires_for_ever(rule)


def find_hears_itself(subject: Subject) -> Iterator[Diagnostic]:
    """Rules with `on_own_changes` that run on what their own actions raise, and that nothing ends."""
    for rule in subject.model.rules:
        if not rule.enabled or not rule.on_own_changes or rule.after is not None or rule.once is not None:
            continue
        asks_for_change = rule.when is not None and any(isinstance(node, Changed) for node in walk(rule.when))
        if asks_for_change or _read(rule, subject) & set(written_by(rule)):
            continue
        raised = ((event, action.type) for action in rule.actions for event in _raises(action, subject))
        found = next(((event, action) for event, action in raised if rule.runs_on(event)), None)
        if found is not None:
            yield errors.hears_itself(rule, *found)


def _read(rule: Rule, subject: Subject) -> set[str]:
    if rule.when is None:
        return set()
    return set(paths_read(rule.when, subject.model, subject.checked.meanings))


def _raises(action: Action, subject: Subject) -> Iterator[str]:
    """The events that a helpdesk raises while it carries out an action."""
    written = action.argument("value") if action.field == "ticket.status" else None
    if written is not None and isinstance(written.value, Expr):
        meaning = subject.checked.meanings.get(written.value.id)
        if isinstance(meaning, Constant) and str(meaning.value) in _DONE:
            yield _DONE[str(meaning.value)]
    if action.type in _REPLIES:
        yield "ticket.replied"
    elif any(written_by_action(action)):
        yield "ticket.updated"
