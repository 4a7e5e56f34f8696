"""The cells of a column that is done, as arguments of its action: written as in a rule, a list without its brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ruleflow.model.actions import read_argument
from ruleflow.model.reading import Reading
from ruleflow.model.rules import Argument, ArgumentValue, Parameter, is_literal
from ruleflow.model.table_columns import Done
from ruleflow.model.tables import NO_CELL, Rows
from ruleflow.model.vocabulary import Field
from ruleflow.source import Span
from ruleflow.syntax.expressions import Broken, Items, Word
from ruleflow.syntax.nodes import Node, Scalar, Sequence, Style
from ruleflow.types.terms import ListOf, SetOf, Simple

CLEARED = "missing"
"""In a column of `set`: the field is left without a value."""
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_NO_NAMES = frozenset({"true", "false", "not", "if", "and", "or", "is", "in", "has", "between", "changed", "during",
                       "outside", "contains", "matches", "then", "else", "where", "of", "from", "to"})  # fmt: skip
_ITEM = re.compile(r"\s*((?:'[^']*'|\[[^\]]*\]|\([^)]*\)|[^,'(\[])*)")


def read_cells(
    rows: Rows, at: int, done: Done, fields: Mapping[str, Field], reading: Reading
) -> Iterator[Argument | None]:
    """The argument of each text of a column, where it stands first; None for one that leaves it out."""
    firsts: dict[int, int] = {}
    for row, number in enumerate(rows.numbers(at)):
        firsts.setdefault(number, row)
    for number, text in enumerate(rows.texts[at]):
        span = rows.span(firsts[number], at)
        if text in {NO_CELL, ""} or done.parameter is None or span is None:
            yield None
        elif done.field and text == CLEARED:
            yield Argument(done.parameter.name, None, span)
        else:
            yield Argument(done.parameter.name, _value(text, span, done, done.parameter, fields, reading), span)


def _value(
    text: str, span: Span, done: Done, parameter: Parameter, fields: Mapping[str, Field], reading: Reading
) -> ArgumentValue:
    """A cell as the value of a parameter; plain words, of which there are many, without the parser."""
    kind = parameter.type
    if kind is Simple.UNKNOWN:
        return Broken(span, next(reading.ids))
    is_text = is_literal(kind) if done.field else parameter.literal
    if not is_text and _WORD.fullmatch(text) and text not in _NO_NAMES:
        word = Word(text, span, next(reading.ids))
        return Items((word,), span, next(reading.ids)) if isinstance(kind, SetOf | ListOf) else word
    return read_argument(
        _node(text, span, is_list=isinstance(kind, SetOf | ListOf), is_text=is_text),
        kind,
        fields,
        reading,
        is_text=is_text,
    )


def _node(text: str, span: Span, *, is_list: bool, is_text: bool) -> Node:
    """A cell as it would stand in a rule: several items with commas between them are a list."""
    if is_list and "," in text and not text.startswith(("[", "if ")):
        items = [found for found in _ITEM.finditer(text) if found[1].strip()]
        return Sequence(
            tuple(_scalar(one[1].strip(), _within(span, text, one), is_text=is_text) for one in items), span
        )
    return _scalar(text, span, is_text=is_text)


def _within(span: Span, text: str, found: re.Match[str]) -> Span:
    """The place of an item; that of the whole cell, where it is written otherwise than it reads."""
    if span.text != text:
        return span
    return Span(span.source, span.start + found.start(1), span.start + found.start(1) + len(found[1].strip()))


def _scalar(text: str, span: Span, *, is_text: bool) -> Scalar:
    """A text in single quotes is what stands between them, where texts are written without any."""
    if is_text and len(text) > 1 and text[0] == text[-1] == "'":
        text = text[1:-1]
        span = Span(span.source, span.start + 1, span.end - 1) if span.end - span.start == len(text) + 2 else span
    return Scalar(text, Style.PLAIN if text and span.text == text else Style.DOUBLE, span)
