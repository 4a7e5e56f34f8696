"""Would the tests notice a mistake? The rules are changed in small ways, and the tests that could tell are run again.

The idea is from DeMillo, Lipton and Sayward, Hints on test data selection (IEEE Computer, 1978).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from random import Random

from ruleflow.checker.checked import Checked
from ruleflow.checker.reads import expressions_of, expressions_of_table
from ruleflow.project.processes import Worker, cores, in_order
from ruleflow.project.project import Project
from ruleflow.testing.bench import Bench
from ruleflow.testing.changes import Change
from ruleflow.testing.conditions import Owner, OwnerKind, definitions_read, owned
from ruleflow.testing.mutants import Mutants
from ruleflow.testing.results import Report
from ruleflow.testing.verdicts import Mutation, Verdict
from ruleflow.testing.workers import MODULE, head_of

WORTHWHILE = 50_000
"""With fewer runs of tests ahead other processes are not started."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A change to be tried: the mutant of an owner by its number, and the numbers of the tests that might notice."""

    owner: Owner
    number: int
    change: Change
    tests: tuple[int, ...]


def candidates(project: Project, report: Report, rule: str = "") -> tuple[Candidate, ...]:
    """Every change of the project, or of one rule, in order, with the tests of a report that might notice it."""
    checked = project.plan.checked
    mutants = Mutants(checked)
    found: list[Candidate] = []
    for owner, _ in owned(checked):
        if owner.kind is OwnerKind.TABLE:  # coverage tells the rows that no test hits
            continue
        if rule and (owner.kind, owner.id) != (OwnerKind.RULE, rule):
            continue
        tests = _tests_of(owner, report, checked)
        found += [Candidate(owner, at, one.change, tests) for at, one in enumerate(mutants.of(owner))]
    return tuple(found)


def sample(found: Sequence[Candidate], limit: int | None) -> tuple[Candidate, ...]:
    """At most `limit` of some changes, in order; always the same ones."""
    if limit is None or limit >= len(found):
        return tuple(found)
    return tuple(found[at] for at in sorted(Random(0).sample(range(len(found)), limit)))  # noqa: S311 - a choice, no secret


def mutate(
    project: Project, tried: Sequence[Candidate], total: int, workers: int | None, advance: Callable[[int], None]
) -> Mutation:
    """Try changes. `workers` None: every core, where there is much to do. `advance` is told of each one that is done."""
    ahead = sum(len(one.tests) for one in tried)
    count = (cores() if ahead >= WORTHWHILE else 1) if workers is None else workers
    bench = Bench(project)
    batches = [tuple(own) for _, own in groupby(tried, key=lambda one: one.owner)]
    if count > 1 and project.folder is not None:
        noticed = in_order(MODULE, head_of(project), batches, _ask, partial(_noticed, bench), count)
    else:
        noticed = map(partial(_noticed, bench), batches)
    verdicts: list[Verdict] = []
    for batch, found in zip(batches, noticed, strict=True):
        verdicts += [
            Verdict(one.owner, one.change, is_noticed, bool(one.tests))
            for one, is_noticed in zip(batch, found, strict=True)
        ]
        advance(len(batch))
    return Mutation(tuple(verdicts), total)


def _ask(worker: Worker, batch: Sequence[Candidate]) -> list[bool] | None:
    """Whether the changes of one thing are noticed, by another process."""
    owner, tests = batch[0].owner, batch[0].tests
    answer: list[bool] | None = worker.ask(
        ["mutants", owner.kind.value, owner.id, [one.number for one in batch], tests]
    )
    return answer


def _noticed(bench: Bench, batch: Sequence[Candidate]) -> list[bool]:
    return [bench.notices(one.owner, one.number, one.tests) for one in batch]


def _tests_of(owner: Owner, report: Report, checked: Checked) -> tuple[int, ...]:
    """The tests that might notice a change: those that ask a rule, first those in which it fires; of other things, more."""
    if owner.kind is OwnerKind.RULE:
        rules = {owner.id}
    elif owner.kind is OwnerKind.DEFINITION and not _is_read_elsewhere(owner.id, checked):
        rules = {rule.id for rule in checked.model.rules if owner.id in definitions_read(expressions_of(rule), checked)}
    else:
        return tuple(run.number for run in report.runs)
    asked = [run for run in report.runs if not rules.isdisjoint(run.seen.asked)]
    return tuple(run.number for run in sorted(asked, key=lambda run: rules.isdisjoint(run.seen.fired)))


def _is_read_elsewhere(definition: str, checked: Checked) -> bool:
    """Whether a definition is read by more than rules."""
    model = checked.model
    exprs = (
        *(one.when for one in model.segments.values()),
        *(one.applies_when for one in model.contracts.values()),
        *(one.pause_when for one in model.sla.values()),
        *(one.solved_when for one in model.sla.values()),
        *(expr for table in model.tables for expr in expressions_of_table(table)),
    )
    return definition in definitions_read((one for one in exprs if one is not None), checked)
