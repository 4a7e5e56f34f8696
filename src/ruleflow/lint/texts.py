"""Texts compared so that letters or forms decide that should not: RF806 to RF809."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC
from unicodedata import normalize

from ruleflow.checker.checked import Read
from ruleflow.diagnostics.diagnostic import Diagnostic, Fix
from ruleflow.lint import errors
from ruleflow.lint.subject import Subject
from ruleflow.source import Span
from ruleflow.syntax.expressions import (
    Call,
    Compare,
    Comparison,
    Expr,
    Fact,
    Has,
    In,
    Items,
    Literal,
    MatchText,
    TextTest,
)
from ruleflow.types.literals import date_of, instant_of
from ruleflow.types.terms import Simple

WRITTEN_BY_PEOPLE = frozenset({"ticket.subject", "ticket.body"})
"""Texts in which case is chance."""
_NUMBER = re.compile(r"[+-]?[0-9]+[.,][0-9]+")
_CASES = {"lower": str.lower, "upper": str.upper}


def find_case_minded(subject: Subject) -> Iterator[Diagnostic]:
    """`is 'VIP'` of a text that other conditions ask without regard to case."""
    folded = set(WRITTEN_BY_PEOPLE)
    for _, node in subject.nodes:
        if isinstance(node, MatchText) and not node.exact:
            folded.add(_path(node.left, subject))
    for within, node in subject.nodes:
        for left, literal in _equalities(node):
            path = _path(left, subject)
            if (
                path in folded
                and _is_free_text(path, subject)
                and str(literal.value).upper() != str(literal.value).lower()
            ):
                yield errors.case_minded(node, path, str(literal.value), within, _lowered(node, literal))
                break


def _lowered(node: Expr, literal: Literal) -> tuple[Fix, ...]:
    if not (isinstance(node, Compare) and isinstance(node.left, Fact) and node.right is literal):
        return ()
    gap = Span(node.span.source, node.left.span.end, literal.span.start).text
    written = f"lower({node.left.path}){gap}{literal.span.text.lower()}"
    return (Fix(f"write `{written}`", Span(node.span.source, node.left.span.start, literal.span.end), written),)


def find_wrong_case(subject: Subject) -> Iterator[Diagnostic]:
    """`lower(x) is 'ABC'`, which nothing ever is."""
    for within, node in subject.nodes:
        pairs = list(_equalities(node))
        if isinstance(node, MatchText) and node.exact and node.test is not TextTest.MATCHES:
            pairs += [(node.left, one) for one in node.patterns if isinstance(one, Literal)]
        for left, literal in pairs:
            text = str(literal.value)
            if isinstance(left, Call) and left.function in _CASES and _CASES[left.function](text) != text:
                yield errors.wrong_case(literal.span, left.function, text, within)


def find_decomposed(subject: Subject) -> Iterator[Diagnostic]:
    """Accents apart from their letters where texts are compared to the letter, or by a pattern."""
    for within, node in subject.nodes:
        literals = [literal for _, literal in _equalities(node)]
        if isinstance(node, MatchText) and (node.exact or node.test is TextTest.MATCHES):
            literals += [one for one in node.patterns if isinstance(one, Literal)]
        if isinstance(node, Has):
            literals += [one for one in (node.items, *_items(node.items)) if isinstance(one, Literal)]
        for literal in literals:
            if isinstance(literal.value, str) and normalize("NFC", literal.value) != literal.value:
                yield errors.decomposed(literal.span, normalize("NFC", literal.span.text), within)


def find_values_as_text(subject: Subject) -> Iterator[Diagnostic]:
    """`is '2026-03-01'`, `is '5.0'` of a text without a format."""
    for within, node in subject.nodes:
        for left, literal in _equalities(node):
            path, kind = _path(left, subject), _kind_of(str(literal.value))
            if kind and _is_free_text(path, subject):
                yield errors.value_as_text(node, path, *kind, within)
                break


def _kind_of(text: str) -> tuple[str, str] | tuple[()]:
    """What a text looks like, and the type of field for it; nothing for other texts."""
    if date_of(text) is not None:
        return "a date", "date"
    if instant_of(text, UTC) is not None:
        return "an instant", "datetime"
    return ("a number", "decimal") if _NUMBER.fullmatch(text) else ()


def _equalities(node: Expr) -> Iterator[tuple[Expr, Literal]]:
    """The sides of tests for equality with a text, the literal one second."""
    match node:
        case Compare(operator=Comparison.IS | Comparison.IS_NOT, left=left, right=right):
            pairs: list[tuple[Expr, Expr]] = [(left, right), (right, left)]
        case In(left=left, items=items):
            pairs = [(left, one) for one in _items(items)]
        case _:
            return
    yield from ((left, one) for left, one in pairs if isinstance(one, Literal) and isinstance(one.value, str))


def _items(expr: Expr) -> tuple[Expr, ...]:
    return expr.items if isinstance(expr, Items) else ()


def _path(expr: Expr, subject: Subject) -> str:
    """The fact that an expression reads; '' for any other."""
    meaning = subject.checked.meanings.get(expr.id)
    return meaning.path if isinstance(meaning, Read) else ""


def _is_free_text(path: str, subject: Subject) -> bool:
    """Whether a fact is a text of any form."""
    field = subject.model.fields.get(path)
    return field is not None and field.type is Simple.TEXT and field.format is None and field.pattern is None
