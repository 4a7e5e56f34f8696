"""The parts of a SARIF 2.1.0 log (OASIS) that every log of ours has."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from ruleflow.diagnostics.json_text import json_text
from ruleflow.diagnostics.places import clamped, file_name
from ruleflow.source import Source, Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"

Json = dict[str, object]

# Code hosts refuse a result without a place, so one about the whole project stands at its root file.
WHOLE_PROJECT = Span(Source("ruleflow.yaml", ""), 0, 0)


def log(rules: Sequence[Json], results: Sequence[Json]) -> str:
    """A log with one run: the kinds of results there are, and the results."""
    run: Json = {
        "tool": {"driver": {"name": "ruleflow", "rules": list(rules)}},
        "columnKind": "unicodeCodePoints",
        "results": list(results),
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def message(text: str) -> Json:
    """A message; braces would be placeholders, so the standard (3.11.5) has them doubled."""
    return {"text": text.replace("{", "{{").replace("}", "}}")}


def location(span: Span | None, folder: str) -> Json:
    """A place; `folder` leads from the root of the repository to the project. None: the project as a whole."""
    found = span or WHOLE_PROJECT
    return {"physicalLocation": {"artifactLocation": artifact(found, folder), "region": region(found)}}


def artifact(span: Span, folder: str) -> Json:
    """The file of a place."""
    return {"uri": quote(file_name(span, folder), safe="/", errors="replace"), "uriBaseId": "%SRCROOT%"}


def region(span: Span) -> Json:
    """Lines and columns of a place."""
    inside = clamped(span)
    first, last = inside.first, inside.last
    return {
        "startLine": first.line,
        "startColumn": first.column,
        "endLine": last.line,
        "endColumn": last.column,
    }
