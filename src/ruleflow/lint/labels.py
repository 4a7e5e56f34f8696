"""Tags and labels that are probably mistyped: RF818."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from ruleflow.checker.checked import Read
from ruleflow.diagnostics.diagnostic import Diagnostic, Fix
from ruleflow.diagnostics.suggest import nearest
from ruleflow.lint import errors
from ruleflow.lint.subject import Subject
from ruleflow.source import Span
from ruleflow.syntax.expressions import Expr, Has, Items, Literal

OFTEN = 3
"""How often a label stands that another may have been meant to be."""
_SHORTEST = 4
_TAGS = frozenset({"ticket.tags", "contact.tags", "company.tags"})


def find_lone_labels(subject: Subject) -> Iterator[Diagnostic]:
    """A label that stands once, and differs in a letter from one that stands often."""
    for kind in (_labels, _tags):
        uses: dict[str, list[tuple[str, Span]]] = defaultdict(list)
        for label, within, span in kind(subject):
            uses[label].append((within, span))
        often = {label: len(own) for label, own in uses.items() if len(own) >= OFTEN}
        for label, own in uses.items():
            near = nearest(label, often) if len(own) == 1 and len(label) >= _SHORTEST else None
            if near is not None and _is_slip(label, near):
                within, span = own[0]
                yield errors.lone_label(span, label, near, often[near], within, _fix(span, label, near))


def _is_slip(label: str, near: str) -> bool:
    """Whether two labels are alike but for a slip of the hand: numbered ones (`tier_1`, `tier_2`) are not."""
    return abs(len(label) - len(near)) <= 1 and re.sub(r"\d", "", label) != re.sub(r"\d", "", near)


def _fix(span: Span, label: str, near: str) -> tuple[Fix, ...]:
    if label not in span.text:
        return ()
    return (Fix(f"write `{near}`", span, span.text.replace(label, near)),)


def _labels(subject: Subject) -> Iterator[tuple[str, str, Span]]:
    for rule in subject.model.rules:
        if rule.id_span is not None:
            yield from ((label, f"rule `{rule.id}`", rule.id_span) for label in rule.labels)


def _tags(subject: Subject) -> Iterator[tuple[str, str, Span]]:
    for rule in subject.model.rules:
        for action in rule.actions:
            if action.type in {"add_tags", "remove_tags"}:
                for argument in action.arguments:
                    for one in _literals(argument.value) if isinstance(argument.value, Expr) else ():
                        yield str(one.value), f"rule `{rule.id}`", one.span
    for within, node in subject.nodes:
        if isinstance(node, Has):
            meaning = subject.checked.meanings.get(node.left.id)
            if isinstance(meaning, Read) and meaning.path in _TAGS:
                yield from ((str(one.value), within, one.span) for one in _literals(node.items))


def _literals(expr: Expr) -> Iterator[Literal]:
    for one in expr.items if isinstance(expr, Items) else (expr,):
        if isinstance(one, Literal) and isinstance(one.value, str):
            yield one
