"""Time zones, from the `tzdata` package and never from the machine, so that the same project counts the same everywhere."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from zoneinfo import ZoneInfo

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+\-]*(/[A-Za-z][A-Za-z0-9_+\-]*){0,2}")


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo | None:
    """The zone of an IANA name such as `Europe/Helsinki`; None where there is none."""
    if not _NAME.fullmatch(name):
        return None
    place = files("tzdata") / "zoneinfo"
    for part in name.split("/"):
        place = place / part
    try:
        with place.open("rb") as file:
            return ZoneInfo.from_file(file, key=name)
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Every name there is, for suggestions."""
    return tuple((files("tzdata") / "zones").read_text(encoding="utf-8").split())


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """The versions of what time is counted with; part of a project's digest."""
    return {name: version(name) for name in ("tzdata", "holidays")}
