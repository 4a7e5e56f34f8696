r"""From the patterns that admins write to RE2's, with words of every script.

RE2 knows `\w`, `\d`, `\s` and `\b` for ASCII only. The first three are written out as classes. A word edge cannot be:
for texts beyond ASCII the text gets a mark between any two characters, one mark at the edges of words and another
elsewhere, and the pattern is written so that every character may be followed by a mark and `\b` asks for one. RE2 then
stays the only engine, and linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

EDGE, INNER = "\ue000", "\ue001"
_MARKS = r"\x{E000}\x{E001}"
_CLASSES = {"w": r"\pL\pN\pM_", "d": r"\p{Nd}", "s": r"\s\p{Z}\x{85}\x{B}"}
_TOKEN = re.compile(
    r"""(?P<group>\(\?P<[^>]*>|\(\?<[A-Za-z_]\w*>|\(\?[imsU]*-?[imsU]*[:)]|\((?!\?))
    |(?P<bad_group>\(\?.?.?)
    |(?P<close>\)|\|)
    |(?P<quantifier>(?:[*+?]|\{\d*,?\d*\})\??\+?)
    |(?P<class>\[\^?\]?(?:\[:\^?\w*:\]|\\.|[^\]\\])*\]?)
    |(?P<quoted>\\Q.*?(?:\\E|$))
    |(?P<escape>\\(?:[pP]\{\^?\w+\}|[pP].|x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[0-7]{3}|.)|\\$)
    |(?P<anchor>[\^$])
    |(?P<dot>\.)
    |(?P<literal>.)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class RegexProblem:
    """Why a pattern cannot be used; `[start, end)` is the place in the pattern."""

    start: int
    end: int
    message: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Translated:
    """A pattern in RE2's words. `marked` is for texts with marks; '' where the pattern asks for no word edge."""

    plain: str
    marked: str


@dataclass(frozen=True, slots=True)
class _Piece:
    plain: str
    marked: str


def translate(pattern: str) -> Translated | RegexProblem:
    """A pattern in RE2's words, or what it uses that RE2 does not have."""
    pieces: list[_Piece] = []
    has_edge = False
    for found in _TOKEN.finditer(pattern):
        piece = _piece(found)
        if isinstance(piece, RegexProblem):
            return piece
        has_edge = has_edge or found["escape"] in {r"\b", r"\B"}
        pieces.append(piece)
    marked = "".join(piece.marked for piece in pieces)
    return Translated("".join(piece.plain for piece in pieces), f"[{_MARKS}]?(?:{marked})" if has_edge else "")


def mark(text: str) -> str:
    """The text with a mark between any two characters and at both ends."""
    return "".join(_marked(text))


def _marked(text: str) -> Iterator[str]:
    before = False
    for character in text:
        here = _is_word(character)
        yield EDGE if here is not before else INNER
        yield character if character not in {EDGE, INNER} else "\ufffd"
        before = here
    yield EDGE if before else INNER


def _is_word(character: str) -> bool:
    from ruleflow.types.text import is_word_character

    return is_word_character(character)


def _piece(found: re.Match[str]) -> _Piece | RegexProblem:
    text = found[0]
    match found.lastgroup:
        case "bad_group":
            return _bad_group(found)
        case "group" | "close":
            return _Piece(text, text)
        case "quantifier":
            return _quantifier(found)
        case "class":
            return _class(found)
        case "quoted":
            literal = text[2:].removesuffix(r"\E")
            return _join([_atom(_escaped(one)) for one in literal])
        case "escape":
            return _escape(found)
        case "anchor":
            return _Piece(text, f"{text}[{_MARKS}]?" if text == "^" else f"[{_MARKS}]?{text}")
        case "dot":
            return _Piece(".", _follow(rf"[^\n{_MARKS}]"))
        case _:
            return _atom(text)


def _atom(text: str) -> _Piece:
    return _Piece(text, _follow(text))


def _join(pieces: list[_Piece]) -> _Piece:
    return _Piece("".join(one.plain for one in pieces), "".join(one.marked for one in pieces))


def _follow(text: str) -> str:
    """Something that takes one character, and the mark after it."""
    return f"(?:{text}[{_MARKS}]?)"


def _escaped(character: str) -> str:
    return f"\\{character}" if character in r"\.+*?()|[]{}^$" else character


def _quantifier(found: re.Match[str]) -> _Piece | RegexProblem:
    text = found[0]
    if text.startswith("{") and not re.match(r"\{\d+(,\d*)?\}", text):
        return (
            _atom("".join(_escaped(one) for one in text))
            if len(text) == 1
            else _join([_atom(_escaped(one)) for one in text])
        )
    if (text.endswith("+") and text not in {"+", "++"}) or text == "++":
        return _problem(
            found,
            f"`{text}` is not known",
            "leave out the last `+`; matching never goes back here, so it is not needed",
        )
    return _Piece(text, text)


def _class(found: re.Match[str]) -> _Piece | RegexProblem:
    text = found[0]
    if not text.endswith("]") or text in {"[]", "[^]"}:
        return _problem(found, "`[` is opened and never closed", r"add a `]`; a bracket itself is written `\[`")
    negative = re.search(r"\\([WDS])", text)
    if negative is not None:
        small = negative[1].lower()
        return _problem(
            found,
            rf"`\{negative[1]}` cannot stand inside brackets",
            rf"write `[^\{small}…]`, or `(?:\{negative[1]}|…)`",
        )
    inner = re.sub(r"\\([wds])", lambda one: _CLASSES[one[1]], text)
    if inner.startswith("[^"):
        return _Piece(inner, _follow(f"[^{_MARKS}{inner[2:]}"))
    return _Piece(inner, _follow(inner))


def _escape(found: re.Match[str]) -> _Piece | RegexProblem:
    text = found[0]
    kind = text[1:2]
    if kind in "wds" and kind:
        return _atom(f"[{_CLASSES[kind]}]")
    if kind in "WDS" and kind:
        return _Piece(f"[^{_CLASSES[kind.lower()]}]", _follow(f"[^{_CLASSES[kind.lower()]}{_MARKS}]"))
    if kind == "b":
        return _Piece(text, rf"\x{{{ord(EDGE):X}}}")
    if kind == "B":
        return _Piece(text, rf"\x{{{ord(INNER):X}}}")
    if kind in "Az" and kind:
        return _Piece(text, f"{text}[{_MARKS}]?" if kind == "A" else f"[{_MARKS}]?{text}")
    unknown = _UNKNOWN_ESCAPES.get(kind) or (
        ("a reference to an earlier group", "write the part out again") if kind.isdigit() and kind != "0" else None
    )
    if unknown is not None:
        return _problem(found, f"`{text}` is {unknown[0]}, which is not known here", unknown[1])
    return _atom(text)


_UNKNOWN_ESCAPES = {
    "Z": ("the end of the text", r"write `\z`, or `$`"),
    "u": ("a character by its number", r"write `\x{263a}`, or the character itself"),
    "N": ("a character by its name", "write the character itself"),
    "G": ("the end of the last match", "leave it out"),
    "K": ("a reset of the match", "leave it out"),
    "k": ("a reference to an earlier group", "write the part out again"),
    "R": ("a line break", r"write `\r?\n`"),
    "h": ("a blank", r"write `[ \t]`"),
    "": ("a lone backslash", r"write `\\`"),
}


def _bad_group(found: re.Match[str]) -> RegexProblem:
    text = found[0]
    if text.startswith(("(?=", "(?!")):
        return _problem(
            found,
            f"`{text[:3]}` looks ahead, which is not known here",
            "use two conditions: `… matches '…' and not … matches '…'`",
        )
    if text.startswith("(?<"):
        return _problem(
            found, "`(?<` looks behind, which is not known here", "use two conditions, or match the text before as well"
        )
    if text.startswith("(?P="):
        return _problem(
            found, "`(?P=` is a reference to an earlier group, which is not known here", "write the part out again"
        )
    if text.startswith("(?>"):
        return _problem(
            found, "`(?>` is an atomic group, which is not known here", "write `(?:`; matching never goes back here"
        )
    return _problem(found, f"`{text}` is not known here", "write `(…)` or `(?:…)`")


def _problem(found: re.Match[str], message: str, help_: str) -> RegexProblem:
    return RegexProblem(found.start(), found.end(), message, help_)
