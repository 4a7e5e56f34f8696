"""The review of a change: two versions of a project, what was edited, and what that means for tickets."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from ruleflow.analysis.verdicts import Meaning, Scope
from ruleflow.checker.checked import Checked
from ruleflow.diagnostics.collector import Collector
from ruleflow.project.folder import ROOT_FILE, Folder, RawFile
from ruleflow.project.loading import check_folder
from ruleflow.project.revisions import Version, open_version, places
from ruleflow.review.compare import edits_of
from ruleflow.review.comparison import Comparison, NotProved
from ruleflow.review.edits import Edit, can_matter
from ruleflow.review.renames import in_new_names, without_echoes
from ruleflow.review.report.json_v1 import comparison_dict

BUDGET = 300_000
MOST = 5
"""Changes shown for each outcome."""


@dataclass(frozen=True, slots=True)
class Review(Comparison):
    """What `ruleflow diff` tells: `edits`, and `meaning` where it was proved."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON, version 1."""
        return comparison_dict(self)


def diff(
    old: str | PathLike[str] = "",
    new: str | PathLike[str] = "",
    *,
    folder: str | PathLike[str] = ".",
    prove: bool = True,
    budget: int = BUDGET,
) -> Review:
    """Compare two versions of a project, each a folder or a git revision (`main`, `HEAD~2`, `v1:path`).

    Without `new` the project in `folder` as it is now is the new one; without `old` that of the last commit is the old
    one. `prove` False only tells what was edited. `budget` bounds the search of each proof: more than that is unknown.
    Raises `RevisionError`, or `ProjectError` for a version with errors.
    """
    before, after = places(fspath(old), fspath(new), Path(fspath(folder)))
    return review(open_version(before), open_version(after), prove=prove, budget=budget)


def review(old: Version, new: Version, *, prove: bool = True, budget: int = BUDGET, most: int = MOST) -> Review:
    """Compare two versions that are open. What is only called otherwise, by `was:`, is followed."""
    edits = edits_of(_checked(old), _checked(new))
    before = in_new_names(old, new)
    if before is not old:
        edits = without_echoes(edits, edits_of(_checked(before), _checked(new)))
    meaning = _meaning(before, new, edits, budget, most) if prove or not any(map(can_matter, edits)) else None
    if isinstance(meaning, Meaning):
        return Review(old, new, edits, meaning)
    return Review(old, new, edits, None, meaning or NotProved.NOT_ASKED)


def _meaning(old: Version, new: Version, edits: tuple[Edit, ...], budget: int, most: int) -> Meaning | NotProved:
    if old.project is None or new.project is None:
        return NotProved.NOTHING_BEFORE if old.project is None else NotProved.NOTHING_NOW
    if not any(map(can_matter, edits)):
        return Meaning((), Scope((), notes=("nothing that a decision looks at was edited",)))
    from ruleflow.analysis.compare import ProverMissing, compare

    try:
        return compare(old.project.plan, new.project.plan, budget=budget, most=most)
    except ProverMissing:
        return NotProved.NO_PROVER


def _checked(version: Version) -> Checked:
    """What was checked; of no project at all a project with nothing in it."""
    if version.project is not None:
        return version.project.plan.checked
    nothing = Folder(version.place.folder, (RawFile(ROOT_FILE, b"ruleflow: 1\n"),), lambda _: None)
    return check_folder(nothing, Collector()).checked
