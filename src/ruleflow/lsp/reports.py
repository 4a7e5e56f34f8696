"""Findings as an editor shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from lsprotocol import types as lsp

from ruleflow.diagnostics.codes import is_linted
from ruleflow.diagnostics.diagnostic import Code, Diagnostic, Severity
from ruleflow.diagnostics.pages import page_name
from ruleflow.resources import resource_folder
from ruleflow.source import Span

Locate = Callable[[Span], lsp.Location]

SOURCE = "ruleflow"
_TOP = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))


def report(finding: Diagnostic, locate: Locate) -> lsp.Diagnostic:
    """A finding about a file, or, at the top of the root file, about the project."""
    page = page_of(finding.code)
    return lsp.Diagnostic(
        range=_TOP if finding.span is None else locate(finding.span).range,
        message="\n".join(_lines(finding)),
        severity=_severity(finding.code),
        code=finding.code.number,
        code_description=None if page is None else lsp.CodeDescription(page),
        source=SOURCE,
        related_information=[
            lsp.DiagnosticRelatedInformation(locate(one.span), one.message) for one in finding.related
        ],
    )


def _lines(finding: Diagnostic) -> Iterator[str]:
    yield f"{finding.message} ({finding.within})" if finding.within else finding.message
    yield from finding.help


def _severity(code: Code) -> lsp.DiagnosticSeverity:
    """Advice is a hint, however grave lint takes it: it must not drown what is wrong."""
    if is_linted(code):
        return lsp.DiagnosticSeverity.Hint
    return {
        Severity.ERROR: lsp.DiagnosticSeverity.Error,
        Severity.WARNING: lsp.DiagnosticSeverity.Warning,
        Severity.NOTE: lsp.DiagnosticSeverity.Information,
    }[code.severity]


@cache
def page_of(code: Code) -> str | None:
    """The address of the page about a code, in the installed package; None where it does not lie on disk."""
    place = resource_folder("codes") / page_name(code)
    return place.as_uri() if isinstance(place, Path) and place.is_file() else None
