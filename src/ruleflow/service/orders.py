"""What parent and workers say to each other: lines of JSON."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from ruleflow.service.settings import Settings

T = TypeVar("T")


def line_of(said: msgspec.Struct) -> bytes:
    """What is said as a line."""
    return msgspec.json.encode(said, enc_hook=str) + b"\n"


def said_in(line: bytes, kind: type[T]) -> T:
    """What a line says. Raises `msgspec.MsgspecError` where it is cut or another thing."""
    return msgspec.json.decode(line, type=kind, dec_hook=lambda cls, text: cls(text))


class Order(msgspec.Struct, frozen=True):
    """A project to serve: where its bundle lies, where it came from, since when it is served (microseconds, UTC)."""

    name: str
    digest: str
    bundle: Path
    source: str
    loaded_at: int


class Start(msgspec.Struct, frozen=True):
    """What a worker is told first. `name` is that of its journal; `socket` the number of the one that it listens on."""

    settings: Settings
    name: str
    socket: int
    orders: tuple[Order, ...]


class Orders(msgspec.Struct, frozen=True):
    """What to serve from now on. `ending`: the end is near, so no connection is to outlive its answer."""

    orders: tuple[Order, ...]
    ending: bool = False


class Serving(msgspec.Struct, frozen=True):
    """What a worker serves, by name of the project its digest; `failed` says why it could not do as it was told."""

    digests: Mapping[str, str]
    failed: str = ""
