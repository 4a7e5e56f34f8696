"""The findings of a project, less those that comments in its files say are meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ruleflow.diagnostics.allowances import Allowance, silenced
from ruleflow.diagnostics.codes import IN_TABLES, PROVED, is_linted
from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Code, Diagnostic
from ruleflow.project.folder import ROOT_FILE, Folder
from ruleflow.project.loading import without_ignored
from ruleflow.syntax.comments import read_allowances
from ruleflow.syntax.decode import decode


def is_checked(code: Code) -> bool:
    """Whether every check looks for it."""
    return not is_linted(code) and code not in PROVED and code not in IN_TABLES


def is_checked_or_in_tables(code: Code) -> bool:
    """Whether a check without the prover looks for it."""
    return not is_linted(code) and code not in PROVED


def is_checked_or_proved(code: Code) -> bool:
    """Whether a check with the prover looks for it."""
    return not is_linted(code)


def with_silenced(
    folder: Folder, findings: Sequence[Diagnostic], looked_for: Callable[[Code], bool]
) -> tuple[Diagnostic, ...]:
    """The findings, of which those that are silenced say so, and what is wrong with the comments that silence.

    While there are errors, nothing is said of comments that silence nothing: not everything was looked for.
    """
    out = Collector()
    allowances = _allowances(folder, out)
    has_errors = any(finding.is_error for finding in findings)
    for finding in silenced(findings, allowances, lambda code: not has_errors and looked_for(code)):
        out.report(finding)
    return out.sorted()


def _allowances(folder: Folder, out: Collector) -> tuple[Allowance, ...]:
    if not any(b"ruleflow:" in file.content for file in folder.files[1:]) and not _says_more(folder):
        return ()
    found: list[Allowance] = []
    for file in without_ignored(folder).files:
        source = decode(file.name, file.content, Collector()) if b"ruleflow:" in file.content else None
        if source is not None:
            found += read_allowances(source, out, root=file.name == ROOT_FILE)
    return tuple(found)


def _says_more(folder: Folder) -> bool:
    """Whether the first file, which is the root, names ruleflow besides its key."""
    return bool(folder.files) and folder.files[0].content.count(b"ruleflow:") > 1
