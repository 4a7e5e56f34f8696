"""One walk of a node against a shape; every difference is reported where it stands."""

from __future__ import annotations

import re
from typing import assert_never

from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.suggest import nearest, quoted
from ruleflow.model import errors
from ruleflow.model.access import DOTTED, ID, RULE, inner, is_flag, is_null, number_of
from ruleflow.model.shapes import (
    Anything,
    ByKind,
    ListOf,
    MapOf,
    Maybe,
    Named,
    OneKey,
    OneOf,
    OneOrMany,
    Record,
    Refused,
    Shape,
    Word,
)
from ruleflow.syntax.nodes import Mapping, Node, Scalar, Sequence
from ruleflow.types.literals import date_of, duration_of

_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_PERCENT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,6})?%")
_CALENDAR_DAYS = re.compile(r"[1-9][0-9]{0,3} days?")
_DAYS = re.compile(r"[1-9][0-9]{0,3} working days?")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
)


def check_shape(node: Node, shape: Shape, where: str, out: Collector) -> None:
    """Report everything in `node` that is not of the shape. `where` names the node: `` `rules` ``, `a rule`."""
    match shape:
        case Word():
            _check_word(node, shape, where, out)
        case Record():
            _check_record(node, shape, where, out)
        case Maybe():
            if not is_null(node):
                check_shape(node, shape.of, where, out)
        case ByKind():
            _check_by_kind(node, shape, where, out)
        case ListOf():
            _check_list(node, shape, where, out)
        case OneOrMany():
            _check_one_or_many(node, shape, where, out)
        case MapOf():
            _check_map(node, shape, where, out)
        case OneKey():
            _check_one_key(node, shape, where, out)
        case OneOf():
            _check_one_of(node, shape, where, out)
        case Named():
            check_shape(node, shape.get(), where, out)
        case Anything() | Refused():
            pass
        case _:
            assert_never(shape)


def needed(shape: Shape) -> str:
    """What a shape asks for, in an admin's words."""
    match shape:
        case Word():
            return shape.value
        case OneOf():
            return " or ".join(f"`{option}`" for option in shape.options)
        case ListOf():
            return "a list"
        case OneOrMany() | Maybe():
            return needed(shape.of)
        case MapOf() | Record() | OneKey():
            return "a mapping"
        case Named():
            return needed(shape.get())
        case ByKind():
            kinds = (shape.scalar, shape.mapping, shape.sequence)
            return " or ".join(dict.fromkeys(needed(one) for one in kinds if one is not None))
        case Anything() | Refused():
            return "a value"
        case _:
            assert_never(shape)


def _check_record(node: Node, shape: Record, where: str, out: Collector) -> None:
    if not isinstance(node, Mapping):
        _report_wrong_node(node, shape, where, out)
        return
    for entry in node:
        key = shape.by_name.get(entry.key.text)
        if key is None:
            known = [name for name, one in shape.by_name.items() if not isinstance(one.shape, Refused)]
            out.report(errors.unknown_key(inner(entry.key), entry.key.text, where, known))
        elif isinstance(key.shape, Refused):
            out.report(errors.wrong_file(entry.key.span, entry.key.text))
        else:
            check_shape(entry.value, key.shape, f"`{key.name}`", out)
    _report_missing(node, shape, where, out)


def _report_missing(node: Mapping, shape: Record, where: str, out: Collector) -> None:
    if not shape.required and not shape.one_of:
        return
    given = {entry.key.text for entry in node}
    meant = {nearest(key, shape.by_name) for key in given - shape.by_name.keys()}  # a misspelt key is told once
    for name in shape.required:
        if name not in given | meant:
            out.report(errors.missing_key(errors.first_line(node.span), name, where, shape.by_name[name].example))
    if shape.one_of and not meant and given.isdisjoint(shape.one_of):
        out.report(errors.missing_one_of(errors.first_line(node.span), shape.one_of, where))


def _check_map(node: Node, shape: MapOf, where: str, out: Collector) -> None:
    if not isinstance(node, Mapping):
        _report_wrong_node(node, shape, where, out)
        return
    for entry in node:
        _check_word(entry.key, shape.key, f"a name in {where}", out)
        check_shape(entry.value, shape.value, quoted(entry.key.text), out)


def _check_list(node: Node, shape: ListOf, where: str, out: Collector) -> None:
    if not isinstance(node, Sequence):
        _report_wrong_node(node, shape, where, out)
        return
    _check_items(node, shape.of, where, out)
    if shape.distinct:
        _check_distinct(node, out)


def _check_items(node: Sequence, shape: Shape, where: str, out: Collector) -> None:
    name = errors.item_of(where)
    for item in node.items:
        check_shape(item, shape, name, out)


def _check_distinct(node: Sequence, out: Collector) -> None:
    first: dict[str, Scalar] = {}
    for item in node.items:
        if isinstance(item, Scalar) and first.setdefault(item.text, item) is not item:
            out.report(errors.twice_in_list(item.span, item.text, first[item.text].span))


def _check_one_or_many(node: Node, shape: OneOrMany, where: str, out: Collector) -> None:
    if isinstance(node, Sequence):
        _check_items(node, shape.of, where, out)
    else:
        check_shape(node, shape.of, where, out)


def _check_by_kind(node: Node, shape: ByKind, where: str, out: Collector) -> None:
    wanted = _of_kind(shape, node)
    if wanted is None and isinstance(node, Sequence) and _is_condition(shape):
        out.report(errors.condition_is_list(node, where))
    elif wanted is None:
        _report_wrong_node(node, shape, where, out)
    else:
        check_shape(node, wanted, where, out)


def _is_condition(shape: ByKind) -> bool:
    return shape.scalar is Word.EXPRESSION and isinstance(shape.mapping, Record) and "all" in shape.mapping.by_name


def _of_kind(shape: ByKind, node: Node) -> Shape | None:
    match node:
        case Scalar():
            return shape.scalar
        case Mapping():
            return shape.mapping
        case Sequence():
            return shape.sequence


def _check_one_key(node: Node, shape: OneKey, where: str, out: Collector) -> None:
    if isinstance(node, Scalar) and not node.is_null:
        out.report(errors.single_action(node.span, node.text, tuple(shape.by_name)))
        return
    if not isinstance(node, Mapping):
        _report_wrong_node(node, shape, where, out)
        return
    if len(node.entries) != 1:
        out.report(errors.not_one_key(errors.first_line(node.span), shape.what, [entry.key.text for entry in node]))
    for entry in node:
        key = shape.by_name.get(entry.key.text)
        if key is None:
            out.report(errors.unknown_action(inner(entry.key), entry.key.text, tuple(shape.by_name)))
        else:
            check_shape(entry.value, key.shape, f"`{key.name}`", out)


def _report_wrong_node(node: Node, shape: Shape, where: str, out: Collector) -> None:
    if is_null(node):
        out.report(errors.empty_value(node.span, where, needed(shape)))
    else:
        out.report(errors.wrong_node(node, where, needed(shape)))


def _check_one_of(node: Node, shape: OneOf, where: str, out: Collector) -> None:
    if not isinstance(node, Scalar):
        out.report(errors.wrong_node(node, where, needed(shape)))
    elif node.is_null:
        out.report(errors.empty_value(node.span, where, needed(shape)))
    elif node.text not in shape.options:
        out.report(errors.not_one_of(inner(node), node.text, where, shape.options))


def _check_word(node: Node, word: Word, where: str, out: Collector) -> None:
    if not isinstance(node, Scalar):
        out.report(errors.wrong_node(node, where, word.value))
    elif node.is_null:
        out.report(errors.empty_value(node.span, where, word.value))
    else:
        _check_scalar(node, word, where, out)


def _check_scalar(node: Scalar, word: Word, where: str, out: Collector) -> None:
    match word:
        case Word.TEXT | Word.EXPRESSION | Word.SCALAR:
            return
        case Word.ID:
            if not ID.fullmatch(node.text):
                out.report(errors.not_an_id(inner(node), node.text))
        case Word.RULE:
            if not RULE.fullmatch(node.text):
                out.report(errors.not_an_id(inner(node), node.text))
        case Word.FLAG:
            if not is_flag(node):
                out.report(errors.not_a_flag(node.span, node.text, where))
        case Word.NUMBER:
            if number_of(node) is None:
                out.report(errors.not_a_number(node.span, node.text, where))
        case Word.PATH:
            if not (DOTTED.fullmatch(node.text) and "." in node.text):
                out.report(errors.not_a_path(inner(node), node.text))
        case Word.EVENT:
            if not DOTTED.fullmatch(node.text):
                out.report(errors.not_an_event(inner(node), node.text))
        case Word.COLOR | Word.PERCENT | Word.DURATION | Word.TARGET | Word.SPAN | Word.WARNING | Word.MOMENT:
            if not _reads(node.text, word):
                out.report(errors.not_readable(inner(node), node.text, where, word))
        case _:
            assert_never(word)


def _reads(text: str, word: Word) -> bool:
    match word:
        case Word.COLOR:
            return _COLOR.fullmatch(text) is not None
        case Word.PERCENT:
            return _is_percent(text)
        case Word.DURATION:
            return duration_of(text) is not None
        case Word.TARGET:
            return duration_of(text) is not None or _DAYS.fullmatch(text) is not None or text == "end of working day"
        case Word.SPAN:
            return text == "end of working day" or _is_length(text.removeprefix("-"))
        case Word.WARNING:
            return _is_percent(text) or duration_of(text) is not None
        case _:
            return is_moment(text)


def is_moment(text: str) -> bool:
    """Whether a text has the form of a date or an instant; the clock time may still be one that does not exist."""
    return _MOMENT.fullmatch(text) is not None and date_of(text[:10]) is not None


def _is_length(text: str) -> bool:
    """Whether it is a length of time: `24h`, `3 days`, `2 working days`."""
    return any(one is not None for one in (duration_of(text), _DAYS.fullmatch(text), _CALENDAR_DAYS.fullmatch(text)))


def _is_percent(text: str) -> bool:
    return _PERCENT.fullmatch(text) is not None and float(text[:-1]) <= 100
