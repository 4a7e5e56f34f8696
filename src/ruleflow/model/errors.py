"""The words of the reader: what is wrong with the shape of a file, and what to write instead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.diagnostic import Diagnostic, Fix, Related
from ruleflow.diagnostics.suggest import listing, nearest, quoted
from ruleflow.model.shapes import Word
from ruleflow.source import Source, Span
from ruleflow.syntax.nodes import Mapping, Node, Scalar, Sequence
from ruleflow.types.terms import Choice, ListOf, Record, SetOf, Simple, Type, describe

_EXAMPLES = {
    Word.DURATION: "hours and minutes: `15m`, `4h`, `1h30m`",
    Word.TARGET: "open time (`4h`, up to 999999h), `2 working days` (1 to 9999), or `end of working day`",
    Word.SPAN: "open time (`24h`), `3 days` at the same clock time, `2 working days`, or `end of working day`; `-1h` is before",
    Word.WARNING: "a percentage of the target (`75%`) or a time before it is due (`1h`)",
    Word.MOMENT: "a date `2026-03-01`, or an instant `2026-03-01T18:00+03:00`",
    Word.PERCENT: "a number from 0 to 100 and a percent sign: `25%`",
    Word.COLOR: "colours are written `'#rgb'` or `'#rrggbb'`, in quotes because `#` begins a comment",
}


def found_node(node: Node) -> str:
    """What a node is, in an admin's words."""
    match node:
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
        case Scalar():
            return "nothing" if node.is_null else f"the text {quoted(node.text)}"


def item_of(where: str) -> str:
    """What an item of a list is called."""
    return _ITEMS.get(where, f"an item of {where}")


_ITEMS = {
    "`rules`": "a rule",
    "`tables`": "a table",
    "`then`": "an action",
    "`tests`": "a test",
    "`cases`": "a case",
    "`steps`": "a step",
    "`stages`": "a stage",
    "`options`": "an option",
    "`on`": "an event",
    "`properties`": "a property",
    "`assume`": "an assumption",
}


THE_FILE = "a project file"
_ROWS_HELP = "write `rows: |`, and below it the heading and a line for each row, cells separated by `|`"
_FILE_HELP = "begin it with a section, such as `rules:`, `fields:` or `segments:`"


def bad_repeat(span: Span, text: str) -> Diagnostic:
    """A distance that does not lead on."""
    return Diagnostic(
        codes.BAD_TARGET,
        f"{quoted(text)} is no distance at which a rule could repeat",
        span,
        help=("write a time above zero, `24h`, or a number of days: `1 day`, `2 working days`",),
    )


def time_rule_with_events(span: Span) -> Diagnostic:
    """`on:` beside `after:`."""
    return Diagnostic(
        codes.TIME_RULE_EVENTS,
        "a rule with `after` fires when its time has come; `on` says nothing here",
        span,
        help=("remove `on`, and say since which instant in `since: …`",),
    )


def time_rule_with_once(span: Span) -> Diagnostic:
    """`once:` beside `after:`."""
    return Diagnostic(
        codes.TIME_RULE_EVENTS,
        "a rule with `after` fires once for each value of `since` anyway; `once` says nothing here",
        span,
        help=("remove `once`; for more than one time there is `repeat: 24h` inside `after`",),
    )


def event_and_advance(span: Span) -> Diagnostic:
    """A step that both names an event and lets time pass."""
    return Diagnostic(
        codes.UNCLEAR_STEP,
        "a step either has an `event` or lets time pass with `advance_to`",
        span,
        help=("write two steps, one after the other",),
    )


def wrong_node(node: Node, where: str, needed: str) -> Diagnostic:
    """A list, mapping or single value where another is needed. `where`: `` `rules` `` or `an item of `rules``."""
    help_ = (
        _FILE_HELP
        if where == THE_FILE
        else _ROWS_HELP
        if where == "`rows`"
        else {
            "a list": "begin each item on its own line with `- `",
            "a mapping": "write keys with their values: `key: value`",
        }.get(needed, "")
    )
    return Diagnostic(
        codes.WRONG_NODE,
        f"{where} must be {needed}; found {found_node(node)}",
        first_line(node.span),
        help=(help_,) if help_ else (),
    )


def condition_is_list(node: Node, where: str) -> Diagnostic:
    """A list under `when:`, where `all:` or `any:` must say how its items go together."""
    return Diagnostic(
        codes.WRONG_NODE,
        f"{where} must be an expression; found a list",
        first_line(node.span),
        help=("say how the items go together: put the list under `all:`, `any:` or `none:`",),
    )


def first_line(span: Span) -> Span:
    """The first line of a stretch: a whole section underlined says less than its beginning."""
    end = span.source.text.find("\n", span.start, span.end)
    return span if end < 0 else Span(span.source, span.start, max(end, span.start))


def unknown_key(span: Span, key: str, where: str, known: Collection[str]) -> Diagnostic:
    """A key that does not belong there, with the nearest that does."""
    near = nearest(key, known)
    help_ = f"did you mean `{near}`?" if near else f"the keys are {listing(known, 12)}" if known else ""
    return Diagnostic(
        codes.UNKNOWN_KEY,
        f"{quoted(key)} is not a key of {where}",
        span,
        help=(help_,) if help_ else (),
        fixes=(Fix(f"write `{near}`", span, near),) if near else (),
    )


def missing_key(span: Span, key: str, where: str, example: str) -> Diagnostic:
    """A key that must be given."""
    return Diagnostic(
        codes.MISSING_KEY,
        f"{where} has no `{key}`",
        span,
        help=(f"add `{key}: {example}`" if example else f"add `{key}:`",),
    )


def missing_one_of(span: Span, keys: tuple[str, ...], where: str) -> Diagnostic:
    """None of some keys of which one must be given."""
    return Diagnostic(codes.MISSING_KEY, f"{where} needs {_or(keys)}", span, help=(f"add `{keys[0]}:`",))


def _or(names: Iterable[str]) -> str:
    quoted_names = [f"`{name}`" for name in names]
    return " or ".join([", ".join(quoted_names[:-1]), quoted_names[-1]] if len(quoted_names) > 1 else quoted_names)


def wrong_file(span: Span, key: str) -> Diagnostic:
    """A key of the root file in another file."""
    return Diagnostic(
        codes.WRONG_FILE,
        f"`{key}` belongs in `ruleflow.yaml`",
        span,
        help=("move it to the file `ruleflow.yaml` at the top of the project",),
    )


def empty_value(span: Span, where: str, needed: str) -> Diagnostic:
    """A key or item without a value."""
    return Diagnostic(codes.EMPTY_VALUE, f"{where} is empty", span, help=(f"write {needed}",))


def not_an_id(span: Span, text: str) -> Diagnostic:
    """A name that is no id, with the id it could become."""
    repaired = repaired_id(text)
    rule = "an id is small letters a to z, digits and `_`, and begins with a letter"
    return Diagnostic(
        codes.NOT_AN_ID,
        f"{quoted(text)} is not an id",
        span,
        help=(
            f"write `{repaired}`; a name for people stands under `title`"
            if repaired
            else f"{rule}; a name for people stands under `title`",
        ),
        fixes=(Fix(f"write `{repaired}`", span, repaired),) if repaired else (),
    )


def repaired_id(text: str) -> str:
    """The id that a name could become: `My-Team` is `my_team`, `Ääni` is `aani`; '' where it is not in Latin letters."""
    bare = "".join(
        part for part in unicodedata.normalize("NFKD", text[:_LONGEST_ID]) if not unicodedata.combining(part)
    )
    if not bare.isascii():
        return ""
    folded = re.sub(r"[^a-z0-9_]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", bare).lower()).strip("_")
    return folded if re.fullmatch(r"[a-z][a-z0-9_]*", folded) else ""


_LONGEST_ID = 80
_LONGEST_PATH = 200


_YES, _NO = {"yes", "on", "y", "1"}, {"no", "off", "n", "0"}


def not_a_flag(span: Span, text: str, where: str) -> Diagnostic:
    """Something other than `true` or `false`."""
    folded = text.strip().casefold()
    meant = "true" if folded in _YES | {"true"} else "false" if folded in _NO | {"false"} else ""
    return Diagnostic(
        codes.NOT_A_FLAG,
        f"{where} must be `true` or `false`; found {quoted(text)}",
        span,
        help=(f"write `{meant}`, without quotes",) if meant else ("write `true` or `false`, without quotes",),
        fixes=(Fix(f"write `{meant}`", span, meant, safe=True),) if meant else (),
    )


def not_a_number(span: Span, text: str, where: str) -> Diagnostic:
    """Something other than a number."""
    plain = text.strip().replace("_", "").replace(" ", "").replace(",", ".")
    usable = re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", plain) is not None and len(plain) <= 40
    return Diagnostic(
        codes.NOT_A_NUMBER,
        f"{where} must be a number; found {quoted(text)}",
        span,
        help=(f"write `{plain}`, without quotes",)
        if usable
        else ("numbers are written with digits and a point: `5`, `2.5`",),
        fixes=(Fix(f"write `{plain}`", span, plain),) if usable else (),
    )


def limit_of_nothing(span: Span, text: str) -> Diagnostic:
    """A limit that is no whole number above zero."""
    return Diagnostic(
        codes.NOT_A_NUMBER,
        f"`limit` must be a whole number, at least 1; found {quoted(text)}",
        span,
        help=("leave `limit` out to list everything",),
    )


def not_one_of(span: Span, text: str, where: str, options: Collection[str]) -> Diagnostic:
    """A word that is none of those that may stand there."""
    near = nearest(text, options)
    return Diagnostic(
        codes.NOT_ONE_OF,
        f"{where} cannot be {quoted(text)}",
        span,
        help=(f"did you mean `{near}`?" if near else f"it may be {_or(list(options)[:12])}",),
        fixes=(Fix(f"write `{near}`", span, near),) if near else (),
    )


def not_readable(span: Span, text: str, where: str, word: Word) -> Diagnostic:
    """A time, moment, percentage or colour that cannot be read."""
    code = {
        Word.COLOR: codes.NOT_A_COLOR,
        Word.PERCENT: codes.BAD_TARGET,
        Word.WARNING: codes.BAD_TARGET,
        Word.TARGET: codes.BAD_TARGET,
    }
    return Diagnostic(
        code.get(word, codes.NOT_A_TIME),
        f"{where} must be {word.value}; found {quoted(text)}",
        span,
        help=_time_help(text, word),
    )


def _time_help(text: str, word: Word) -> tuple[str, ...]:
    days = re.fullmatch(r"\s*([0-9]{1,4})\s*d(?:ays?)?\s*", text)
    if days and word in {Word.DURATION, Word.TARGET, Word.SPAN}:
        count = int(days[1])
        hours = f"`{count * 24}h` is exact time"
        working = f"`{count} working day{'' if count == 1 else 's'}` counts open days"
        same = (f"`{count} day{'' if count == 1 else 's'}` keeps the clock time",) if word is Word.SPAN else ()
        return (hours if word is Word.DURATION else "; ".join((hours, *same, working)),)
    return (_EXAMPLES[word],)


def not_a_path(span: Span, text: str) -> Diagnostic:
    """A key under `fields:` or `set:` that is no name of a field."""
    parts = [repaired_id(part) for part in text[:_LONGEST_PATH].split(".")]
    repaired = ".".join(parts) if len(parts) > 1 and all(parts) else ""
    help_ = (
        f"write `{repaired}`"
        if repaired
        else f"fields are named `ticket.{parts[0] or 'order_id'}` or `contact.{parts[0] or 'city'}`"
    )
    return Diagnostic(codes.BAD_FIELD_PATH, f"{quoted(text)} is not the name of a field", span, help=(help_,))


def not_an_event(span: Span, text: str) -> Diagnostic:
    """A name that no event can have."""
    parts = [repaired_id(part) for part in text[:_LONGEST_PATH].split(".")]
    repaired = ".".join(parts) if all(parts) else ""
    help_ = f"write `{repaired}`" if repaired else "events are named like `ticket.created` or `order.paid`"
    return Diagnostic(codes.NOT_AN_ID, f"{quoted(text)} is not the name of an event", span, help=(help_,))


def not_one_key(span: Span, what: str, keys: Collection[str]) -> Diagnostic:
    """A mapping with several keys (or none) where each item has exactly one."""
    if not keys:
        return Diagnostic(codes.NOT_ONE_KEY, f"{what} is empty", span, help=("write one, such as `- note: …`",))
    return Diagnostic(
        codes.NOT_ONE_KEY,
        f"{what} has {len(keys)} names: {listing(keys, 4)}",
        span,
        help=("begin each with `- ` on a line of its own; its parameters stand deeper than its name",),
    )


def single_action(span: Span, text: str, known: Collection[str]) -> Diagnostic:
    """A bare word where an action with its value belongs."""
    near = nearest(text, known)
    example = {"stop": "stop: true", "deny": "deny: a reason"}.get(near or "", f"{near}: …" if near else "set_sla: vip")
    return Diagnostic(
        codes.WRONG_NODE,
        f"an action must have a value; found the text {quoted(text)}",
        span,
        help=(f"write `- {example}`",),
    )


def unknown_action(span: Span, name: str, known: Collection[str]) -> Diagnostic:
    """An action that neither the language nor the project has."""
    near = nearest(name, known)
    return Diagnostic(
        codes.UNKNOWN_ACTION,
        f"{quoted(name)} is not an action",
        span,
        help=(
            f"did you mean `{near}`?"
            if near
            else f"the actions are {listing(known, 20)}; declare your own under `actions:`",
        ),
        fixes=(Fix(f"write `{near}`", span, near),) if near else (),
    )


def twice_in_list(span: Span, text: str, first: Span) -> Diagnostic:
    """An item that stands twice among different ones."""
    return Diagnostic(
        codes.TWICE_IN_LIST,
        f"{quoted(text)} stands twice",
        span,
        help=("remove one of the two",),
        related=(Related(first, "first here"),),
    )


def defined_twice(span: Span, what: str, name: str, first: Span | None) -> Diagnostic:
    """Two things of one name. `what`: `rule`, `segment`."""
    return Diagnostic(
        codes.DEFINED_TWICE,
        f"the {what} `{name}` is defined twice",
        span,
        help=("give one of the two another name, or remove it",),
        related=(Related(first, "first defined here"),) if first is not None else (),
    )


def shared_name(span: Span, what: str, name: str, one: str, other: str, first: Span | None) -> Diagnostic:
    """An external id or old name that two things bear."""
    return Diagnostic(
        codes.DEFINED_TWICE,
        f"{quoted(name)} stands for two {what}s, `{other}` and `{one}`",
        span,
        help=("an `external_id`, an old name under `was` and an id may each belong to one only",),
        related=(Related(first, f"`{other}` is here"),) if first is not None else (),
    )


def empty_group(span: Span, word: str) -> Diagnostic:
    """`all:`, `any:` or `none:` without conditions."""
    return Diagnostic(codes.EMPTY_VALUE, f"`{word}` is empty", span, help=("list at least one condition under it",))


def no_options(span: Span) -> Diagnostic:
    """A choice without options."""
    return Diagnostic(
        codes.WRONG_TYPE_OF_FIELD,
        "a choice needs options",
        span,
        help=("write `{type: choice, options: [low, high]}`",),
    )


def nothing_inside(span: Span, name: str) -> Diagnostic:
    """A set, list or record that does not say what it holds."""
    help_ = {
        "set": "write `{type: set, of: text}`",
        "list": "write `{type: list, of: text}`, or the parts of its records: `{type: list, of: {at: date}}`",
    }.get(name, "write its parts: `{type: record, of: {street: text, city: text}}`")
    return Diagnostic(codes.WRONG_TYPE_OF_FIELD, f"a {name} must say what it holds", span, help=(help_,))


def wrong_elements(span: Span, name: str, kind: Type) -> Diagnostic:
    """A set of records, or a list of lists."""
    help_ = "use a list for records" if name == "set" else "a list holds single values or records"
    return Diagnostic(codes.WRONG_TYPE_OF_FIELD, f"a {name} cannot hold {_plural_words(kind)}", span, help=(help_,))


def _plural_words(kind: Type) -> str:
    return {Record: "records", SetOf: "sets", ListOf: "lists"}.get(type(kind), "such values")


def key_does_not_fit(span: Span, key: str, type_name: str) -> Diagnostic:
    """A key that says nothing for the type of the field."""
    wants = {
        "options": "a choice", "ordered": "a choice", "of": "a set, a list or a record",
        "min": "a number", "max": "a number", "unit": "a number", "format": "a text",
    }[key]  # fmt: skip
    return Diagnostic(
        codes.KEY_DOES_NOT_FIT,
        f"`{key}` says nothing for the type `{type_name}`",
        span,
        help=(f"it is for {wants}; remove it, or change the type",),
    )


def default_does_not_fit(node: Node, kind: Type) -> Diagnostic:
    """A default that is not a value of the field's type."""
    near = nearest(node.text, kind.options) if isinstance(kind, Choice) and isinstance(node, Scalar) else None
    return Diagnostic(
        codes.DEFAULT_DOES_NOT_FIT,
        f"the default must be {describe(kind)}; found {found_node(node)}",
        first_line(node.span),
        help=(f"did you mean `{near}`?",) if near else _default_help(kind),
        fixes=(Fix(f"write `{near}`", node.span, near),) if near else (),
    )


def _default_help(kind: Type) -> tuple[str, ...]:
    examples = {
        Simple.BOOLEAN: "`true` or `false`",
        Simple.INTEGER: "`5`",
        Simple.DECIMAL: "`2.5`",
        Simple.DATE: "`2026-03-01`",
        Simple.DATETIME: "`2026-03-01T18:00+03:00`",
        Simple.TIME: "`'18:00'`",
        Simple.DURATION: "`4h` or `1h30m`",
    }
    match kind:
        case Choice():
            return (f"the options are {listing(kind.options)}",)
        case SetOf() | ListOf():
            return ("write a list: `[a, b]`; `[]` for none",)
        case Simple() if kind in examples:
            return (f"write for instance {examples[kind]}",)
        case _:
            return ()


def default_outside(span: Span, path: str) -> Diagnostic:
    """A default that breaks the limits of its own field."""
    return Diagnostic(
        codes.DEFAULT_DOES_NOT_FIT,
        f"the default of `{path}` breaks the limits of the field",
        first_line(span),
        help=("change the default, or `min`, `max` and `format`",),
    )


def empty_range(span: Span, low: str, high: str) -> Diagnostic:
    """A lower end above the upper end."""
    return Diagnostic(
        codes.EMPTY_RANGE, f"`min` {low} is above `max` {high}", span, help=("no number can be both; swap them?",)
    )


def bad_pattern(written: Scalar, message: str, help_: str) -> Diagnostic:
    """A regular expression that does not compile."""
    return Diagnostic(codes.BAD_PATTERN, message, written.span, help=(help_,) if help_ else ())


def reserved_root(span: Span, path: str) -> Diagnostic:
    """A field under a name that the language keeps."""
    root = path.partition(".")[0]
    return Diagnostic(
        codes.RESERVED_NAME,
        f"no field may begin with `{root}.`",
        span,
        help=("the language keeps that name; use `ticket.`, `contact.`, `company.` or a name of your own",),
    )


def field_inside_field(span: Span, path: str, outer: str, first: Span | None) -> Diagnostic:
    """`ticket.a.b` beside a field `ticket.a`."""
    return Diagnostic(
        codes.DEFINED_TWICE,
        f"`{path}` lies inside the field `{outer}`",
        span,
        help=(f"make `{outer}` a record with that part, or choose another name",),
        related=(Related(first, f"`{outer}` is here"),) if first is not None else (),
    )


def owner_is_both(span: Span, name: str) -> Diagnostic:
    """An owner that is a team and an agent."""
    return Diagnostic(
        codes.DEFINED_TWICE,
        f"`{name}` is both a team and an agent",
        span,
        help=(f"write `{{team: {name}}}` or `{{agent: {name}}}`",),
    )


def unknown_zone(span: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """A time zone that does not exist."""
    near = nearest(name, known)
    return Diagnostic(
        codes.UNKNOWN_ZONE,
        f"{quoted(name)} is not a time zone",
        span,
        help=(f"did you mean `{near}`?" if near else "zones are named like `Europe/Helsinki`",),
        fixes=(Fix(f"write `{near}`", span, near),) if near else (),
    )


def wrong_language(span: Span, version: str) -> Diagnostic:
    """A version of the language that this ruleflow does not read."""
    return Diagnostic(
        codes.WRONG_LANGUAGE,
        f"version {quoted(version)} of the language is not known",
        span,
        help=("this ruleflow reads version 1: write `ruleflow: 1`",),
    )


def no_root_file() -> Diagnostic:
    """A project without its root file."""
    return Diagnostic(
        codes.NO_ROOT_FILE,
        "the project has no `ruleflow.yaml`",
        None,
        help=("create it at the top of the folder, with the line `ruleflow: 1`; `ruleflow new` makes a whole project",),
    )


def empty_file(source: Source) -> Diagnostic:
    """The root file without content."""
    return Diagnostic(
        codes.EMPTY_VALUE, f"`{source.name}` is empty", Span(source, 0, 0), help=("begin it with `ruleflow: 1`",)
    )


def bad_moment(span: Span, text: str) -> Diagnostic:
    """A day or an instant that does not exist."""
    return Diagnostic(codes.NOT_A_TIME, f"{quoted(text)} does not exist", span, help=(_EXAMPLES[Word.MOMENT],))


def empty_validity(span: Span) -> Diagnostic:
    """A rule that ends before it begins."""
    return Diagnostic(
        codes.EMPTY_RANGE, "`valid_until` is before `valid_from`", span, help=("the rule could never run; swap them?",)
    )


def placeholder_in_list(span: Span, text: str) -> Diagnostic:
    """A placeholder where items are literal."""
    return Diagnostic(
        codes.PLACEHOLDER_IN_LIST,
        f"{quoted(text)} would be written as it stands",
        span,
        help=("items of a list are literal text: placeholders are for single texts",),
    )


def reserved_action(span: Span, name: str) -> Diagnostic:
    """An action of the project with the name of a standard one."""
    return Diagnostic(
        codes.RESERVED_NAME,
        f"`{name}` is an action of the language",
        span,
        help=("give the action of the project a name of its own",),
    )


def unknown_parameter(span: Span, name: str, known: Collection[str]) -> Diagnostic:
    """`main:` that names no parameter."""
    near = nearest(name, known)
    return Diagnostic(
        codes.UNKNOWN_KEY,
        f"{quoted(name)} is not a parameter of this action",
        span,
        help=(f"did you mean `{near}`?" if near else "declare it under `parameters:`",),
    )


def file_missing(span: Span, path: str) -> Diagnostic:
    """A file that the project names and does not have."""
    return Diagnostic(
        codes.FILE_MISSING,
        f"there is no file {quoted(path)}",
        span,
        help=("paths are from the top of the project, with `/`",),
    )


def open_header(span: Span) -> Diagnostic:
    """A template whose header does not end."""
    return Diagnostic(
        codes.BAD_HEADER,
        "the header of the template does not end",
        span,
        help=("close it with a line `---` before the body",),
    )


def bad_template(span: Span, message: str, help_: str) -> Diagnostic:
    """A body or subject that is not valid Liquid."""
    return Diagnostic(codes.BAD_TEMPLATE, message, span, help=(help_,) if help_ else ())


def same_variant(span: Span, name: str, variant: str, other: str) -> Diagnostic:
    """Two variants of a template for the same readers."""
    return Diagnostic(
        codes.DEFINED_TWICE,
        f"two variants of `{name}` are for {variant}",
        span,
        help=(f"the other is {quoted(other)}; give one of them another `locale` or `segment`",),
    )


def bad_calendar(span: Span, message: str, help_: str) -> Diagnostic:
    """Something in a calendar that cannot be read."""
    return Diagnostic(codes.BAD_CALENDAR, message, span, help=(help_,) if help_ else ())


def nothing_expected(span: Span, name: str) -> Diagnostic:
    """A test that could not fail."""
    return Diagnostic(
        codes.NOTHING_EXPECTED,
        f"the test {quoted(name)} expects nothing",
        span,
        help=("add `expect:`, for instance `expect: {matched: [vip_first]}`",),
    )


def no_event(span: Span, name: str) -> Diagnostic:
    """A case or step that does not say what happens."""
    return Diagnostic(
        codes.MISSING_KEY, f"the test {quoted(name)} has no `event`", span, help=("add `event: ticket.created`",)
    )


def expectation_beside_steps(span: Span) -> Diagnostic:
    """A test with steps that says at its top what it expects."""
    return Diagnostic(
        codes.NOT_ONE_KEY,
        "a test with `steps` says in each step what it expects",
        span,
        help=("move `expect` into a step",),
    )


def cases_and_steps(span: Span) -> Diagnostic:
    """A test with a table and with steps."""
    return Diagnostic(codes.NOT_ONE_KEY, "a test has either `cases` or `steps`", span, help=("make two tests of it",))


def empty_list(span: Span, where: str) -> Diagnostic:
    """A list without items where at least one is needed."""
    return Diagnostic(codes.EMPTY_VALUE, f"{where} is empty", span, help=("list at least one",))


def several_promises(span: Span, first: str, other: str) -> Diagnostic:
    """A property that promises two things."""
    return Diagnostic(
        codes.SEVERAL_PROMISES,
        f"a property promises one thing; this one has both `{first}` and `{other}`",
        span,
        help=("make two properties of it, each with an id of its own",),
    )


def no_stage(span: Span) -> Diagnostic:
    """A rule that says no stage, in a file without a default."""
    return Diagnostic(
        codes.MISSING_KEY,
        "the rule has no `stage`",
        span,
        help=("add `stage: route`, or say it once for the whole file: `defaults: {stage: route}`",),
    )
