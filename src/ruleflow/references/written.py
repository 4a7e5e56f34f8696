"""Where a definition stands in its document, and how such places are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ruleflow.model.access import inner
from ruleflow.source import Source, Span
from ruleflow.syntax.nodes import Entry, Mapping, Node, Scalar, Sequence

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_NULLS = frozenset({"null", "Null", "NULL", "true", "false"})


@dataclass(frozen=True, slots=True)
class Spot:
    """A scalar in its document. `around` is the mapping or list that it is a key, value or item of; `above` holds that one.

    `entry` is given where it is a key, or the value of a key.
    """

    scalar: Scalar
    around: Mapping | Sequence
    above: Mapping | Sequence | None
    entry: Entry | None = None

    @property
    def is_key(self) -> bool:
        """Whether it is a key."""
        return self.entry is not None and self.entry.key is self.scalar


def spot_at(root: Node, span: Span) -> Spot | None:
    """The scalar whose text begins where a stretch does."""
    return next((spot for spot in spots(root) if inner(spot.scalar).start == span.start), None)


def spots(root: Node) -> Iterator[Spot]:
    """Every scalar of a document that is a key, a value of a key, or an item."""
    todo: list[tuple[Node, Mapping | Sequence | None]] = [(root, None)]
    while todo:
        node, above = todo.pop()
        if isinstance(node, Mapping):
            for entry in node:
                yield Spot(entry.key, node, above, entry)
                if isinstance(entry.value, Scalar):
                    yield Spot(entry.value, node, above, entry)
                else:
                    todo.append((entry.value, node))
        elif isinstance(node, Sequence):
            for item in node.items:
                if isinstance(item, Scalar):
                    yield Spot(item, node, above)
                else:
                    todo.append((item, node))


def is_flow(node: Node) -> bool:
    """Whether a list or mapping is written in brackets."""
    return node.span.source.text[node.span.start : node.span.start + 1] in {"[", "{"}


def word(text: str) -> str:
    """A text as an item of a list in brackets: in quotes unless it is plainly a word."""
    if _PLAIN.fullmatch(text) and text not in _NULLS:
        return text
    return "'" + text.replace("'", "''") + "'"


def line_break(source: Source) -> str:
    """How the lines of a file end."""
    first = source.text.find("\n")
    return "\r\n" if first > 0 and source.text[first - 1] == "\r" else "\n"


def indent_at(source: Source, offset: int) -> str:
    """The spaces that a block at a place is indented by: its column."""
    return " " * (source.position(offset).column - 1)
