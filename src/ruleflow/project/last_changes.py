"""When each rule was last changed, by whom and why, as git tells."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from ruleflow.model.rules import Rule
from ruleflow.project.errors import RevisionError
from ruleflow.project.git import Blamed, blame
from ruleflow.source import Span

_MOST_KEPT = 16


class Change(msgspec.Struct, frozen=True):
    """The newest commit that touched a rule; `at` is the author's instant in microseconds, UTC.

    `commit` '' : it was changed since the last commit, or never committed; `author` and `subject` are then '' too.
    """

    commit: str
    author: str
    at: int
    subject: str


def last_changes(folder: Path, rules: Iterable[Rule], *, prefix: str = "", commit: str = "") -> Mapping[str, Change]:
    """The last change of each rule by its id; empty where the folder lies in no git repository, or git is not there.

    Asks git once for each file that has rules, which takes as long as the file's history is. The files are looked at as
    they lie in the folder now, or as they were at a commit. `prefix` leads from the folder to the project.
    """
    by_file: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.span is not None:
            by_file.setdefault(rule.span.source.name, []).append(rule)
    found: dict[str, Change] = {}
    for name, own in by_file.items():
        try:
            lines = blame(folder, f"{prefix}/{name}" if prefix else name, commit)
        except RevisionError:
            continue
        found |= {rule.id: change for rule in own if rule.span and (change := _newest(lines, rule.span)) is not None}
    return found


def _newest(lines: Mapping[int, Blamed], span: Span) -> Change | None:
    """The newest commit of the lines of a stretch; what is not committed is newer than all else."""
    last = span.source.position(max(span.start, span.end - 1)).line
    commits = [lines[number] for number in range(span.first.line, last + 1) if number in lines]
    newest = max(commits, key=lambda one: (not one.commit, one.at), default=None)
    return None if newest is None else Change(newest.commit, newest.author, newest.at * 1_000_000, newest.subject)


def keep_changes(state: Path, digest: str, changes: Mapping[str, Change]) -> None:
    """Keep what git told of a project, for processes that do not ask git; only the last few projects are kept."""
    place = _place(state, digest)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = place.with_suffix(f".{os.getpid()}.new")
    fresh.write_bytes(msgspec.json.encode(changes))
    fresh.replace(place)
    kept = sorted(place.parent.glob("*.json"), key=lambda one: one.stat().st_mtime_ns)
    for old in kept[:-_MOST_KEPT]:
        old.unlink(missing_ok=True)


def kept_changes(state: Path, digest: str) -> Mapping[str, Change]:
    """What was kept of a project; empty where nothing was."""
    place = _place(state, digest)
    try:
        return _read(place, place.stat().st_mtime_ns)
    except (OSError, msgspec.MsgspecError):
        return {}


@lru_cache(maxsize=8)
def _read(place: Path, changed_at: int) -> Mapping[str, Change]:  # noqa: ARG001 - a file that changed is read again
    return msgspec.json.decode(place.read_bytes(), type=dict[str, Change])


def _place(state: Path, digest: str) -> Path:
    return state / "changes" / f"{digest.rpartition(':')[2]}.json"
