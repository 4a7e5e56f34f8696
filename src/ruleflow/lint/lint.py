"""From a folder to all that is to say about it: what `check` says, what is proved, and the advice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ruleflow.analysis.dead import find_dead
from ruleflow.analysis.table_findings import find_in_tables
from ruleflow.diagnostics import codes
from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Code, Diagnostic
from ruleflow.lint.checks import CHECKS, PROVING
from ruleflow.lint.subject import LastChanged, Subject
from ruleflow.project.folder import Folder
from ruleflow.project.loading import check_folder
from ruleflow.project.parses import Parses
from ruleflow.project.project import project_of
from ruleflow.project.silencing import with_silenced

_OF_PARTS = frozenset({codes.ALWAYS_TRUE_PART, codes.NEVER_TRUE_PART, codes.REDUNDANT_PART, codes.EITHER_IS_NOT})
_OF_WHOLES = frozenset({codes.ALWAYS_TRUE, codes.NEVER_MATCHES})


@dataclass(frozen=True, slots=True)
class Settings:
    """How a project is looked at. `proves`: with the solver, which must be installed.

    `last_changed` tells when rules were changed last, by id; as it stands here it knows of none.
    """

    now: datetime
    proves: bool
    last_changed: LastChanged = lambda _rules: {}


def lint_folder(folder: Folder, settings: Settings, parses: Parses | None = None) -> tuple[Diagnostic, ...]:
    """All findings by file and place, silenced ones too. Of a project with errors only what `check` says."""
    out = Collector()
    loaded = check_folder(folder, out, parses)
    if not out.has_errors:
        project = project_of(loaded, (), folder.path)
        checked = (*find_in_tables(project.plan), *(find_dead(project.plan) if settings.proves else ()))
        subject = Subject(project, settings.now, settings.last_changed)
        checks = (*CHECKS, *(PROVING if settings.proves else ()))
        for finding in _once((*checked, *(one for check in checks for one in check(subject)))):
            out.report(finding)
    return with_silenced(folder, out.sorted(), lambda code: settings.proves or not _takes_proof(code))


def _takes_proof(code: Code) -> bool:
    """Whether it may be that it was not found for want of a proof."""
    return code in codes.PROVED or code in _OF_PARTS


def _once(findings: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Of findings with one code and place the first; of a condition that says nothing as a whole none about its parts."""
    told = list({(one.code, one.span, one.within): one for one in reversed(tuple(findings))}.values())
    wholes = [one.span for one in told if one.code in _OF_WHOLES and one.span is not None]
    for one in reversed(told):
        inside = any(
            one.span is not None and whole.source is one.span.source and whole.start <= one.span.start < whole.end
            for whole in wholes
        )
        if one.code not in _OF_PARTS or not inside:
            yield one
