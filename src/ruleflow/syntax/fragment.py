"""The text of a scalar, and for each of its characters the place in the file.

An expression is read from the text as YAML means it, quotes, escapes and folded lines undone; its findings point into
the file, where the author looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ruleflow.source import Source, Span
from ruleflow.syntax.nodes import Scalar, Style

Piece = tuple[str, int]
"""A character of the text, and the offset in the file at which it is written."""

Escape = Callable[[str, int], tuple[str, int] | None]
"""Reads an escape at a place: the character it means ('' : none) and the number of characters it is written with."""


_QUOTED = frozenset({Style.SINGLE, Style.DOUBLE})


@dataclass(frozen=True, slots=True)
class Fragment:
    """A text inside a file. `offsets` has one entry more than `text` has characters: the last is the end."""

    text: str
    source: Source = field(repr=False)
    offsets: tuple[int, ...] = field(repr=False)

    def span(self, start: int, end: int) -> Span:
        """The place in the file of the characters `[start, end)` of the text."""
        first = self.offsets[min(start, len(self.text))]
        if end <= start:
            return Span(self.source, first, first)
        last = self.offsets[min(end, len(self.text)) - 1] + 1
        following = self.offsets[min(end, len(self.text))]
        # An escape such as `\u263a` is written with several characters: the stretch ends where the next one begins.
        gap = self.source.text[last:following]
        return Span(self.source, first, following if gap and not gap[0].isspace() and "\n" not in gap else last)

    @property
    def whole(self) -> Span:
        """The place of all of it."""
        return self.span(0, len(self.text))


def fragment_of(scalar: Scalar) -> Fragment:
    """The fragment of a scalar."""
    source, span = scalar.span.source, scalar.span
    inside = _inside(span) if scalar.style in _QUOTED else span
    if inside.text == scalar.text:  # most are written as they are meant
        return Fragment(scalar.text, source, tuple(range(inside.start, inside.end + 1)))
    pieces = list(_pieces(scalar))
    if "".join(character for character, _ in pieces) != scalar.text:
        # The places are then those of the scalar as a whole; the text is YAML's in any case.
        return Fragment(scalar.text, source, (span.start,) * len(scalar.text) + (span.end,))
    return Fragment(scalar.text, source, (*(offset for _, offset in pieces), inside.end))


def fragment_of_text(text: str, name: str = "expression") -> Fragment:
    """The fragment of a text that stands by itself."""
    return Fragment(text, Source(name, text), tuple(range(len(text) + 1)))


def _pieces(scalar: Scalar) -> Iterator[Piece]:
    match scalar.style:
        case Style.PLAIN:
            return _flow(scalar.span, _no_escape)
        case Style.SINGLE:
            return _flow(_inside(scalar.span), _single_escape)
        case Style.DOUBLE:
            return _flow(_inside(scalar.span), _double_escape)
        case Style.LITERAL | Style.FOLDED:
            return _block(scalar)


def _inside(span: Span) -> Span:
    return Span(span.source, span.start + 1, max(span.start + 1, span.end - 1))


def _no_escape(_text: str, _at: int) -> tuple[str, int] | None:
    return None


def _single_escape(text: str, at: int) -> tuple[str, int] | None:
    return ("'", 2) if text.startswith("''", at) else None


_SHORT = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_LONG = {"x": 2, "u": 4, "U": 8}


def _double_escape(text: str, at: int) -> tuple[str, int] | None:
    if text[at] != "\\" or at + 1 >= len(text):
        return None
    kind = text[at + 1]
    if kind in _LONG:
        digits = text[at + 2 : at + 2 + _LONG[kind]]
        return chr(int(digits, 16)), 2 + len(digits)
    if kind in "\r\n":
        return "", _joined_length(text, at)
    return (_SHORT[kind], 2) if kind in _SHORT else None


def _joined_length(text: str, at: int) -> int:
    """The length of an escaped line break with the indent after it: the two lines join without a space."""
    end = at + 1
    while end < len(text) and text[end] in " \t\r\n":
        end += 1
    return end - at


def _flow(span: Span, escape: Escape) -> Iterator[Piece]:
    """Plain and quoted text: a line break with the white space around it is one space, or as many breaks as lines are empty."""
    text, at, end = span.source.text, span.start, span.end
    while at < end:
        found = escape(text, at)
        if found is not None:
            yield from ((found[0], at),) if found[0] else ()
            at += found[1]
            continue
        stop = at
        while stop < end and text[stop] in " \t\r\n":
            stop += 1
        if "\n" in text[at:stop]:
            breaks = text.count("\n", at, stop) - 1
            yield from ((("\n", at),) * breaks if breaks else ((" ", at),))
            at = stop
        else:
            yield text[at], at
            at += 1


def _block(scalar: Scalar) -> Iterator[Piece]:
    """Block text: the lines of the file without their indent; folded ones are joined."""
    lines = _block_lines(scalar)
    joined = _fold(lines) if scalar.style is Style.FOLDED else (one for line in lines for one in line)
    pieces = list(joined)
    # Chomping: YAML has already decided how many line breaks stay at the end.
    while pieces and len(pieces) > len(scalar.text):
        pieces.pop()
    return iter(pieces)


def _block_lines(scalar: Scalar) -> list[list[Piece]]:
    text, start = scalar.span.source.text, scalar.span.start
    header_end = text.find("\n", start)
    if header_end < 0:
        return []
    body = text[header_end + 1 : scalar.span.end]
    indent = _indent_of(scalar, text[start:header_end], body)
    lines, at = [], header_end + 1
    for raw in body.splitlines(keepends=True) if "\r" not in body else body.split("\n"):
        line = raw if "\r" not in body else raw + "\n"
        content = line.rstrip("\r\n")
        kept = content[indent:]
        pieces = [(one, at + indent + place) for place, one in enumerate(kept)]
        lines.append([*pieces, ("\n", at + len(content))])
        at += len(line)
    return lines


def _indent_of(scalar: Scalar, header: str, body: str) -> int:
    """The number of columns that the block is indented by: that of its first line with text."""
    first = next((line for line in body.split("\n") if line.strip(" \r")), "")
    lead = len(first) - len(first.lstrip(" "))
    digit = next((int(one) for one in header.split("#", maxsplit=1)[0] if one.isdigit()), None)
    if digit is None:
        return lead
    # With an indicator the text itself may begin with spaces: find the indent at which the first line is the text's.
    wanted = scalar.text.split("\n")[0]
    for indent in range(lead + 1):
        if first.rstrip("\r")[indent:] == wanted.rstrip("\r"):
            return indent
    return lead


def _fold(lines: list[list[Piece]]) -> Iterator[Piece]:
    """Join lines as `>` does: a break between two lines of text is a space; empty and indented lines keep theirs."""
    for at, line in enumerate(lines):
        content, end = line[:-1], line[-1]
        yield from content
        following = next((later for later in lines[at + 1 :] if later[:-1]), None)
        if not content or following is None or _is_indented(content) or _is_indented(following[:-1]):
            yield end
        elif lines[at + 1][:-1]:
            yield " ", end[1]


def _is_indented(content: list[Piece]) -> bool:
    return content[0][0] in " \t"
