"""Colours for rule files: YAML in which expressions are told apart, as a lexer of Pygments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from pygments.lexer import RegexLexer, words
from pygments.lexers.data import YamlLexer
from pygments.token import Error, Keyword, Literal, Name, Number, Operator, Punctuation, String, Text, Token

CONDITIONS = frozenset({"when", "applies_when", "pause_when", "solved_when", "all", "any", "none"})
KEYS = CONDITIONS | {"since", "once", "for", "expect", "never", "value"}
"""Keys under which a single value, or the items of a list, are expressions."""

_VALUES = (Literal.Scalar, String, Name.Constant, Name.Variable)
_WORDS = (
    "is", "in", "has", "between", "contains", "starts", "ends", "with", "word", "matches", "exactly", "changed", "from",
    "to", "during", "outside", "and", "or", "not", "any", "all", "none", "of", "where", "if", "then", "else",
)  # fmt: skip


class ExpressionLexer(RegexLexer):  # type: ignore[misc]  # Pygments says nothing of types
    """The expression language by itself. What is no word of it is text; there is no error."""

    name = "ruleflow expression"
    aliases: ClassVar = ["ruleflow-expression"]
    tokens: ClassVar = {
        "root": [
            (r"\s+", Text.Whitespace),
            (r"'(?:''|\\.|[^'\\])*'", String.Single),
            (r'"(?:\\.|[^"\\])*"', String.Double),
            (r"@[0-9][0-9:\-T+.Z]*", Literal.Date),
            (r"\d[\d_]*\s+(?:working\s+)?days?\b", Number),
            (r"(?:\d+[hms])+(?![a-z0-9_])", Number),
            (r"\d[\d_]*(?:\.\d[\d_]*)?", Number),
            (r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+", Name.Attribute),
            (words(_WORDS, suffix=r"\b"), Operator.Word),
            (
                words(("true", "false", "missing", "present", "blank", "now", "it", "contract"), suffix=r"\b"),
                Keyword.Constant,
            ),
            (r"[a-z][a-z0-9_]*(?=\()", Name.Function),
            (r"[a-z][a-z0-9_]*", Name.Constant),
            (r"\?\?|[<>=!]=|[<>+\-*/%]", Operator),
            (r"[()\[\],]", Punctuation),
            (r".", Text),
        ]
    }


class RuleflowLexer(YamlLexer):  # type: ignore[misc]
    """The files of a ruleflow project."""

    name = "ruleflow"
    aliases: ClassVar = ["ruleflow"]
    filenames: ClassVar = ["ruleflow.yaml"]
    mimetypes: ClassVar[list[str]] = []

    def get_tokens_unprocessed(self, text: str | None = None, context: Any = None) -> Iterator[tuple[int, Any, str]]:
        """The tokens of YAML, with expressions taken apart."""
        key, at, run = "", 0, ""
        for start, found, piece in super().get_tokens_unprocessed(text, context):
            kind = Name.Variable if found in Error else found  # `@` inside brackets is a character like others
            if kind in Name.Tag:
                key = piece.strip().strip("'\"")
            if key in KEYS and any(kind in one for one in _VALUES):
                at, run = (at, run + piece) if run else (start, piece)
                continue
            if run:
                yield from _expression(at, run)
                run = ""
            yield start, kind, piece
        if run:
            yield from _expression(at, run)


def _expression(at: int, text: str) -> Iterator[tuple[int, Any, str]]:
    """The tokens of an expression; YAML's quotes around it are its own."""
    quote = text[0] if text[0] in "'\"" and len(text) > 1 and text[-1] == text[0] else ""
    if not quote:
        yield from ((at + place, kind, piece) for place, kind, piece in ExpressionLexer().get_tokens_unprocessed(text))
        return
    yield at, Token.Literal.String.Delimiter, quote
    inside = ExpressionLexer().get_tokens_unprocessed(text[1:-1])
    yield from ((at + 1 + place, kind, piece) for place, kind, piece in inside)
    yield at + len(text) - 1, Token.Literal.String.Delimiter, quote
