"""A project kept as it was loaded, under the digest of its files: an unchanged one is not parsed and checked again."""

from __future__ import annotations

from datetime import UTC, datetime

from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.project.cache import read_entry, write_entry
from ruleflow.project.folder import Folder, sources_of
from ruleflow.project.frozen import freeze_loaded, thaw_loaded
from ruleflow.project.loaded import Loaded

KIND = "projects"
_HOLIDAYS_BEFORE, _HOLIDAYS_AFTER = 2, 4
"""Years around the present whose public holidays are kept."""


def keep(folder: Folder, loaded: Loaded, warnings: tuple[Diagnostic, ...]) -> None:
    """Keep a project that has no errors, with its warnings. One that cannot be kept is checked again each time."""
    year = datetime.now(UTC).year
    years = range(year - _HOLIDAYS_BEFORE, year + _HOLIDAYS_AFTER + 1)
    try:
        entry = freeze_loaded(loaded, warnings, years)
    except (UnicodeEncodeError, RecursionError):  # half of a character, written as an escape; nesting that is too deep
        return
    write_entry(KIND, folder.digest(), entry)


def kept(folder: Folder, out: Collector) -> Loaded | None:
    """The project in a folder as it was kept, where each of its files is the same as then; its warnings go to `out`."""
    entry = read_entry(KIND, folder.digest())
    if entry is None or any(folder.digest_of(name) != digest for name, digest in entry["attachments"].items()):
        return None
    loaded, warnings = thaw_loaded(entry, sources_of(folder))
    for warning in warnings:
        out.report(warning)
    return loaded
