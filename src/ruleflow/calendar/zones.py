"""Time zones, from the `tzdata` package and never from the machine, so that the same project counts the same everywhere."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from zoneinfo import ZoneInfo


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo | None:
    """The zone of an IANA name such as `Europe/Helsinki`, the same object every time; None where there is none.

    It is read from a file, so it cannot be pickled: keep its `key`.
    """
    if name not in _names():
        return None
    place = files("tzdata") / "zoneinfo"
    for part in name.split("/"):
        place /= part
    with place.open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Every name there is, for suggestions."""
    return tuple((files("tzdata") / "zones").read_text(encoding="utf-8").split())


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """The versions of what time is counted with; part of a project's digest."""
    return {name: version(name) for name in ("tzdata", "holidays")}


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(zone_names())
