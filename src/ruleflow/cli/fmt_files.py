"""Which files `ruleflow fmt` is asked for, and writing them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ruleflow.cli.terminal import show_findings
from ruleflow.diagnostics.collector import Collector
from ruleflow.fmt.format import Left
from ruleflow.fmt.project import Formatted
from ruleflow.project.folder import ROOT_FILE, Folder, RawFile, is_read, read_folder
from ruleflow.project.loading import without_ignored


@dataclass(slots=True)
class Search:
    """What was found: projects with what is wanted of each, and what to tell."""

    folders: list[tuple[Folder, Callable[[str], bool]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    missing: bool = False


def find_folders(paths: tuple[Path, ...]) -> Search:
    """The projects of some folders and files. A file that belongs to none is told and left out."""
    search, wanted = Search(), dict[Path, set[str]]()
    for path in paths:
        if not path.exists():
            search.notes.append(f"error: `{path}` does not exist")
            search.missing = True
            continue
        roots = _roots(path)
        if not roots and path.is_dir():
            search.notes.append(f"error: `{path}` holds no project: no `{ROOT_FILE}` in it, above it or below it")
            search.missing = True
        elif not roots:
            search.notes.append(f"{path} is no file of a project; it is left as it is")
        for root in roots:
            inside = Path(os.path.relpath(path.absolute(), root.absolute())).as_posix()
            wanted.setdefault(root, set()).add("." if inside.startswith("..") else inside)
    for root, names in wanted.items():
        folder = _folder(root)
        if folder is not None:
            search.folders.append((folder, _chooser(names)))
            known = {file.name for file in without_ignored(folder).files}
            search.notes += (
                f"{root / name} is no file of a project; it is left as it is"
                for name in sorted(names)
                if (root / name).is_file() and name not in known
            )
    return search


def folder_with(name: Path, content: bytes) -> tuple[Folder | None, str]:
    """The project that a file belongs to, with this content in its place, and its name there; None where there is none."""
    root = _root_above(name.absolute().parent)
    inside = name.absolute().relative_to(root).as_posix() if root is not None else ""
    folder = _folder(root) if root is not None and is_read(inside) else None
    if folder is None:
        return None, inside
    files = {file.name: file for file in folder.files} | {inside: RawFile(inside, content)}
    in_order = sorted(files.values(), key=lambda file: (file.name != ROOT_FILE, file.name))
    return replace(folder, files=tuple(in_order)), inside


def place_of(root: Path, name: str) -> Path:
    """A file of a project as it is told."""
    return root / name


def write(root: Path, one: Formatted) -> Formatted:
    """Put the new text in place of the file, whole or not at all; it keeps its mode, and a link stays one.

    What is left, and why: a link out of the project, and a file that has changed since it was read or cannot be written.
    """
    place = (root / one.file.name).resolve()
    if not place.is_relative_to(root.resolve()):
        return replace(one, after=Left("it is a link to a file outside the project"))
    try:
        if place.read_bytes() != one.file.content:
            return (
                one
                if place.read_bytes() == str(one.after).encode()
                else replace(one, after=Left("it has just changed"))
            )
        _replace(place, str(one.after).encode())
    except OSError as error:
        return replace(one, after=Left(f"it cannot be written: {error.strerror}"))
    return one


def _replace(place: Path, content: bytes) -> None:
    number, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(place, name)
        Path(name).replace(place)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _folder(root: Path) -> Folder | None:
    out = Collector()
    folder = read_folder(root, out)
    if out.has_errors:
        show_findings(tuple(one for one in out.sorted() if one.is_error), "text", root, err=True)
    return folder


def _roots(path: Path) -> tuple[Path, ...]:
    """The project at or above a path; else those below it, outermost only."""
    if path.is_dir() and (path / ROOT_FILE).is_file():
        return (path,)
    above = _root_above(path.absolute() if path.is_dir() else path.absolute().parent)
    if above is not None:
        return (Path(os.path.relpath(above)),)
    return tuple(_roots_below(path)) if path.is_dir() else ()


def _root_above(folder: Path) -> Path | None:
    return next((one for one in (folder, *folder.parents) if (one / ROOT_FILE).is_file()), None)


def _roots_below(path: Path) -> Iterator[Path]:
    for place, below, names in os.walk(path):
        below[:] = sorted(name for name in below if not name.startswith("."))
        if ROOT_FILE in names:
            below.clear()
            yield Path(place)


def _chooser(names: set[str]) -> Callable[[str], bool]:
    """Whether a file is one of those named, or lies in a folder that is."""
    return lambda file: "." in names or any(file == name or file.startswith(f"{name}/") for name in names)
