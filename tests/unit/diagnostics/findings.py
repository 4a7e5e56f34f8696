"""Findings for the tests of the renderers."""

from __future__ import annotations

from ruleflow.diagnostics.diagnostic import Code, Diagnostic, Severity
from ruleflow.source import Source, Span

OPTION = Code("RF403", "unknown-option", Severity.ERROR, "A word that is not an option of the field")
UNUSED = Code("RF502", "unused-definition", Severity.WARNING, "A definition that nothing uses")

ROUTING = Source(
    "rules/routing.yaml",
    "rules:\n  - id: vip_first\n    when: ticket.priority in [high, urgnt]\n",
)


def at(source: Source, text: str) -> Span:
    """The first place of a text in a source."""
    start = source.text.index(text)
    return Span(source, start, start + len(text))


def spanning(text: str, start: int, end: int, name: str = "rules/a.yaml") -> Diagnostic:
    """A plain error over a stretch of a text."""
    return Diagnostic(OPTION, "not right", Span(Source(name, text), start, end))


URGNT = Diagnostic(
    OPTION,
    "`urgnt` is not an option of `ticket.priority`",
    at(ROUTING, "urgnt"),
    within="condition of rule `vip_first`",
    help=("did you mean `urgent`?",),
)
WHOLE = Diagnostic(UNUSED, "nothing uses `vip`", None)
