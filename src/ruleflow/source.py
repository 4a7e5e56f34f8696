"""Texts and places in them: every later phase says *where* with a `Span`."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=False)
class Source:
    """A text with a name; the name is the path of a file relative to its project, with `/`.

    Offsets count code points of `text`. A byte-order mark is not part of `text`.
    """

    name: str
    text: str = field(repr=False)

    @cached_property
    def _line_starts(self) -> tuple[int, ...]:
        starts = [0]
        at = self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return tuple(starts)

    def position(self, offset: int) -> Position:
        """The line and column of an offset; an offset past the end is the end."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The text of a line (from 1), without its line break; empty past the end."""
        if not 1 <= number <= len(self._line_starts):
            return ""
        start = self._line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else len(self.text)].removesuffix("\r")


@dataclass(frozen=True, slots=True)
class Position:
    """A line and a column, both from 1; columns count code points."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Span:
    """The stretch `[start, end)` of a source; an empty one is a point between two characters."""

    source: Source = field(repr=False)
    start: int
    end: int

    @property
    def text(self) -> str:
        """The characters of the stretch."""
        return self.source.text[self.start : self.end]

    @property
    def first(self) -> Position:
        """Where the stretch begins."""
        return self.source.position(self.start)

    @property
    def last(self) -> Position:
        """Where the stretch ends, one past its last character."""
        return self.source.position(self.end)

    def to(self, other: Span) -> Span:
        """The stretch from the start of this one to the end of `other`, in the same source."""
        return Span(self.source, self.start, max(self.end, other.end))


def spliced(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """A text with stretches replaced: start, end and what stands there then; they do not overlap."""
    parts, at = [], 0
    for start, end, new in sorted(edits, key=lambda one: one[:2]):
        parts += [text[at:start], new]
        at = end
    return "".join((*parts, text[at:]))
