"""What git knows of a repository, asked of the `git` command; but for mirrors, no repository is ever changed here."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ruleflow.project.errors import RevisionError

_SUBMODULE, _LINK = "160000", "120000"
_LONGEST = 300
"""Seconds that a question may take: a repository on another machine can be slow, or never answer."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository, and the folder in it that is looked at: `prefix` leads there from `top`, '' where it is `top` itself."""

    top: Path
    prefix: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in a tree: its path there, the id and the size in bytes of its content."""

    path: str
    object: str
    size: int
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class Blamed:
    """The commit that wrote a line: `at` in whole seconds since 1970; `commit` '' : it is not committed."""

    commit: str
    author: str
    at: int
    subject: str


def find_repository(folder: Path) -> Repository:
    """The repository that a folder lies in; the folder itself need not exist any more. Raises `RevisionError`."""
    there = next((one for one in (folder, *folder.absolute().parents) if one.is_dir()), Path())
    gone = folder.absolute().relative_to(there.absolute()).as_posix()
    found = _run(there, "rev-parse", "--show-toplevel", "--show-prefix")
    if found.returncode:
        said = found.stderr.decode(errors="replace").strip()
        if "must be run in a work tree" in said:
            return _bare(there)
        if "not a git repository" in said:
            raise RevisionError(f"`{folder}` lies in no git repository; name two folders, or run `git init` first")
        raise RevisionError(f"git refuses `{folder}`: {said}")
    top, prefix = found.stdout.decode(errors="surrogateescape").split("\n")[:2]
    return Repository(Path(top), "/".join(part for part in (prefix.strip("/"), gone) if part not in {"", "."}))


def _bare(folder: Path) -> Repository:
    """A repository without a working tree, as it lies on the server that others push to."""
    return Repository(
        Path(_ask(folder, "rev-parse", "--absolute-git-dir").decode(errors="surrogateescape").rstrip("\n")), ""
    )


def commit_of(repository: Repository, revision: str) -> str:
    """The id of the commit that a revision names; '' where it names none."""
    return _id_of(repository, f"{revision}^{{commit}}")


def merge_base(repository: Repository, one: str, other: str) -> str:
    """The commit at which two commits parted; '' where they have none in common."""
    found = _run(repository.top, "merge-base", one, other)
    return found.stdout.decode().strip() if not found.returncode else ""


def tree_of(repository: Repository, commit: str, folder: str) -> str:
    """The id of a folder at a commit; '' where there was none."""
    return _id_of(repository, f"{commit}:{folder}" if folder else f"{commit}^{{tree}}")


def files_of(repository: Repository, tree: str) -> tuple[Entry, ...]:
    """The files below a tree, in git's order of paths. Raises `RevisionError` where it is no folder."""
    # Without --full-tree git would look for the current folder inside the tree.
    listed = _ask(repository.top, "ls-tree", "-r", "-l", "-z", "--full-tree", tree)
    found = []
    for line in listed.split(b"\0")[:-1]:
        head, _, path = line.partition(b"\t")
        mode, _, name, size = head.decode().split()
        if mode != _SUBMODULE:
            found.append(Entry(path.decode(errors="surrogateescape"), name, int(size), mode == _LINK))
    return tuple(found)


def contents_of(repository: Repository, objects: Iterable[str]) -> Mapping[str, bytes]:
    """The contents of files by their ids, read in one go."""
    wanted = tuple(dict.fromkeys(objects))
    if not wanted:
        return {}
    answer = _ask(repository.top, "cat-file", "--batch", given="".join(f"{one}\n" for one in wanted).encode())
    found, at = {}, 0
    for one in wanted:
        end = answer.index(b"\n", at)
        head = answer[at:end].split()
        if len(head) != 3:
            raise RevisionError(f"git does not have the content {one[:12]}; is this a partial copy of the repository?")
        size = int(head[2])
        found[one] = answer[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
    return found


def blame(folder: Path, name: str, commit: str = "") -> Mapping[int, Blamed]:
    """Who wrote each line (from 1) of a file as it lies there now, or as it was at a commit.

    Raises `RevisionError` where git knows nothing of it.
    """
    told = _ask(folder, "blame", "--porcelain", "-w", *([commit] if commit else []), "--", name).decode(
        errors="replace"
    )
    commits: dict[str, Blamed] = {}
    lines: dict[int, Blamed] = {}
    head: dict[str, str] = {}
    commit, number = "", 0
    for line in told.split("\n"):
        if line.startswith("\t"):
            if commit not in commits:
                commits[commit] = _blamed(commit, head)
            lines[number], commit, head = commits[commit], "", {}
        elif not commit:
            commit, _, places = line.partition(" ")
            number = int(places.split()[1]) if places else 0
        else:
            key, _, value = line.partition(" ")
            head[key] = value
    return lines


def _blamed(commit: str, head: Mapping[str, str]) -> Blamed:
    if not commit.strip("0"):
        return Blamed("", "", int(head.get("author-time", "0")), "")
    return Blamed(commit, head.get("author", ""), int(head.get("author-time", "0")), head.get("summary", ""))


def mirror(url: str, copy: Path) -> None:
    """Copy a repository, all its branches and tags, to `copy` unless it is there. Raises `RevisionError`."""
    if (copy / "HEAD").is_file():
        return
    copy.parent.mkdir(parents=True, exist_ok=True)
    draft = copy.with_suffix(".tmp")
    shutil.rmtree(draft, ignore_errors=True)
    _ask(copy.parent, "clone", "--mirror", "--quiet", "--", url, str(draft))
    draft.replace(copy)


def fetch(repository: Repository) -> None:
    """Take over what is new in the repository that this one mirrors. Raises `RevisionError`."""
    _ask(repository.top, "fetch", "--prune", "--quiet", "origin")


def set_option(repository: Repository, name: str, value: str | None) -> bool:
    """Set an option of this repository alone, or with None remove it; whether anything changed."""
    found = _run(repository.top, "config", "--local", "--get", name)
    before = found.stdout.decode(errors="replace").removesuffix("\n") if not found.returncode else None
    if before == value:
        return False
    if value is None:
        _ask(repository.top, "config", "--local", "--unset", name)
    else:
        _ask(repository.top, "config", "--local", name, value)
    return True


def _id_of(repository: Repository, name: str) -> str:
    found = _run(repository.top, "rev-parse", "--verify", "--quiet", "--end-of-options", name)
    return found.stdout.decode().strip() if not found.returncode else ""


def _ask(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    found = _run(folder, *arguments, given=given)
    if found.returncode:
        raise RevisionError(f"git {arguments[0]}: {found.stderr.decode(errors='replace').strip()}")
    return found.stdout


def _run(folder: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    git = shutil.which("git")
    if git is None:
        raise RevisionError("the command `git` is not there; install it, or name two folders")
    surroundings = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        return subprocess.run(  # noqa: S603 - no shell, and every name stands behind an option that ends options
            [git, "-C", str(folder), *arguments],
            input=given,
            capture_output=True,
            check=False,
            env=surroundings,
            timeout=_LONGEST,
        )
    except subprocess.TimeoutExpired as error:
        raise RevisionError(f"git {arguments[0]} took longer than {_LONGEST} seconds") from error
