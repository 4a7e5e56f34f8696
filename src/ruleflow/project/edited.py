"""A project's folder with other contents of some files: in memory, to be checked first, and then on disk."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from difflib import unified_diff
from errno import EACCES
from pathlib import Path
from tempfile import NamedTemporaryFile

from ruleflow.project.folder import Folder, RawFile

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class ChangedMeanwhileError(Exception):
    """A file is not what it was when it was read; nothing was written."""


def edited_folder(folder: Folder, files: Mapping[str, bytes]) -> Folder:
    """The folder with other contents of some files, in memory."""
    own = tuple(RawFile(file.name, files.get(file.name, file.content)) for file in folder.files)
    return replace(folder, files=own, others=lambda name: files.get(name, folder.attachment(name)))


def changed_files(before: Folder, after: Folder) -> Iterator[tuple[RawFile, RawFile]]:
    """The files that differ, each as it was and as it is."""
    return ((old, new) for old, new in zip(before.files, after.files, strict=True) if old.content != new.content)


def patch(name: str, before: bytes, after: bytes) -> str:
    """The change of a file as `git apply` reads it, whatever stands for the end of a line elsewhere."""
    was, is_now = (_LINE.findall(content.decode("utf-8")) for content in (before, after))
    lines = unified_diff(was, is_now, f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def write_files(folder: Path, files: Mapping[str, tuple[bytes, bytes]]) -> None:
    """Write files, each from what it holds to what it is to hold: all of them or none, so far as a file system lets us.

    All are written beside their places first; then each is put in place at once, and where one cannot be, those before it
    are put back. Raises `ChangedMeanwhileError`, or `OSError` of the file that could not be written.
    """
    places = {name: (folder / name).resolve() for name in files}
    for name, (before, _) in files.items():
        if places[name].read_bytes() != before:
            raise ChangedMeanwhileError(f"`{name}` was changed meanwhile")
        if not os.access(places[name], os.W_OK):  # it could be put in place, but somebody does not want it
            raise PermissionError(EACCES, "it may not be written", name)
    beside: dict[str, Path] = {}
    done: list[str] = []
    try:
        for name, (_, after) in files.items():
            beside[name] = _written_beside(places[name], after)
        for name in files:
            beside[name].replace(places[name])
            done.append(name)
    except OSError:
        for name in done:
            places[name].write_bytes(files[name][0])
        raise
    finally:
        for name, place in beside.items():
            if name not in done:
                with suppress(OSError):
                    place.unlink()


def _written_beside(place: Path, content: bytes) -> Path:
    """A file in the same folder, with the same rights."""
    with NamedTemporaryFile(dir=place.parent, prefix=f".{place.name}.", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        beside = Path(file.name)
    beside.chmod(place.stat().st_mode & 0o7777)
    return beside
