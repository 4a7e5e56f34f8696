"""What was found last time, kept in the user's own cache folder, so that an unchanged project is not checked again.

The store is plain JSON: reading it can run nothing. A store that cannot be read or written is as good as none.
"""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from ruleflow.calendar.zones import versions
from ruleflow.resources import cache_folder


def read_entry(kind: str, key: str) -> dict[str, Any] | None:
    """What was kept under a key by this very ruleflow; None where there is nothing."""
    try:
        found = json.loads(_place(kind, key).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("made_by") == made_by() else None


def write_entry(kind: str, key: str, entry: dict[str, Any]) -> None:
    """Keep something under a key; silently nothing where the folder cannot be written."""
    place = _place(kind, key)
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = place.with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(json.dumps({**entry, "made_by": made_by()}), encoding="utf-8")
        draft.replace(place)
    except OSError:
        return


@cache
def made_by() -> str:
    """What tells one installation of ruleflow from another: its files, and what it counts time with."""
    package = Path(__file__).parent.parent
    total = sha256(f"{sys.version} {sorted(versions().items())}".encode())
    for file in sorted((*package.rglob("*.py"), *package.rglob("*.yaml"), *package.rglob("*.lark"))):
        seen = file.stat()
        total.update(f"{file.relative_to(package)} {seen.st_size} {seen.st_mtime_ns}\n".encode())
    return total.hexdigest()


def _place(kind: str, key: str) -> Path:
    return cache_folder() / kind / f"{sha256(key.encode()).hexdigest()[:32]}.json"
