"""Which project a file of the editor belongs to, and the project's folder with what the editor has not saved yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ruleflow.project.folder import ROOT_FILE, Folder, RawFile, is_read, most_bytes


def project_of_file(path: Path, opened: frozenset[Path] = frozenset()) -> Path | None:
    """The nearest folder at or above a file that has a `ruleflow.yaml`, on disk or among the files that are `opened`."""
    for folder in path.parents:
        root = folder / ROOT_FILE
        if root in opened or root.is_file():
            return folder
    return None


def overlaid(folder: Folder, unsaved: Mapping[str, bytes]) -> Folder:
    """The folder with the unsaved contents of some files, by name; files that are not on disk yet are part of it."""
    contents = {file.name: file.content for file in folder.files}
    contents |= {name: content for name, content in unsaved.items() if is_read(name)}
    names = sorted(contents, key=lambda name: (name != ROOT_FILE, name))

    def attachment(name: str) -> bytes | None:
        content = unsaved.get(name)
        if content is None:
            return folder.attachment(name)
        return content if len(content) <= most_bytes(name) else None

    return Folder(folder.path, tuple(RawFile(name, contents[name]) for name in names), attachment)


def in_memory(folder: Folder, attachments: Iterable[str]) -> Folder:
    """The folder with what it names, all of it in memory, so that another process can have it."""
    contents = {name: content for name in attachments if (content := folder.attachment(name)) is not None}
    return Folder(folder.path, folder.files, contents.get)
