"""Bounds of scores found in purchases: `fit` says how, the engine computes the values, the bins go into the files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ruleflow.checker.reads import paths_read
from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.model.scores import Score
from ruleflow.project.folder import Folder
from ruleflow.project.loading import check_folder
from ruleflow.project.project import Project, project_of
from ruleflow.segmentation.bounds import Bounds, bounds_of
from ruleflow.segmentation.edits import with_bins
from ruleflow.segmentation.errors import FitError
from ruleflow.segmentation.purchases import Purchases
from ruleflow.segmentation.scoring import values_of


@dataclass(frozen=True, slots=True)
class Fitted:
    """A folder with the bins that were found. `missing` says of how many contacts a score had no value."""

    folder: Folder
    bounds: Mapping[str, Bounds]
    problems: Mapping[str, int]
    findings: tuple[Diagnostic, ...]
    """What is wrong with the project as it would be; it is not to be written then."""


def fit_scores(folder: Folder, project: Project, purchases: Purchases, only: Collection[str]) -> Fitted:
    """Find the bounds of every score that says how (`only`: of these). Raises `FitError`.

    A score that reads other fitted ones is fitted after them, with their new bins.
    """
    waiting = _wanted(project, only)
    bounds: dict[str, Bounds] = {}
    problems: dict[str, int] = {}
    while waiting:
        turn = [name for name in waiting if not _reads_any(project, project.model.scores[name], waiting)]
        found, problems = values_of(project, purchases, turn)
        for name in turn:
            bounds[name] = _bounds(project.model.scores[name], found[name])
        waiting = [name for name in waiting if name not in turn]
        folder = with_bins(folder, {name: bounds[name].steps for name in turn})
        out = Collector()
        loaded = check_folder(folder, out)
        if out.has_errors:
            return Fitted(folder, bounds, problems, out.sorted())
        project = project_of(loaded, out.sorted(), folder.path)
    return Fitted(folder, bounds, problems, ())


def _wanted(project: Project, only: Collection[str]) -> list[str]:
    fitted = [name for name, score in project.model.scores.items() if score.fit is not None]
    unknown = next((name for name in only if name not in fitted), None)
    if unknown is not None:
        raise FitError(f"`{unknown}` is no score of this project with `fit:`; there are {', '.join(fitted) or 'none'}")
    if not fitted:
        raise FitError("no score of this project says `fit:`, such as `fit: {quantiles: [1, 2, 3, 4, 5]}`")
    return [name for name in fitted if not only or name in only]


def _reads_any(project: Project, score: Score, names: Collection[str]) -> bool:
    """Whether a score is made of one of some others."""
    model, meanings = project.model, project.plan.checked.meanings
    read = {path for expr in score.made_of for path in paths_read(expr, model, meanings)}
    return any(model.scores[name].path in read for name in names if name != score.id)


def _bounds(score: Score, values: list[Any]) -> Bounds:
    if score.fit is None:
        raise TypeError(f"{score.id} is not to be fitted")
    if not values:
        raise FitError(f"score `{score.id}`: no contact has a value; does it read facts that purchases give?")
    if not all(isinstance(one, int | Decimal) for one in values):
        raise FitError(f"score `{score.id}`: only numbers can be fitted; make one of it, as with `days_since(…)`")
    try:
        return bounds_of(score.fit, values)
    except FitError as error:
        raise FitError(f"score `{score.id}`: {error}") from error
