"""How the service fares: published by the parent process as a file, read by its workers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from ruleflow.service.state import Status

FILE = "status.json"
_DECODER = msgspec.json.Decoder(Status)


def publish(state: Path, status: Status) -> None:
    """Write the status; readers see the old one or the new one, never a part."""
    draft = state / f"{FILE}.tmp"
    draft.write_bytes(msgspec.json.encode(status))
    draft.replace(state / FILE)


def status_reader(state: Path) -> Callable[[], Status]:
    """Gives the status as it was last published; it is read again only when it was written again."""
    place = state / FILE
    seen, status = (0, 0), Status()

    def read() -> Status:
        nonlocal seen, status
        try:
            stat = place.stat()
            if (now := (stat.st_mtime_ns, stat.st_ino)) != seen:
                status, seen = _DECODER.decode(place.read_bytes()), now
        except (OSError, msgspec.MsgspecError):
            pass
        return status

    return read
