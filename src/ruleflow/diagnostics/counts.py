"""How much was found, in figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ruleflow.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class Counts:
    """Findings by severity, and the number of different files they lie in."""

    errors: int
    warnings: int
    files: int


def count(diagnostics: Iterable[Diagnostic]) -> Counts:
    """Count findings; one about the project as a whole lies in no file."""
    errors = warnings = 0
    files = set()
    for diagnostic in diagnostics:
        if diagnostic.is_error:
            errors += 1
        else:
            warnings += 1
        if diagnostic.span is not None:
            files.add(diagnostic.span.source.name)
    return Counts(errors, warnings, len(files))


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """One line without a line break: `2 errors, 1 warning in 3 files`, or `no problems found`."""
    counts = count(diagnostics)
    parts = [_many(number, word) for number, word in ((counts.errors, "error"), (counts.warnings, "warning")) if number]
    if not parts:
        return "no problems found"
    where = f" in {_many(counts.files, 'file')}" if counts.files else ""
    return ", ".join(parts) + where


def _many(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
