"""The findings about a project; kept from last time where no file has changed since."""

from __future__ import annotations

from pathlib import Path

from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.diagnostics.stored import restore, store
from ruleflow.project.cache import read_entry, write_entry
from ruleflow.project.folder import Folder, read_folder, sources_of

KIND = "findings"

MOST_KEPT = 1_000
"""A project with more findings than this is checked each time."""


def findings_of(path: Path, *, cached: bool = True) -> tuple[Diagnostic, ...]:
    """All findings about the project in a folder, by file and place. `cached` False checks again in any case."""
    out = Collector()
    folder = read_folder(path, out)
    if folder is None:
        return out.sorted()
    kept = _kept(folder) if cached else None
    return _checked(folder, out, cached=cached) if kept is None else tuple(kept)


def _checked(folder: Folder, out: Collector, *, cached: bool) -> tuple[Diagnostic, ...]:
    from ruleflow.project.loading import check_folder
    from ruleflow.project.parses import Parses, keep_parses, kept_parses

    parses = kept_parses(folder) if cached else Parses()
    loaded = check_folder(folder, out, parses)
    keep_parses(folder, parses)
    found = out.sorted()
    if len(found) <= MOST_KEPT:
        entry = {
            "digest": folder.digest(),
            "attachments": loaded.attachments,
            "findings": [store(one) for one in found],
        }
        write_entry(KIND, _key(folder), entry)
    return found


def _kept(folder: Folder) -> list[Diagnostic] | None:
    """What was found last time, where every file of the project is the same as then."""
    entry = read_entry(KIND, _key(folder))
    if entry is None or entry.get("digest") != folder.digest():
        return None
    try:
        if any(folder.digest_of(name) != digest for name, digest in entry["attachments"].items()):
            return None
        source_of = sources_of(folder)
        return [restore(one, source_of) for one in entry["findings"]]
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _key(folder: Folder) -> str:
    return str(folder.path.resolve())
