"""How a text stands in YAML: plain where that is safe, else in the quotes that need no doubling."""

from __future__ import annotations

import re

from ruleflow.syntax.nodes import Scalar, Style
from ruleflow.syntax.yaml_reader import hides

# What YAML of any version, and so other tools, may take for something else than text.
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
# A text that nobody would quote: words of letters and digits.
_PLAIN_TEXT = re.compile(r"[^\W\d_](?:[\w./-]| (?! ))*(?<! )")
_INDICATORS = tuple("!&*%@`|>'\"#,[]{}")
_ESCAPED_SPACE = re.compile(r"\\[ \t]+\n")
_LINE_BREAK = re.compile(r"[ \t]*\n[ \t]*")


def plain_is_safe(text: str, *, in_flow: bool) -> bool:
    """Whether a text that stands plain, on one line, is read as this text."""
    return (
        text.strip() == text != ""
        and not text.startswith(_INDICATORS)
        and not re.match(r"[-?:](?:[\s,\[\]{}]|$)|---|\.\.\.", text)
        and not re.search(r":(?:\s|$)|\s#|[\n\t]", text)
        and not (in_flow and re.search(r"[,\[\]{}]|:(?=[,\[\]{}])", text))
        and text.lower() not in {"~", "null"}
        and not hides(text)
    )


def quoted(text: str) -> str:
    """A text in quotes: single ones, unless it has such inside or must be escaped."""
    if hides(text) or "\n" in text or "\t" in text:
        return escaped(text)
    if "'" in text and not ('"' in text or "\\" in text):
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def escaped(text: str) -> str:
    """A text in double quotes, with escapes for all that does not show."""
    return f'"{"".join(map(_escaped, text))}"'


def one_line(scalar: Scalar, *, in_flow: bool) -> str:
    """A scalar on one line; quotes that say nothing are left out, and a plain one stays plain where it may."""
    written = scalar.span.text
    if scalar.style is Style.PLAIN and "\n" not in written:
        return written
    text = scalar.text
    if scalar.style is Style.DOUBLE and "\n" not in written and not (text.isprintable()):
        return written  # escapes stand as the author chose them
    if scalar.style is Style.SINGLE and "\n" not in written and not text.isprintable():
        return written
    was_plain = scalar.style is Style.PLAIN and plain_is_safe(text, in_flow=in_flow)
    return text if was_plain or _needs_no_quotes(text, in_flow=in_flow) else quoted(text)


def _needs_no_quotes(text: str, *, in_flow: bool) -> bool:
    return (
        _PLAIN_TEXT.fullmatch(text) is not None and text.lower() not in _WORDS and plain_is_safe(text, in_flow=in_flow)
    )


def several_lines(scalar: Scalar, indent: int) -> list[str]:
    """The lines of a plain or quoted text that goes over several, all but the first under `indent`."""
    if scalar.style is Style.DOUBLE and _ESCAPED_SPACE.search(scalar.span.text):
        return [quoted(scalar.text)]
    first, *rest = _LINE_BREAK.sub("\n", scalar.span.text).split("\n")
    return [first, *(" " * indent + line if line else "" for line in rest)]


def block_text(scalar: Scalar, indent: int) -> list[str]:
    """The head (`|`, `>-`) and the lines of a block text, moved to `indent`."""
    head, _, body = scalar.span.text.partition("\n")
    sign = "".join(one for one in head.partition("#")[0] if one in "+-")
    if scalar.text and not scalar.text.endswith("\n"):
        sign = "-"  # the last line of a file may lack the break that others have
    old = _indent_of(scalar, head, body)
    lines = [line[old:] for line in body.split("\n")]
    if not lines[-1]:
        lines.pop()
    while sign != "+" and lines and not lines[-1]:
        lines.pop()
    digit = "2" if next((line for line in lines if line), "").startswith(" ") else ""
    return [f"{scalar.style.value}{digit}{sign}", *(" " * indent + line if line else "" for line in lines)]


def _indent_of(scalar: Scalar, head: str, body: str) -> int:
    """The columns that the lines of a block text are indented by in the file."""
    first = next((line for line in body.split("\n") if line.strip(" ")), "")
    lead = len(first) - len(first.lstrip(" "))
    if not any(one.isdigit() for one in head.partition("#")[0]):
        return lead
    wanted = next((line for line in scalar.text.split("\n") if line.strip(" ")), "")
    return lead - (len(wanted) - len(wanted.lstrip(" ")))


_SHORT = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def _escaped(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
