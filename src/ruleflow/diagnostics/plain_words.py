"""A finding in a few plain lines, for outputs that draw the place themselves."""

from __future__ import annotations

from ruleflow.diagnostics.diagnostic import Diagnostic


def plain_words(diagnostic: Diagnostic) -> str:
    """The headline, what holds the place and the next steps, a line each."""
    within = [f"in: {diagnostic.within}"] if diagnostic.within else []
    return "\n".join([diagnostic.message, *within, *(f"help: {text}" for text in diagnostic.help)])
