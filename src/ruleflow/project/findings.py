"""The findings about a project; kept from last time where no file has changed since."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ruleflow.analysis.solver import is_installed
from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Code, Diagnostic
from ruleflow.diagnostics.stored import restore, store
from ruleflow.project.cache import read_entry, write_entry
from ruleflow.project.folder import Folder, read_folder, sources_of
from ruleflow.project.loaded import Loaded

KIND, LOOKED, PROVED = "findings", "findings-looked", "findings-proved"
"""Without proofs; with what is found in tables, which takes no solver; with all of it."""

MOST_KEPT = 1_000
"""A project with more findings than this is checked each time."""


def findings_of(path: Path, *, cached: bool = True, prove: bool = True) -> tuple[Diagnostic, ...]:
    """All findings about the project in a folder, by file and place, silenced ones too. `cached` False checks again in any case.

    `prove`: also what is proved of rules, where the solver is installed and there is no error.
    """
    out = Collector()
    folder = read_folder(path, out)
    if folder is None:
        return out.sorted()
    kind = KIND if not prove else PROVED if is_installed() else LOOKED
    kept = _kept(folder, kind) if cached else None
    return _checked(folder, out, kind, cached=cached) if kept is None else tuple(kept)


def _checked(folder: Folder, out: Collector, kind: str, *, cached: bool) -> tuple[Diagnostic, ...]:
    from ruleflow.project.loading import check_folder
    from ruleflow.project.parses import Parses, keep_parses, kept_parses
    from ruleflow.project.silencing import with_silenced

    parses = kept_parses(folder) if cached else Parses()
    loaded = check_folder(folder, out, parses)
    keep_parses(folder, parses)
    if kind != KIND and not out.has_errors:
        _prove(loaded, out, kind)
    found = with_silenced(folder, out.sorted(), _looked_for(kind))
    if len(found) <= MOST_KEPT:
        entry = {
            "digest": folder.digest(),
            "attachments": loaded.attachments,
            "findings": [store(one) for one in found],
        }
        write_entry(kind, _key(folder), entry)
    return found


def _looked_for(kind: str) -> Callable[[Code], bool]:
    from ruleflow.project.silencing import is_checked, is_checked_or_in_tables, is_checked_or_proved

    return {KIND: is_checked, LOOKED: is_checked_or_in_tables, PROVED: is_checked_or_proved}[kind]


def _prove(loaded: Loaded, out: Collector, kind: str) -> None:
    from ruleflow.analysis.dead import find_dead
    from ruleflow.analysis.table_findings import find_in_tables
    from ruleflow.plan.compile import compile_plan

    plan = compile_plan(loaded.checked, loaded.conditions)
    for finding in (*find_in_tables(plan), *(find_dead(plan) if kind == PROVED else ())):
        out.report(finding)


def _kept(folder: Folder, kind: str) -> list[Diagnostic] | None:
    """What was found last time, where every file of the project is the same as then."""
    entry = read_entry(kind, _key(folder))
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
