"""Time zones, from the `tzdata` package and never from the machine, so that the same project counts the same everywhere."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo | None:
    """The zone of an IANA name such as `Europe/Helsinki`, the same object every time; None where there is none.

    It is read from a file, so it cannot be pickled: keep its `key`.
    """
    if name not in _names():
        return None
    with (_folder("tzdata") / "zoneinfo" / name).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Every name there is, for suggestions."""
    return tuple((_folder("tzdata") / "zones").read_text(encoding="utf-8").split())


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """The versions of what time is counted with; part of a project's digest."""
    return {name: _version(name) for name in ("tzdata", "holidays")}


def _version(name: str) -> str:
    """The version of an installed package, by the name of the folder that says so: asking the standard way takes 50 ms."""
    told = list(_folder(name).parent.glob(f"{name}-*.dist-info"))
    if len(told) == 1:
        return told[0].stem.removeprefix(f"{name}-")
    from importlib.metadata import version

    return version(name)


@lru_cache(maxsize=2)
def _folder(package: str) -> Path:
    """Where a package lies; it is not imported."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"ruleflow needs the package `{package}`", name=package)
    return Path(spec.origin).parent


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(zone_names())
