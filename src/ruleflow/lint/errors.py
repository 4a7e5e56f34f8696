"""The words of lint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.diagnostic import Code, Diagnostic, Fix, Related
from ruleflow.diagnostics.suggest import listing, quoted
from ruleflow.model.rules import Rule
from ruleflow.source import Span
from ruleflow.syntax.expressions import Expr

Fixes = tuple[Fix, ...]


def said(expr: Expr) -> str:
    """An expression in one line, as it is written."""
    return quoted(" ".join(expr.span.text.split()))


def always_true(expr: Expr, within: str, fixes: Fixes) -> Diagnostic:
    """A part that every ticket fulfils."""
    help_ = ["take it out, or mend it: it says nothing"]
    if fixes and fixes[0].title == "join them by `and`":
        help_ = ["what is not one thing or not another is everything; where neither is meant, join them by `and`"]
    return Diagnostic(
        codes.ALWAYS_TRUE_PART, f"{said(expr)} always holds", expr.span, within, tuple(help_), fixes=fixes
    )


def never_true(expr: Expr, within: str, fixes: Fixes = ()) -> Diagnostic:
    """A part that no ticket fulfils."""
    help_ = "take it out, or mend it" if fixes else "mend it: what stands with it never matches either"
    if fixes and fixes[0].title == "join them by `or`":
        help_ = "nothing is two things at once; where either is meant, join them by `or`"
    return Diagnostic(codes.NEVER_TRUE_PART, f"{said(expr)} never holds", expr.span, within, (help_,), fixes=fixes)


def redundant(expr: Expr, because: Expr | None, within: str, fixes: Fixes, *, all_: bool) -> Diagnostic:
    """A part that follows from others, or an alternative that others cover. `because` None: from all of them together."""
    others = said(because) if because is not None else "the rest"
    message = f"{said(expr)} follows from {others}" if all_ else f"{others} covers {said(expr)}"
    related = () if because is None else (Related(because.span, "this says it already"),)
    help_ = "take it out; or mend one of the two, where something else is meant"
    return Diagnostic(codes.REDUNDANT_PART, message, expr.span, within, (help_,), related, fixes)


def double_negation(expr: Expr, within: str, fixes: Fixes) -> Diagnostic:
    """`not (… is not …)`."""
    help_ = f"say it without: `{fixes[0].replacement}`" if fixes else "say it without"
    return Diagnostic(codes.DOUBLE_NEGATION, f"{said(expr)} negates twice", expr.span, within, (help_,), fixes=fixes)


def repeated(exprs: Sequence[Expr], within: Sequence[str]) -> Diagnostic:
    """One condition in several rules."""
    message = f"{len(exprs)} rules ask the same: {said(exprs[0])}"
    related = tuple(Related(one.span, "here, too") for one in exprs[1:3])
    help_ = "give it a name under `definitions:` and ask for that, so that it is changed in one place"
    return Diagnostic(codes.REPEATED_CONDITION, message, exprs[0].span, within[0], (help_,), related)


def case_minded(expr: Expr, path: str, text: str, within: str, fixes: Fixes) -> Diagnostic:
    """`is 'VIP'` of a text that people write as they like."""
    message = f"case decides whether `{path}` is {quoted(text)}"
    other = text.lower() if text.lower() != text else text.upper()
    help_ = f"{quoted(other)} is something else; compare `lower({path})`, or ask whether it `contains` that"
    return Diagnostic(codes.CASE_MINDED, message, expr.span, within, (help_,), fixes=fixes)


def wrong_case(span: Span, function: str, text: str, within: str) -> Diagnostic:
    """`lower(x) is 'ABC'`."""
    meant = text.lower() if function == "lower" else text.upper()
    kind = "small letters" if function == "lower" else "capitals"
    fixes = (Fix(f"write `{meant}`", span, span.text.replace(text, meant)),)
    message = f"what comes out of `{function}` is never {quoted(text)}: it is all {kind}"
    return Diagnostic(codes.WRONG_CASE, message, span, within, (f"write {quoted(meant)}",), fixes=fixes)


def decomposed(span: Span, composed: str, within: str) -> Diagnostic:
    """An accent as a character of its own."""
    help_ = "write it anew, with the letters of the keyboard; `--fix` does so"
    fixes = (Fix("join letters and accents", span, composed),)
    message = f"accents stand apart from their letters in {quoted(span.text)}, so that equal texts differ"
    return Diagnostic(codes.DECOMPOSED, message, span, within, (help_,), fixes=fixes)


def value_as_text(expr: Expr, path: str, what: str, type_: str, within: str) -> Diagnostic:
    """A date or a number in quotes, compared with a text."""
    message = f"`{path}` is a text, and compared with {what}"
    help_ = f"declare the field as `{type_}`: then it is read whatever its form, and can be compared by size"
    return Diagnostic(codes.VALUE_AS_TEXT, message, expr.span, within, (help_,))


def _about(rule: Rule, code: Code, message: str, *help_: str, span: Span | None = None) -> Diagnostic:
    return Diagnostic(code, message, span or rule.id_span, f"rule `{rule.id}`", help_)


def fires_for_ever(rule: Rule) -> Diagnostic:
    """A repeating rule that nothing ends."""
    message = f"the rule `{rule.id}` repeats without an end: it does not ask whether the ticket is done"
    help_ = "ask for it: `ticket.status not in [solved, closed]`; or let the rule write what ends it"
    assert rule.after is not None  # noqa: S101 - only those are told of
    return _about(rule, codes.FIRES_FOR_EVER, message, help_, span=rule.after.span)


def hears_itself(rule: Rule, event: str, action: str) -> Diagnostic:
    """A rule that its own actions raise."""
    message = f"the rule `{rule.id}` runs on `{event}`, which its own `{action}` raises"
    help_ = (
        "leave `on_own_changes` out, so that it hears of what people do only",
        "or let it end: by `once`, by a test of what `changed`, or by writing what its condition asks for",
    )
    return _about(rule, codes.HEARS_ITSELF, message, *help_)


def writes_what_is_there(rule: Rule, field: str, value: str, span: Span) -> Diagnostic:
    """`when: x is a`, `set: {x: a}`."""
    message = f"the rule `{rule.id}` writes {value} to `{field}`, where it finds just that"
    return _about(rule, codes.WRITES_WHAT_IS_THERE, message, "take it out, or mend the condition", span=span)


def _and_others(more: int) -> str:
    """So many other rules of which a finding speaks."""
    return f" and {more:,} others" if more else ""


def no_owner(rule: Rule, share: str, more: int) -> Diagnostic:
    """A rule that nobody answers for."""
    help_ = "say whom to ask: `owner: …`"
    return _about(
        rule, codes.NO_OWNER, f"nobody owns the rule `{rule.id}`{_and_others(more)}; {share} rules have an owner", help_
    )


def no_title(rule: Rule, share: str, more: int) -> Diagnostic:
    """A rule without words for people."""
    help_ = "say in a few words what it is for: `title: …`"
    return _about(
        rule,
        codes.NO_TITLE,
        f"there is no title for the rule `{rule.id}`{_and_others(more)}; {share} rules have one",
        help_,
    )


def never_tested(rule: Rule, more: int) -> Diagnostic:
    """A rule that fires in no test."""
    lists = " `ruleflow test --coverage` lists all;" if more else ""
    help_ = f"write a test in which it acts;{lists} `ruleflow test --suggest` proposes one for `{rule.id}`"
    return _about(rule, codes.NEVER_TESTED, f"no test sees the rule `{rule.id}`{_and_others(more)} act", help_)


def over(rule: Rule, end: date | datetime) -> Diagnostic:
    """A rule of the past."""
    message = f"the rule `{rule.id}` has not run since {end:%Y-%m-%d}"
    return _about(rule, codes.OVER, message, "remove it, git remembers it; or give it another `valid_until`")


def forgotten_trial(rule: Rule, days: int) -> Diagnostic:
    """A rule in shadow mode that nobody has touched for long."""
    message = f"the rule `{rule.id}` is tried out for {days} days and more, and does not act"
    return _about(rule, codes.FORGOTTEN_TRIAL, message, "look at what it would have done, then let it act or remove it")


def off_without_note(rule: Rule) -> Diagnostic:
    """`enabled: false` without a word."""
    message = f"the rule `{rule.id}` is switched off, and nothing says why"
    return _about(rule, codes.OFF_WITHOUT_NOTE, message, "say why and until when: `note: …`; or remove the rule")


def lone_label(span: Span, label: str, near: str, count: int, within: str, fixes: Fixes) -> Diagnostic:
    """A tag that is probably mistyped."""
    message = f"{quoted(label)} stands once; {quoted(near)} stands {count} times"
    help_ = f"did you mean {quoted(near)}?"
    return Diagnostic(codes.LONE_LABEL, message, span, within, (help_,), fixes=fixes)


def slower_when_urgent(
    span: Span | None, policy: str, metric: str, one: tuple[str, str], other: tuple[str, str]
) -> Diagnostic:
    """A target for `one` that is longer than for `other`, which is less urgent; each with its time."""
    message = f"{metric} takes longer for `{one[0]}` ({one[1]}) than for `{other[0]}` ({other[1]})"
    return Diagnostic(
        codes.SLOWER_WHEN_URGENT, message, span, f"SLA policy `{policy}`", ("are the two times the wrong way round?",)
    )


def worse_when_rated(span: Span | None, request: str, better: tuple[str, str], other: tuple[str, str]) -> Diagnostic:
    """A contract `better` rated than the `other`, each with the time that it promises for a request."""
    message = (
        f"`{better[0]}` is rated higher than `{other[0]}` and resolves `{request}` later ({better[1]}, not {other[1]})"
    )
    return Diagnostic(
        codes.WORSE_WHEN_RATED, message, span, f"contract `{better[0]}`", ("look at the time, and at the ratings",)
    )


def no_wording(span: Span | None, template: str, missing: Sequence[str], by: Iterable[str]) -> Diagnostic:
    """A template that lacks languages."""
    message = f"the message `{template}` has no wording for {listing(missing)}"
    help_ = f"{listing(by)} {'has' if len(tuple(by)) == 1 else 'have'} one; add a variant with that `locale`"
    return Diagnostic(codes.NO_WORDING, message, span, help=(help_,))


def unused_thing(span: Span | None, kind: str, name: str) -> Diagnostic:
    """A thing that nothing names."""
    message = f"nothing names the {kind} `{name}`"
    return Diagnostic(codes.UNUSED_THING, message, span, help=("name it where it is meant, or remove it",))
