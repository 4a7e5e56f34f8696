"""The picture of a place: its line, cut to fit, and the columns of the underline below it."""

from __future__ import annotations

from dataclasses import dataclass

from ruleflow.diagnostics.cells import column_count, columns, visible
from ruleflow.diagnostics.places import clamped, last_line
from ruleflow.source import Span

LINE_COLUMNS = 120
_MARKS_LOOKED_BACK = 32
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Snippet:
    """The first line of a span, ready to print. `indent` and `length` are columns; `length` is at least one."""

    number: int
    text: str
    indent: int
    length: int
    last_number: int


def snippet(span: Span) -> Snippet:
    """Draw the line in which a span begins. Cost does not grow with the line's length, but for finding it."""
    span = clamped(span)
    first = span.first
    line = span.source.line(first.line)
    start = _base(line, min(first.column - 1, len(line)))
    end = max(start, min(first.column - 1 + span.end - span.start, len(line)))
    low, high = _window(line, start, end)
    before, after = _CUT * (low > 0), _CUT * (high < len(line))
    return Snippet(
        number=first.line,
        text=before + visible(line[low:high]) + after,
        indent=len(before) + columns(line[low:start]),
        length=max(1, columns(line[start : min(end, high)]) + (end > high)),
        last_number=last_line(span),
    )


def _base(line: str, start: int) -> int:
    """Step back from a combining mark to the character that it stands on."""
    for _ in range(_MARKS_LOOKED_BACK):
        if not 0 < start < len(line) or column_count(line[start]):
            break
        start -= 1
    return start


def _window(line: str, start: int, end: int) -> tuple[int, int]:
    """The part of a line to show: as much of the stretch as fits, then what surrounds it, evenly."""
    high, room = _reach(line, start, end, 1, LINE_COLUMNS)
    low, left = _reach(line, start - 1, -1, -1, room // 2)
    high, room = _reach(line, high, len(line), 1, room - room // 2 + left)
    low, _ = _reach(line, low, -1, -1, room)
    return low + 1, high


def _reach(line: str, at: int, stop: int, step: int, room: int) -> tuple[int, int]:
    """Walk from `at` towards `stop` while there is room; the first index not taken, and the room left."""
    while at != stop:
        # A mark without a column of its own takes one here, so that no line is walked endlessly.
        room_after = room - max(1, column_count(line[at]))
        if room_after < 0:
            break
        at, room = at + step, room_after
    return at, room
