"""An expression that is not written to its end: its words, and what the grammar takes next."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from ruleflow.syntax.grammar import expression_parser

START = frozenset({"FACT", "NAME"})
"""What is said to come next where the beginning cannot be read at all."""
_JOINTS = {"AND", "OR", "WHERE", "THEN", "ELSE", "IF", "LPAR", "LSQB", "COMMA", "NOT"}


class Token(NamedTuple):
    """A word of the language: the name of its terminal in the grammar, its text, where it begins."""

    type: str
    text: str
    start: int


def tokens_of(text: str) -> tuple[Token, ...]:
    """The words of a text, up to the first character that begins none (an open quote)."""
    from lark.exceptions import UnexpectedInput

    found: list[Token] = []
    with suppress(UnexpectedInput):
        found.extend(Token(str(one.type), str(one), one.start_pos or 0) for one in expression_parser().lex(text))
    return tuple(found)


def ends_in_text(text: str) -> bool:
    """Whether a text ends inside quotes."""
    found = tokens_of(text)
    return text[found[-1].start + len(found[-1].text) if found else 0 :].lstrip()[:1] in {"'", '"'}


def next_terminals(text: str) -> frozenset[str]:
    """The terminals that may follow a text. One that is wrong somewhere is read from its last joint on (`and`, a bracket)."""
    from lark.exceptions import UnexpectedInput

    tokens = tokens_of(text)
    starts = [0, *(token.start + len(token.text) for token in reversed(tokens) if token.type in _JOINTS)]
    for start in starts:
        parser = expression_parser().parse_interactive(text[start:])
        try:
            parser.exhaust_lexer()
            return frozenset(parser.accepts())  # type: ignore[no-untyped-call]
        except UnexpectedInput:
            continue
    return START
