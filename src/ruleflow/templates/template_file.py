"""The two parts of a template file: a header between `---` lines, then the body."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FENCE = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class TemplateParts:
    """Offsets in the text of the file. Without a header, `header_start` equals `header_end`, and the body is all."""

    header_start: int
    header_end: int
    body_start: int


def split_template(text: str) -> TemplateParts | None:
    """The parts of a template file; None where a header is opened and never closed."""
    first = _FENCE.match(text)
    if first is None:
        return TemplateParts(0, 0, 0)
    header_start = _next_line(text, first.end())
    second = _FENCE.search(text, header_start)
    if second is None:
        return None
    return TemplateParts(header_start, second.start(), _next_line(text, second.end()))


def _next_line(text: str, at: int) -> int:
    return at + 1 if text[at : at + 1] == "\n" else at
