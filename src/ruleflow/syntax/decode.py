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
