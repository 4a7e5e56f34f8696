"""From the bytes of a file to its text."""

from __future__ import annotations

from ruleflow.diagnostics.collector import Collector
from ruleflow.source import Source
from ruleflow.syntax import errors

MAX_BYTES = 5 * 1024 * 1024


def decode(name: str, raw: bytes, out: Collector) -> Source | None:
    """The text of a file, without a byte-order mark; None, with a finding, where it is too large or not UTF-8."""
    if len(raw) > MAX_BYTES:
        out.report(errors.too_large(Source(name, ""), len(raw), MAX_BYTES))
        return None
    try:
        return Source(name, raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode("utf-8-sig", errors="replace")
        out.report(errors.not_utf8(Source(name, good), error.start, raw[error.start]))
        return None


MAX_SHEET_BYTES = 64 * 1024 * 1024
"""A spreadsheet may be larger: nobody writes it by hand, and reading it is quick."""


def decode_sheet(name: str, raw: bytes, out: Collector) -> Source | None:
    """The text of a spreadsheet's file: UTF-8, or UTF-16 with its mark; None, with a finding, for anything else."""
    if len(raw) > MAX_SHEET_BYTES:
        out.report(errors.too_large(Source(name, ""), len(raw), MAX_SHEET_BYTES))
        return None
    try:
        return Source(name, raw.decode(_encoding_of(raw)))
    except UnicodeDecodeError as error:
        good = text_of(raw[: error.start])
        place = min(error.start, len(raw) - 1)
        out.report(errors.sheet_not_utf8(Source(name, good), place, raw[place]))
        return None


def text_of(raw: bytes) -> str:
    """The text of a file of a project as far as it can be read, for findings about it."""
    return raw.decode(_encoding_of(raw), errors="replace")


def like(raw: bytes, text: str) -> bytes:
    """A text in the encoding of a file, with the mark that the file begins with."""
    for mark, encoding in _MARKS.items():
        if raw.startswith(mark):
            return mark + text.encode(encoding)
    return text.encode()


_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def _encoding_of(raw: bytes) -> str:
    return "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
