"""Negations that say more, or less, than they seem to: RF804, and RF508 of conditions of all kinds."""

from __future__ import annotations

from collections.abc import Iterator

from ruleflow.analysis.negations import find_either_is_not
from ruleflow.diagnostics.diagnostic import Diagnostic, Fix
from ruleflow.lint import errors
from ruleflow.lint.subject import Subject
from ruleflow.source import Span
from ruleflow.syntax.expressions import And, Ask, Compare, Comparison, Expr, In, MatchText, Not, Or


def find_either(subject: Subject) -> Iterator[Diagnostic]:
    """`not contains x or not contains y`."""
    for place in subject.places:
        found = find_either_is_not(place.condition, place.within, subject.canonical)
        if found is not None:
            yield found


def find_double(subject: Subject) -> Iterator[Diagnostic]:
    """`not (x is not y)`, `not (not x)`; what stands in a list under `none:` is left alone."""
    for within, node in subject.nodes:
        if isinstance(node, Not) and node.span.text.startswith("not") and _is_negated(node.operand):
            plain = _plain(node.operand)
            fixes = () if plain is None else (Fix(f"write `{plain}`", node.span, plain, safe=True),)
            yield errors.double_negation(node, within, fixes)


def _is_negated(expr: Expr) -> bool:
    match expr:
        case Not():
            return expr.span.text.startswith("not") or isinstance(expr.operand, MatchText)
        case Compare(operator=Comparison.IS_NOT) | In(negated=True) | Ask(negated=True):
            return True
        case _:
            return False


def _plain(expr: Expr) -> str | None:
    """The text of what a negated test negates; None where it cannot be told from brackets around its parts."""
    match expr:
        case Not(operand=MatchText() as operand) if not expr.span.text.startswith("not"):
            return _without_not(expr.span, operand.left.span, operand.patterns[0].span)
        case Not(operand=operand):
            return f"({operand.span.text})" if isinstance(operand, And | Or) else operand.span.text
        case Compare(left=left, right=right):
            gap = Span(expr.span.source, left.span.end, right.span.start).text
            return f"{left.span.text} is {right.span.text}" if gap.split() in (["is", "not"], ["!="]) else None
        case In(left=left, items=items):
            return _without_not(expr.span, left.span, items.span)
        case Ask(operand=operand):
            return _without_not(expr.span, operand.span, Span(expr.span.source, expr.span.end, expr.span.end))
        case _:
            return None


def _without_not(whole: Span, left: Span, right: Span) -> str | None:
    """The text of a test less the `not` between its sides."""
    source = whole.source
    gap = Span(source, left.end, right.start).text
    words = gap.split()
    if "not" not in words or left.start != whole.start or ")" in gap:
        return None
    words.remove("not")
    start = Span(source, whole.start, left.end).text
    return f"{start} {' '.join(words)} {Span(source, right.start, whole.end).text}".rstrip()
