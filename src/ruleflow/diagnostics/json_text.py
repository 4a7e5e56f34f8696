"""JSON text for output: readable in every script, and safe to print."""

from __future__ import annotations

import json
import re

# C1 controls, what reorders or hides text, and lone surrogates (no encoding takes them). JSON's own escapes do C0.
_UNSAFE = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb]"
)


def json_text(value: object) -> str:
    """The value as indented JSON with a final line break; characters that do not show are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"
