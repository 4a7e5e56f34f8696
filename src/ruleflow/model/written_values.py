"""Values written into the vocabulary (defaults), read by the type that they must have."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import assert_never

from ruleflow.model import errors
from ruleflow.model.access import entries, inner, is_flag, is_null, number_of
from ruleflow.model.reading import Reading
from ruleflow.syntax.nodes import Node, Scalar, Sequence
from ruleflow.types.literals import date_of, duration_of, instant_of, time_of
from ruleflow.types.terms import Choice, ListOf, Record, Reference, SetOf, Simple, Type
from ruleflow.types.values import Value


def read_value(node: Node, kind: Type, reading: Reading, within: str) -> Value:
    """The value that a node says for a type; None, after a report, where it says none."""
    match kind:
        case SetOf() | ListOf():
            return _many(node, kind, reading, within)
        case Record():
            return _record(node, kind, reading, within)
        case Simple() | Choice() | Reference():
            return _one(node, kind, reading, within)
        case _:
            assert_never(kind)


def _many(node: Node, kind: SetOf | ListOf, reading: Reading, within: str) -> Value:
    if not isinstance(node, Sequence):
        reading.out.report(errors.default_does_not_fit(node, kind))
        return None
    found = tuple(read_value(item, kind.of, reading, within) for item in node.items)
    return frozenset(found) if isinstance(kind, SetOf) else found


def _record(node: Node, kind: Record, reading: Reading, within: str) -> Value:
    if is_null(node) or isinstance(node, (Scalar, Sequence)):
        reading.out.report(errors.default_does_not_fit(node, kind))
        return None
    found: dict[str, Value] = {}
    for entry in entries(node):
        part = kind.part(entry.key.text)
        if part is None:
            known = [name for name, _ in kind.parts]
            reading.out.report(errors.unknown_key(inner(entry.key), entry.key.text, "the record", known))
        else:
            found[entry.key.text] = read_value(entry.value, part, reading, within)
    return found


def _one(node: Node, kind: Simple | Choice | Reference, reading: Reading, within: str) -> Value:
    if kind is Simple.UNKNOWN:
        return None
    found = _read(node, kind, reading) if isinstance(node, Scalar) and not node.is_null else None
    if found is None:
        reading.out.report(errors.default_does_not_fit(node, kind))
    elif isinstance(kind, Reference) and isinstance(node, Scalar):
        reading.refer(kind.kinds, node, within)
    return found


def _read(found: Scalar, kind: Simple | Choice | Reference, reading: Reading) -> Value:
    match kind:
        case Choice():
            return found.text if found.text in kind.options else None
        case Reference():
            return found.text
        case Simple():
            if kind is Simple.DATETIME:
                return instant_of(found.text, reading.zone)
            return _READERS[kind](found)


def _boolean(found: Scalar) -> bool | None:
    return found.text == "true" if is_flag(found) else None


def _integer(found: Scalar) -> int | None:
    number = number_of(found)
    return number if isinstance(number, int) else None


def _decimal(found: Scalar) -> int | Decimal | None:
    return number_of(found)


_READERS: dict[Simple, Callable[[Scalar], Value]] = {
    Simple.BOOLEAN: _boolean,
    Simple.INTEGER: _integer,
    Simple.DECIMAL: _decimal,
    Simple.TEXT: lambda found: found.text,
    Simple.DATE: lambda found: date_of(found.text),
    Simple.TIME: lambda found: time_of(found.text),
    Simple.DURATION: lambda found: duration_of(found.text),
}
