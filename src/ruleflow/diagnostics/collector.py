"""Where phases leave their findings: passed in, never global."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from ruleflow.diagnostics.diagnostic import Diagnostic


class Collector:
    """Collects diagnostics of a run, each once, whatever the number of phases that find it."""

    def __init__(self) -> None:
        self._found: dict[Diagnostic, None] = {}
        self._within = ""

    def report(self, diagnostic: Diagnostic) -> None:
        """Keep a finding; one that does not say what holds it gets the text of `inside`."""
        if self._within and not diagnostic.within:
            diagnostic = replace(diagnostic, within=self._within)
        self._found.setdefault(diagnostic)

    @contextmanager
    def inside(self, what: str) -> Iterator[None]:
        """Name what is being read, ``condition of rule `vip` ``, for the findings made meanwhile."""
        before, self._within = self._within, what
        try:
            yield
        finally:
            self._within = before

    @property
    def has_errors(self) -> bool:
        """Whether some finding keeps the project from deciding."""
        return any(diagnostic.is_error for diagnostic in self._found)

    def sorted(self) -> tuple[Diagnostic, ...]:
        """All findings by file and place; findings about the whole project first."""
        return tuple(sorted(self._found, key=_by_place))

    def __len__(self) -> int:
        return len(self._found)


def _by_place(diagnostic: Diagnostic) -> tuple[str, int, int, str]:
    span = diagnostic.span
    if span is None:
        return ("", -1, -1, diagnostic.code.number)
    return (span.source.name, span.start, span.end, diagnostic.code.number)
