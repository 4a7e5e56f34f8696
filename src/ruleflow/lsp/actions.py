"""What an editor offers to do about findings: the edits that they propose, and comments that silence."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types as lsp

from ruleflow.diagnostics.codes import may_be_silenced
from ruleflow.diagnostics.diagnostic import Diagnostic, Fix
from ruleflow.lsp.reports import Locate, report
from ruleflow.lsp.session import Session
from ruleflow.lsp.text import Text


def code_actions(
    session: Session, name: str, text: Text, range_: lsp.Range, locate: Locate
) -> Iterator[lsp.CodeAction]:
    """What may be done about the findings that touch a range."""
    start, end = text.offset(range_.start), text.offset(range_.end)
    for finding in session.findings(name):
        span = finding.span
        if span is None or span.start > end or span.end < start:
            continue
        for fix in finding.fixes:
            yield _mending(fix, finding, locate)
        if may_be_silenced(finding.code):
            yield _silencing(finding, text, locate)


def _mending(fix: Fix, finding: Diagnostic, locate: Locate) -> lsp.CodeAction:
    place = locate(fix.span)
    return lsp.CodeAction(
        title=fix.title,
        kind=lsp.CodeActionKind.QuickFix,
        diagnostics=[report(finding, locate)],
        is_preferred=fix.safe or None,
        edit=lsp.WorkspaceEdit(changes={place.uri: [lsp.TextEdit(place.range, fix.replacement)]}),
    )


def _silencing(finding: Diagnostic, text: Text, locate: Locate) -> lsp.CodeAction:
    """A comment on a line of its own, above what the finding is about; the reason is the author's to write."""
    assert finding.span is not None  # noqa: S101 - only findings with a place are asked
    place = locate(finding.span)
    line = text.line(place.range.start.line)
    indent = line[: len(line) - len(line.lstrip(" "))]
    at = lsp.Position(place.range.start.line, 0)
    comment = f"{indent}# ruleflow: allow {finding.code.number} because \n"
    return lsp.CodeAction(
        title=f"Silence {finding.code.number} here, with a reason that you write",
        kind=lsp.CodeActionKind.QuickFix,
        diagnostics=[report(finding, locate)],
        edit=lsp.WorkspaceEdit(changes={place.uri: [lsp.TextEdit(lsp.Range(at, at), comment)]}),
    )
