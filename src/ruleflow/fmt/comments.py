"""The comments of a file: all that stands between its values and is no white space and no sign of YAML's."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from ruleflow.source import Source
from ruleflow.syntax.nodes import Mapping, Node, Scalar, Sequence, Style

BLOCKS = frozenset({Style.LITERAL, Style.FOLDED})


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, from its `#` to the last sign of its line.

    `after` counts the leaves before it; one in the head of a block text comes after that text. `own_line`: nothing else
    stands on its line; `column` from 0.
    """

    start: int
    text: str
    after: int
    own_line: bool
    column: int


def leaves(node: Node | None) -> Iterator[Node]:
    """Keys, single values and empty brackets, in the order of the file."""
    match node:
        case Mapping() if node.entries:
            for entry in node.entries:
                yield entry.key
                yield from leaves(entry.value)
        case Sequence() if node.items:
            for item in node.items:
                yield from leaves(item)
        case None:
            return
        case _:
            yield node


def comments_of(source: Source, node: Node | None) -> tuple[Comment, ...]:
    """The comments of a file, in its order."""
    found = list(leaves(node))
    ends = [leaf.span.end if isinstance(leaf, Scalar) else leaf.span.start + 1 for leaf in found]
    gaps = zip([0, *ends], [*(leaf.span.start for leaf in found), len(source.text)], strict=True)
    between = (_comment(source, at, bisect_right(ends, at)) for start, end in gaps for at in _signs(source, start, end))
    heads = (
        _comment(source, at, number + 1)
        for number, leaf in enumerate(found)
        if isinstance(leaf, Scalar) and leaf.style in BLOCKS
        for at in _signs(source, leaf.span.start, _line_end(source, leaf.span.start))
    )
    return tuple(sorted((*between, *heads), key=lambda comment: comment.start))


def has_explicit_key(source: Source, node: Node | None) -> bool:
    """Whether a key is written behind a `?`."""
    found = list(leaves(node))
    ends = [leaf.span.end if isinstance(leaf, Scalar) else leaf.span.start + 1 for leaf in found]
    gaps = zip([0, *ends], (leaf.span.start for leaf in found), strict=False)
    return any("?" in re.sub("#.*", "", source.text[start:end]) for start, end in gaps)


def _signs(source: Source, start: int, end: int) -> Iterator[int]:
    """The places of the first `#` of each line of a stretch that holds no values."""
    at = source.text.find("#", start, end)
    while at >= 0:
        yield at
        at = source.text.find("#", _line_end(source, at), end)


def _comment(source: Source, at: int, after: int) -> Comment:
    line_start = source.text.rfind("\n", 0, at) + 1
    own_line = not source.text[line_start:at].strip()
    return Comment(at, source.text[at : _line_end(source, at)].rstrip(), after, own_line, at - line_start)


def _line_end(source: Source, at: int) -> int:
    found = source.text.find("\n", at)
    return found if found >= 0 else len(source.text)
