"""What changed in what a rule does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ruleflow.model.rules import Action, ArgumentValue
from ruleflow.review.edits import ActionAdded, ActionRemoved, ArgumentChanged, Change, Plain, ValueChanged
from ruleflow.review.expressions import expression_text, value_text
from ruleflow.syntax.expressions import Items
from ruleflow.syntax.text_template import TextParts


def action_changes(old: Sequence[Action], new: Sequence[Action]) -> Iterator[Change]:
    """Actions that are gone or new, and those of one kind (for `set`: of one field) whose arguments differ.

    Actions of one kind are compared in their order; where only the order of all of them is another, that is told.
    """
    gone, fresh = _without_common(old, new)
    if not gone and not fresh and tuple(old) != tuple(new):
        yield ValueChanged("then", tuple(map(action_text, old)), tuple(map(action_text, new)))
    for action in gone:
        other = next((one for one in fresh if (one.type, one.field) == (action.type, action.field)), None)
        if other is None:
            yield ActionRemoved(action_text(action))
        else:
            fresh.remove(other)
            yield from _argument_changes(action, other)
    yield from (ActionAdded(action_text(action)) for action in fresh)


def action_text(action: Action) -> str:
    """`set ticket.priority: urgent`, `route team: desk, agent: anna`, `add_tags [vip, b2b]`, `stop`."""
    if action.field:
        return f"{_name(action)}: {value_text(action.arguments[0].value)}"
    if len(action.arguments) == 1 and isinstance(action.arguments[0].value, Items):
        return f"{action.type} {value_text(action.arguments[0].value)}"
    said = ", ".join(f"{one.name}: {value_text(one.value)}" for one in action.arguments)
    return f"{action.type} {said}".strip()


def _name(action: Action) -> str:
    return f"set {action.field}" if action.field else action.type


def _argument_changes(old: Action, new: Action) -> Iterator[Change]:
    """Arguments by name; two actions with the same ones in another order are the same."""
    names = dict.fromkeys([*(one.name for one in old.arguments), *(one.name for one in new.arguments)])
    for name in names:
        before, after = old.argument(name), new.argument(name)
        if before != after:
            yield ArgumentChanged(
                _name(old),
                "" if old.field else name,
                None if before is None else _shown(before.value),
                None if after is None else _shown(after.value),
            )


def _shown(value: ArgumentValue | None) -> Plain:
    if isinstance(value, Items):
        return tuple(expression_text(item) for item in value.items)
    return value.span.text.strip() if isinstance(value, TextParts) else value_text(value)


def _without_common(old: Sequence[Action], new: Sequence[Action]) -> tuple[list[Action], list[Action]]:
    gone, fresh = [], list(new)
    for action in old:
        if action in fresh:
            fresh.remove(action)
        else:
            gone.append(action)
    return gone, fresh
