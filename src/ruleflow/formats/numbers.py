"""Numbers as people type them into forms. Anything but a plain number is None, never a guess."""

from __future__ import annotations

import re
from decimal import Decimal

MAX_DIGITS = 40
_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,40}(?:[.,][0-9]{1,40})?|[.,][0-9]{1,40})")


def read_integer(text: str) -> int | None:
    """`-5`, `0`, `+12`: digits with a sign or without, nothing else."""
    return int(text) if _INTEGER.fullmatch(text) else None


def read_decimal(text: str) -> Decimal | None:
    """`2,25`, `1.6`, `-3`: a comma or a point before the part; no groups of thousands, no exponents."""
    if not _DECIMAL.fullmatch(text) or sum(one.isdigit() for one in text) > MAX_DIGITS:
        return None
    return Decimal(text.replace(",", "."))
