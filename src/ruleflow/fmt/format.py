"""Formatting one file, with the proof that it says what it said before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ruleflow.diagnostics.collector import Collector
from ruleflow.fmt.comments import Comment, comments_of, has_explicit_key
from ruleflow.fmt.expressions import Vocabulary, expressions_of
from ruleflow.fmt.layout import lay_out
from ruleflow.model.root import ROOT_FILE
from ruleflow.source import Source
from ruleflow.syntax.decode import MAX_BYTES
from ruleflow.syntax.expressions import Broken, Expr
from ruleflow.syntax.nodes import Mapping as MappingNode
from ruleflow.syntax.nodes import Node, Scalar, Style
from ruleflow.syntax.walk import walk
from ruleflow.syntax.yaml_reader import read_yaml

_DIRECTIVE = re.compile(r"^%", re.MULTILINE)
_NO_TEXT = re.compile(
    r"~|[Nn]ull|NULL|[Tt]rue|TRUE|[Ff]alse|FALSE|[-+]?(?:\.?[0-9][0-9.eE+-]*|\.inf|\.Inf|\.INF)|0[xo][0-9a-fA-F]+|\.nan|\.NaN|\.NAN|"
)

Meaning: TypeAlias = Expr | str | tuple["Meaning", ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A file that was read without an error."""

    source: Source
    node: Node | None
    comments: tuple[Comment, ...]
    expressions: Mapping[int, Expr]


@dataclass(frozen=True, slots=True)
class Left:
    """A file that is left as it is, and why. `is_ours`: the formatter is to blame, not the file."""

    reason: str
    is_ours: bool = False


def format_file(source: Source, vocabulary: Vocabulary) -> str | Left:
    """The file in the one form that the formatter knows, proved to mean the same and to be formatted already."""
    before = read_file(Source(source.name, source.text.replace("\r\n", "\n")), vocabulary)
    if before is None:
        return Left("it has mistakes; `ruleflow check` shows them")
    if (unknown := _unknown(before)) != "":
        return Left(unknown)
    text = _laid_out(before)
    if text == source.text:
        return text
    if len(text.encode()) > MAX_BYTES:
        return Left(f"it would have more than {MAX_BYTES // 1024 // 1024} MiB; split it into several files")
    return text if (reason := _unproved(before, text, vocabulary)) == "" else Left(reason, is_ours=True)


def _unknown(read: Read) -> str:
    """What a file has that rules do without, and that is not worth a form of its own; '' where there is nothing."""
    start = len(read.source.text) if read.node is None else read.node.span.start
    if _DIRECTIVE.search(read.source.text, 0, start):
        return "a YAML directive (`%…`) stands at its top; rules need none"
    return "a key is written behind `?`; write it as `key: value`" if has_explicit_key(read.source, read.node) else ""


def read_file(source: Source, vocabulary: Vocabulary) -> Read | None:
    """A file with its comments and expressions; None where it has errors that keep it from being read as a whole."""
    out = Collector()
    node = read_yaml(source, out)
    if out.has_errors:
        return None
    found = {} if node is None else expressions_of(node, vocabulary, root=source.name == ROOT_FILE)
    if any(isinstance(part, Broken) for expr in found.values() for part in walk(expr)):
        return None
    return Read(source, node, comments_of(source, node), found)


def _laid_out(read: Read) -> str:
    return lay_out(read.source, read.node, read.comments, read.expressions)


def _unproved(before: Read, text: str, vocabulary: Vocabulary) -> str:
    """What speaks against a text in place of the file; '' where it says the same and is formatted already."""
    after = read_file(Source(before.source.name, text), vocabulary)
    if after is None:
        return "it could not be read again"
    if _meaning(before.node, before.expressions) != _meaning(after.node, after.expressions):
        return "its meaning would change"
    if [comment.text for comment in before.comments] != [comment.text for comment in after.comments]:
        return "a comment would change"
    return "" if _laid_out(after) == text else "a second run would change it again"


def _meaning(node: Node | None, expressions: Mapping[int, Expr]) -> Meaning:
    """What a file says, less how it is written: trees of expressions; texts, and what YAML takes for numbers, flags, null."""
    match node:
        case None:
            return ()
        case Scalar():
            expression = expressions.get(node.span.start)
            if expression is not None:
                return expression
            is_plain = node.style is Style.PLAIN and _NO_TEXT.fullmatch(node.text)
            return ("null",) if node.is_null else ("plain" if is_plain else "text", node.text)
        case MappingNode():
            return (
                "mapping",
                *((entry.key.text, _meaning(entry.value, expressions)) for entry in node),
            )
        case _:
            return ("sequence", *(_meaning(item, expressions) for item in node.items))
