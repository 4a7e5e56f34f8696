"""How a secret is shown, and secrets in free text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

DOT = "•"
# Looking ahead, so that places may overlap: a date of expiry may stand right before or after a card.
_CARDS = tuple(re.compile(rf"(?<![0-9])(?=([0-9](?:[ -]?[0-9]){{{more}}})(?![0-9]))") for more in range(12, 19))
_SSN = re.compile(r"(?<![0-9-])([0-9]{3}-[0-9]{2}-[0-9]{4})(?![0-9-])")


def mask(text: str) -> str:
    """The text as dots, with its last characters: four at most, and never more than a quarter of it."""
    shown = min(4, len(text) // 4)
    return DOT * (len(text) - shown) + text[len(text) - shown :]


def masked(value: Any) -> Any:
    """A secret as it is shown, in lists and records part by part; what is missing stays so."""
    match value:
        case None | "":
            return value
        case bool():
            return DOT
        case set() | frozenset():
            return sorted(masked(one) for one in value)
        case list() | tuple():
            return [masked(one) for one in value]
        case Mapping():
            return {name: masked(one) for name, one in value.items()}
        case _:
            return mask(str(value))


def redact(text: str) -> str:
    """Free text with what looks like card numbers (13 to 19 digits with a right check digit) and SSNs masked.

    Digits may stand beside a card where a space or a dash sets them apart; a longer number without a break is none.
    """
    shown = list(text)
    cards = (found for card in _CARDS for found in card.finditer(text) if passes_luhn(found[1]))
    for found in (*cards, *_SSN.finditer(text)):
        hidden = mask(found[1]).count(DOT)
        shown[found.start(1) : found.start(1) + hidden] = DOT * hidden
    return "".join(shown)


def passes_luhn(text: str) -> bool:
    """Whether the digits of a text end in the right check digit (ISO/IEC 7812-1, annex B); other characters do not count."""
    digits = [int(one) for one in text if one in "0123456789"]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return bool(digits) and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
