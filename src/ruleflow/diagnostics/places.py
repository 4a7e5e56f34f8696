"""Places as the outputs name them: files seen from where the reader stands, spans kept inside their text."""

from __future__ import annotations

import posixpath

from ruleflow.source import Span


def file_name(span: Span, folder: str) -> str:
    """The file of a span; `folder` is the way from where the reader stands to the project, empty when he stands in it."""
    return posixpath.join(folder.replace("\\", "/"), span.source.name)


def clamped(span: Span) -> Span:
    """The same span with both ends inside its text and in order."""
    length = len(span.source.text)
    start = max(0, min(span.start, length))
    return Span(span.source, start, max(start, min(span.end, length)))


def last_line(span: Span) -> int:
    """The line of the last character of a span; a line break belongs to the line it ends."""
    return span.source.position(max(span.start, span.end - 1)).line
