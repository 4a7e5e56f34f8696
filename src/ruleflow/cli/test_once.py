"""One run of the tests, as `ruleflow test` asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import click

from ruleflow.cli.exits import FINDINGS, FINE
from ruleflow.cli.progress import progress
from ruleflow.cli.projects import open_project
from ruleflow.project.folder import ROOT_FILE
from ruleflow.project.project import Project, unknown_rule
from ruleflow.testing.coverage_text import percent_text
from ruleflow.testing.mutation import candidates, mutate, sample
from ruleflow.testing.render import RENDERERS
from ruleflow.testing.results import Report
from ruleflow.testing.run import run_tests
from ruleflow.testing.verdicts import Mutation
from ruleflow.testing.words import render_text


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line. `mutate` is a rule, '' for all rules, None for none."""

    folder: Path
    only: str
    coverage: bool
    min_coverage: float | None
    mutate: str | None
    limit: int | None
    min_score: float | None
    workers: int | None
    format: str


def run_once(wanted: Wanted) -> int:
    """Run the tests and print the report; the exit code."""
    if wanted.mutate and (Path(wanted.mutate) / ROOT_FILE).is_file():
        raise click.UsageError(f"write the folder first: `ruleflow test {wanted.mutate} --mutate`")
    project = open_project(wanted.folder)
    if wanted.mutate and all(rule.id != wanted.mutate for rule in project.model.rules):
        raise click.UsageError(unknown_rule(wanted.mutate, project.model))
    report = run_tests(project, wanted.only, wanted.workers or 1)
    if wanted.mutate is not None and not report.failed:
        report = replace(report, mutation=_mutation(project, report, wanted))
    shown_folder = "" if wanted.folder == Path() else wanted.folder.as_posix()
    if wanted.format == "text":
        click.echo(render_text(report, gaps=wanted.coverage), nl=False)
    else:
        click.echo(RENDERERS[wanted.format](report, project.name, shown_folder), nl=False)
    failures = tuple(_failures(report, wanted))
    for said in failures:
        click.echo(said, err=True)
    return FINDINGS if report.failed or failures else FINE


def _mutation(project: Project, report: Report, wanted: Wanted) -> Mutation:
    """What becomes of changes of the rules."""
    found = candidates(project, report, wanted.mutate or "")
    tried = sample(found, wanted.limit)
    with progress(len(tried), "changing the rules", results_follow=True) as advance:
        return mutate(project, tried, len(found), wanted.workers, advance)


def _failures(report: Report, wanted: Wanted) -> Iterator[str]:
    """What is less than was asked for, besides tests that failed."""
    percent = report.coverage.percent
    if wanted.min_coverage is not None and percent < wanted.min_coverage:
        yield f"coverage is {percent_text(percent)}, less than the {percent_text(wanted.min_coverage)} asked for"
    if wanted.mutate is not None and report.mutation is None:
        yield "no rule was changed: with tests that fail already nobody could tell what a change does"
    if wanted.min_score is not None and report.mutation is not None and report.mutation.score < wanted.min_score:
        score, least = percent_text(report.mutation.score), percent_text(wanted.min_score)
        yield f"{score} of the changes were noticed, less than the {least} asked for"
