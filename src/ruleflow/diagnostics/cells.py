"""How text shows on a terminal: what each character is drawn as and how many columns that takes."""

from __future__ import annotations

from unicodedata import category, east_asian_width

_TAB = "    "
_JOINERS = "\u200c\u200d"
# Format characters that do draw something: signs that stand under or before the digits that follow them.
_DRAWN_FORMAT = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
_JAMO_TAILS = range(0x1160, 0x1200)


def visible(text: str) -> str:
    """The text as it may be sent to a terminal.

    Tabs become four spaces. Control characters show as their pictures (`␛`), and characters that hide or reorder
    text (bidirectional controls, soft hyphens, lone surrogates, line separators) as `<U+202E>`; the joiners that
    emoji and Persian need stay.
    """
    return text if text.isascii() and text.isprintable() else "".join(_drawn(character) for character in text)


def columns(text: str) -> int:
    """How many terminal columns `visible(text)` takes: two for East Asian wide characters, none for combining marks."""
    return len(text) if text.isascii() and text.isprintable() else sum(map(column_count, text))


def column_count(character: str) -> int:
    """The columns of one character, drawn as `visible` draws it."""
    drawn = _drawn(character)
    if drawn != character:
        return len(drawn)
    if character in _JOINERS or category(character) in {"Mn", "Me"} or ord(character) in _JAMO_TAILS:
        return 0
    return 2 if east_asian_width(character) in {"W", "F"} else 1


def _drawn(character: str) -> str:
    if character.isprintable():
        return character
    if character == "\t":
        return _TAB
    point = ord(character)
    if point < 0x20:
        return chr(0x2400 + point)
    if point == 0x7F:
        return "\u2421"
    if category(character) == "Zs" or character in _JOINERS or character in _DRAWN_FORMAT:
        return character
    return f"<U+{point:04X}>"
