"""Comments that speak to ruleflow, out of the YAML files.

# ruleflow: allow RF803 because …          on a line of its own: all of what begins on the next line; else: its line
# ruleflow: allow-file RF803 because …     at the top of a file: the file
# ruleflow: allow-project RF803 because …  at the top of the root file: the project
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ruleflow.diagnostics.allowances import Allowance
from ruleflow.diagnostics.codes import CODES, may_be_silenced
from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.suggest import nearest
from ruleflow.source import Source, Span
from ruleflow.syntax import comment_errors as errors
from ruleflow.syntax.nodes import Mapping, Node, Scalar, Sequence, Style
from ruleflow.syntax.yaml_reader import read_yaml

_COMMENT = re.compile(r"(?:^|(?<=\s))#[ \t]*ruleflow:[ \t]*(?P<said>[^\r\n]*)", re.MULTILINE)
_SAID = re.compile(r"(?P<verb>\S*)(?P<codes>.*?)(?:(?:^|\s)because\b(?P<reason>.*))?", re.DOTALL)
_CODE = re.compile(r"\bRF\d{3}\b", re.IGNORECASE)
_WORD = re.compile(r"[^\s,]+")
_BLOCKS = {Style.LITERAL, Style.FOLDED}
ALLOW, ALLOW_FILE, ALLOW_PROJECT = VERBS = ("allow", "allow-file", "allow-project")


class _Piece(NamedTuple):
    """Something that begins on a line: an item of a list, a key with its value."""

    start: int
    end: int


def read_allowances(source: Source, out: Collector, *, root: bool) -> tuple[Allowance, ...]:
    """What the comments of a file silence; `root`: it is the root file. A file without such comments costs one search."""
    comments = list(_COMMENT.finditer(source.text))
    if not comments:
        return ()
    node = read_yaml(source, Collector())
    if node is None:
        return ()
    scalars = list(_scalars(node))
    return tuple(
        allowance
        for comment in comments
        if not any(_hides(scalar, comment.start()) for scalar in scalars)
        for allowance in _allowances(source, comment, node, out, root=root)
    )


def _allowances(
    source: Source, comment: re.Match[str], node: Node, out: Collector, *, root: bool
) -> Iterator[Allowance]:
    said = _SAID.fullmatch(comment["said"].rstrip())
    start = comment.start("said")
    if said is None or said["verb"] not in VERBS:
        _report_verb(source, comment, start, out)
        return
    whole = Span(source, comment.start(), comment.end() - len(comment["said"]) + len(comment["said"].rstrip()))
    is_first = comment.start() < node.span.start
    if said["verb"] != ALLOW and not (is_first and (root or said["verb"] == ALLOW_FILE)):
        out.report(errors.misplaced_allowance(whole, said["verb"], in_root=root or said["verb"] == ALLOW_FILE))
        return
    words = list(_WORD.finditer(said["codes"]))
    if not words:
        out.report(errors.allowance_without_code(whole))
    reason = (said["reason"] or "").strip()
    if not reason and words:
        out.report(errors.no_reason(whole))
    place = _place(source, comment, node) if said["verb"] == ALLOW else Span(source, 0, len(source.text))
    for word in words:
        at = start + said.start("codes") + word.start()
        span, code = Span(source, at, at + len(word[0])), CODES.get(word[0].upper())
        if code is None:
            out.report(errors.unknown_code(span, word[0], (one for one in CODES if may_be_silenced(CODES[one]))))
        elif not may_be_silenced(code):
            out.report(errors.not_silenceable(span, code))
        elif reason:
            yield Allowance(code, reason, None if said["verb"] == ALLOW_PROJECT else place, span)


def _report_verb(source: Source, comment: re.Match[str], start: int, out: Collector) -> None:
    """Report another word than those that are known, where it seems to be meant as one; else the comment is for people."""
    verb = comment["said"].split(maxsplit=1)[0] if comment["said"].strip() else ""
    if nearest(verb, VERBS) or _CODE.search(comment["said"]):
        out.report(errors.unknown_verb(Span(source, start, start + len(verb)), verb, VERBS))


def _place(source: Source, comment: re.Match[str], node: Node) -> Span:
    """The stretch that a comment speaks of: its line, or what begins on the line after it."""
    text = source.text
    start = text.rfind("\n", 0, comment.start()) + 1
    if text[start : comment.start()].strip():
        return Span(
            source, start, max([_line_end(text, start), *_ends(node, start, _line_end(text, start), blocks=True)])
        )
    while start < len(text) and (not (line := text[start : _line_end(text, start)].strip()) or line.startswith("#")):
        start = _line_end(text, start) + 1
    return Span(source, start, max([_line_end(text, start), *_ends(node, start, _line_end(text, start), blocks=False)]))


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return end if end >= 0 else len(text)


def _ends(node: Node, start: int, end: int, *, blocks: bool) -> Iterator[int]:
    """Where that which begins on a line ends; `blocks`: of texts in blocks only."""
    if blocks:
        yield from (one.span.end for one in _scalars(node) if one.style in _BLOCKS and start <= one.span.start <= end)
    else:
        yield from (piece.end for piece in _pieces(node) if start <= piece.start <= end)


def _pieces(root: Node) -> Iterator[_Piece]:
    for node in _nodes(root):
        match node:
            case Sequence(items):
                yield from (_Piece(one.span.start, one.span.end) for one in items)
            case Mapping(entries):
                yield from (_Piece(one.key.span.start, max(one.key.span.end, one.value.span.end)) for one in entries)


def _scalars(root: Node) -> Iterator[Scalar]:
    return (node for node in _nodes(root) if isinstance(node, Scalar))


def _nodes(root: Node) -> Iterator[Node]:
    todo = [root]
    while todo:
        node = todo.pop()
        yield node
        match node:
            case Sequence(items):
                todo += items
            case Mapping(entries):
                todo += [part for entry in entries for part in (entry.key, entry.value)]


def _hides(scalar: Scalar, at: int) -> bool:
    """Whether a place lies inside a text, so that it is no comment; the head of a block may bear one."""
    start, text = scalar.span.start, scalar.span.source.text
    if scalar.style in _BLOCKS:
        start = _line_end(text, start)
    return start <= at < scalar.span.end
