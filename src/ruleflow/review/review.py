"""The review of a change: two versions of a project, what was edited, and what that means for tickets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from ruleflow.analysis.verdicts import Meaning, Scope, State
from ruleflow.checker.checked import Checked
from ruleflow.diagnostics.collector import Collector
from ruleflow.project.folder import ROOT_FILE, Folder, RawFile
from ruleflow.project.loading import check_folder
from ruleflow.project.revisions import Version, open_version, places
from ruleflow.review.compare import edits_of
from ruleflow.review.edits import Edit, can_matter

BUDGET = 300_000
MOST = 5
"""Changes shown for each outcome."""


class NotProved(Enum):
    """Why nothing is said of what a change means; the value says it to a reader."""

    NOT_ASKED = "what this means for tickets was not asked for"
    NO_PROVER = "what this means for tickets can be proved where `pip install 'ruleflow[prove]'` was run"
    NOTHING_BEFORE = "there was no project before: whatever the rules do is new"
    NOTHING_NOW = "there is no project any more: nothing is decided"


@dataclass(frozen=True, slots=True)
class Review:
    """What `ruleflow diff` tells. `meaning` None: nothing was proved, and `not_proved` says why."""

    old: Version
    new: Version
    edits: tuple[Edit, ...]
    meaning: Meaning | None
    not_proved: NotProved | None = None

    @property
    def state(self) -> State:
        """What is known of all outcomes together. Without a proof unknown, or changed where there was no project at all."""
        if self.meaning is not None:
            return self.meaning.state
        return State.UNKNOWN if self.old.project is not None and self.new.project is not None else State.CHANGED

    def to_dict(self) -> dict[str, Any]:
        """As JSON, version 1."""
        from ruleflow.review.report.json_v1 import review_dict

        return review_dict(self)


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
    """Compare two versions that are open."""
    edits = edits_of(_checked(old), _checked(new))
    meaning = _meaning(old, new, edits, budget, most) if prove or not any(map(can_matter, edits)) else None
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
