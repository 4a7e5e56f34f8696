"""The words about comments that speak to ruleflow."""

from __future__ import annotations

from collections.abc import Iterable

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.diagnostic import Code, Diagnostic
from ruleflow.diagnostics.suggest import nearest
from ruleflow.source import Span

_FORM = "the form is `# ruleflow: allow RF803 because …`"


def unknown_verb(span: Span, verb: str, known: Iterable[str]) -> Diagnostic:
    """A comment to ruleflow that says something else than to allow."""
    near = nearest(verb, known)
    help_ = f"did you mean `{near}`? {_FORM}" if near else _FORM
    return Diagnostic(codes.UNCLEAR_ALLOWANCE, f"`{verb}` is nothing that a comment can say", span, help=(help_,))


def misplaced_allowance(span: Span, verb: str, *, in_root: bool) -> Diagnostic:
    """`allow-file` below the first key, `allow-project` in another file than the root."""
    where = "at the top, before the first key" if in_root else "at the top of `ruleflow.yaml`"
    return Diagnostic(
        codes.UNCLEAR_ALLOWANCE, f"`{verb}` does not count here", span, help=(f"put it {where}, or write `allow`",)
    )


def allowance_without_code(span: Span) -> Diagnostic:
    """A comment that names no code."""
    return Diagnostic(
        codes.UNCLEAR_ALLOWANCE, "this comment does not say what to silence", span, help=(f"name the code: {_FORM}",)
    )


def no_reason(span: Span) -> Diagnostic:
    """A comment without `because …`."""
    help_ = f"say why, for whoever reads the rules next year: {_FORM}"
    return Diagnostic(codes.NO_REASON, "this comment gives no reason, so it silences nothing", span, help=(help_,))


def unknown_code(span: Span, written: str, known: Iterable[str]) -> Diagnostic:
    """A code that does not exist."""
    near = nearest(written, known)
    help_ = (f"did you mean {near}?",) if near else ("a code stands in brackets at the beginning of a finding",)
    return Diagnostic(codes.UNCLEAR_ALLOWANCE, f"there is no code `{written}`", span, help=help_)


def not_silenceable(span: Span, code: Code) -> Diagnostic:
    """A code of another kind than 5xx and 8xx."""
    help_ = "mend what it finds; only RF5xx and RF8xx may be silenced, which are about what is meant"
    return Diagnostic(codes.UNCLEAR_ALLOWANCE, f"{code} cannot be silenced", span, help=(help_,))
