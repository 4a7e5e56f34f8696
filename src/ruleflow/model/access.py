"""Lenient reading of nodes: what the shape check has already reported reads as absent, so no mistake is told twice."""

from __future__ import annotations

import re
from decimal import Decimal

from ruleflow.source import Span
from ruleflow.syntax.nodes import Entry, Mapping, Node, Scalar, Sequence, Style
from ruleflow.types.values import plain_number

ID = re.compile(r"[a-z][a-z0-9_]*")
RULE = re.compile(r"[a-z][a-z0-9_]*(?:/\w[\w.-]*)?")
"""The id of a rule, or of a table with that of a row."""
DOTTED = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
_NUMBER = re.compile(r"[-+]?[0-9]{1,40}(?:\.[0-9]{1,40})?")


def entries(node: Node | None) -> tuple[Entry, ...]:
    """The entries of a mapping; none where there is no mapping."""
    return node.entries if isinstance(node, Mapping) else ()


def items(node: Node | None) -> tuple[Node, ...]:
    """The items of a list, or the only one without a list; none where there is nothing."""
    if isinstance(node, Sequence):
        return node.items
    return () if node is None or is_null(node) else (node,)


def listed(node: Node | None) -> tuple[Node, ...]:
    """The items of a list; none where there is no list."""
    return node.items if isinstance(node, Sequence) else ()


def value(node: Node | None, key: str) -> Node | None:
    """The value of a key; None where the key is absent or null, or there is no mapping."""
    found = node.get(key) if isinstance(node, Mapping) else None
    return None if found is None or is_null(found) else found


def scalar(node: Node | None, key: str) -> Scalar | None:
    """The single value of a key, or None."""
    found = value(node, key)
    return found if isinstance(found, Scalar) else None


def text(node: Node | None, key: str) -> str:
    """The text of a key, '' where there is none."""
    found = scalar(node, key)
    return found.text if found is not None else ""


def flag(node: Node | None, key: str, *, otherwise: bool = False) -> bool:
    """Whether a key says `true`; `otherwise` where it is absent or no flag."""
    found = scalar(node, key)
    return found.text == "true" if found is not None and is_flag(found) else otherwise


def texts(node: Node | None, key: str) -> tuple[Scalar, ...]:
    """The single values under a key that takes one or many."""
    return tuple(item for item in items(value(node, key)) if isinstance(item, Scalar) and not item.is_null)


def is_null(node: Node) -> bool:
    """Whether nothing is written, or null."""
    return isinstance(node, Scalar) and node.is_null


def is_flag(found: Scalar) -> bool:
    """Whether it is `true` or `false`, without quotes."""
    return found.style is Style.PLAIN and found.text in {"true", "false"}


def number_of(found: Scalar | None) -> int | Decimal | None:
    """The number that a scalar says: digits with or without a sign and a point, at most 40, without quotes."""
    if found is None or found.style is not Style.PLAIN or not _NUMBER.fullmatch(found.text):
        return None
    return plain_number(Decimal(found.text))


def inner(found: Scalar) -> Span:
    """Where the text of a scalar stands, without quotes."""
    quotes = 1 if found.style in {Style.SINGLE, Style.DOUBLE} else 0
    return Span(found.span.source, found.span.start + quotes, found.span.end - quotes)
