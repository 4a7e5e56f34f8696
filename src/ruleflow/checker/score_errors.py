"""The words of the checker about scores."""

from __future__ import annotations

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.source import Span


def bound_not_literal(span: Span) -> Diagnostic:
    """A bin whose bound is computed."""
    return Diagnostic(
        codes.BAD_BIN,
        "the bound of a bin is a value that stands there, such as `30` or `@2026-03-01`",
        span,
        help=("put what is computed into `value:`, and compare it with plain bounds",),
    )


def unreached_bin(span: Span) -> Diagnostic:
    """A bin that the ones before it leave nothing for."""
    return Diagnostic(
        codes.UNREACHED_BIN,
        "nothing is left for this bin: the ones before it take every such value",
        span,
        help=(
            "bins go one way: `<=` from the lowest bound up, or `>=` from the highest down; the first that fits counts",
        ),
    )


def not_fitted(span: Span, name: str) -> Diagnostic:
    """A score whose bounds are still to be found."""
    return Diagnostic(
        codes.SCORE_NOT_FITTED,
        f"`score.{name}` has no bins yet, so it is missing for everybody",
        span,
        help=("find them in your purchases with `ruleflow segments fit`, or write `bins:` by hand",),
    )


def shows_secret(span: Span, name: str) -> Diagnostic:
    """A score that tells a secret."""
    return Diagnostic(
        codes.SECRET_LEAVES,
        f"`score.{name}` would show a secret field",
        span,
        help=("make steps of it with `bins:`, so that only the step is seen",),
    )
