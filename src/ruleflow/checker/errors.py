"""The words of the checker: each function makes one finding out of what was found and what was needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.diagnostic import Diagnostic, Fix, Related
from ruleflow.diagnostics.suggest import listing, nearest
from ruleflow.model.vocabulary import OpenTime
from ruleflow.source import Span
from ruleflow.types.durations import duration_text
from ruleflow.types.functions import Function
from ruleflow.types.terms import Choice, Kind, ListOf, SetOf, Simple, Type, describe


def _meant(word: str, known: Iterable[str], otherwise: str, span: Span) -> tuple[tuple[str, ...], tuple[Fix, ...]]:
    """Help that names the nearest known word, or else `otherwise`; with the edit that puts it in."""
    near = nearest(word, known)
    if near is None:
        return ((otherwise,) if otherwise else (), ())
    return (f"did you mean `{near}`?",), (Fix(f"write `{near}`", span, near),)


def unknown_fact(span: Span, path: str, known: list[str]) -> Diagnostic:
    """A dotted name that nothing declares."""
    group = path.partition(".")[0]
    near = [one for one in known if one.startswith(f"{group}.")]
    if near:
        help_, fixes = _meant(path, near, f"known there: {listing(near)}; or declare `{path}` under `fields:`", span)
    else:
        help_, fixes = _meant(
            path, known, f"facts begin with {listing(sorted({k.partition('.')[0] for k in known}))}", span
        )
    return Diagnostic(codes.UNKNOWN_FACT, f"`{path}` is not a field", span, help=help_, fixes=fixes)


def unknown_word(span: Span, name: str, known: Iterable[str], places: tuple[str, ...]) -> Diagnostic:
    """A bare name that means nothing here; `places` say where it would mean something."""
    if places:
        return Diagnostic(codes.UNKNOWN_WORD, f"`{name}` means nothing by itself", span, help=places)
    help_, fixes = _meant(name, known, f"a text stands in quotes: `'{name}'`; facts have a dot: `ticket.{name}`", span)
    return Diagnostic(codes.UNKNOWN_WORD, f"`{name}` is not known", span, help=help_, fixes=fixes)


def asks_the_clock(span: Span, *, may_ask_now: bool) -> Diagnostic:
    """A condition on which clocks depend that asks for a clock, or for the time."""
    asked = " ".join(span.text.split())
    if may_ask_now:
        help_ = "the clocks depend on this condition; ask for them in a rule"
    else:
        help_ = "it is asked when something changes on the ticket; hours in which nobody works belong into a calendar"
    return Diagnostic(codes.ASKS_THE_CLOCK, f"`{asked}` cannot be asked here", span, help=(help_,))


def clock_in_promise(span: Span, meant: Mapping[str, str], *, has_outcome: bool) -> Diagnostic:
    """A clock in a promise or an assumption."""
    asked = " ".join(span.text.split())
    if has_outcome:
        help_ = f"a promise is about what the rules decide: for a target write `{meant['sla.first_reply.target']}`"
    else:
        help_ = "ask facts of the ticket, such as `ticket.sla` and `ticket.priority`"
    return Diagnostic(codes.CLOCK_IN_PROMISE, f"`{asked}` cannot be asked here", span, help=(help_,))


def target_in_days(span: Span, path: str, other: str, source: str, *, in_days: bool) -> Diagnostic:
    """A target asked in exact time where another is in days, or the other way round; who promises that one is `source`."""
    what, example = ("exact time", "8h") if in_days else ("days", "2 working days")
    return Diagnostic(
        codes.TARGET_IN_DAYS,
        f"`{path}` is missing where the target is in {what}, as in {source}",
        span,
        help=(f"ask for that one too: `{other}`, which compares with `{example}`",),
    )


def outcome_outside(span: Span, path: str) -> Diagnostic:
    """What a decision comes to, asked where there is none."""
    return Diagnostic(
        codes.OUTCOME_OUTSIDE,
        f"`{path}` is known only after the decision",
        span,
        help=("`outcome.…` may stand in `expect`, `never` and `monotone` of a property; elsewhere ask the facts",),
    )


def unknown_outcome(span: Span, path: str, known: list[str]) -> Diagnostic:
    """A name that begins with `outcome.` and is nothing that a decision comes to."""
    help_, fixes = _meant(path, known, f"a decision comes to {listing(known, 24)}", span)
    return Diagnostic(codes.UNKNOWN_FACT, f"`{path}` is no part of a decision", span, help=help_, fixes=fixes)


def promise_about_facts(span: Span, fact: str) -> Diagnostic:
    """A promise that no rule can keep or break; `fact` is one that it asks, '' where there is none."""
    help_ = (
        f"`{fact}` is the value as it comes; the one at the end is `outcome.{fact}`"
        if fact
        else "ask what the decision comes to, such as `outcome.route.team`"
    )
    return Diagnostic(codes.PROMISE_ABOUT_FACTS, "this asks nothing of the decision", span, help=(help_,))


def not_a_given_field(span: Span, path: str) -> Diagnostic:
    """`monotone` in something that no helpdesk sends."""
    return Diagnostic(
        codes.NOT_A_GIVEN_FIELD,
        f"`{path}` does not come with the facts",
        span,
        help=("name a field that the helpdesk sends, such as `ticket.priority`",),
    )


def since_now(span: Span) -> Diagnostic:
    """A time rule that counts from the instant at which it is asked, so that its time never comes."""
    help_ = "the time of this rule would never come; name an instant of the ticket: `since: ticket.updated_at`"
    return Diagnostic(codes.ASKS_THE_CLOCK, "`now` cannot be asked here", span, help=(help_,))


def late_warning(span: Span, metric: str, warning: OpenTime) -> Diagnostic:
    """A warning that would have to come before the clock starts."""
    length = duration_text(timedelta(seconds=warning.seconds))
    return Diagnostic(
        codes.LATE_WARNING,
        f"the warning {length} before `{metric}` is due never comes: the target is no longer than that",
        span,
        help=("warn at a percentage (`75%`), or at a time shorter than the target",),
    )


def never_solved(span: Span, options: Iterable[str]) -> Diagnostic:
    """A time to resolve where no option of the status says that a ticket is solved."""
    return Diagnostic(
        codes.NEVER_SOLVED,
        "the clock for `resolution` never ends: `ticket.status` has neither `solved` nor `closed`",
        span,
        help=(f"say when a ticket is solved: `solved_when: ticket.status is {(list(options) or ['done'])[-1]}`",),
    )


def unknown_option(span: Span, name: str, choice: Choice, of: str) -> Diagnostic:
    """A word that is no option of the field it stands against."""
    where = f"`{of}`" if of else "the other side"
    help_, fixes = _meant(name, choice.options, f"the options are {listing(choice.options)}", span)
    return Diagnostic(codes.UNKNOWN_OPTION, f"`{name}` is not an option of {where}", span, help=help_, fixes=fixes)


def unknown_thing(span: Span, name: str, kinds: tuple[Kind, ...], known: Iterable[str]) -> Diagnostic:
    """A word that names no thing of the kind that is wanted."""
    what = " or ".join(_article(kind) for kind in kinds)
    sections = " or ".join(f"`{_SECTIONS[kind]}:`" for kind in kinds)
    help_, fixes = _meant(name, known, f"define it under {sections}", span)
    return Diagnostic(codes.UNKNOWN_THING, f"`{name}` is not {what} of this project", span, help=help_, fixes=fixes)


_SECTIONS = {
    Kind.SEGMENT: "segments",
    Kind.CONTRACT: "contracts",
    Kind.TEAM: "teams",
    Kind.AGENT: "agents",
    Kind.SKILL: "skills",
    Kind.CALENDAR: "calendars",
    Kind.SLA: "sla",
    Kind.TEMPLATE: "templates",
    Kind.FOLDER: "folders",
}


def _article(kind: Kind) -> str:
    return "an SLA policy" if kind is Kind.SLA else f"{'an' if kind.value[0] in 'aeiou' else 'a'} {kind.value}"


def ambiguous_thing(span: Span, name: str, kinds: Iterable[Kind]) -> Diagnostic:
    """A word that names things of two of the wanted kinds."""
    both = " and ".join(_article(kind) for kind in kinds)
    return Diagnostic(
        codes.AMBIGUOUS_THING,
        f"`{name}` is both {both}",
        span,
        help=("give one of the two another id, so that a reader knows who is meant",),
    )


def unknown_function(span: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """A call of something that is no function."""
    known = list(known)
    help_, fixes = _meant(
        name, known, f"the functions are {listing(known, 40)}", Span(span.source, span.start, span.start + len(name))
    )
    return Diagnostic(codes.UNKNOWN_FUNCTION, f"`{name}` is not a function", span, help=help_, fixes=fixes)


def unknown_event(span: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """A rule that waits for an event nobody declares."""
    help_, fixes = _meant(name, known, f"the events are {listing(known, 20)}; declare your own under `events:`", span)
    return Diagnostic(codes.UNKNOWN_EVENT, f"`{name}` is not an event", span, help=help_, fixes=fixes)


def unknown_stage(span: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """A rule in a stage that the project does not list."""
    help_, fixes = _meant(name, known, f"the stages are {listing(known, 20)}; they are listed in `ruleflow.yaml`", span)
    return Diagnostic(codes.UNKNOWN_STAGE, f"`{name}` is not a stage", span, help=help_, fixes=fixes)


def definition_clash(span: Span, name: str, taken_by: str) -> Diagnostic:
    """A definition whose name could be taken for something else."""
    return Diagnostic(
        codes.DEFINITION_CLASH,
        f"the definition `{name}` has the name of {taken_by}",
        span,
        help=("give the definition a name of its own, for instance `is_" + name + "`",),
    )


def cycle(span: Span | None, chain: tuple[str, ...]) -> Diagnostic:
    """Definitions, segments or contracts that are made of themselves."""
    return Diagnostic(
        codes.CYCLE,
        f"`{chain[0]}` is made of itself",
        span,
        help=(
            " is made of ".join(f"`{name}`" for name in (*chain, chain[0]))
            + "; one of them must stand without the others",
        ),
    )


def item_outside(span: Span) -> Diagnostic:
    """`it` where no list is gone through."""
    return Diagnostic(
        codes.ITEM_OUTSIDE,
        f"`{span.text}` has no list around it",
        span,
        help=("`it` stands for an element: `any (contact.tickets where it.status is open)`",),
    )


def unknown_part(span: Span, part: str, known: Iterable[str]) -> Diagnostic:
    """`it.x` where the records have no `x`."""
    known = list(known)
    help_, fixes = _meant(part, known, f"the records have {listing(known)}", span)
    fixes = tuple(Fix(fix.title, fix.span, f"it.{fix.replacement}") for fix in fixes)
    return Diagnostic(codes.UNKNOWN_PART, f"the records have no `{part}`", span, help=help_, fixes=fixes)


def unlike(span: Span, left: Type, right: Type, help_: tuple[str, ...]) -> Diagnostic:
    """A comparison of values that can never be equal."""
    return Diagnostic(codes.UNLIKE, f"{describe(left)} is compared with {describe(right)}", span, help=help_)


def wrong_type(
    span: Span, found: Type, wanted: tuple[Type, ...], because: str, help_: tuple[str, ...] = ()
) -> Diagnostic:
    """A value of the wrong type; `because` says what wants it: ``the condition of `vip` ``."""
    needs = " or ".join(describe(one) for one in wanted)
    return Diagnostic(codes.WRONG_TYPE, f"{because} needs {needs}; this is {describe(found)}", span, help=help_)


def not_ordered(span: Span, kind: Type) -> Diagnostic:
    """`<` where the values have no order."""
    help_ = {
        True: "add `ordered: true` to the field, with its options from lowest to highest, or use `is` and `in`",
        False: "use `is`, `in`, or a text test such as `contains`",
    }[isinstance(kind, Choice)]
    return Diagnostic(codes.NOT_ORDERED, f"{describe(kind)} has no order", span, help=(help_,))


def not_sortable(span: Span, kind: Type) -> Diagnostic:
    """Something without an order in `sort`."""
    if isinstance(kind, Choice):
        help_ = "add `ordered: true` to the field, with its options from lowest to highest"
    elif isinstance(kind, SetOf | ListOf):
        help_ = "sort by a number: `count (…)`, or by a yes/no value: `-(contact.segments has vip)` puts those first"
    else:
        help_ = "sort by a number, an instant, a text, an ordered choice or a yes/no value"
    return Diagnostic(codes.NOT_ORDERED, f"{describe(kind)} has no order to sort by", span, help=(help_,))


def not_in_a_view(span: Span, subject: str, path: str) -> Diagnostic:
    """A fact that the records of a view do not have."""
    has = {
        "tickets": "a view sees a ticket as it stands, and no event",
        "contacts": "a view of contacts sees `contact.…`, `company.…` and `contract.…`; for tickets write `of: tickets`",
        "companies": "a view of companies sees `company.…` and `contact.segments`; for people write `of: contacts`",
    }[subject]
    return Diagnostic(codes.NOT_IN_A_VIEW, f"`{path}` cannot be asked in a view of {subject}", span, help=(has,))


def changed_in_a_view(span: Span) -> Diagnostic:
    """`changed` in a view."""
    return Diagnostic(
        codes.NOT_IN_A_VIEW,
        "`changed` cannot be asked in a view",
        span,
        help=("a view sees each record as it stands; nothing has just changed",),
    )


def mixed_durations(span: Span, left: Type, right: Type) -> Diagnostic:
    """Exact time against calendar days or working days."""
    return Diagnostic(
        codes.MIXED_DURATIONS,
        f"{describe(left)} and {describe(right)} do not mix",
        span,
        help=(
            "`48h` is exact time, `2 days` keeps the clock time, `2 working days` counts open days",
            "compare exact time with exact time (`now - ticket.created_at > 48h`), or count days: `days_since(ticket.created_at) > 2`",
        ),
    )


def bad_arithmetic(span: Span, operator: str, left: Type, right: Type) -> Diagnostic:
    """Two values that cannot be added or multiplied."""
    texts = Simple.TEXT in (left, right)
    help_ = (
        "texts are put together with placeholders: `{{ contact.first_name }} {{ contact.last_name }}`"
        if texts
        else ("numbers and durations may be added; a date takes `2 days`, a date with time also takes `4h`")
    )
    return Diagnostic(
        codes.BAD_ARITHMETIC,
        f"`{operator}` does not go with {describe(left)} and {describe(right)}",
        span,
        help=(help_,),
    )


def missing_in_negation(span: Span, culprit: str, test: str) -> Diagnostic:
    """A test that is false for a missing value, under a `not` that would make it true."""
    return Diagnostic(
        codes.MISSING_IN_NEGATION,
        f"`{culprit}` may be missing, and then this would hold although nothing is known",
        span,
        help=(
            f"to ask only where it is known: `{culprit} is present and not ({test})`",
            f"or say what stands in for it: `({culprit} ?? …)`",
        ),
    )


def may_be_missing(span: Span, culprit: str, what: str) -> Diagnostic:
    """A value that may be missing where one is needed."""
    return Diagnostic(
        codes.MAY_BE_MISSING,
        f"`{culprit}` may be missing, and {what} needs a value",
        span,
        help=(
            f"say what stands in for it: `{culprit} ?? …`",
            f"or let the rule run only where it is known: `when: … and {culprit} is present`",
        ),
    )


def wrong_arity(span: Span, function: Function, found: int) -> Diagnostic:
    """Too few or too many arguments."""
    least, most = len(function.parameters) - function.defaults, len(function.parameters)
    wants = f"{most}" if least == most else f"{least} or {most}"
    return Diagnostic(
        codes.WRONG_ARITY,
        f"`{function.name}` takes {wants} argument{'' if wants == '1' else 's'}; found {found}",
        span,
        help=(f"write `{function.signature}`, for instance `{function.example}`",),
    )


def bad_regex(span: Span, message: str, help_: str) -> Diagnostic:
    """A regular expression that does not compile."""
    return Diagnostic(codes.BAD_REGEX, message, span, help=(help_,) if help_ else ())


def pattern_not_literal(span: Span) -> Diagnostic:
    """`matches` with something other than a text in quotes."""
    return Diagnostic(
        codes.PATTERN_NOT_LITERAL,
        "`matches` needs a regular expression in quotes",
        span,
        help=(
            "write it out, `ticket.subject matches 'order \\d+'`; to look for the text of another fact use `contains`",
        ),
    )


def not_a_collection(span: Span, kind: Type, operator: str) -> Diagnostic:
    """`has` or a quantifier over something that is no set or list."""
    help_ = (
        "for a text use `contains`; for one value use `is` or `in`"
        if operator.startswith("has")
        else "name a list of facts, such as `contact.tickets`"
    )
    return Diagnostic(
        codes.NOT_A_COLLECTION, f"`{operator}` needs a set or a list; this is {describe(kind)}", span, help=(help_,)
    )


def changed_needs_field(span: Span) -> Diagnostic:
    """`changed` of something that is no field."""
    return Diagnostic(
        codes.CHANGED_NEEDS_FIELD,
        "`changed` needs a field of the ticket, contact or company",
        span,
        help=("for instance `ticket.priority changed to high`",),
    )


def text_looks_like_fact(span: Span, path: str) -> Diagnostic:
    """Literal text that is just the name of a field."""
    return Diagnostic(
        codes.TEXT_LOOKS_LIKE_FACT,
        f"this writes the words `{path}`, not the value of that field",
        span,
        help=(f"to write the value: `'{{{{ {path} }}}}'`",),
        fixes=(Fix("write the value of the field", span, f"'{{{{ {path} }}}}'"),),
    )


def resolve_does_not_fit(span: Span, path: str, resolve: str, kind: Type) -> Diagnostic:
    """`resolve: highest` for a type without order, `append` for a single value."""
    wants = "a set or a list" if resolve == "append" else "numbers, times or an ordered choice"
    return Diagnostic(
        codes.RESOLVE_DOES_NOT_FIT,
        f"`resolve: {resolve}` of `{path}` needs {wants}; the field is {describe(kind)}",
        span,
        help=("use `first`, `last` or `unique`",),
    )


def reads_own_stage(span: Span, path: str, stage: str, writer: str, writer_span: Span | None) -> Diagnostic:
    """A rule reads what another rule of its stage writes: it will not see the new value."""
    related = (Related(writer_span, "written here"),) if writer_span is not None else ()
    return Diagnostic(
        codes.READS_OWN_STAGE,
        f"`{path}` is written by `{writer}` in the same stage, and this rule sees the value before that",
        span,
        help=(f"to see the new value, move this rule to a stage after `{stage}`",),
        related=related,
    )


def unused_definition(span: Span | None, name: str) -> Diagnostic:
    """A definition that no expression names."""
    return Diagnostic(
        codes.UNUSED_DEFINITION, f"the definition `{name}` is used nowhere", span, help=("use it or remove it",)
    )


def unused_stage(span: Span | None, name: str) -> Diagnostic:
    """A stage without rules."""
    return Diagnostic(
        codes.UNUSED_STAGE,
        f"no rule runs in the stage `{name}`",
        span,
        help=("remove it from `stages`, or give a rule `stage: " + name + "`",),
    )


def no_way_to_set(span: Span, path: str) -> Diagnostic:
    """`set` of something that no rule may write."""
    return Diagnostic(
        codes.NOT_WRITABLE,
        f"`{path}` cannot be set by a rule",
        span,
        help=(
            "rules may write fields of the ticket, the contact and the company; for who handles a ticket use `route`, for its policy `set_sla`",
        ),
    )


def nothing_surely_present(span: Span, action: str, parameters: tuple[str, ...]) -> Diagnostic:
    """An action every deciding parameter of which may be missing."""
    return Diagnostic(
        codes.MAY_BE_MISSING,
        f"everything that `{action}` names may be missing",
        span,
        help=(f"add a {listing(parameters)} that is always there, as a fallback, or let `when` ask with `is present`",),
    )


def set_has_action(span: Span, path: str, action: str) -> Diagnostic:
    """`set` of a fact that an action of its own writes."""
    return Diagnostic(
        codes.NOT_WRITABLE, f"`{path}` is not written by `set`", span, help=(f"use the action `{action}`",)
    )


def secret_leaves(span: Span, target: str) -> Diagnostic:
    """A secret that a rule would copy to where everybody sees it."""
    return Diagnostic(
        codes.SECRET_LEAVES,
        f"a secret would be written to `{target}`, which is none",
        span,
        help=(f"say `secret: true` for the field `{target}`, or put it into a text, where it is masked",),
    )


def template_unknown_fact(span: Span, path: str, known: list[str]) -> Diagnostic:
    """A placeholder of a message that names nothing."""
    help_, fixes = _meant(path, known, "declare it under `fields:`", span)
    return Diagnostic(codes.UNKNOWN_PLACEHOLDER, f"`{path}` is not a field", span, help=help_, fixes=fixes)


def template_may_be_empty(span: Span, path: str) -> Diagnostic:
    """A placeholder of a message whose fact may be missing."""
    return Diagnostic(
        codes.EMPTY_PLACEHOLDER,
        f"`{path}` may be missing, and nothing would stand there",
        span,
        help=(
            f'say what stands in for it: `{{{{ {path} | default: "…" }}}}`, or ask for it: `{{% if {path} %}}…{{% endif %}}`',
        ),
    )
