"""The types of fields, of parts of records and of parameters of actions, out of nodes."""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass, field

from ruleflow.diagnostics.collector import Collector
from ruleflow.model import errors
from ruleflow.model.access import entries, flag, is_null, items, scalar, text, texts, value
from ruleflow.model.shape_check import check_shape
from ruleflow.model.shapes import ByKind, MapOf, OneOf, Word
from ruleflow.model.structure_vocabulary import PART_RECORD, TYPE_NAMES, TYPE_RECORD
from ruleflow.syntax.nodes import Entry, Mapping, Node, Scalar, Sequence
from ruleflow.types.terms import Choice, Kind, ListOf, Record, Reference, SetOf, Simple, Type

_SIMPLE: Table[str, Simple] = {
    kind.value: kind
    for kind in (
        Simple.BOOLEAN, Simple.INTEGER, Simple.DECIMAL, Simple.TEXT,
        Simple.DATETIME, Simple.DATE, Simple.TIME, Simple.DURATION,
    )
}  # fmt: skip
_KINDS: Table[str, Kind] = {kind.value: kind for kind in Kind}
_COLLECTIONS = frozenset({"set", "list"})
_PARTS = MapOf(Word.ID, ByKind(scalar=OneOf(TYPE_NAMES), mapping=PART_RECORD))


@dataclass(frozen=True, slots=True)
class FieldType:
    """A type with what its options are called elsewhere (`external_id` and `was` of an option, to the option)."""

    type: Type
    external_options: Table[str, str] = field(default_factory=dict)


UNREADABLE = FieldType(Simple.UNKNOWN)


def read_type(node: Node, out: Collector) -> FieldType:
    """The type that a name (`text`) or a mapping (`{type: set, of: segment}`) says; UNKNOWN after a report."""
    if isinstance(node, Scalar):
        return _by_name(node, node, out)
    name = scalar(node, "type")
    if name is None:
        return UNREADABLE
    _report_misplaced(node, name.text, out)
    return _by_name(name, node, out)


def _by_name(name: Scalar, body: Node, out: Collector) -> FieldType:
    match name.text:
        case "choice":
            return _choice(name, body, out)
        case "set" | "list":
            return _collection(name, body, out)
        case "record":
            return _record_type(name, body, out)
        case simple if simple in _SIMPLE:
            return FieldType(_SIMPLE[simple])
        case kind if kind in _KINDS:
            return FieldType(Reference((_KINDS[kind],)))
        case _:
            return UNREADABLE


def _choice(name: Scalar, body: Node, out: Collector) -> FieldType:
    options: dict[str, Scalar] = {}
    others: dict[str, str] = {}
    for item in items(value(body, "options")):
        option = item if isinstance(item, Scalar) else scalar(item, "id")
        if option is None or option.is_null:
            continue
        if options.setdefault(option.text, option) is not option and isinstance(item, Mapping):
            out.report(errors.twice_in_list(option.span, option.text, options[option.text].span))
        others |= {old.text: option.text for old in (*texts(item, "was"), *texts(item, "external_id"))}
    if not options:
        out.report(errors.no_options(name.span))
        return UNREADABLE
    return FieldType(Choice(tuple(options), flag(body, "ordered")), others)


def _collection(name: Scalar, body: Node, out: Collector) -> FieldType:
    of = value(body, "of")
    if of is None:
        out.report(errors.nothing_inside(name.span, name.text))
        return UNREADABLE
    inside = _choice(of, body, out) if isinstance(of, Scalar) and of.text == "choice" else _elements(of, out)
    if (name.text == "set" and isinstance(inside.type, Record)) or isinstance(inside.type, (SetOf, ListOf)):
        out.report(errors.wrong_elements(of.span, name.text, inside.type))
        return UNREADABLE
    return FieldType(SetOf(inside.type) if name.text == "set" else ListOf(inside.type), inside.external_options)


def _elements(of: Node, out: Collector) -> FieldType:
    match of:
        case Scalar():
            return _by_name(of, of, out)
        case Sequence():
            kinds = tuple(_KINDS[item.text] for item in of.items if isinstance(item, Scalar) and item.text in _KINDS)
            return FieldType(Reference(kinds)) if kinds else UNREADABLE
        case Mapping():
            if is_type(of):
                check_shape(of, TYPE_RECORD, "`of`", out)
                return read_type(of, out)
            return FieldType(_record(of, out))


def is_type(of: Mapping) -> bool:
    """Whether a mapping under `of` is a type, not the parts of a record: then every key is one of a type's."""
    name = scalar(of, "type")
    return name is not None and name.text in TYPE_NAMES and all(entry.key.text in TYPE_RECORD.by_name for entry in of)


def _record_type(name: Scalar, body: Node, out: Collector) -> FieldType:
    of = value(body, "of")
    if not isinstance(of, Mapping):
        out.report(errors.nothing_inside(name.span, name.text))
        return UNREADABLE
    return FieldType(_record(of, out))


def _record(of: Mapping, out: Collector) -> Record:
    check_shape(of, _PARTS, "`of`", out)
    parts = tuple((entry.key.text, _part(entry, out)) for entry in of)
    secrets = frozenset(entry.key.text for entry in of if flag(entry.value, "secret"))
    return Record(parts, secrets)


def _part(entry: Entry, out: Collector) -> Type:
    return Simple.UNKNOWN if is_null(entry.value) else read_type(entry.value, out).type


def _report_misplaced(body: Node, name: str, out: Collector) -> None:
    """Report keys that say nothing for this type: `options` of a text, `of` of a number."""
    of_choice = name in _COLLECTIONS and text(body, "of") == "choice"
    idle = (set() if name == "choice" or of_choice else {"options", "ordered"}) | (
        set() if name in _COLLECTIONS or name == "record" else {"of"}
    )
    for entry in entries(body):
        if entry.key.text in idle:
            out.report(errors.key_does_not_fit(entry.key.span, entry.key.text, name))
