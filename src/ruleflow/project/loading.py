"""From a folder to a project: the phases of the engine, front to back."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path

from ruleflow.calendar.zones import versions
from ruleflow.checker.check import check
from ruleflow.diagnostics import codes
from ruleflow.diagnostics.collector import Collector
from ruleflow.model.reader import ProjectFile, build_model
from ruleflow.model.root import read_ignored
from ruleflow.plan.canonical import conditions_of
from ruleflow.project.folder import ROOT_FILE, Folder, RawFile, project_digest, read_folder
from ruleflow.project.loaded import Loaded
from ruleflow.project.parses import Parses
from ruleflow.syntax.decode import decode
from ruleflow.syntax.expressions import NodeId


@dataclass(slots=True)
class Attachments:
    """Gives the files that a project names, and remembers which: they belong to its digest."""

    folder: Folder
    seen: dict[str, str] = field(default_factory=dict)
    """Name to digest of the content, '' where there is no such file."""

    def __call__(self, name: str) -> bytes | None:
        content = self.folder.attachment(name)
        self.seen[name] = "" if content is None else sha256(content).hexdigest()
        return content


def load_checked(path: Path, out: Collector) -> Loaded | None:
    """Read and check a project; None where the folder holds none. Findings go to `out`."""
    folder = read_folder(path, out)
    return None if folder is None else check_folder(folder, out)


def check_folder(folder: Folder, out: Collector, parses: Parses | None = None) -> Loaded:
    """Check the files of a folder. Findings go to `out`; `parses` None: everything is parsed.

    Where a file cannot be read at all, what it defines is unknown everywhere else: those echoes are left out.
    """
    parses = parses or Parses()
    folder, files = _read_files(folder, parses, out)
    is_whole = len(files) == len(folder.files) and not out.has_errors
    findings = out if is_whole else Collector()
    attachments = Attachments(folder)
    model = build_model(files, attachments, findings, map(NodeId, count()), parses.tree)
    checked = check(model, findings)
    if not is_whole:
        for finding in findings.sorted():
            if finding.code not in ECHOES:
                out.report(finding)
    conditions = {} if out.has_errors else conditions_of(checked)
    return Loaded(checked, project_digest(folder, attachments.seen, versions()), attachments.seen, conditions)


ECHOES = frozenset(
    {
        codes.UNKNOWN_FACT,
        codes.UNKNOWN_WORD,
        codes.UNKNOWN_OPTION,
        codes.UNKNOWN_THING,
        codes.UNKNOWN_EVENT,
        codes.UNKNOWN_STAGE,
        codes.UNKNOWN_PLACEHOLDER,
        codes.UNUSED_DEFINITION,
        codes.UNUSED_STAGE,
    }
)
"""Findings that may only be there because a file could not be read."""


def _read_files(folder: Folder, parses: Parses, out: Collector) -> tuple[Folder, tuple[ProjectFile, ...]]:
    """The parsed files of a folder, less those that its root file says to ignore."""
    if not folder.files or folder.files[0].name != ROOT_FILE:
        return folder, _parsed(folder.files, parses, out)
    root = _parsed(folder.files[:1], parses, out)
    kept = _without_ignored(folder, root)
    return kept, (*root, *_parsed(kept.files[1:], parses, out))


def without_ignored(folder: Folder) -> Folder:
    """A folder with a root file, less the files that it says to ignore: these are no part of the project."""
    return _without_ignored(folder, _parsed(folder.files[:1], Parses(), Collector()))


def _without_ignored(folder: Folder, root: tuple[ProjectFile, ...]) -> Folder:
    return folder.without(read_ignored(root[0].node) if root else ())


def _parsed(files: tuple[RawFile, ...], parses: Parses, out: Collector) -> tuple[ProjectFile, ...]:
    sources = (decode(file.name, file.content, out) for file in files)
    return tuple(ProjectFile(source, parses.node(source, out)) for source in sources if source is not None)
