"""Findings as plain values that can be kept and read back, given the sources that they point into."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ruleflow.diagnostics.codes import CODES
from ruleflow.diagnostics.diagnostic import Diagnostic, Fix, Related
from ruleflow.source import Source, Span

SourceOf = Callable[[str], Source]
"""The source of a name; it must be the text that the findings were made from."""


def store(diagnostic: Diagnostic) -> dict[str, Any]:
    """A finding as values that JSON can hold."""
    return {
        "code": diagnostic.code.number,
        "message": diagnostic.message,
        "span": _store_span(diagnostic.span),
        "within": diagnostic.within,
        "help": list(diagnostic.help),
        "related": [[_store_span(related.span), related.message] for related in diagnostic.related],
        "fixes": [[fix.title, _store_span(fix.span), fix.replacement, fix.safe] for fix in diagnostic.fixes],
        "silenced": diagnostic.silenced,
    }


def restore(stored: dict[str, Any], source_of: SourceOf) -> Diagnostic:
    """A finding back from `store`. Raises KeyError, TypeError or ValueError where `stored` is not from there."""
    return Diagnostic(
        CODES[stored["code"]],
        stored["message"],
        _restore_span(stored["span"], source_of),
        stored["within"],
        tuple(stored["help"]),
        tuple(Related(_span(span, source_of), message) for span, message in stored["related"]),
        tuple(Fix(title, _span(span, source_of), text, safe) for title, span, text, safe in stored["fixes"]),
        stored["silenced"],
    )


def _store_span(span: Span | None) -> list[Any] | None:
    return None if span is None else [span.source.name, span.start, span.end]


def _restore_span(stored: list[Any] | None, source_of: SourceOf) -> Span | None:
    return None if stored is None else _span(stored, source_of)


def _span(stored: list[Any], source_of: SourceOf) -> Span:
    name, start, end = stored
    return Span(source_of(name), start, end)
