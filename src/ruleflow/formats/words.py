"""Letters and digits of any script."""

from __future__ import annotations

import re
from unicodedata import category, normalize

# Each character stands as one letter: L letter, M mark, N digit, S plain space, X anything else.
_LETTERS = re.compile(r"(?:LM*|N)+")
_LETTERS_AND_SPACES = re.compile(r"(?:LM*|N|S)+")
_KINDS = {"Lu": "L", "Ll": "L", "Lt": "L", "Lm": "L", "Lo": "L", "Mn": "M", "Mc": "M", "Nd": "N"}


def alphanumeric(text: str) -> str | None:
    """Letters and digits only; a letter with marks counts, be it one code point or several."""
    return None if _LETTERS.fullmatch(_kinds(text)) else "needs letters and digits only"


def alphanumeric_spaces(text: str) -> str | None:
    """Letters, digits and plain spaces."""
    return None if _LETTERS_AND_SPACES.fullmatch(_kinds(text)) else "needs letters, digits and spaces only"


def _kinds(text: str) -> str:
    return "".join("S" if one == " " else _KINDS.get(category(one), "X") for one in normalize("NFC", text))
