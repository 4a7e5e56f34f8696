"""The lines of a file in the one form that the formatter knows.

One walk over the nodes in the order of the file. What a value says is taken from the file as it is written there; only
what stands between values is made anew: breaks, indents, signs of YAML. Expressions are printed from their trees.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from dataclasses import dataclass, field

from ruleflow.fmt.columns import column_of
from ruleflow.fmt.comments import BLOCKS, Comment
from ruleflow.fmt.flat import Flat, is_block, key_text
from ruleflow.fmt.gaps import Gaps
from ruleflow.fmt.scalars import block_text, one_line, several_lines
from ruleflow.fmt.written_expressions import expression_lines
from ruleflow.source import Source
from ruleflow.syntax.expressions import Expr
from ruleflow.syntax.nodes import Entry, Mapping, Node, Scalar

WIDTH = 120
"""Columns of a line; only what has no place to break is longer."""
_STEP = 2
_BEFORE_FIRST = re.compile(r"[ \t?-]*")


def lay_out(source: Source, node: Node | None, comments: tuple[Comment, ...], expressions: Map[int, Expr]) -> str:
    """The text of a file that was read, in the form of the formatter. `expressions`: by the offsets of their values."""
    return _Layout(source, Gaps(source, comments), Flat(source, comments, expressions)).document(node)


@dataclass(slots=True)
class _Layout:
    """Writes the lines of one file."""

    source: Source
    gaps: Gaps
    flat: Flat
    lines: list[str] = field(default_factory=list)
    line: str = ""
    in_broken: bool = False
    """Whether the walk is within brackets that are written as a block, so that old columns mean nothing."""
    is_first: bool = True
    """Whether the next line is the first of the file or of a block: no blank line stands before it."""

    def document(self, node: Node | None) -> str:
        """The text of the whole file."""
        start = node.span.start if node is not None else len(self.source.text)
        marker = re.compile(r"^---(?=\s|$)", re.MULTILINE).search(self.source.text, 0, start)
        if marker is not None:
            self._comment_lines(self.gaps.take(marker.start()), 0)
            self._open_line(0, marker.start())
            self.line, self.gaps.read_to = "---", marker.end()
            self._close_line()
        self._comment_lines(self.gaps.take(start), 0)
        if node is not None and self._is_laid_out(node, 0):
            self._block(node, 0, outer=-1)
        elif node is not None:
            self._open_line(0, start)
            self._inline(node, 0)
        self._comment_lines(self.gaps.take(len(self.source.text)), 0)
        return "".join(f"{line}\n" for line in self.lines)

    # Blocks

    def _block(self, node: Node, indent: int, *, outer: int, goes_on: bool = False) -> None:
        """The entries or items under each other.

        `goes_on`: the first on the line that is begun; `outer`: the column in the file of the block around it, -1: none.
        """
        column, around = self._column(node.span.start), self.in_broken
        self.in_broken = around or not is_block(self.source, node)
        parts: tuple[Entry | Node, ...] = node.entries if isinstance(node, Mapping) else getattr(node, "items", ())
        columns = self._columns(node, indent)
        for at, part in enumerate(parts):
            start = part.key.span.start if isinstance(part, Entry) else self.gaps.dash(node, part.span.start)
            if at or not goes_on:
                self._comment_lines(self.gaps.take(start), indent)
                self._open_line(indent, start)
            if isinstance(part, Entry):
                self.line += f"{key_text(part.key, in_flow=False)}:"
                self.gaps.pass_by(part.key)
                spaces = columns.get(start, 0) - (len(self.line) - indent)
                self._value(part.value, indent, column, spaces=max(spaces, 1))
            else:
                self.line += "-"
                self._value(part, indent, column, spaces=1, after_dash=True)
        self._comment_lines(self.gaps.tail(node, column, outer), indent)
        self.in_broken = around

    def _columns(self, node: Node, indent: int) -> dict[int, int]:
        """Where the values of entries stand that their author has put under each other."""
        if not isinstance(node, Mapping) or not is_block(self.source, node):
            return {}
        return column_of(self.source, node, lambda value: self._width(value, indent), WIDTH - indent)

    def _width(self, node: Node, indent: int) -> int | None:
        lines = self._scalar(node, indent) if isinstance(node, Scalar) else [self.flat.of(node)]
        return len(lines[0]) if len(lines) == 1 and lines[0] is not None else None

    def _value(self, node: Node, indent: int, column: int, *, spaces: int, after_dash: bool = False) -> None:
        """What stands after `key:` or `-` of a block at `indent` that stands at `column` in the file."""
        # Where nothing is written, comments come after it.
        before = self.gaps.take(node.span.start) if node.span.start < node.span.end else []
        is_laid_out = self._is_laid_out(node, indent + _STEP if before else len(self.line) + 1)
        is_broken = is_laid_out and not is_block(self.source, node)
        if is_broken and (behind := self.gaps.take_behind(node)) is not None:
            # It speaks of the whole, and so does one above what becomes several lines.
            self.lines.append(" " * _lead(self.line) + behind.text)
        elif is_broken and not before:
            before = self.gaps.beside_bracket(node)
        if before or (is_laid_out and not after_dash):
            if before and not before[0].own_line:
                self._attach(before.pop(0), keep_column=not (self.in_broken or is_broken))
            self._close_line()
            self.is_first = True
            self._comment_lines(before, indent + _STEP)
            if not is_laid_out:
                self._open_line(indent + _STEP, node.span.start)
        else:
            self.line += " " * spaces
        if is_laid_out:
            self._block(node, indent + _STEP, outer=column, goes_on=bool(self.line))
        else:
            self._inline(node, indent)

    def _is_laid_out(self, node: Node, column: int) -> bool:
        """Whether the parts of a value stand on lines of their own: as the author chose, or as brackets would be too long."""
        if isinstance(node, Scalar):
            return False
        flat = self.flat.of(node)
        return flat is None or (any(_parts(node)) and column + len(flat) > WIDTH)

    # Single values, and collections in brackets

    def _inline(self, node: Node, indent: int) -> None:
        """A value on the line that is begun, with the comment at its end."""
        lines = self._scalar(node, indent) if isinstance(node, Scalar) else [self.flat.of(node) or ""]
        self.gaps.pass_by(node)
        self.line += lines[0]
        head_only = len(lines) > 1 and lines[0][:1] in {"|", ">"}
        was_block = isinstance(node, Scalar) and node.style in BLOCKS
        if not head_only:
            for line in lines[1:]:
                self._close_line()
                self.line = line
        if (comment := self.gaps.next()) is not None and self.gaps.is_beside(comment):
            self._attach(self.gaps.taken(comment), keep_column=head_only == was_block and not self.in_broken)
        self._close_line()
        if head_only:
            self.lines += lines[1:]
            self.is_first = "+" in lines[0]  # where each blank line is text, none may be added

    def _scalar(self, node: Scalar, indent: int) -> list[str]:
        """The lines of a single value; all but the first are whole ones."""
        expression = self.flat.expressions.get(node.span.start)
        if expression is not None:
            return expression_lines(node, expression, len(self.line), indent + _STEP, WIDTH)
        if node.style in BLOCKS:
            return block_text(node, indent + _STEP)
        if "\n" in node.span.text:
            return several_lines(node, indent + _STEP)
        return [one_line(node, in_flow=False)]

    # Comments

    def _comment_lines(self, comments: list[Comment], indent: int) -> None:
        for comment in comments:
            self._open_line(indent, comment.start)
            self.line += comment.text
            self._close_line()

    def _attach(self, comment: Comment, *, keep_column: bool) -> None:
        """A comment at the end of a line: in its column, which others may share, and two spaces on at least."""
        self.line = self.line.rstrip()
        old = self.source.line(self.source.position(comment.start).line)
        moved = _lead(self.line) - _lead(old)
        spaces = comment.column + moved - len(self.line) if keep_column else 0
        self.line += " " * max(spaces, 2) + comment.text

    # Lines

    def _open_line(self, indent: int, offset: int) -> None:
        if self._blank_before(offset) and not self.is_first and self.lines[-1]:
            self.lines.append("")
        self.is_first = False
        self.line = " " * indent

    def _close_line(self) -> None:
        self.lines.append(self.line.rstrip())
        self.line = ""

    def _blank_before(self, offset: int) -> bool:
        """Whether the line of an offset begins with what stands there, and the line above is blank."""
        text = self.source.text
        start = text.rfind("\n", 0, offset) + 1
        if start == 0 or not _BEFORE_FIRST.fullmatch(text, start, offset):
            return False
        return not text[text.rfind("\n", 0, start - 1) + 1 : start].strip()

    def _column(self, offset: int) -> int:
        return offset - self.source.text.rfind("\n", 0, offset) - 1


def _parts(node: Node) -> tuple[object, ...]:
    return () if isinstance(node, Scalar) else node.entries if isinstance(node, Mapping) else node.items


def _lead(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
