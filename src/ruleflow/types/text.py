"""Text as rules look at it: case folded the Unicode way, words of every script.

Folded texts are compared composed or decomposed alike (`é` as one code point or two), `ß` equals `ss`, the Kelvin sign
equals `k`, a final sigma equals a sigma. The Turkish dotted `İ` folds to `i` and a combining dot, as Unicode has it.
"""

from __future__ import annotations

from unicodedata import category, normalize


def fold(text: str) -> str:
    """The text for comparing without case: canonical caseless matching (Unicode chapter 3.13, D145). Plain ASCII is quick."""
    if text.isascii():
        return text.lower()
    return normalize("NFC", normalize("NFD", text).casefold())


def is_blank(text: str) -> bool:
    """Whether a text is empty or only white space."""
    return not text or text.isspace()


def is_word_character(character: str) -> bool:
    """Whether a character belongs to a word: a letter, a mark or a number of any script, or `_`."""
    return character == "_" or category(character)[0] in "LMN"


def contains_word(text: str, words: str) -> bool:
    """Whether a word, or several words in a row, stand in a text with word edges around them.

    Scripts that write without spaces have no edges between words there: use `contains`.
    """
    if not words:
        return False
    at = text.find(words)
    while at >= 0:
        if _is_edge(text, at, words[0]) and _is_edge(text, at + len(words), words[-1], before=False):
            return True
        at = text.find(words, at + 1)
    return False


def _is_edge(text: str, at: int, inner: str, *, before: bool = True) -> bool:
    """Whether a word that has `inner` at this place begins (`before`) or ends there."""
    place = at - 1 if before else at
    if not 0 <= place < len(text):
        return True
    return not (is_word_character(inner) and is_word_character(text[place]))
