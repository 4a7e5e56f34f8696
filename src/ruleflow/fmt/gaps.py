"""The gaps between the values of a file, and which comments of a gap belong where."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ruleflow.fmt.comments import Comment
from ruleflow.fmt.flat import is_block
from ruleflow.source import Source
from ruleflow.syntax.nodes import Mapping, Node, Sequence

_DASH = re.compile(r"(?:[^-#]|#[^\n]*)*?-")
_SAME_LINE = re.compile(r"[ \t,\]}]*")


@dataclass(slots=True)
class Gaps:
    """How far a walk over the nodes has come. `written`: leaves that are behind; `read_to`: the offset in the file."""

    source: Source
    comments: tuple[Comment, ...]
    written: int = 0
    read_to: int = 0
    at: int = 0

    def pass_by(self, node: Node) -> None:
        """Leave a value behind, with all that is in it."""
        self.written, self.read_to = self.written + _count(node), node.span.end

    def next(self) -> Comment | None:
        """The next comment, if it stands in the gap that the walk has come to."""
        following = self.comments[self.at] if self.at < len(self.comments) else None
        return following if following is not None and following.after <= self.written else None

    def take(self, limit: int) -> list[Comment]:
        """The comments that come before an offset, from the gap that the walk has come to."""
        taken: list[Comment] = []
        while (comment := self.next()) is not None and comment.start < limit:
            taken.append(self.taken(comment))
        return taken

    def taken(self, comment: Comment) -> Comment:
        """The comment, which is behind from now on."""
        self.at += 1
        self.read_to = comment.start + len(comment.text)
        return comment

    def tail(self, node: Node, column: int, outer: int) -> list[Comment]:
        """The comments after the last entry that belong to the block: within its brackets, or not left of it."""
        if not is_block(self.source, node):
            return self.take(node.span.end)
        taken: list[Comment] = []
        while (comment := self.next()) is not None and comment.own_line and comment.column >= max(column, outer + 1):
            if self.source.text[self.read_to : comment.start].strip():
                break  # the next `-` or `?` stands before it
            taken.append(self.taken(comment))
        return taken

    def beside_bracket(self, node: Node) -> list[Comment]:
        """The comment behind the `[` or `{` of a collection that becomes a block."""
        comment = self.next()
        if comment is None or comment.own_line or self.source.text[node.span.start + 1 : comment.start].strip():
            return []
        return [self.taken(comment)]

    def take_behind(self, node: Node) -> Comment | None:
        """The comment on the line on which brackets end, where none stands in them."""
        following = self.comments[self.at] if self.at < len(self.comments) else None
        if following is None or following.own_line or following.start < node.span.end:
            return None
        is_behind = _SAME_LINE.fullmatch(self.source.text, node.span.end, following.start)
        return self.taken(following) if is_behind else None

    def is_beside(self, comment: Comment) -> bool:
        """Whether a comment stands on the line on which the last value ends, or in the head of that block text."""
        return not comment.own_line and (
            comment.start < self.read_to
            or _SAME_LINE.fullmatch(self.source.text, self.read_to, comment.start) is not None
        )

    def dash(self, node: Node, start: int) -> int:
        """Where the next item has its `-`; where it starts itself, within brackets."""
        found = _DASH.match(self.source.text, self.read_to) if is_block(self.source, node) else None
        if found is None:
            return start
        self.read_to = found.end()
        return found.end() - 1


def _count(node: Node) -> int:
    """The number of leaves of a value."""
    match node:
        case Mapping() if node.entries:
            return sum(1 + _count(entry.value) for entry in node)
        case Sequence() if node.items:
            return sum(_count(item) for item in node.items)
        case _:
            return 1
