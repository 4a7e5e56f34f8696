"""What is wrong with a file that is not YAML, in the words of someone who writes rules.

PyYAML and libyaml word their complaints differently; we go by the line they stop at, and fall back on a plain sentence.
"""

from __future__ import annotations

import re
from typing import Any

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.source import Source, Span
from ruleflow.syntax import errors

MAX_DEPTH = 64
"""Levels of YAML that are read."""

_VALUE = re.compile(r"^(?P<lead>\s*(?:- +)*(?:[\w.]+ *: +)?)(?P<value>\S.*)$")
QUOTE_IT = "wrap the whole value in '…' (a ' inside is written twice), or put it on the next line after `|`"


def not_yaml(source: Source, error: Any) -> Diagnostic:
    """The finding for an exception of PyYAML."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    at = min(mark.index if mark is not None else 0, len(source.text))
    problem = str(getattr(error, "problem", "") or "")
    context = str(getattr(error, "context", "") or "")
    if "nesting depth" in problem:
        # libyaml 0.2.6 looks ahead and gives up by itself, before it has told us of the first bracket.
        return errors.too_deep(Span(source, at, at), MAX_DEPTH)
    context_mark = getattr(error, "context_mark", None)
    started = min(context_mark.index, len(source.text)) if context_mark is not None else at
    message, help_, place = _words(source, at, problem, context, started)
    return Diagnostic(codes.NOT_YAML, message, place, help=(help_,))


def _words(source: Source, at: int, problem: str, context: str, started: int) -> tuple[str, str, Span]:
    """Headline, help and place."""
    here = Span(source, at, min(at + 1, len(source.text)))
    character = source.text[at : at + 1]
    if "quoted scalar" in context and at >= len(source.text.rstrip()):
        return (
            "a quote is opened and never closed",
            "close it, or write a quote inside a text twice",
            Span(source, started, started + 1),
        )
    if character == "\t" or "\\t" in problem:
        return "a tab stands where spaces belong", "indent with spaces; two for each level", here
    if "mapping values are not allowed" in problem:
        return "`: ` inside a value starts a new key", QUOTE_IT, here
    if "cannot start any token" in problem:
        return f"`{character}` cannot begin a value", QUOTE_IT, here
    line = _line_start(source, at)
    for number in (source.position(at).line, source.position(started).line):
        trap = _trap(source, number)
        if trap is not None:
            return trap
    if "flow sequence" in context or "flow mapping" in context:
        bracket = source.text[started : started + 1]
        help_ = f"close it; inside brackets a value that has `,`, `[`, `]`, `{{` or `}}` in it stands in quotes: {bracket}when: '…'{'}' if bracket == '{' else ']'}"
        return f"`{bracket}` is opened and not closed where it should be", help_, Span(source, started, started + 1)
    if "anchor" in context or "alias" in context:
        return (
            f"`{source.text[started : started + 1]}` cannot begin a value",
            QUOTE_IT,
            Span(source, started, started + 1),
        )
    return (
        "the file is not YAML from here on",
        "look at the indent of this line and the one above: keys of one mapping stand under each other",
        Span(source, max(line, at), min(at + 1, len(source.text))),
    )


def _trap(source: Source, number: int) -> tuple[str, str, Span] | None:
    """A line whose value begins with something that YAML takes for its own."""
    found = _VALUE.match(source.line(number))
    if found is None:
        return None
    value = found["value"]
    start = _offset_of_line(source, number)
    place = Span(source, start + found.start("value"), start + found.end("value"))
    first = value[0]
    if first in "\"'" and re.match(rf"{first}[^{first}]*{first}\s*[^\s#,\]}}:]", value):
        return f"text follows the closing {first}", QUOTE_IT, place
    if value.startswith("{{"):
        return "`{{` at the start of a value opens a mapping", QUOTE_IT, place
    if first in "[{" and {"[": "]", "{": "}"}[first] not in value and not value.rstrip().endswith((",", first)):
        help_ = f"add the `{'}' if first == '{' else ']'}`; if it is an expression, {QUOTE_IT}"
        return f"`{first}` is opened and never closed", help_, place
    if first in "[{" and not value.rstrip().endswith(("]", "}", ",", "[", "{")):
        return f"`{first}` at the start of a value opens a {'list' if first == '[' else 'mapping'}", QUOTE_IT, place
    if first in "*&!%@`>|" and not re.match(r"[>|][+-]?\d?\s*(#.*)?$", value):
        return f"`{first}` cannot begin a value", QUOTE_IT, place
    if "\u00a0" in found["lead"]:
        return "a no-break space stands where a space belongs", "type the space again", place
    return None


def _offset_of_line(source: Source, number: int) -> int:
    at = 0
    for _ in range(number - 1):
        at = source.text.find("\n", at) + 1
    return at


def _line_start(source: Source, at: int) -> int:
    return source.text.rfind("\n", 0, at) + 1
