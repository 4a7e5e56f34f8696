"""Reading a folder of rules from disk: which files belong to it, and what they hold."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Code, Diagnostic
from ruleflow.source import Source
from ruleflow.syntax.decode import MAX_BYTES, MAX_SHEET_BYTES, text_of

ROOT_FILE = "ruleflow.yaml"
MAX_FILES = 20_000

Files = Mapping[str, tuple[int, int]]
"""By name, when a file was last written (in nanoseconds) and how large it is."""


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file as it lies on disk; `name` is its path in the project, with `/`."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Folder:
    """The YAML files of a project in lexical order of path, the root file first.

    `others` gives the files that the project names where the folder does not lie on disk; None: they lie below `path`.
    """

    path: Path
    files: tuple[RawFile, ...]
    others: Callable[[str], bytes | None] | None = None

    def attachment(self, name: str) -> bytes | None:
        """The content of a file that the project names; None where there is none, it is too large, or lies outside."""
        if self.others is not None:
            return self.others(name)
        place = (self.path / name).resolve()
        if not place.is_relative_to(self.path.resolve()) or not place.is_file():
            return None
        try:
            return place.read_bytes() if place.stat().st_size <= most_bytes(name) else None
        except OSError:
            return None

    def digest_of(self, name: str) -> str:
        """The digest of a file that the project names; '' where there is none."""
        content = self.attachment(name)
        return "" if content is None else sha256(content).hexdigest()

    def without(self, ignored: tuple[str, ...]) -> Folder:
        """The folder less the files below some folders (`drafts`, `old/rules`)."""
        prefixes = tuple(f"{name.strip('/')}/" for name in ignored)
        return replace(self, files=tuple(file for file in self.files if not file.name.startswith(prefixes)))

    def digest(self) -> str:
        """A digest of the names and contents of the YAML files."""
        total = sha256()
        for file in self.files:
            total.update(f"{file.name}\0{sha256(file.content).hexdigest()}\n".encode())
        return total.hexdigest()


def most_bytes(name: str) -> int:
    """How large a file may be that a project names."""
    return MAX_SHEET_BYTES if name.lower().endswith(".csv") else MAX_BYTES


def project_digest(folder: Folder, attachments: Mapping[str, str], counted_with: Mapping[str, str]) -> str:
    """The digest of a project; the same digest decides the same.

    `attachments` are digests by name; `counted_with` are the versions of zones and holidays (`calendar.zones.versions`).
    """
    total = sha256(folder.digest().encode())
    for name, content in sorted(attachments.items()):
        total.update(f"{name}\0{content}\n".encode())
    for name, version in sorted(counted_with.items()):
        total.update(f"{name} {version}\n".encode())
    return f"sha256:{total.hexdigest()}"


def sources_of(folder: Folder) -> Callable[[str], Source]:
    """Gives the text of a file by its name, for findings that were kept; the same one each time."""

    @cache
    def source_of(name: str) -> Source:
        content = next((file.content for file in folder.files if file.name == name), None) or folder.attachment(name)
        return Source(name, text_of(content or b""))

    return source_of


def read_folder(path: Path, out: Collector) -> Folder | None:
    """Read the files of a project; None, with a finding, where the folder is no project."""
    if not path.is_dir():
        what = "is a file, not a folder" if path.exists() else "does not exist"
        out.report(_finding(codes.NO_PROJECT, f"`{path}` {what}", "name the folder that holds `ruleflow.yaml`"))
        return None
    if not (path / ROOT_FILE).is_file():
        out.report(_finding(codes.NO_PROJECT, f"`{path}` has no `{ROOT_FILE}`", _where_else(path)))
        return None
    names = sorted(_yaml_files(path, out), key=lambda name: (name != ROOT_FILE, name))
    if too_many(path, names, out):
        return None
    return Folder(path, tuple(file for name in names if (file := _read(path, name, out)) is not None))


def files_in(folder: Path) -> Files:
    """The files of a folder and those below it, less hidden ones."""
    found: dict[str, tuple[int, int]] = {}
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            path = Path(place) / name
            try:
                seen = path.stat()
            except OSError:  # gone meanwhile
                continue
            if not name.startswith("."):
                found[path.relative_to(folder).as_posix()] = (seen.st_mtime_ns, seen.st_size)
    return found


def is_read(name: str) -> bool:
    """Whether a file, by its path in the project, is one of its YAML files."""
    return name.endswith(".yaml") and not any(part.startswith(".") for part in name.split("/"))


def too_many(path: Path, names: Sequence[str], out: Collector) -> bool:
    """Report a folder of more files than a project has."""
    if len(names) > MAX_FILES:
        out.report(
            _finding(
                codes.TOO_MANY_FILES,
                f"`{path}` holds {len(names):,} YAML files",
                f"a project has at most {MAX_FILES:,}; is this the right folder?",
            )
        )
    return len(names) > MAX_FILES


def _where_else(path: Path) -> str:
    below = sorted(entry.parent.name for entry in path.glob(f"*/{ROOT_FILE}"))
    if below:
        return f"there is one in `{below[0]}`: name that folder"
    return f"`ruleflow new {path}` makes a small project to start from"


def _yaml_files(path: Path, out: Collector) -> Iterator[str]:
    for folder, below, names in os.walk(path):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(names):
            place = (Path(folder) / name).relative_to(path).as_posix()
            if is_read(place):
                yield place
            elif name.endswith(".yml"):
                out.report(
                    _finding(codes.OTHER_ENDING, f"`{place}` is not read", f"rename it to `{Path(name).stem}.yaml`")
                )


def _read(path: Path, name: str, out: Collector) -> RawFile | None:
    if name != name.encode(errors="replace").decode():
        out.report(_finding(codes.UNREADABLE_FILE, f"the name of the file {name!a} is not UTF-8", "rename it"))
        return None
    try:
        return RawFile(name, (path / name).read_bytes())
    except OSError as error:
        out.report(
            _finding(
                codes.UNREADABLE_FILE,
                f"`{name}` cannot be read: {error.strerror}",
                "check that it exists and that you may read it",
            )
        )
        return None


def _finding(code: Code, message: str, help_: str) -> Diagnostic:
    return Diagnostic(code, message, None, help=(help_,))
