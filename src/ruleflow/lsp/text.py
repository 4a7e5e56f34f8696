"""A text as an editor and as we count in it: lines and units of an encoding there, offsets in code points here."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from lsprotocol.types import Position, PositionEncodingKind, Range

from ruleflow.source import Span

_BREAK = re.compile(r"\r\n|\n|\r")
_MARK = "\ufeff"


@dataclass(frozen=True)
class Text:
    """A text that an editor holds. Positions count units of `encoding`; offsets count code points, less a byte-order mark.

    Lines end where the protocol says, and nowhere else: at a line feed, a carriage return, or both.
    """

    whole: str
    encoding: str = PositionEncodingKind.Utf16

    @cached_property
    def text(self) -> str:
        """The text without a byte-order mark, as the phases read it."""
        return self.whole.removeprefix(_MARK)

    @property
    def _mark(self) -> int:
        return len(self.whole) - len(self.text)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return (0, *(found.end() for found in _BREAK.finditer(self.whole)))

    def offset(self, position: Position) -> int:
        """The offset of a position; one past the end of its line, or of the text, is that end."""
        return max(0, self._index(position) - self._mark)

    def _index(self, position: Position) -> int:
        if position.line >= len(self._starts):
            return len(self.whole)
        start = self._starts[position.line]
        line = self.line(position.line)
        return start + _characters(line, position.character, _UNITS[self.encoding])

    def line(self, number: int) -> str:
        """A line, from 0, without its end."""
        end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self.whole)
        return self.whole[self._starts[number] : end].rstrip("\r\n")

    def position(self, offset: int) -> Position:
        """The position of an offset."""
        index = max(0, min(offset + self._mark, len(self.whole)))
        line = bisect_right(self._starts, index) - 1
        before = self.whole[self._starts[line] : index]
        return Position(line, len(before) if before.isascii() else sum(map(_UNITS[self.encoding], before)))

    def range(self, start: int, end: int) -> Range:
        """The range between two offsets."""
        return Range(self.position(start), self.position(end))

    def range_of(self, span: Span) -> Range:
        """The range of a stretch of this text."""
        return self.range(span.start, span.end)

    def edited(self, range_: Range, text: str) -> Text:
        """The text with another one in place of a range."""
        start, end = self._index(range_.start), self._index(range_.end)
        return Text(self.whole[:start] + text + self.whole[max(start, end) :], self.encoding)


def _characters(line: str, units: int, units_of: Callable[[str], int]) -> int:
    """The number of characters that a number of units covers; half a character counts as none, the end of the line is the end."""
    if line.isascii():
        return min(units, len(line))
    for at, character in enumerate(line):
        units -= units_of(character)
        if units < 0:
            return at
    return len(line)


def _utf8(character: str) -> int:
    code = ord(character)
    return 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4


_UNITS: dict[str, Callable[[str], int]] = {
    PositionEncodingKind.Utf8: _utf8,
    PositionEncodingKind.Utf16: lambda character: 2 if ord(character) > 0xFFFF else 1,
    PositionEncodingKind.Utf32: lambda _: 1,
}
