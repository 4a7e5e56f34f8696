"""Findings as JSON for other programs, version 1.

Lines and columns count from 1, offsets from 0, all in code points; an end is one past the last character.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from ruleflow.diagnostics.counts import count
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.diagnostics.json_text import json_text
from ruleflow.diagnostics.places import clamped, file_name
from ruleflow.source import Span

VERSION = 1

Json = dict[str, object]


def render_json(diagnostics: Sequence[Diagnostic], *, folder: str = "") -> str:
    """One JSON document with all findings. `folder` is put before each file's name."""
    return json_text(
        {
            "version": VERSION,
            "counts": asdict(count(diagnostics)),
            "findings": [finding(one, folder=folder) for one in diagnostics if not one.silenced],
            "silenced": [
                finding(one, folder=folder) | {"because": one.silenced} for one in diagnostics if one.silenced
            ],
        }
    )


def finding(diagnostic: Diagnostic, *, folder: str = "") -> Json:
    """One finding as a JSON value. `place` is null when the finding is about the project as a whole."""
    return {
        "code": diagnostic.code.number,
        "slug": diagnostic.code.slug,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "place": _place(diagnostic.span, folder) if diagnostic.span else None,
        "within": diagnostic.within,
        "help": list(diagnostic.help),
        "related": [
            {"message": related.message, "place": _place(related.span, folder)} for related in diagnostic.related
        ],
        "fixes": [
            {
                "title": fix.title,
                "safe": fix.safe,
                "place": _place(fix.span, folder),
                "replacement": fix.replacement,
            }
            for fix in diagnostic.fixes
        ],
    }


def _place(span: Span, folder: str) -> Json:
    inside = clamped(span)
    return {
        "file": file_name(span, folder),
        "start": _point(inside, inside.start),
        "end": _point(inside, inside.end),
    }


def _point(span: Span, offset: int) -> Json:
    position = span.source.position(offset)
    return {"line": position.line, "column": position.column, "offset": offset}
