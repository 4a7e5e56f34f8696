"""Scores and segments of contacts, computed by the plan that decides tickets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ruleflow.checker.reads import paths_read
from ruleflow.engine.facts import Facts
from ruleflow.engine.stages import snapshot_of
from ruleflow.model.scores import Score
from ruleflow.plan.closures import Compute
from ruleflow.plan.evaluator import SEGMENTS
from ruleflow.plan.scores import base_of
from ruleflow.plan.snapshot import BudgetError, Snapshot
from ruleflow.project.project import Project
from ruleflow.segmentation.contacts import Contact, contacts_of
from ruleflow.segmentation.purchases import Purchases
from ruleflow.types.values import Value

EVENT = "contact.changed"
"""What is taken to have happened to each contact."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A contact with its scores by id (None: it has none) and its segments, in the order of the project.

    `problem` says why it could not be placed: facts that the project refuses, or more purchases than rules look at.
    """

    contact: Contact
    scores: dict[str, Value]
    segments: tuple[str, ...]
    problem: str = ""


def scored(project: Project, purchases: Purchases) -> Iterator[Scored]:
    """Every contact in the purchases, placed as a decision at that instant would place it."""
    derived = [name for name, one in project.model.segments.items() if one.when is not None]
    for contact, seen in snapshots_of(project, purchases, facts_read(project, project.model.scores.values(), derived)):
        if isinstance(seen, str):
            yield Scored(contact, {}, (), seen)
            continue
        try:
            held = seen[SEGMENTS] if derived else None
            segments = tuple(name for name in derived if isinstance(held, frozenset) and name in held)
            values = {name: seen[score.path] for name, score in project.model.scores.items()}
            yield Scored(contact, values, segments)
        except BudgetError as error:
            yield Scored(contact, {}, (), str(error))


def values_of(
    project: Project, purchases: Purchases, scores: list[str]
) -> tuple[dict[str, list[Value]], dict[str, int]]:
    """For each of some scores the values that its bins are made of, missing ones left out; and what went wrong how often."""
    bases: dict[str, Compute] = {name: base_of(project.model.scores[name], project.plan.evaluator) for name in scores}
    found: dict[str, list[Value]] = {name: [] for name in scores}
    problems: dict[str, int] = {}
    asked = facts_read(project, (project.model.scores[name] for name in scores))
    for _, seen in snapshots_of(project, purchases, asked):
        if isinstance(seen, str):
            problems[seen] = problems.get(seen, 0) + 1
            continue
        for name, base in bases.items():
            try:
                value = base(seen)
            except BudgetError as error:
                problems[str(error)] = problems.get(str(error), 0) + 1
                continue
            if value is not None:
                found[name].append(value)
    return found, problems


def snapshots_of(
    project: Project, purchases: Purchases, asked: frozenset[str]
) -> Iterator[tuple[Contact, Snapshot | str]]:
    """Each contact with what rules would see of it, as far as it is `asked`; a text says why its facts are refused."""
    for contact in contacts_of(purchases, project.model.zone, asked):
        read = project.door.read(EVENT, contact.facts)
        if isinstance(read, Facts):
            yield contact, snapshot_of(project.plan, EVENT, read, purchases.as_of, read.values)
        else:
            yield contact, "; ".join(f"{one.pointer}: {one.message}" for one in read)


def facts_read(project: Project, scores: Iterable[Score], segments: Iterable[str] = ()) -> frozenset[str]:
    """The facts that some scores and derived segments are made of, through others too."""
    model, meanings = project.model, project.plan.checked.meanings
    exprs = [expr for score in scores for expr in score.made_of]
    exprs += [when for name in segments if (when := model.segments[name].when) is not None]
    read = {path for expr in exprs for path in paths_read(expr, model, meanings)}
    if SEGMENTS in read and not segments:  # a score that asks for segments may come to read whatever they read
        return facts_read(project, model.scores.values(), model.segments)
    return frozenset(read)
