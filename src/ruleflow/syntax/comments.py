"""Comments that speak to ruleflow, out of the YAML files.

# ruleflow: allow RF803 because …          on a line of its own: all of what begins on the next line; else: its line
# ruleflow: allow-file RF803 because …     at the top of a file: the file
# ruleflow: allow-project RF803 because …  at the top of the root file: the project
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ruleflow.diagnostics.allowances import Allowance
from ruleflow.diagnostics.codes import CODES, may_be_silenced
from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.suggest import nearest
from ruleflow.source import Source, Span
from ruleflow.syntax import comment_errors as errors
from ruleflow.syntax.nodes import Mapping as MappingNode
from ruleflow.syntax.nodes import Node, Scalar, Sequence, Style
from ruleflow.syntax.yaml_reader import read_yaml

_COMMENT = re.compile(r"(?:^|(?<=\s))#[ \t]*ruleflow:[ \t]*(?P<said>[^\r\n]*)", re.MULTILINE)
_SAID = re.compile(r"(?P<verb>\S*)(?P<codes>.*?)(?:(?:^|\s)because\b(?P<reason>.*))?", re.DOTALL)
_CODE = re.compile(r"\bRF\d{3}\b", re.IGNORECASE)
_WORD = re.compile(r"[^\s,]+")
ALLOW, ALLOW_FILE, ALLOW_PROJECT = VERBS = ("allow", "allow-file", "allow-project")


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things stand in a file, by line.

    `ends`: where that which begins on a line ends, an item of a list or a key with its value. `blocks`: the same of blocks
    of text. `texts` are the stretches of texts in which nothing is a comment, in order.
    """

    start: int
    ends: Mapping[int, int]
    blocks: Mapping[int, int]
    texts: tuple[tuple[int, int], ...]

    def hides(self, at: int) -> bool:
        """Whether a place lies inside a text."""
        found = bisect_right(self.texts, (at, at))
        return any(start <= at < end for start, end in self.texts[max(0, found - 1) : found + 1])


def read_allowances(source: Source, out: Collector, *, root: bool) -> tuple[Allowance, ...]:
    """What the comments of a file silence; `root`: it is the root file. A file without such comments costs one search."""
    comments = list(_COMMENT.finditer(source.text))
    if not comments:
        return ()
    node = read_yaml(source, Collector())
    if node is None:
        return ()
    layout = _layout(source, node)
    return tuple(
        allowance
        for comment in comments
        if not layout.hides(comment.start())
        for allowance in _allowances(source, comment, layout, out, root=root)
    )


def _allowances(
    source: Source, comment: re.Match[str], layout: _Layout, out: Collector, *, root: bool
) -> Iterator[Allowance]:
    said = _SAID.fullmatch(comment["said"].rstrip())
    start = comment.start("said")
    if said is None or said["verb"] not in VERBS:
        _report_verb(source, comment, start, out)
        return
    whole = Span(source, comment.start(), comment.end() - len(comment["said"]) + len(comment["said"].rstrip()))
    is_first = comment.start() < layout.start
    if said["verb"] != ALLOW and not (is_first and (root or said["verb"] == ALLOW_FILE)):
        out.report(errors.misplaced_allowance(whole, said["verb"], in_root=root or said["verb"] == ALLOW_FILE))
        return
    words = list(_WORD.finditer(said["codes"]))
    if not words:
        out.report(errors.allowance_without_code(whole))
    reason = (said["reason"] or "").strip()
    if not reason and words:
        out.report(errors.no_reason(whole))
    place = _place(source, comment, layout) if said["verb"] == ALLOW else Span(source, 0, len(source.text))
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


def _place(source: Source, comment: re.Match[str], layout: _Layout) -> Span:
    """The stretch that a comment speaks of: its line, or what begins on the line after it."""
    text, start = source.text, source.text.rfind("\n", 0, comment.start()) + 1
    ends = layout.blocks
    if not text[start : comment.start()].strip():
        ends, start = layout.ends, _next_line(text, start)
    end = _line_end(text, start)
    return Span(source, start, max(end, ends.get(source.position(start).line, end)))


def _next_line(text: str, start: int) -> int:
    """Where the line begins that stands after some lines of comments and empty ones."""
    while start < len(text):
        line = text[start : _line_end(text, start)].strip()
        if line and not line.startswith("#"):
            break
        start = _line_end(text, start) + 1
    return start


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return end if end >= 0 else len(text)


def _layout(source: Source, root: Node) -> _Layout:
    ends: dict[int, int] = {}
    blocks: dict[int, int] = {}
    texts: list[tuple[int, int]] = []

    def note(found: dict[int, int], start: int, end: int) -> None:
        line = source.position(start).line
        found[line] = max(end, found.get(line, end))

    for node in _nodes(root):
        match node:
            case Sequence(items):
                for one in items:
                    note(ends, one.span.start, one.span.end)
            case MappingNode(entries):
                for entry in entries:
                    note(ends, entry.key.span.start, max(entry.key.span.end, entry.value.span.end))
            case Scalar(style=Style.LITERAL | Style.FOLDED, span=span):
                note(blocks, span.start, span.end)
                texts.append((_line_end(source.text, span.start), span.end))  # its head may bear a comment
            case Scalar(span=span):
                texts.append((span.start, span.end))
    return _Layout(root.span.start, ends, blocks, tuple(sorted(texts)))


def _nodes(root: Node) -> Iterator[Node]:
    todo = [root]
    while todo:
        node = todo.pop()
        yield node
        match node:
            case Sequence(items):
                todo += items
            case MappingNode(entries):
                todo += [part for entry in entries for part in (entry.key, entry.value)]
