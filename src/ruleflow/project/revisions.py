"""A project as it stands in a folder, or as it stood at a revision of a git repository."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ruleflow.diagnostics.collector import Collector
from ruleflow.project import git
from ruleflow.project.errors import ProjectError, RevisionError
from ruleflow.project.folder import ROOT_FILE, Folder, RawFile, is_read, most_bytes, read_folder, too_many
from ruleflow.project.opening import open_folder
from ruleflow.project.project import Project, project_of

_MOST_LINKS = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where a version of a project lies: in `folder` on disk, or in that folder of the repository at `commit`.

    `name` is what a reader calls it: `main`, `HEAD~2`, `the working tree`, a folder.
    """

    name: str
    folder: Path
    repository: git.Repository | None = None
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a project that was opened; `project` None: there was none at that revision."""

    place: Place
    project: Project | None


def places(old: str, new: str, folder: Path) -> tuple[Place, Place]:
    """The two versions that are meant, each a folder or a revision of the repository that `folder` lies in.

    `old` '' : HEAD. `new` '' : `folder` as it is. `a..b` as `old` alone: from a to b; `a...b`: from where the two
    parted. Raises `RevisionError`.
    """
    if not new and not _is_folder(old):
        before, dots, after = old.partition("...") if "..." in old else old.partition("..")
        if dots:
            return _between(before or "HEAD", after or "HEAD", folder, parted=dots == "...")
    here = Place("the working tree", folder) if not new else place(new, folder)
    return place(old or "HEAD", folder), here


def place(text: str, folder: Path) -> Place:
    """A folder that holds a project, or else a revision (`v1`, `v1:path` for another folder). Raises `RevisionError`."""
    if _is_folder(text):
        return Place(text, Path(text))
    try:
        return _revision(text, git.find_repository(folder), folder)
    except RevisionError as error:
        if Path(text).is_dir():
            return Place(text, Path(text))
        if Path(text).exists() or "/" in text:
            raise RevisionError(f"{error} (and `{text}` is no folder)") from error
        raise


def _is_folder(text: str) -> bool:
    return bool(text) and (Path(text) / ROOT_FILE).is_file()


def _revision(text: str, repository: git.Repository, folder: Path) -> Place:
    commit = git.commit_of(repository, text)
    if not commit and ":" in text:
        text_alone, _, path = text.rpartition(":")
        commit = git.commit_of(repository, text_alone)
        repository = git.Repository(repository.top, path.strip("/"))
        folder = repository.top / path
    if not commit:
        raise RevisionError(
            f"`{text}` is neither a folder nor a revision of this repository; `git log` and `git branch` list some"
        )
    return Place(text, folder, repository, commit)


def _between(before: str, after: str, folder: Path, *, parted: bool) -> tuple[Place, Place]:
    repository = git.find_repository(folder)
    old, new = _revision(before, repository, folder), _revision(after, repository, folder)
    if not parted:
        return old, new
    base = git.merge_base(repository, old.commit, new.commit)
    if not base:
        raise RevisionError(f"`{before}` and `{after}` have no commit in common; write `{before}..{after}`")
    return Place(f"{before} at {base[:10]}", folder, repository, base), new


def open_version(place: Place) -> Version:
    """Open a version of a project.

    Raises `ProjectError` where it has errors, or where a folder holds no project; at a revision there may be none.
    """
    out = Collector()
    folder = read_folder(place.folder, out) if place.repository is None else folder_at(place, place.repository, out)
    if folder is None:
        if out.has_errors:
            raise ProjectError(out.sorted())
        return Version(place, None)
    loaded = open_folder(folder, out)
    if out.has_errors:
        raise ProjectError(out.sorted())
    return Version(place, project_of(loaded, out.sorted(), place.folder if place.repository is None else None))


def folder_at(place: Place, repository: git.Repository, out: Collector) -> Folder | None:
    """The project's folder at a commit, in memory; None where there was no project."""
    tree = git.tree_of(repository, place.commit, repository.prefix)
    entries = {entry.path: entry for entry in git.files_of(repository, tree)} if tree else {}
    read = _reader(repository, entries)
    if ROOT_FILE not in entries:
        return None
    names = sorted((name for name in entries if is_read(name)), key=lambda name: (name != ROOT_FILE, name))
    if too_many(place.folder, names, out):
        return None
    # One question for all files that are no links; those few are followed one by one.
    contents = git.contents_of(repository, (entries[name].object for name in names if not entries[name].is_link))
    found = ((name, contents.get(entries[name].object) if not entries[name].is_link else read(name)) for name in names)
    files = tuple(RawFile(name, content) for name, content in found if content is not None)
    return Folder(place.folder, files, read)


def _reader(repository: git.Repository, entries: dict[str, git.Entry]) -> Callable[[str], bytes | None]:
    """Gives a file of a tree by its path; None where there is none, it is too large or lies outside."""

    def read(name: str) -> bytes | None:
        path = posixpath.normpath(name)
        for _ in range(_MOST_LINKS):
            entry = entries.get(path)
            if entry is None or entry.size > most_bytes(path):
                return None
            content = git.contents_of(repository, [entry.object])[entry.object]
            if not entry.is_link:
                return content
            path = posixpath.normpath(posixpath.join(posixpath.dirname(path), content.decode(errors="replace")))
        return None

    return read
