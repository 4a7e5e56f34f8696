"""Checking views: types of conditions, keys that have an order, and facts that the records do have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ruleflow.checker import errors
from ruleflow.checker.checked import DefinitionRead, Read
from ruleflow.checker.conditions import check_condition, check_value
from ruleflow.checker.missing import present_when
from ruleflow.checker.reads import expressions_of_view
from ruleflow.checker.scope import Scope
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.model.views import Subject, View
from ruleflow.syntax.expressions import Changed, Expr
from ruleflow.syntax.walk import walk
from ruleflow.types.terms import Choice, Simple, Type

_SEEN = {
    Subject.CONTACTS: ("contact.", "company.", "contract"),
    Subject.COMPANIES: ("company.", "contact.segments"),
}
"""How the facts begin that a view may ask for; of tickets all but those of an event. A company is in the groups that follow from it."""


def check_views(scope: Scope) -> None:
    """Report everything that is wrong with the views of a project."""
    for view in scope.model.views.values():
        with scope.out.inside(f"view `{view.id}`"):
            _check_view(view, scope)


def is_sortable(kind: Type) -> bool:
    """Whether records can be sorted by values of this type: those that compare, texts, and no before yes."""
    return kind.ordered if isinstance(kind, Choice) else isinstance(kind, Simple)


def _check_view(view: View, scope: Scope) -> None:
    if view.when is not None:
        check_condition(view.when, "a condition", scope)
    known = present_when(view.when, scope)
    for key in view.sort:
        kind = check_value(key.value, scope, known)
        if not is_sortable(kind):
            scope.out.report(errors.not_sortable(key.value.span, kind))
    for column in view.columns:
        check_value(column.value, scope, known)
    for expr in expressions_of_view(view):
        for found in _foreign(expr, view.of, scope, ()):
            scope.out.report(found)


def _foreign(expr: Expr, subject: Subject, scope: Scope, inside: tuple[str, ...]) -> Iterator[Diagnostic]:
    """What a view of such records cannot ask, once for each place in it; in a definition it is told where that is named."""
    for node in walk(expr):
        if isinstance(node, Changed):
            yield errors.changed_in_a_view(node.span)
        match scope.tables.meanings.get(node.id):
            case Read(path) if not _is_seen(path, subject):
                yield errors.not_in_a_view(node.span, subject.value, path)
            case DefinitionRead(name) if name not in inside:
                body = scope.model.definitions[name].value
                for found in _foreign(body, subject, scope, (*inside, name)):
                    yield replace(found, span=node.span)
                    break


def _is_seen(path: str, subject: Subject) -> bool:
    begins = _SEEN.get(subject)
    return not path.startswith("event.") if begins is None else path.startswith(begins)
