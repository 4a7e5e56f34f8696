"""What was made last time, kept in the user's own cache folder, so that an unchanged project is not read again.

An entry is MessagePack under a head that says which ruleflow made it and what it must sum up to: reading it can run
nothing, and one that is cut short, altered or of another ruleflow is as good as none. So is a folder that others may
write into. A kind keeps the entries that were used last; writing one is a rename, so two processes never mix.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from ruleflow.calendar.zones import versions
from ruleflow.resources import own_cache_folder, resource_folder

_HEAD = 32
"""Bytes that stand before the content."""

MOST_ENTRIES = 64
"""Entries of a kind; of more, those unused the longest go."""
DAY = 86_400
OLDEST = 60 * DAY
"""Seconds after which an entry that nobody has used goes."""


def read_entry(kind: str, key: str) -> Any:
    """What was kept under a key by this very ruleflow, as plain values; None where there is nothing."""
    folder = own_cache_folder()
    if folder is None:
        return None
    place = _place(folder, kind, key)
    try:
        raw = memoryview(place.read_bytes())
        if raw[:_HEAD] != _head(raw[_HEAD:]):
            return None
        _touch(place)
        return msgspec.msgpack.decode(raw[_HEAD:])
    except (OSError, msgspec.DecodeError):
        return None


def write_entry(kind: str, key: str, entry: Any) -> None:
    """Keep plain values under a key; silently nothing where that cannot be done."""
    folder = own_cache_folder()
    if folder is None:
        return
    place = _place(folder, kind, key)
    draft = place.with_suffix(f".{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        content = msgspec.msgpack.encode(entry)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft.write_bytes(_head(content) + content)
        draft.replace(place)
        _clear_out(place.parent)
    except (OSError, UnicodeEncodeError):  # half of a character, written as an escape, cannot be kept
        return


@cache
def made_by() -> str:
    """What tells one installation of ruleflow from another: its files, and what it counts time with."""
    total = sha256(f"{sys.version} {sys.byteorder} {sorted(versions().items())}".encode())
    for folder in (Path(__file__).parent.parent, resource_folder("grammar")):
        for name, size, changed in sorted(_files(str(folder))):
            total.update(f"{name} {size} {changed}\n".encode())
    return total.hexdigest()


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    """The files that ruleflow is made of, below a folder: path, size, when they were changed."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _files(entry.path)
            elif entry.name.endswith((".py", ".yaml", ".lark")):
                seen = entry.stat()
                yield entry.path, seen.st_size, seen.st_mtime_ns


def _head(content: bytes | memoryview) -> bytes:
    """What an entry begins with: a digest of who made it and of its content."""
    total = sha256(made_by().encode())
    total.update(content)
    return total.digest()


def _place(folder: Path, kind: str, key: str) -> Path:
    return folder / kind / f"{sha256(key.encode()).hexdigest()[:32]}.msgpack"


def _touch(place: Path) -> None:
    """Note that an entry was used, once a day: that is near enough to tell which are not."""
    if time.time() - place.stat().st_mtime > DAY:
        os.utime(place)


def _clear_out(folder: Path) -> None:
    """Remove the entries that nobody has used for long, and what a process that died has left."""
    ages = sorted((entry.stat().st_mtime, entry.path) for entry in os.scandir(folder))
    oldest = time.time() - OLDEST
    for at, (used, path) in enumerate(reversed(ages)):
        if at >= MOST_ENTRIES or used < oldest:
            Path(path).unlink(missing_ok=True)
