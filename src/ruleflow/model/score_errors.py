"""The words of the reader about scores."""

from __future__ import annotations

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.source import Span


def several_forms(span: Span, first: str, other: str) -> Diagnostic:
    """A score that says twice what it is made of."""
    return Diagnostic(
        codes.SCORE_FORM,
        f"a score is made in one way; this one has both `{first}` and `{other}`",
        span,
        help=("make two scores of it: one may read the other as `score.name`",),
    )


def key_without_numbers(span: Span, key: str, form: str) -> Diagnostic:
    """`bins` or `fit` of a score that is no number to begin with."""
    return Diagnostic(
        codes.SCORE_FORM,
        f"`{key}` says nothing beside `{form}`",
        span,
        help=(f"`{key}` makes steps of a number: use it with `value:` or `sum:`",),
    )


def bad_bin(span: Span, text: str) -> Diagnostic:
    """A bin that is no comparison."""
    return Diagnostic(
        codes.BAD_BIN,
        f"`{text}` is no bin",
        span,
        help=("a bin compares with `<=`, `<`, `>=` or `>`, for instance `<= 30: 5`; the last may be `else`",),
    )


def else_not_last(span: Span) -> Diagnostic:
    """Something after `else`."""
    return Diagnostic(codes.UNREACHED_BIN, "nothing is left after `else`", span, help=("put `else` last",))


def mixed_results(span: Span, number: str, name: str) -> Diagnostic:
    """Numbers and names of classes in one score."""
    return Diagnostic(
        codes.MIXED_RESULTS,
        f"a score is a number or a class, and this one gives `{number}` and `{name}`",
        span,
        help=("give numbers only, or names only",),
    )


def shares_out_of_order(span: Span) -> Diagnostic:
    """Shares of a fit that do not rise."""
    return Diagnostic(
        codes.UNREACHED_BIN,
        "this share is not above the one before it, so nobody would be left for it",
        span,
        help=("shares are added up: `{a: 80%, b: 95%, c: 100%}`",),
    )
