"""What is wrong with an expression that the grammar refuses, and what to write instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.syntax import errors
from ruleflow.syntax.fragment import Fragment

if TYPE_CHECKING:
    from lark import Token
    from lark.exceptions import UnexpectedInput

_COMPARES = frozenset(
    {"IS", "IS_NOT", "LESS", "AT_MOST", "MORE", "AT_LEAST", "BETWEEN", "IN", "NOT_IN", "HAS", "CONTAINS"}
)
_VALUES = frozenset(
    {"FACT", "NAME", "NUMBER", "TEXT", "DURATION", "MOMENT", "TRUE", "FALSE", "CALENDAR_DAYS", "WORKING_DAYS"}
)
_OTHERS = {
    "&&": "and",
    "||": "or",
    "!": "not",
    "=": "is",
    "&": "and",
    "|": "or",
    "<>": "is not",
    "=>": ">=",
    "=<": "<=",
}
_CAPITALS = re.compile(r"[A-Z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*")
_WORD = re.compile(r"[^\W\d]\w*")


def explain_failure(fragment: Fragment, failure: UnexpectedInput) -> Diagnostic:
    """The finding for what Lark could not go on with."""
    token: Token | None = getattr(failure, "token", None)
    if token is None:
        return _character(fragment, cast("int", failure.pos_in_stream))
    if token.type == "$END":
        return _end(fragment)
    at = token.start_pos or 0
    return _token(fragment, token, at, set(getattr(failure, "expected", ()) or ()))


def _character(fragment: Fragment, at: int) -> Diagnostic:
    """A character with which nothing can begin."""
    text = fragment.text
    character = text[at]
    if character in "'\"":
        return errors.open_text(fragment.span(at, len(text.rstrip())))
    if character in "“”„‘’«»":
        return errors.wrong_quotes(fragment.span(at, at + 1))
    for wrong, right in _OTHERS.items():
        if text.startswith(wrong, at):
            return errors.other_operator(fragment.span(at, at + len(wrong)), wrong, right)
    capital = _CAPITALS.match(text, at)
    if capital is not None:
        return errors.capitals(fragment.span(at, capital.end()), capital[0].lower())
    word = _WORD.match(text, at)
    if word is not None:
        place = fragment.span(at, word.end())
        return errors.unreadable(
            place,
            f"`{word[0]}` is not a name",
            f"names are made of a to z, digits and `_`; a text stands in quotes: `'{word[0]}'`",
        )
    if character in "{}":
        return errors.unreadable(
            fragment.span(at, at + 1),
            f"`{character}` has no meaning in an expression",
            "`{{ … }}` belongs into texts; here names stand by themselves",
        )
    shown = {"\u00a0": "a no-break space"}.get(character, f"`{character}`")
    return errors.unreadable(
        fragment.span(at, at + 1), f"{shown} has no meaning in an expression", "remove it; a text stands in quotes"
    )


def _end(fragment: Fragment) -> Diagnostic:
    """The expression stops too early."""
    text = fragment.text.rstrip()
    opened = _unclosed(text)
    if opened is not None:
        return errors.open_bracket(fragment.span(opened, opened + 1), text[opened])
    last = re.search(r"\S+$", text)
    start = last.start() if last is not None else 0
    return errors.unreadable(
        fragment.span(start, len(text)),
        f"something is missing after `{text[start:]}`",
        "go on with a value, or remove it",
    )


def _unclosed(text: str) -> int | None:
    """The place of the last bracket that is opened and not closed, texts left out."""
    plain = re.sub(r"'(\\.|[^'\\])*'|\"(\\.|[^\"\\])*\"", lambda found: " " * len(found[0]), text)
    places: list[int] = []
    for at, character in enumerate(plain):
        if character in "([":
            places.append(at)
        elif character in ")]" and places:
            places.pop()
    return places[-1] if places else None


def _token(fragment: Fragment, token: Any, at: int, expected: set[str]) -> Diagnostic:
    """A word or sign that cannot stand where it stands."""
    text, end = fragment.text, at + len(token)
    place = fragment.span(at, end)
    before = text[:at].rstrip()
    unit = re.search(r"\d[\d_]*$", text[:at])
    if unit is not None and token.type in {"NAME", "IN", "IS"}:
        return errors.unknown_unit(fragment.span(unit.start(), end))
    if token.type in {"RPAR", "RSQB"} and _unclosed(text[:at]) is None:
        return errors.open_bracket(place, str(token))
    if token.type in _COMPARES and "AND" in expected and token.type not in expected:
        return errors.chained(place)
    if str(token) == "in" and re.search(r"\bis\s+not$|\bis$", before):
        return errors.unreadable(place, "`is` and `in` do not go together", "write `in […]` or `not in […]`")
    if token.type in _VALUES and "AND" in expected:
        last = re.search(r"('(\\.|[^'\\])*'|\"(\\.|[^\"\\])*\"|\S+)$", before)
        return errors.missing_operator(place, last[0] if last is not None else before)
    if token.type == "IF":
        return errors.unreadable(place, "`if` cannot stand here without brackets", "write `(if … then … else …)`")
    if re.fullmatch(r"[a-z]\w*", str(token)) and expected & {"NAME", "TEXT"}:
        help_ = f"`{token}` is a word of the language; if you mean a text, put it in quotes: `'{token}'`"
        return errors.unreadable(place, f"`{token}` cannot stand here", help_)
    return errors.unreadable(place, f"`{token}` cannot stand here", _hint(before, str(token)))


def _hint(before: str, token: str) -> str:
    if not before:
        return "an expression begins with a value, such as `ticket.priority`, or with `not`"
    last = before.rsplit(maxsplit=1)[-1]
    return f"after `{last}` something else is expected than `{token}`"
