"""JSON text for output: readable in every script, and safe to print."""

from __future__ import annotations

import json
import re
from decimal import Decimal

# C1 controls, what reorders or hides text, and lone surrogates (no encoding takes them). JSON's own escapes do C0.
_UNSAFE = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb]"
)
_NUMBER = re.compile(r'"\\u0000([-0-9.]+)"')


def json_text(value: object) -> str:
    """The value as indented JSON with a final line break; Decimals with all their digits; what does not show is escaped."""
    return _text(value, indent=2) + "\n"


def json_line(value: object) -> str:
    """The same on one line without a line break; as it is it also stands in YAML."""
    return _text(value, indent=None)


def _text(value: object, indent: int | None) -> str:
    text = _NUMBER.sub(r"\1", json.dumps(value, ensure_ascii=False, indent=indent, default=_decimal))
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _decimal(value: object) -> str:
    """A Decimal as a marked text, which becomes a bare number; JSON itself knows only floats."""
    if isinstance(value, Decimal):
        return f"\0{value:f}"
    raise TypeError(f"a {type(value).__name__} is no JSON")
