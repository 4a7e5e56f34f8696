"""Findings as a SARIF 2.1.0 log (OASIS), the form in which code hosts take the results of checkers."""

from __future__ import annotations

from collections.abc import Sequence

from ruleflow.diagnostics.diagnostic import Code, Diagnostic, Fix, Related
from ruleflow.diagnostics.plain_words import plain_words
from ruleflow.diagnostics.sarif import Json, artifact, location, log, message, region


def render_sarif(diagnostics: Sequence[Diagnostic], *, folder: str = "") -> str:
    """One SARIF log with one run. `folder` leads from the root of the repository to the project."""
    codes = {code.number: code for code in sorted({d.code for d in diagnostics}, key=lambda code: code.number)}
    index = {number: at for at, number in enumerate(codes)}
    results = [_result(diagnostic, index[diagnostic.code.number], folder) for diagnostic in diagnostics]
    return log([_rule(code) for code in codes.values()], results)


def _rule(code: Code) -> Json:
    return {
        "id": code.number,
        "name": code.slug,
        "shortDescription": message(code.title),
        "defaultConfiguration": {"level": code.severity.value},
    }


def _result(diagnostic: Diagnostic, rule_index: int, folder: str) -> Json:
    result: Json = {
        "ruleId": diagnostic.code.number,
        "ruleIndex": rule_index,
        "level": diagnostic.severity.value,
        "message": message(plain_words(diagnostic)),
        "locations": [location(diagnostic.span, folder)],
    }
    if diagnostic.silenced:
        result["suppressions"] = [{"kind": "inSource", "justification": diagnostic.silenced}]
    if diagnostic.related:
        result["relatedLocations"] = [_related(related, at, folder) for at, related in enumerate(diagnostic.related, 1)]
    if diagnostic.fixes:
        result["fixes"] = [_fix(fix, folder) for fix in diagnostic.fixes]
    return result


def _related(related: Related, number: int, folder: str) -> Json:
    return {"id": number, **location(related.span, folder), "message": message(related.message)}


def _fix(fix: Fix, folder: str) -> Json:
    replacement = {"deletedRegion": region(fix.span), "insertedContent": {"text": fix.replacement}}
    change = {"artifactLocation": artifact(fix.span, folder), "replacements": [replacement]}
    return {"description": message(fix.title), "artifactChanges": [change]}
