"""Atoms in the words of the language, as an admin would write them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import assert_never

from ruleflow.plan.conditions import (
    All,
    Atom,
    Condition,
    Equals,
    HasChanged,
    HasElement,
    IsBlank,
    IsMissing,
    Negated,
    OneOf,
    Opaque,
    Range,
    RegexMatch,
    TextMatch,
    Within,
)
from ruleflow.plan.conditions import Any as AnyOf
from ruleflow.types.durations import CalendarDays, WorkingDays, duration_text
from ruleflow.types.values import Value


def said(atom: Atom) -> str:
    """An atom as an expression."""
    match atom:
        case Equals(path, None):
            return f"{path} is missing"
        case Equals(path, value):
            return f"{path} is {literal(value)}"
        case OneOf(path, values):
            return f"{path} in [{', '.join(sorted(map(literal, values)))}]"
        case Range():
            return _range(atom)
        case IsMissing(path):
            return f"{path} is missing"
        case IsBlank(path):
            return f"{path} is blank"
        case HasElement(path, value):
            return f"{path} has {literal(value)}"
        case TextMatch(path, test, pattern, exact):
            return f"{path} {'exactly ' if exact else ''}{test.value} {quoted(pattern)}"
        case RegexMatch(path, pattern, exact):
            return f"{path} {'exactly ' if exact else ''}matches {quoted(pattern)}"
        case Within(path, calendar):
            return f"{path} during {calendar}"
        case HasChanged(path, before, after):
            start = f" from {literal(before[0])}" if before else ""
            return f"{path} changed{start}{f' to {literal(after[0])}' if after else ''}"
        case Opaque(expr):
            return " ".join(expr.span.text.split())
        case _:
            assert_never(atom)


def condition_text(condition: Condition) -> str:
    """A condition as an expression."""
    match condition:
        case All(parts):
            return " and ".join(
                f"({condition_text(one)})" if isinstance(one, AnyOf) else condition_text(one) for one in parts
            )
        case AnyOf(parts):
            return " or ".join(map(condition_text, parts))
        case Negated(atom):
            return negated(said(atom))
        case _:
            return said(condition)


_TURNED = {" is ": " is not ", " during ": " outside ", " in ": " not in ", " is missing": " is present"}
_TURNABLE = re.compile(r"([\w.]+(?: before the event)?)( is missing$| during | in (?=\[)| is (?!not ))(.*)", re.DOTALL)
_TEXT = re.compile(r"'(?:\\.|[^'\\])*'", re.DOTALL)
_JOINED = re.compile(r" (?:and|or) |\(")


def negated(words: str) -> str:
    """The opposite of an expression: a test of one fact is turned, anything else put in brackets.

    Words inside a text or a list of records are none of its own.
    """
    plain = _TURNABLE.fullmatch(words)
    if plain is None or _JOINED.search(_TEXT.sub("''", words)):
        return f"not ({words})"
    subject, sign, rest = plain.groups()
    return f"{subject}{_TURNED[sign]}{rest}"


def _range(atom: Range) -> str:
    low, high = (None if one is None else _bound(atom, one) for one in (atom.low, atom.high))
    if low is not None and high is not None and not atom.low_open and not atom.high_open:
        return f"{atom.path} between {low} and {high}"
    parts = []
    if low is not None:
        parts.append(f"{atom.path} {'>' if atom.low_open else '>='} {low}")
    if high is not None:
        parts.append(f"{atom.path} {'<' if atom.high_open else '<='} {high}")
    return " and ".join(parts) or f"{atom.path} is present"


def _bound(atom: Range, bound: Value) -> str:
    return atom.options[bound] if atom.options and isinstance(bound, int) else literal(bound)


def literal(value: Value) -> str:
    """A value as the language writes it."""
    match value:
        case None:
            return "missing"
        case bool():
            return "true" if value else "false"
        case str() if value.isidentifier() and value.isascii() and value.islower():
            return value
        case str():
            return quoted(value)
        case datetime():
            return f"@{value.isoformat()}"
        case date() | time():
            return f"@{value.isoformat()}"
        case timedelta():
            return duration_text(value)
        case CalendarDays() | WorkingDays():
            return f"{value.days} {'working ' if isinstance(value, WorkingDays) else ''}days"
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def quoted(text: str) -> str:
    """A text in quotes."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
