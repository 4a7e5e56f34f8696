"""From a scalar to text with placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ruleflow.diagnostics.collector import Collector
from ruleflow.syntax import errors
from ruleflow.syntax.expression_parser import parse_expression
from ruleflow.syntax.expressions import Expr, NodeId
from ruleflow.syntax.fragment import Fragment, fragment_of
from ruleflow.syntax.nodes import Scalar
from ruleflow.syntax.parse_tree import Parse, parse_tree
from ruleflow.syntax.text_template import TextParts

_PLACEHOLDER = re.compile(r"\{\{((?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|(?!\}\}).)*)\}\}", re.DOTALL)
_TEXT_ONLY = re.compile(r"\s*'([^'\\]*)'\s*")


def parse_text(scalar: Scalar, out: Collector, ids: Iterator[NodeId], parse: Parse = parse_tree) -> TextParts:
    """The parts of a text. Each `{{ … }}` holds an expression; `{{ '{{' }}` writes two braces."""
    fragment = fragment_of(scalar)
    parts: list[str | Expr] = []
    at = 0
    for found in _PLACEHOLDER.finditer(fragment.text):
        _add_text(parts, fragment.text[at : found.start()])
        quoted = _TEXT_ONLY.fullmatch(found[1])
        if quoted is not None:
            _add_text(parts, quoted[1])
        else:
            parts.append(parse_expression(_part(fragment, *found.span(1)), out, ids, parse))
        at = found.end()
    _check_rest(fragment, at, out)
    _add_text(parts, fragment.text[at:])
    return TextParts(tuple(parts), scalar.span)


def _add_text(parts: list[str | Expr], text: str) -> None:
    last = parts[-1] if parts else None
    if isinstance(last, str):
        parts[-1] = last + text
    elif text:
        parts.append(text)


def _check_rest(fragment: Fragment, at: int, out: Collector) -> None:
    """Report a `{{` after the last whole placeholder, or between two."""
    opened = fragment.text.find("{{", at)
    if opened >= 0:
        out.report(errors.open_placeholder(fragment.span(opened, opened + 2)))


def _part(fragment: Fragment, start: int, end: int) -> Fragment:
    return Fragment(fragment.text[start:end], fragment.source, fragment.offsets[start : end + 1])
