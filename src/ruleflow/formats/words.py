"""Letters and digits of any script."""

from __future__ import annotations

from unicodedata import category, normalize


def alphanumeric(text: str) -> str | None:
    """Letters and digits only; a letter with marks counts, be it one code point or several."""
    return None if _only_letters(text, spaces=False) else "needs letters and digits only"


def alphanumeric_spaces(text: str) -> str | None:
    """Letters, digits and plain spaces."""
    return None if _only_letters(text, spaces=True) else "needs letters, digits and spaces only"


def _only_letters(text: str, *, spaces: bool) -> bool:
    composed = normalize("NFC", text)
    starts_with_mark = composed[:1] != "" and category(composed[0])[0] == "M"
    return (
        bool(composed)
        and not starts_with_mark
        and all(category(one)[0] in "LM" or category(one) == "Nd" or (spaces and one == " ") for one in composed)
    )
