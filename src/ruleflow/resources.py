"""Where the files that ship with the package are, and where we may keep our own."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_IN_REPOSITORY = {"grammar": "grammar", "schemas": "schemas", "rules-examples": "rules-examples", "codes": "docs/codes"}


def resource_folder(kind: str) -> Traversable:
    """The folder of `grammar`, `schemas`, `rules-examples` or `codes`: in a checkout its own, else the wheel's.

    An editable install leaves a stale copy in site-packages, so the checkout comes first.
    """
    checkout = Path(__file__).parents[2]
    if (checkout / "pyproject.toml").is_file() and (checkout / "grammar").is_dir():
        return checkout / _IN_REPOSITORY[kind]
    from importlib.resources import files

    return files("ruleflow") / "_data" / kind


def read_resource(kind: str, name: str) -> str:
    """The text of a shipped file. Raises FileNotFoundError where there is none of that name."""
    return (resource_folder(kind) / name).read_text(encoding="utf-8")


def cache_folder() -> Path:
    """The user's own cache folder for ruleflow; `RULEFLOW_CACHE` names another. It may not exist yet."""
    chosen = os.environ.get("RULEFLOW_CACHE")
    if chosen:
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("ruleflow", appauthor=False)


def own_cache_folder() -> Path | None:
    """The cache folder, made where it is missing; None where nobody can write it, or others can besides us."""
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        seen = folder.stat()
    except OSError:
        return None
    is_ours = not hasattr(os, "getuid") or (seen.st_uid == os.getuid() and not seen.st_mode & 0o022)
    return folder if is_ours and os.access(folder, os.W_OK) else None


def keep_for_long() -> None:
    """Tell the garbage collector that what there is now stays: it looks at what is made from now on, and less often.

    A decision makes hundreds of objects and no cycles, so looking is mostly in vain. To be called again when what was kept
    is replaced; this takes as long as one look at everything.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@contextmanager
def without_collection() -> Iterator[None]:
    """Makes many objects that stay, without the garbage collector going through all of them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
