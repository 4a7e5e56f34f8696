"""Where a served project comes from: a folder, a revision of a git repository, or a bundle; looked at again and again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol, TypeVar

from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.model.rules import Rule
from ruleflow.project.bundle import bundle_of
from ruleflow.project.errors import BundleError, RevisionError
from ruleflow.project.folder import Folder, files_in, read_folder
from ruleflow.project.git import Repository, commit_of, fetch, find_repository, mirror
from ruleflow.project.last_changes import Change, last_changes
from ruleflow.project.opening import open_folder
from ruleflow.project.revisions import Place, folder_at
from ruleflow.project.signing import verified

T = TypeVar("T")


class SourceError(Exception):
    """A source cannot be read at all: no such folder, revision or bundle, or a bundle that is not trusted."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why what a source holds cannot be served."""

    findings: Sequence[Diagnostic]


class Source(Protocol):
    """A source of a project. `shown` tells people what it is; `pause` is how often it may be looked at, in seconds.

    `kept_as` is the name under which is noted what was served from it: what was trusted then may not be today.
    """

    @property
    def shown(self) -> str: ...

    @property
    def kept_as(self) -> str: ...

    @property
    def pause(self) -> float: ...

    def look(self) -> Hashable:
        """What differs whenever there may be something new; costs little. Raises `SourceError`."""
        ...

    def read(self) -> bytes | Refusal:
        """The content of a bundle of the project, checked. Raises `SourceError`."""
        ...

    def changes(self, rules: Iterable[Rule]) -> Mapping[str, Change]:
        """The last change of each rule, by id, where there is a history that tells. May take long."""
        ...


@dataclass(frozen=True, slots=True)
class FolderSource:
    """A folder of rules as it lies on disk."""

    folder: Path
    pause: float = 0.3

    @property
    def shown(self) -> str:
        return str(self.folder)

    @property
    def kept_as(self) -> str:
        return self.shown

    def look(self) -> Hashable:
        return frozenset(files_in(self.folder).items())

    def read(self) -> bytes | Refusal:
        out = Collector()
        return _bundled(read_folder(self.folder, out), out)

    def changes(self, rules: Iterable[Rule]) -> Mapping[str, Change]:
        return last_changes(self.folder, rules)


@dataclass(frozen=True, slots=True)
class GitSource:
    """A folder of rules at a revision of a repository; `remote` '' : the repository lies on this machine.

    A remote one is mirrored, and asked for what is new at every look.
    """

    repository: Repository
    revision: str
    remote: str = ""

    @property
    def shown(self) -> str:
        inside = f":{self.repository.prefix}" if self.repository.prefix else ""
        return f"{self.remote or self.repository.top}@{self.revision}{inside}"

    @property
    def kept_as(self) -> str:
        return self.shown

    @property
    def pause(self) -> float:
        return 15.0 if self.remote else 1.0

    def look(self) -> Hashable:
        return _asked(self._commit)

    def read(self) -> bytes | Refusal:
        out = Collector()

        def folder() -> Folder | None:
            place = Place(self.revision, self.repository.top, self.repository, self._commit())
            return folder_at(place, self.repository, out)

        return _bundled(_asked(folder), out)

    def changes(self, rules: Iterable[Rule]) -> Mapping[str, Change]:
        commit = commit_of(self.repository, self.revision)
        return last_changes(self.repository.top, rules, prefix=self.repository.prefix, commit=commit) if commit else {}

    def _commit(self) -> str:
        if self.remote:
            fetch(self.repository)
        commit = commit_of(self.repository, self.revision)
        if not commit:
            raise RevisionError(f"`{self.revision}` is no revision of `{self.remote or self.repository.top}`")
        return commit


@dataclass(frozen=True, slots=True)
class BundleSource:
    """A bundle that must be signed by one of the keys that are trusted, each a PEM text."""

    file: Path
    trusted: tuple[bytes, ...]
    pause: float = 0.3

    @property
    def shown(self) -> str:
        return str(self.file)

    @property
    def kept_as(self) -> str:
        """With the keys: a bundle that only a key could be trusted for that is taken away is not gone on with."""
        return f"{self.file} trusting {sha256(b''.join(sorted(self.trusted))).hexdigest()}"

    def look(self) -> Hashable:
        try:
            seen = self.file.stat()
        except OSError as error:
            raise SourceError(f"`{self.file}` cannot be read: {error.strerror}") from error
        return seen.st_mtime_ns, seen.st_size, seen.st_ino

    def read(self) -> bytes | Refusal:
        try:
            return verified(self.file.read_bytes(), self.trusted)
        except OSError as error:
            raise SourceError(f"`{self.file}` cannot be read: {error.strerror}") from error
        except BundleError as error:
            raise SourceError(f"`{self.file}`: {error}") from error

    def changes(self, rules: Iterable[Rule]) -> Mapping[str, Change]:  # noqa: ARG002 - a bundle has no history
        return {}


def git_source(text: str, state: Path) -> GitSource:
    """The source that `REPO@REF` or `REPO@REF:FOLDER` names; REPO is a folder or anything that git can clone.

    Raises `SourceError`.
    """
    repo, at, rest = text.rpartition("@")
    if not at:
        repo, rest = text, "HEAD"
    revision, _, prefix = rest.partition(":")
    if Path(repo).is_dir():
        found = _asked(lambda: find_repository(Path(repo)))
        inside = "/".join(part for part in (found.prefix, prefix.strip("/")) if part)
        return GitSource(Repository(found.top, inside), revision)
    if "/" not in repo and ":" not in repo:
        raise SourceError(f"`{text}`: `{repo}` is no folder; write REPOSITORY@REVISION, for instance `.@main`")
    copy = state / "git" / sha256(repo.encode()).hexdigest()[:16]
    _asked(lambda: mirror(repo, copy))
    return GitSource(Repository(copy, prefix.strip("/")), revision, repo)


def _asked(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except RevisionError as error:
        raise SourceError(str(error)) from error


def _bundled(folder: Folder | None, out: Collector) -> bytes | Refusal:
    """The bundle of a folder that was read; the findings where it has errors."""
    loaded = None if folder is None else open_folder(folder, out)
    if folder is None or loaded is None or out.has_errors:
        return Refusal(out.sorted())
    return bundle_of(folder, loaded, out.sorted())
