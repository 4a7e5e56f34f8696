"""Taking a part out of a condition, as an edit of its text."""

from __future__ import annotations

import re

from ruleflow.diagnostics.diagnostic import Fix
from ruleflow.source import Span
from ruleflow.syntax.expressions import And, Or

_JOINT = re.compile(r"(?P<closed>[\s)]*)(?P<word>\b(?:and|or)\b)(?P<space>\s*)(?P<opened>[\s(]*)")


def without_operand(node: And | Or, at: int, *, safe: bool) -> tuple[Fix, ...]:
    """The edit that takes an operand out, with its brackets; none where parts stand in a list of the file."""
    span = _stretch(node, at)
    if span is None:
        return ()
    part = " ".join(node.operands[at].span.text.split())
    return (Fix(f"take `{part}` out", span, "", safe),)


def joined_by(node: And | Or, word: str) -> tuple[Fix, ...]:
    """The edit that joins the operands by another word; none where they stand in a list of the file."""
    pieces, end = [], node.operands[0].span.start
    for one, other in zip(node.operands, node.operands[1:], strict=False):
        joint = _joint(node, one.span, other.span)
        if joint is None:
            return ()
        pieces += [node.span.source.text[end : joint.start("word")], word]
        end = joint.end("word")
    start, last = node.operands[0].span.start, node.operands[-1].span.end
    text = "".join(pieces) + node.span.source.text[end:last]
    return (Fix(f"join them by `{word}`", Span(node.span.source, start, last), text),)


def _stretch(node: And | Or, at: int) -> Span | None:
    spans = [one.span for one in node.operands]
    before = _joint(node, spans[at - 1], spans[at]) if at else None
    after = _joint(node, spans[at], spans[at + 1]) if at + 1 < len(spans) else None
    source, own = node.span.source, spans[at]
    if (at and before is None) or (at + 1 < len(spans) and after is None):
        return None
    if before is not None and after is not None:
        return Span(source, before.start("word"), after.start("word"))
    if before is not None:
        closed = _closing(source.text, own.end, before["opened"].count("("))
        return None if closed is None else Span(source, spans[at - 1].end + _kept(before), closed)
    if after is None:
        return None
    opened = _opening(source.text, own.start, after["closed"].count(")"))
    return None if opened is None else Span(source, opened, after.end("space"))


def _kept(joint: re.Match[str]) -> int:
    """The characters after an operand that close its own brackets."""
    return len(joint["closed"].rstrip())


def _joint(node: And | Or, one: Span, other: Span) -> re.Match[str] | None:
    if one.source is not node.span.source or other.source is not node.span.source:
        return None
    return _JOINT.fullmatch(node.span.source.text, one.end, other.start)


def _closing(text: str, at: int, count: int) -> int | None:
    """Where so many brackets are closed after a place."""
    found = re.compile(rf"(?:\s*\)){{{count}}}").match(text, at)
    return None if found is None else found.end()


def _opening(text: str, at: int, count: int) -> int | None:
    """Where so many brackets are opened before a place."""
    while count:
        at -= 1
        if at < 0 or (text[at] != "(" and not text[at].isspace()):
            return None
        count -= text[at] == "("
    return at
