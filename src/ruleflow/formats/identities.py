"""Numbers that stand for a person or a purse; both are secrets."""

from __future__ import annotations

import re

from ruleflow.formats.masking import passes_luhn

_CARD = re.compile(r"[0-9](?:[ -]?[0-9]){11,18}")
_BRANDS = re.compile(
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})"  # Visa
    r"|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}"  # Mastercard
    r"|3[47][0-9]{13}"  # American Express
    r"|3(?:0[0-59]|[689][0-9])[0-9]{11,16}"  # Diners Club
    r"|6(?:011|4[4-9][0-9]|5[0-9]{2})[0-9]{12,15}"  # Discover
    r"|35(?:2[89]|[3-8][0-9])[0-9]{12,15}"  # JCB
    r"|(?:62|81)[0-9]{14,17}"  # UnionPay
    r"|220[0-4][0-9]{12,15}"  # Mir
    r"|(?:5[06-8]|6[0-9])[0-9]{10,17}"  # Maestro, and RuPay, Elo, Dankort, Verve within its numbers
    r"|(?:82[0-9]{2}|8600|9112|9792|9860)[0-9]{12}"  # RuPay, Uzcard, Belkart, Troy, Humo
)
_SSN = re.compile(r"(?!000|666|9)[0-9]{3}-?(?!00)[0-9]{2}-?(?!0000)[0-9]{4}")
_FAKES = frozenset({"078051120", "219099999", "457555462"})
"""Numbers that were printed as samples and are valid nowhere."""


def payment_card(text: str) -> str | None:
    """A card number of a known brand with the right check digit; spaces and dashes between digits may stand."""
    digits = re.sub(r"[ -]", "", text)
    if _CARD.fullmatch(text) and _BRANDS.fullmatch(digits) and passes_luhn(digits):
        return None
    return "needs a bank card number: 12 to 19 digits, of which the last one checks the others"


def ssn_us(text: str) -> str | None:
    """A social security number that may have been issued, `123-45-6789` or without dashes."""
    if _SSN.fullmatch(text) and text.count("-") in {0, 2} and text.replace("-", "") not in _FAKES:
        return None
    return "needs a US social security number such as `123-45-6789`"
