"""Findings as a SARIF 2.1.0 log (OASIS), the form in which code hosts take the results of checkers."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from ruleflow.diagnostics.diagnostic import Code, Diagnostic, Fix, Related
from ruleflow.diagnostics.json_text import json_text
from ruleflow.diagnostics.places import clamped, file_name
from ruleflow.diagnostics.plain_words import plain_words
from ruleflow.source import Source, Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"

Json = dict[str, object]

# Code hosts refuse a result without a place, so a finding about the whole project stands at its root file.
_WHOLE_PROJECT = Span(Source("ruleflow.yaml", ""), 0, 0)


def render_sarif(diagnostics: Sequence[Diagnostic], *, folder: str = "") -> str:
    """One SARIF log with one run. `folder` leads from the root of the repository to the project."""
    codes = {code.number: code for code in sorted({d.code for d in diagnostics}, key=lambda code: code.number)}
    index = {number: at for at, number in enumerate(codes)}
    run: Json = {
        "tool": {"driver": {"name": "ruleflow", "rules": [_rule(code) for code in codes.values()]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, index[diagnostic.code.number], folder) for diagnostic in diagnostics],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(code: Code) -> Json:
    return {
        "id": code.number,
        "name": code.slug,
        "shortDescription": _message(code.title),
        "defaultConfiguration": {"level": code.severity.value},
    }


def _result(diagnostic: Diagnostic, rule_index: int, folder: str) -> Json:
    result: Json = {
        "ruleId": diagnostic.code.number,
        "ruleIndex": rule_index,
        "level": diagnostic.severity.value,
        "message": _message(plain_words(diagnostic)),
        "locations": [_location(diagnostic.span or _WHOLE_PROJECT, folder)],
    }
    if diagnostic.related:
        result["relatedLocations"] = [_related(related, at, folder) for at, related in enumerate(diagnostic.related, 1)]
    if diagnostic.fixes:
        result["fixes"] = [_fix(fix, folder) for fix in diagnostic.fixes]
    return result


def _message(text: str) -> Json:
    """A message; braces would be placeholders, so the standard (3.11.5) has them doubled."""
    return {"text": text.replace("{", "{{").replace("}", "}}")}


def _location(span: Span, folder: str) -> Json:
    return {"physicalLocation": {"artifactLocation": _artifact(span, folder), "region": _region(span)}}


def _related(related: Related, number: int, folder: str) -> Json:
    return {"id": number, **_location(related.span, folder), "message": _message(related.message)}


def _fix(fix: Fix, folder: str) -> Json:
    replacement = {"deletedRegion": _region(fix.span), "insertedContent": {"text": fix.replacement}}
    change = {"artifactLocation": _artifact(fix.span, folder), "replacements": [replacement]}
    return {"description": _message(fix.title), "artifactChanges": [change]}


def _artifact(span: Span, folder: str) -> Json:
    return {"uri": quote(file_name(span, folder), safe="/", errors="replace"), "uriBaseId": "%SRCROOT%"}


def _region(span: Span) -> Json:
    inside = clamped(span)
    first, last = inside.first, inside.last
    return {
        "startLine": first.line,
        "startColumn": first.column,
        "endLine": last.line,
        "endColumn": last.column,
    }
