"""The `fields:` sections: facts that rules may read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from ruleflow.diagnostics.collector import Collector
from ruleflow.formats.formats import TextFormat, date_format, format_named
from ruleflow.model import errors
from ruleflow.model.access import entries, flag, number_of, scalar, text, texts, value
from ruleflow.model.field_types import FieldType, read_type
from ruleflow.model.reading import Reading
from ruleflow.model.sections import Thing, named
from ruleflow.model.vocabulary import Field, Resolve
from ruleflow.model.written_values import read_value
from ruleflow.regex.regex import Regex, RegexProblem, compile_regex
from ruleflow.syntax.nodes import Node, Scalar
from ruleflow.types.terms import NUMBERS, ListOf, Record, SetOf, Simple, Type
from ruleflow.types.values import Value

RESERVED_ROOTS = frozenset({"contract", "it", "before", "now", "sla", "outcome", "score"})
HISTORY = "ticket.history"
_TICKET = "ticket."
_TICKETS = "contact.tickets"
_LONGEST_PATH = 500


def read_fields(nodes: Iterable[Node], reading: Reading) -> Mapping[str, Field]:
    """All fields of some sections, by path."""
    return {thing.id: _read_field(thing, reading) for thing in named(nodes, "field", reading.out)}


def with_ticket_types(fields: dict[str, Field]) -> dict[str, Field]:
    """The fields, where the records of the standard `contact.tickets` have the types that the project gives to tickets."""
    tickets = fields.get(_TICKETS)
    if (
        tickets is None
        or not tickets.standard
        or not isinstance(tickets.type, ListOf)
        or not isinstance(tickets.type.of, Record)
    ):
        return fields
    record = tickets.type.of
    parts = tuple((name, own.type if (own := fields.get(f"ticket.{name}")) else kind) for name, kind in record.parts)
    secrets = frozenset(name for name, _ in parts if (own := fields.get(f"ticket.{name}")) and own.secret)
    return fields | {_TICKETS: replace(tickets, type=ListOf(Record(parts, record.secrets | secrets)))}


def with_history_parts(fields: dict[str, Field]) -> dict[str, Field]:
    """The fields, where an entry of the standard `ticket.history` may also name any field of the ticket."""
    history = fields.get(HISTORY)
    if (
        history is None
        or not history.standard
        or not isinstance(history.type, ListOf)
        or not isinstance(history.type.of, Record)
    ):
        return fields
    own = {path.removeprefix(_TICKET): one for path, one in fields.items() if path.startswith(_TICKET)}
    parts = dict(history.type.of.parts)
    parts |= {name: one.type for name, one in own.items() if "." not in name and name not in parts and _is_plain(one)}
    secrets = frozenset(name for name in parts if name in own and own[name].secret)
    return fields | {HISTORY: replace(history, type=ListOf(Record(tuple(parts.items()), secrets)))}


def _is_plain(one: Field) -> bool:
    """Whether it has one value, or a set of them; the long texts and lists of a ticket say nothing to its clocks."""
    return not isinstance(one.type, (ListOf, Record)) and one.path not in {"ticket.body", "ticket.subject"}


def _read_field(thing: Thing, reading: Reading) -> Field:
    with reading.out.inside(f"field `{thing.id}`"):
        if thing.id.partition(".")[0] in RESERVED_ROOTS:
            reading.out.report(errors.reserved_root(thing.span, thing.id))
        kind = read_type(thing.body, reading.out) if thing.body is not None else FieldType(Simple.UNKNOWN)
        return _with_keys(thing, kind, reading)


def _with_keys(thing: Thing, kind: FieldType, reading: Reading) -> Field:
    body = None if isinstance(thing.body, Scalar) else thing.body
    form = _read_format(body)
    _report_idle(body, kind.type, reading.out)
    found = Field(
        thing.id,
        kind.type,
        text(body, "title"),
        required=flag(body, "required"),
        secret=flag(body, "secret") or (form is not None and form.secret),
        format=form,
        pattern=_read_pattern(body, reading.out),
        minimum=number_of(scalar(body, "min")),
        maximum=number_of(scalar(body, "max")),
        unit=text(body, "unit"),
        resolve=_read_resolve(body),
        external_options=kind.external_options,
        was=tuple(old.text for old in texts(body, "was")),
        standard=reading.standard,
        span=None if reading.standard else thing.span,
    )
    _report_range(body, found, reading.out)
    return replace(found, default=_read_default(body, found, reading))


def _read_resolve(body: Node | None) -> Resolve | None:
    word = text(body, "resolve")
    return next((one for one in Resolve if one.value == word), None)


def _read_format(body: Node | None) -> TextFormat | None:
    written = value(body, "format")
    if isinstance(written, Scalar):
        return format_named(written.text)
    order = text(written, "date")
    return date_format(order) if order else None


def _read_pattern(body: Node | None, out: Collector) -> Regex | None:
    written = scalar(value(body, "format"), "regex")
    if written is None:
        return None
    compiled = compile_regex(written.text)
    if isinstance(compiled, RegexProblem):
        out.report(errors.bad_pattern(written, compiled.message, compiled.help))
        return None
    return compiled


def _read_default(body: Node | None, around: Field, reading: Reading) -> Value:
    if body is None or isinstance(body, Scalar) or not any(entry.key.text == "default" for entry in entries(body)):
        return None
    node = next(entry.value for entry in entries(body) if entry.key.text == "default")
    found = read_value(node, around.type, reading, f"default of `{around.path}`")
    if found is not None:
        _report_outside(node, found, around, reading.out)
    return found


def _report_outside(node: Node, found: Value, around: Field, out: Collector) -> None:
    """Report a default that breaks the field's own limits."""
    for one in found if isinstance(found, (frozenset, tuple)) else (found,):
        if _is_outside(one, around):
            out.report(errors.default_outside(node.span, around.path))
            return


def _is_outside(one: Value, around: Field) -> bool:
    if isinstance(one, (int, Decimal)) and not isinstance(one, bool):
        return (around.minimum is not None and one < around.minimum) or (
            around.maximum is not None and one > around.maximum
        )
    if isinstance(one, str) and around.pattern is not None:
        return not around.pattern.fullmatch(one)
    return isinstance(one, str) and around.format is not None and around.format.check(one) is not None


def _report_range(body: Node | None, found: Field, out: Collector) -> None:
    written = scalar(body, "min")
    if (
        written is not None
        and found.minimum is not None
        and found.maximum is not None
        and found.minimum > found.maximum
    ):
        out.report(errors.empty_range(written.span, written.text, text(body, "max")))


def _report_idle(body: Node | None, kind: Type, out: Collector) -> None:
    """Report limits that say nothing for the type: `min` of a text, `format` of a number."""
    inside = kind.of if isinstance(kind, (SetOf, ListOf)) else kind
    if inside is Simple.UNKNOWN:
        return
    idle = (set() if inside in NUMBERS else {"min", "max", "unit"}) | (set() if inside is Simple.TEXT else {"format"})
    for entry in entries(body):
        if entry.key.text in idle:
            out.report(errors.key_does_not_fit(entry.key.span, entry.key.text, text(body, "type")))


def report_nested(found: Mapping[str, Field], out: Collector) -> None:
    """Report a field that lies inside another: `ticket.a.b` where `ticket.a` is a field."""
    for path, inner in found.items():
        outer = path
        while (outer := outer.rpartition(".")[0]) and len(outer) <= _LONGEST_PATH:
            if outer in found and inner.span is not None:
                out.report(errors.field_inside_field(inner.span, path, outer, found[outer].span))
