"""Bodies of requests: received within bounds, read as JSON, fitted to a message with every fault at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from ruleflow.diagnostics.suggest import listing, nearest
from ruleflow.project.fact_files import Unreadable, read_json
from ruleflow.service.calls import Receive
from ruleflow.service.problems import Fault, Problem, unreadable, wrong_request

Message = TypeVar("Message", bound=msgspec.Struct)
_SHOWN = 20
"""So many faults are told."""


class GoneError(Exception):
    """The caller went away before its request was whole."""


async def receive_body(
    headers: Mapping[bytes, bytes], receive: Receive, limit: int, timeout_s: float
) -> bytes | Problem:
    """The body of a request. Raises `GoneError`."""
    announced = headers.get(b"content-length", b"")
    if announced.isdigit() and (len(announced) > 18 or int(announced) > limit):
        return _too_large(limit)
    try:
        async with asyncio.timeout(timeout_s):
            event = await receive()
            if not event.get("more_body"):
                return _bounded(_part(event), limit)
            return await _rest(event, receive, limit)
    except TimeoutError:
        return _too_slow(timeout_s)


def _bounded(body: bytes, limit: int) -> bytes | Problem:
    return body if len(body) <= limit else _too_large(limit)


async def _rest(event: Any, receive: Receive, limit: int) -> bytes | Problem:
    parts = [_part(event)]
    size = len(parts[0])
    while event.get("more_body"):
        event = await receive()
        parts.append(_part(event))
        size += len(parts[-1])
        if size > limit:
            return _too_large(limit)
    return b"".join(parts)


def _part(event: Any) -> bytes:
    if event["type"] == "http.disconnect":
        raise GoneError
    return bytes(event.get("body", b""))


def read_message(body: bytes, kind: type[Message]) -> Message | Problem:
    """The message in a body, or everything that is wrong with it."""
    document = read_json(body)
    if isinstance(document, Unreadable):
        return unreadable(document.message, document.line, document.column)
    return message_of(document, kind)


def message_of(document: Any, kind: type[Message], at: str = "") -> Message | Problem:
    """A JSON value as a message; `at` is its pointer in the body."""
    try:
        return msgspec.convert(document, kind)
    except (msgspec.ValidationError, UnicodeEncodeError):  # half a surrogate pair in a name
        return wrong_request(faults_of(document, kind, at))


def faults_of(document: Any, kind: type[msgspec.Struct], at: str = "", *, strict: bool = True) -> list[Fault]:
    """What keeps a JSON value from being a message: each member that is unknown, absent, or of a wrong type.

    `strict` False: numbers and the like may be written as text, as in an address.
    """
    if not isinstance(document, Mapping):
        return [Fault(at, "wrong-type", f"needs an object with {listing(_names(kind))}")]
    fields = {one.encode_name: one for one in msgspec.structs.fields(kind)}
    found = [_unknown(name, fields, at) for name in document if name not in fields]
    for name, field in fields.items():
        if name in document:
            found += _wrong_member(document[name], field.type, f"{at}/{name}", strict=strict)
        elif field.required:
            found.append(Fault(f"{at}/{name}", "absent", f"`{name}` is required"))
    return found[:_SHOWN]


def _names(kind: type[msgspec.Struct]) -> list[str]:
    return [one.encode_name for one in msgspec.structs.fields(kind)]


def _unknown(name: str, known: Mapping[str, Any], at: str) -> Fault:
    near = nearest(name, known)
    help_ = f"did you mean `{near}`?" if near else f"known: {listing(known)}"
    return Fault(f"{at}/{_escaped(name)[:80]}", "unknown-member", f"`{name[:80]}` is not known here", help_)


def _wrong_member(value: Any, kind: Any, at: str, *, strict: bool) -> list[Fault]:
    try:
        msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `$")
        return [Fault(at + _pointer(place.rstrip("`")), "wrong-type", _words(message))]
    return []


def _pointer(path: str) -> str:
    """A path of msgspec, `.name[3]`, as a JSON pointer; `[...]` says that it is one of several."""
    return path.replace("[...]", "").replace("[", "/").replace("]", "").replace(".", "/")


def _words(message: str) -> str:
    """What msgspec says, in plain words: "Expected `str`, got `int`"."""
    said = message[:1].lower() + message[1:]
    for name, plain in _PLAIN.items():
        said = said.replace(f"`{name}", f"`{plain}").replace(f" | {name}", f" or {plain}")
    return said.replace("`", "").replace("expected ", "needs ").replace(", got ", "; found ")


_PLAIN = {
    "str": "a text",
    "object": "an object",
    "array": "a list",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "null": "null",
}


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _too_large(limit: int) -> Problem:
    closing = ((b"connection", b"close"),)
    return Problem(413, f"the body is larger than {limit:,} bytes", headers=closing)


def _too_slow(timeout_s: float) -> Problem:
    closing = ((b"connection", b"close"),)
    return Problem(408, f"the body did not arrive within {timeout_s:g} seconds", headers=closing)
