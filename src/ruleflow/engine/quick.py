"""Reading what is plainly right, by its class, without a place for complaints: most of the facts of most tickets.

What these give is what the readers give, without a word in the log; None where the reader is to look.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from ruleflow.engine.readers import MAX_ITEMS, MAX_TEXT, ids_of, options_of
from ruleflow.model.model import Model
from ruleflow.model.vocabulary import Field
from ruleflow.types.terms import Choice, ListOf, Reference, SetOf, Simple, Type
from ruleflow.types.values import Value, plain_number

Quick = Mapping[type, Callable[[Any], Value]]
"""Quick ways to read a value, by its class."""

_DIGITS = 20
"""So many digits before and after the point are plainly few enough."""


def quick_of(kind: Type, model: Model, declared: Field | None = None) -> Quick:
    """The quick ways to read a type; none for a field with a format or bounds, and for what is rare."""
    is_checked = declared is not None and any(
        one is not None for one in (declared.format, declared.pattern, declared.minimum, declared.maximum)
    )
    match kind:
        case Simple.BOOLEAN:
            return {bool: bool}
        case Simple.INTEGER if not is_checked:
            return {int: _integer}
        case Simple.DECIMAL if not is_checked:
            return {int: _integer, float: _float, Decimal: _decimal}
        case Simple.TEXT if not is_checked:
            return {str: _text}
        case Choice():
            return {str: _by_name(options_of(kind, declared))}
        case Reference():
            return {str: _by_name(ids_of(kind, model))}
        case SetOf(of=of) | ListOf(of=of) if items := quick_of(of, model, declared):
            return {list: _collection(items, frozenset if isinstance(kind, SetOf) else tuple)}
        case _:
            return {}


def _by_name(known: Mapping[str, str]) -> Callable[[str], str | None]:
    """What a name means; an empty one says that a value is missing."""
    return {name: meant for name, meant in known.items() if name}.get


def _integer(value: int) -> int | None:
    return value if -(10**_DIGITS) < value < 10**_DIGITS else None


def _float(value: float) -> int | Decimal | None:
    is_plain = 10.0**-_DIGITS < abs(value) < 10.0**_DIGITS or not value
    return plain_number(Decimal(repr(value))) if is_plain else None


def _decimal(value: Decimal) -> int | Decimal | None:
    _, digits, exponent = value.as_tuple()
    is_plain = isinstance(exponent, int) and -_DIGITS <= exponent <= 0 and len(digits) <= _DIGITS
    return plain_number(value) if is_plain else None


def _text(value: str) -> str | None:
    return value if value.isascii() and len(value) <= MAX_TEXT else None


def _collection(items: Quick, whole: Callable[[list[Value]], Value]) -> Callable[[list[Any]], Value]:
    def read(value: list[Any]) -> Value:
        if len(value) > MAX_ITEMS:
            return None
        found = [items[one.__class__](one) if one.__class__ in items else None for one in value]
        return None if None in found else whole(found)

    return read
