"""Facts as text: one JSON document, numbers exact, hostile input refused in bounded time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any, NoReturn

import msgspec

MAX_BYTES = 16 * 1024 * 1024
"""The size of the largest document that is read."""
MAX_DEPTH = 64
_DECODER = msgspec.json.Decoder(float_hook=Decimal)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a text is no JSON document that we read; `line` and `column` from 1, 0 where there is no place."""

    message: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.message} (line {self.line}, column {self.column})" if self.line else self.message


def read_json(raw: bytes) -> Any | Unreadable:
    """A JSON document; numbers with a point are Decimals, so that nothing is lost."""
    if len(raw) > MAX_BYTES:
        return Unreadable(f"the document is larger than {MAX_BYTES // 1024 // 1024} MiB")
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH and _too_deep(raw):
        return Unreadable(f"the document is nested deeper than {MAX_DEPTH}")
    try:
        return _DECODER.decode(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _read_slowly(raw)


def bounded_lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file; one that is longer than a document may be is cut, and so unreadable."""
    while line := file.readline(MAX_BYTES + 1):
        yield line
        while len(line) > MAX_BYTES and not line.endswith(b"\n") and (line := file.readline(MAX_BYTES + 1)):
            pass


def _read_slowly(raw: bytes) -> Any | Unreadable:
    """What the quick decoder does not take: a byte-order mark, half of a surrogate pair; or what is wrong, and where."""
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse)
    except UnicodeDecodeError as error:
        return Unreadable(f"the document is not UTF-8: byte {error.start} cannot be read")
    except json.JSONDecodeError as error:
        return Unreadable(f"this is not JSON: {_words(error)}", error.lineno, error.colno)
    except (ValueError, RecursionError) as error:
        return Unreadable(f"this is not JSON that can be read: {_reason(error)}")


def _too_deep(raw: bytes) -> bool:
    """Whether brackets outside of texts nest too deeply; counted before anything recurses."""
    depth = 0
    for inside, part in enumerate(raw.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')):
        if inside % 2:
            continue
        opened = part.count(b"[") + part.count(b"{")
        if depth + opened <= MAX_DEPTH:
            depth += opened - part.count(b"]") - part.count(b"}")
            continue
        for byte in part:
            depth += (byte in b"[{") - (byte in b"]}")
            if depth > MAX_DEPTH:
                return True
    return False


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _words(error: json.JSONDecodeError) -> str:
    """The decoder's complaint in an admin's words."""
    return {
        "Expecting value": "a value is missing here",
        "Expecting property name enclosed in double quotes": "a key in double quotes is missing here (is there a comma too many?)",
        "Expecting ',' delimiter": "a comma or a closing bracket is missing here",
        "Expecting ':' delimiter": "a colon is missing here",
        "Extra data": "something follows after the end of the document (for several documents, one a line, use --lines)",
        "Unterminated string starting at": "this text has no closing quote",
        "Invalid control character at": "a line break or a control character stands inside a text",
        "Illegal trailing comma before end of object": "there is a comma too many before the closing bracket",
        "Illegal trailing comma before end of array": "there is a comma too many before the closing bracket",
    }.get(error.msg, error.msg[:1].lower() + error.msg[1:])


def _reason(error: Exception) -> str:
    if "digits" in str(error):
        return "a number has too many digits"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
