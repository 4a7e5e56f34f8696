"""Values on one line."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping as Map
from dataclasses import dataclass

from ruleflow.fmt.comments import Comment
from ruleflow.fmt.scalars import one_line
from ruleflow.fmt.written_expressions import expression_on_line
from ruleflow.source import Source
from ruleflow.syntax.expressions import Expr
from ruleflow.syntax.nodes import Entry, Mapping, Node, Scalar


@dataclass(frozen=True, slots=True)
class Flat:
    """Writes values of one file on one line. `expressions`: by the offset at which their value stands in the file."""

    source: Source
    comments: tuple[Comment, ...]
    expressions: Map[int, Expr]

    def of(self, node: Node) -> str | None:
        """The value on one line; None where a comment stands in it, or where it is a block."""
        if isinstance(node, Scalar):
            expression = self.expressions.get(node.span.start)
            return (
                one_line(node, in_flow=True)
                if expression is None
                else expression_on_line(node, expression, in_flow=True)
            )
        following = bisect_left(self.comments, node.span.start, key=lambda comment: comment.start)
        has_comment = following < len(self.comments) and self.comments[following].start < node.span.end
        if has_comment or is_block(self.source, node):
            return None
        if isinstance(node, Mapping):
            return f"{{{', '.join(self._entry(entry) for entry in node)}}}"
        return f"[{', '.join(self._item(item) for item in node.items)}]"

    def _entry(self, entry: Entry) -> str:
        value = self.of(entry.value)
        key = key_text(entry.key, in_flow=True)
        return f"{key}: {value}" if value else key

    def _item(self, item: Node) -> str:
        is_pair = isinstance(item, Mapping) and not self.source.text.startswith("{", item.span.start)
        if not (is_pair and isinstance(item, Mapping)):
            return self.of(item) or ""
        text = self._entry(item.entries[0])
        return text if self.of(item.entries[0].value) else f"{{{text}}}"


def key_text(key: Scalar, *, in_flow: bool) -> str:
    """A key; one that is empty needs quotes to be seen."""
    return one_line(key, in_flow=in_flow) or "''"


def is_block(source: Source, node: Node) -> bool:
    """Whether a collection is written without brackets."""
    if isinstance(node, Scalar):
        return False
    return not source.text.startswith("{" if isinstance(node, Mapping) else "[", node.span.start)
