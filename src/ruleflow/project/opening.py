"""Opening a project to decide with it: as it was kept, or, where something has changed since, read and checked."""

from __future__ import annotations

from pathlib import Path

from ruleflow.diagnostics.allowances import standing
from ruleflow.diagnostics.collector import Collector
from ruleflow.project.folder import Folder, read_folder
from ruleflow.project.kept import keep, kept
from ruleflow.project.loaded import Loaded


def open_checked(path: Path, out: Collector) -> Loaded | None:
    """A checked project; None where the folder holds none. Findings go to `out`; with errors among them it cannot decide."""
    folder = read_folder(path, out)
    return None if folder is None else open_folder(folder, out)


def open_folder(folder: Folder, out: Collector) -> Loaded:
    """The checked project of a folder that was read. Findings go to `out`."""
    return kept(folder, out) or _checked(folder, out)


def _checked(folder: Folder, out: Collector) -> Loaded:
    from ruleflow.project.loading import check_folder
    from ruleflow.project.parses import keep_parses, kept_parses
    from ruleflow.project.silencing import is_checked, with_silenced

    if out.has_errors:  # a file that cannot be read: nothing of this is kept
        return check_folder(folder, out)
    findings = Collector()
    parses = kept_parses(folder)
    loaded = check_folder(folder, findings, parses)
    if folder.others is None:  # what an old version was parsed into would push out what the files on disk were
        keep_parses(folder, parses)
    for finding in standing(with_silenced(folder, findings.sorted(), is_checked)):
        out.report(finding)
    if not findings.has_errors:
        keep(folder, loaded, out.sorted())
    return loaded
