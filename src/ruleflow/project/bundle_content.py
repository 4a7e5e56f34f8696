"""What the bytes of a bundle hold: a head that says what it must sum up to, then MessagePack of known shape."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import msgspec

from ruleflow.project.errors import BundleError
from ruleflow.project.folder import Folder, RawFile

MARK = b"\x89RFB\r\n\x1a"
"""Begins every bundle; what changes the ends of lines or the eighth bit on the way changes this."""
SIGNED = b"\x89RFS\r\n\x1a\x01"
"""Begins every signed file, which has the bundle after its head (`signing`)."""
FORMAT = 1
LARGEST = 256 * 1024 * 1024
"""Bytes of the largest bundle that is made or opened."""

_SIZE, _SUM = 8, 32
_HEAD = len(MARK) + 1 + _SIZE + _SUM
"""The mark, the number of the format, the length of what follows the head, its SHA-256."""


class Content(msgspec.Struct, frozen=True, array_like=True):
    """A bundle as it was made; everything in it is a function of the project and of what it was made with.

    `shape` is that of the classes of the frozen project; `others` has the files that the YAML ones name, None for one
    that was not there; `frozen` is empty where a project cannot be frozen.
    """

    name: str
    digest: str
    shape: str
    made_with: dict[str, str]
    files: tuple[tuple[str, bytes], ...]
    others: dict[str, bytes | None]
    frozen: bytes

    def folder(self) -> Folder:
        """The source files, in memory."""
        return Folder(Path(), tuple(RawFile(name, content) for name, content in self.files), self.others.get)


def packed(content: Content) -> bytes:
    """The bytes of a bundle. Raises `BundleError` where they are too many, or a name is none that can be written."""
    try:
        body = msgspec.msgpack.encode(content)
    except UnicodeEncodeError as error:
        raise BundleError(f"the name of a file is not UTF-8: {error.object!a}") from error
    if _HEAD + len(body) > LARGEST:
        raise BundleError(f"the bundle would be larger than {LARGEST:,} bytes; is this the right folder?")
    return MARK + bytes([FORMAT]) + len(body).to_bytes(_SIZE, "little") + sha256(body).digest() + body


def unpacked(raw: bytes) -> Content:
    """What a bundle holds. Raises `BundleError`."""
    body = _body(raw)
    try:
        return msgspec.msgpack.decode(body, type=Content)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise BundleError(f"what the bundle holds cannot be read: {error}") from error


def read_file(path: Path) -> bytes:
    """The bytes of a file that should be a bundle. Raises `BundleError` where it cannot be read or is too large."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise BundleError(f"`{path}` cannot be read: {error.strerror}") from error
    if len(raw) > LARGEST:
        raise BundleError(f"`{path}` is larger than any bundle: at most {LARGEST:,} bytes")
    return raw


def _body(raw: bytes) -> memoryview:
    """What follows the head, where it is as it was made."""
    if len(raw) > LARGEST:
        raise BundleError(f"{len(raw):,} bytes are more than any bundle has: at most {LARGEST:,}")
    if not raw.startswith(MARK):
        raise BundleError(_no_bundle(raw))
    if len(raw) < _HEAD:
        raise BundleError("the bundle is cut short: not even its head is whole")
    form = raw[len(MARK)]
    if form != FORMAT:
        raise BundleError(f"the bundle has format {form}, this ruleflow reads format {FORMAT}: build it again")
    body = memoryview(raw)[_HEAD:]
    size = int.from_bytes(raw[len(MARK) + 1 : len(MARK) + 1 + _SIZE], "little")
    if len(body) != size:
        how = "is cut short" if len(body) < size else "has more bytes than it was made with"
        raise BundleError(f"the bundle {how}: {len(body):,} of {size:,}")
    if sha256(body).digest() != raw[_HEAD - _SUM : _HEAD]:
        raise BundleError("the bundle is damaged: it does not sum up to what its head says")
    return body


def _no_bundle(raw: bytes) -> str:
    if not raw:
        return "the file is empty, so it is no bundle"
    if raw.startswith(SIGNED):
        return "the bundle is signed: its signature is to be checked first"
    if MARK.startswith(raw):
        return "the bundle is cut short: not even its head is whole"
    return "this is no bundle; `ruleflow build` makes one"
