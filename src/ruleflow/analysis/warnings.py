"""The warnings of an analysis, in words."""

from __future__ import annotations

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.diagnostic import Diagnostic, Fix, Related
from ruleflow.model.rules import Rule
from ruleflow.source import Span
from ruleflow.types.terms import Kind


def never_matches(rule: Rule, place: Span, parts: tuple[str, ...]) -> Diagnostic:
    """A condition that no ticket fulfils; `parts` are those that cannot hold together."""
    why = " and ".join(f"`{part}`" for part in parts)
    if len(parts) > 1:
        message = f"the rule `{rule.id}` can never match: {why} never hold together"
    else:
        message = f"the rule `{rule.id}` can never match" + (f": {why} never holds here" if why else "")
    help_ = ("mend the condition, or remove the rule", "an earlier stage may have written what is asked here")
    return Diagnostic(codes.NEVER_MATCHES, message, place, _within(rule), help_)


def always_true(rule: Rule, place: Span) -> Diagnostic:
    """A condition that every ticket fulfils."""
    message = f"every ticket fulfils the condition of `{rule.id}`"
    help_ = ("where that is meant, leave `when` out; two negations are joined by `and`, hardly ever by `or`",)
    return Diagnostic(codes.ALWAYS_TRUE, message, place, _within(rule), help_)


def either_is_not(within: str, place: Span, pair: tuple[str, str], fixes: tuple[Fix, ...]) -> Diagnostic:
    """Two negated tests of one fact joined by `or`, which exclude next to nothing."""
    message = f"`{pair[0]}` or `{pair[1]}` leaves out only what would pass both tests, next to nothing"
    help_ = (
        "where neither shall pass, join them by `and`",
        "where only both together shall not, write `not (… and …)`",
    )
    return Diagnostic(codes.EITHER_IS_NOT, message, place, within, help_, fixes=fixes)


def never_first(rule: Rule, others: tuple[str, ...]) -> Diagnostic:
    """A rule that never gets its turn; `others` are those that act first, none where the decision has ended."""
    if others:
        who = ", ".join(f"`{one}`" for one in others)
        message = f"the rule `{rule.id}` can never act: whenever it would, {who} {'acts' if len(others) == 1 else 'act'} before it"
        help_ = f"in the stage `{rule.stage}` only the first rule acts: put this rule before, or remove it"
    else:
        message = f"the rule `{rule.id}` can never act: the decision has always ended before it"
        help_ = "look for a rule before it with `stop` or `deny`"
    return Diagnostic(codes.NEVER_FIRST, message, rule.id_span, _within(rule), (help_,))


def never_stands(rule: Rule) -> Diagnostic:
    """A rule whose writes always lose against others of its stage."""
    message = f"nothing that the rule `{rule.id}` writes ever stands: other rules of its stage always win"
    help_ = (
        f"look at the order of the rules in the stage `{rule.stage}` and at `resolve` of the field, or remove the rule"
    )
    return Diagnostic(codes.NEVER_STANDS, message, rule.id_span, _within(rule), (help_,))


def order_decides(winner: Rule, loser: Rule, field: str, values: tuple[str, str], facts: str) -> Diagnostic:
    """Two rules that write different `values` to a field for a ticket with some `facts`; the first is what stands."""
    message = f"the order of rules decides `{field}`: `{winner.id}` writes {values[0]}, which stands, and `{loser.id}` {values[1]}"
    help_ = (
        f"for instance for this ticket: {facts}",
        f"choose which value stands by `resolve` of `{field}` (`first` where the order is meant), or narrow a condition",
    )
    related = () if winner.id_span is None else (Related(winner.id_span, "this one stands"),)
    return Diagnostic(codes.ORDER_DECIDES, message, loser.id_span, _within(loser), help_, related)


def unreached(kind: Kind, name: str, place: Span, idle: tuple[str, ...]) -> Diagnostic:
    """An SLA policy or a template that nothing reaches; `idle` are the rules that name it and can never act."""
    what = "SLA policy" if kind is Kind.SLA else "template"
    if idle:
        who = ", ".join(f"`{one}`" for one in idle)
        why = f"only {who} {'names' if len(idle) == 1 else 'name'} it, and can never act"
    else:
        why = "no rule names it" if kind is Kind.TEMPLATE else "no rule, contract or default names it"
    help_ = ["name it where it is meant, or remove it"]
    if kind is Kind.SLA:
        help_.append("only a ticket whose facts name it already is under it")
    return Diagnostic(codes.UNREACHED, f"nothing reaches the {what} `{name}`: {why}", place, help=tuple(help_))


def unrouted(last: Rule, event: str, facts: str) -> Diagnostic:
    """A ticket with some `facts` that nobody gets; `last` is the last rule that routes."""
    message = f"on `{event}` a ticket may be left without team and agent: no rule routes it"
    help_ = (
        f"for instance this ticket: {facts}",
        "end the stage with a rule without `when` that routes what is left, or say by `assume` that there is no such ticket",
    )
    return Diagnostic(codes.UNROUTED, message, last.id_span, _within(last), help_)


def _within(rule: Rule) -> str:
    return f"rule `{rule.id}`"
