"""Rows of cells out of a text, as a spreadsheet writes it or as it stands in a YAML file, each cell with its place.

A spreadsheet separates cells by `;`, `,` or a tab; which one is seen in its first line. Cells in double quotes may hold
separators, line breaks and doubled quotes (RFC 4180). In a YAML file cells are separated by `|`.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ruleflow.source import Source, Span

BAR = "|"
_SEP = re.compile(r"sep=(?P<separator>.)\r?\n")
_QUOTED = re.compile(r'[^\S\r\n\t]*"(?P<text>[^"]*(?:""[^"]*)*)"[^\S\r\n\t]*')
_RULER = re.compile(r"[\s|:+-]*---[\s|:+-]*")
_SPACE = " \t\xa0\u202f\r"


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of a row, without white space around them, and where each begins and ends."""

    cells: Sequence[str]
    places: Sequence[int]
    """The start and the end of each cell, one after the other."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return not any(self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a text, blank ones left out; the first is the heading. `offsets` None: places are those in the text."""

    source: Source
    separator: str
    lines: tuple[Line, ...]
    offsets: Sequence[int] | None = None

    def span(self, line: Line, at: int) -> Span:
        """The place of a cell in its file; of one that is not there, the end of its row."""
        start, end = line.places[2 * at : 2 * at + 2] or (line.places[-1], line.places[-1])
        return self.between(start, end)

    def between(self, start: int, end: int) -> Span:
        """The place in the file of a stretch of the text."""
        if self.offsets is None:
            return Span(self.source, start, end)
        last = len(self.offsets) - 1
        first = self.offsets[min(start, last)]
        return Span(self.source, first, max(first, self.offsets[min(end, last) - 1] + 1 if end > start else first))


def spreadsheet(source: Source) -> Sheet:
    """The rows of a file. Its first line may say `sep=;`, as Excel reads it."""
    text = source.text
    said = _SEP.match(text)
    start = said.end() if said is not None else 0
    separator = said["separator"] if said is not None else _separator(text, start)
    return Sheet(source, separator, tuple(one for one in _lines(text, start, separator) if not one.is_blank))


def grid(text: str, source: Source, offsets: Sequence[int]) -> Sheet:
    """The rows of a text with bars; bars at both ends, and a line of dashes below the heading, may stand there."""
    lines: list[Line] = []
    start = 0
    for raw in text.split("\n"):
        is_ruler = len(lines) == 1 and _RULER.fullmatch(raw) is not None
        line = _without_frame(_split(raw, start, BAR))
        start += len(raw) + 1
        if not line.is_blank and not is_ruler:
            lines.append(line)
    return Sheet(source, BAR, tuple(lines), offsets)


def _without_frame(line: Line) -> Line:
    """A row without the bars around it."""
    first = 1 if len(line.cells) > 1 and not line.cells[0] else 0
    last = len(line.cells) - (1 if len(line.cells) > first + 1 and not line.cells[-1] else 0)
    return Line(line.cells[first:last], line.places[2 * first : 2 * last])


def _separator(text: str, start: int) -> str:
    """What separates the cells of the first line that has any: a tab, else a semicolon, else a comma."""
    end = text.find("\n", start)
    head = re.sub(r'"(?:[^"]|"")*"', "", text[start : end if end >= 0 else len(text)])
    return next((one for one in "\t;" if one in head), ",")


def _lines(text: str, start: int, separator: str) -> Iterator[Line]:
    quoted = '"' in text
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if quoted and text.find('"', start, end) >= 0:
            line, start = _quoted_line(text, start, separator)
            yield line
        else:
            yield _split(text[start:end], start, separator)
            start = end + 1


def _split(raw: str, start: int, separator: str) -> Line:
    """A row without quotes."""
    cells = raw.split(separator)
    stripped = [one.strip(_SPACE) for one in cells]
    places = array("I")
    at = start
    for cell, text in zip(cells, stripped, strict=True):
        begin = at + (len(cell) - len(cell.lstrip(_SPACE)) if text else 0)
        places.append(begin)
        places.append(begin + len(text))
        at += len(cell) + 1
    return Line(stripped, places)


def _quoted_line(text: str, start: int, separator: str) -> tuple[Line, int]:
    """A row with quotes, and where the next one begins; a quote that is never closed reaches to the end of the line."""
    cells: list[str] = []
    places = array("I")
    stops = re.compile(rf"[{re.escape(separator)}\n]")
    while True:
        found = _QUOTED.match(text, start)
        if found is not None and (found.end() == len(text) or text[found.end()] in f"{separator}\r\n"):
            cells.append(found["text"].replace('""', '"').strip())
            places.extend(found.span("text"))
            end = found.end() + (text[found.end() : found.end() + 2] == "\r\n")
        else:
            stop = stops.search(text, start)
            end = len(text) if stop is None else stop.start()
            piece = _split(text[start:end].replace(separator, " "), start, separator)
            cells.append(piece.cells[0])
            places.extend(piece.places)
        if end >= len(text) or text[end] != separator:
            return Line(cells, places), end + 1
        start = end + 1
