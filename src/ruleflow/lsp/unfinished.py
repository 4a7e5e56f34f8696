"""An expression that is being typed: what the grammar takes next, and of which type it should be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ruleflow.checker.scope import fact_type
from ruleflow.model.model import Model
from ruleflow.syntax.unfinished import Token, next_terminals, tokens_of
from ruleflow.types.functions import FUNCTIONS
from ruleflow.types.terms import Kind, ListOf, Record, Reference, SetOf, Simple, Type

_WORD = re.compile(r"[a-z_][a-z0-9_.]*\Z", re.IGNORECASE)
_OPEN, _CLOSE = {"LPAR", "LSQB"}, {"RPAR", "RSQB"}
_VALUES = {"FACT", "NAME", "NUMBER", "DURATION", "CALENDAR_DAYS", "WORKING_DAYS", "MOMENT", "TEXT", "TRUE", "FALSE"}
_QUANTIFIERS = {"ANY", "ALL", "NONE", "COUNT", "SUM", "MIN", "MAX"}
_TESTS = {
    "IS", "IS_NOT", "LESS", "AT_MOST", "MORE", "AT_LEAST", "BETWEEN", "NOT_BETWEEN", "IN", "NOT_IN", "HAS", "NOT_HAS",
    "HAS_ANY", "HAS_ALL", "HAS_NONE", "TO", "FROM", "ELSE_USE",
}  # fmt: skip
_CALENDAR = {"DURING", "OUTSIDE"}


class Call(NamedTuple):
    """A function whose arguments are being typed, and which of them, from 0."""

    function: str
    argument: int


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What may follow. `word` is the name that is being typed; `terminals` are those of the grammar that may stand in its place.

    `wanted` is the type that an operand should have, None: any; `left` that of the operand before, None: there is none.
    `item` is the type of the records at hand in a quantifier.
    """

    word: str
    terminals: frozenset[str]
    wanted: Type | None
    left: Type | None
    item: Type | None
    call: Call | None


def unfinished(text: str, model: Model, expected: Type | None = None) -> Unfinished:
    """What may follow a text; `expected` is the type that the whole expression should have."""
    found = _WORD.search(text)
    word = found.group() if found is not None else ""
    head = text[: len(text) - len(word)]
    tokens = tokens_of(head)
    item = _item(tokens, model)
    return Unfinished(
        word,
        next_terminals(head),
        _wanted(tokens, model, item, expected),
        _type_before(tokens, len(tokens), model, item),
        item,
        call_at(tokens),
    )


def call_at(tokens: tuple[Token, ...]) -> Call | None:
    """The innermost call that is open at the end."""
    opened = next(_open_brackets(tokens), None)
    if opened is None or not opened or tokens[opened].type != "LPAR" or tokens[opened - 1].text not in FUNCTIONS:
        return None
    return Call(tokens[opened - 1].text, _commas(tokens[opened + 1 :]))


def _commas(tokens: tuple[Token, ...]) -> int:
    depth = count = 0
    for token in tokens:
        depth += (token.type in _OPEN) - (token.type in _CLOSE)
        count += token.type == "COMMA" and not depth
    return count


def _open_brackets(tokens: tuple[Token, ...]) -> Iterator[int]:
    """The brackets that are open at the end, innermost first."""
    depth = 0
    for at in range(len(tokens) - 1, -1, -1):
        depth += (tokens[at].type in _CLOSE) - (tokens[at].type in _OPEN)
        if depth < 0:
            yield at
            depth = 0


def _item(tokens: tuple[Token, ...], model: Model) -> Type | None:
    """The type of the records of the innermost quantifier that is open, `any (contact.tickets where`."""
    for at in _open_brackets(tokens):
        if at and tokens[at - 1].type in _QUANTIFIERS and at + 1 < len(tokens):
            kind = fact_type(model, tokens[at + 1].text)
            return kind.of if isinstance(kind, ListOf | SetOf) else None
    return None


def _wanted(tokens: tuple[Token, ...], model: Model, item: Type | None, expected: Type | None) -> Type | None:
    """The type of the operand that comes next."""
    at = len(tokens) - 1
    if at < 0:
        return expected
    call = call_at(tokens)
    if tokens[at].type in {"LPAR", "COMMA"} and call is not None:
        accepted = FUNCTIONS[call.function].parameters
        return accepted[call.argument][1][0] if call.argument < len(accepted) else None
    opened = next(_open_brackets(tokens), None)
    if tokens[at].type in {"LSQB", "COMMA"} and opened is not None and tokens[opened].type == "LSQB":
        at = opened - 1
        if at < 0:
            return expected
    if tokens[at].type in _CALENDAR:
        return Reference((Kind.CALENDAR,))
    if tokens[at].type == "AND":  # the second end of `between a and b`
        at = next((place for place in range(at - 1, max(-1, at - 3), -1) if tokens[place].type == "BETWEEN"), at)
    if tokens[at].type not in _TESTS:
        return None
    if tokens[at].type in {"TO", "FROM"}:
        at = next((place for place in range(at, -1, -1) if tokens[place].type == "CHANGED"), at)
    kind = _type_before(tokens, at, model, item)
    return kind.of if isinstance(kind, SetOf | ListOf) else kind


def _type_before(tokens: tuple[Token, ...], end: int, model: Model, item: Type | None) -> Type | None:
    """The type of the operand that ends before a token; None where it is not plain to see."""
    if not end:
        return None
    last = tokens[end - 1]
    if last.type == "RPAR":
        opened = next(_open_brackets(tokens[: end - 1]), 0)
        function = FUNCTIONS.get(tokens[opened - 1].text) if opened else None
        return None if function is None else function.result
    return type_of_name(last.text, model, item) if last.type in _VALUES else None


def type_of_name(name: str, model: Model, item: Type | None = None) -> Type | None:
    """The type of a dotted or bare name that is read; None where it is none."""
    if name.startswith("it."):
        return item.part(name.removeprefix("it.")) if isinstance(item, Record) else None
    if name == "now":
        return Simple.DATETIME
    return item if name == "it" else fact_type(model, name)
