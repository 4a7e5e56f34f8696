"""How a secret is shown, and secrets in free text."""

from __future__ import annotations

import re

DOT = "•"
_CARD_LENGTHS = range(19, 12, -1)
_DIGITS = re.compile(r"[0-9](?:[ -]?[0-9]){12,}")
_SSN = re.compile(r"(?<![0-9-])[0-9]{3}-[0-9]{2}-[0-9]{4}(?![0-9-])")


def mask(text: str) -> str:
    """The text as dots, with its last characters: four at most, and never more than a quarter of it."""
    shown = min(4, len(text) // 4)
    return DOT * (len(text) - shown) + text[len(text) - shown :]


def redact(text: str) -> str:
    """Free text with what looks like card numbers (13 to 19 digits with a right check digit) and SSNs masked.

    A card is also found among digits that stand beside it, such as its date of expiry, where a space or a dash
    sets them apart; a longer number without a break is none.
    """
    return _SSN.sub(lambda found: mask(found[0]), _DIGITS.sub(lambda found: _mask_cards(found[0]), text))


def _mask_cards(run: str) -> str:
    """A run of digits, single spaces and dashes, its cards masked; at each place the longest card counts."""
    done, at = "", 0
    while at < len(run):
        end = _end_of_card(run, at)
        done += mask(run[at:end]) if end else run[at]
        at = end or at + 1
    return done


def _end_of_card(run: str, start: int) -> int:
    """Where a card that starts at a place ends; 0 if none does."""
    if not run[start].isdigit() or run[max(start - 1, 0) : start].isdigit():
        return 0
    ends = [at + 1 for at in range(start, min(len(run), start + 37)) if run[at].isdigit()]
    for length in _CARD_LENGTHS:
        end = ends[length - 1] if len(ends) >= length else 0
        if end and not run[end : end + 1].isdigit() and passes_luhn(run[start:end]):
            return end
    return 0


def passes_luhn(text: str) -> bool:
    """Whether the digits of a text end in the right check digit (ISO/IEC 7812-1, annex B); other characters do not count."""
    digits = [int(one) for one in text if one in "0123456789"]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return bool(digits) and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
