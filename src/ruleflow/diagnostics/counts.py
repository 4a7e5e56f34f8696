"""How much was found, in figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ruleflow.diagnostics.diagnostic import Diagnostic, Severity


@dataclass(frozen=True, slots=True)
class Counts:
    """Findings by severity, and the number of different files they lie in; those that are silenced only as such."""

    errors: int
    warnings: int
    files: int
    notes: int = 0
    silenced: int = 0


def count(diagnostics: Iterable[Diagnostic]) -> Counts:
    """Count findings; one about the project as a whole lies in no file."""
    by_severity = dict.fromkeys(Severity, 0)
    silenced = 0
    files = set()
    for diagnostic in diagnostics:
        if diagnostic.silenced:
            silenced += 1
            continue
        by_severity[diagnostic.severity] += 1
        if diagnostic.span is not None:
            files.add(diagnostic.span.source.name)
    errors, warnings, notes = by_severity.values()
    return Counts(errors, warnings, len(files), notes, silenced)


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """One line without a line break: `2 errors, 1 warning in 3 files`, or `no problems found`."""
    counts = count(diagnostics)
    found = ((counts.errors, "error"), (counts.warnings, "warning"), (counts.notes, "note"))
    parts = [_many(number, word) for number, word in found if number]
    silenced = f" ({counts.silenced:,} silenced)" if counts.silenced else ""
    if not parts:
        return f"no problems found{silenced}"
    where = f" in {_many(counts.files, 'file')}" if counts.files else ""
    return ", ".join(parts) + where + silenced


def _many(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
