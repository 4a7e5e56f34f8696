"""`ruleflow test`: the tests that an admin wrote, run against the rules."""

from __future__ import annotations

from pathlib import Path

import click

from ruleflow.cli.projects import open_project
from ruleflow.cli.terminal import folder_argument


@click.command(
    "test",
    help="""Run the tests of the project in DIR.

    A line tells how much of the rules the tests cover: rules that fired, conditions seen true and false, and parts of
    conditions that made the difference. --coverage says what they leave out; --mutate changes the rules in small ways,
    as a slip of the pen would, and says which changes no test notices.
    """,
)
@folder_argument
@click.option("--only", metavar="TEXT", default="", help="Run only tests whose name contains TEXT.")
@click.option("--coverage", is_flag=True, help="Say what the tests leave out, rule by rule.")
@click.option(
    "--min-coverage", metavar="PERCENT", type=click.FloatRange(0, 100), help="Fail where the coverage is below PERCENT."
)
@click.option(
    "--mutate",
    metavar="[RULE]",
    is_flag=False,
    flag_value="",
    help="Change the rules (or one RULE) in small ways, and say which changes no test notices. Write DIR first.",
)
@click.option(
    "--limit", metavar="N", type=click.IntRange(1), help="With --mutate: try only N changes, always the same."
)
@click.option(
    "--min-score",
    metavar="PERCENT",
    type=click.FloatRange(0, 100),
    help="With --mutate: fail where fewer changes than PERCENT are noticed.",
)
@click.option("--watch", is_flag=True, help="Run again whenever a file of the project changes, until Ctrl-C.")
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(1, 256),
    help="Processes that share the work; for --mutate every core, if left out.",
)
@click.option(
    "--format", "format_", type=click.Choice(["text", "json", "junit", "github"]), default="text", show_default=True
)
@click.option("--suggest", is_flag=True, help="Write the tests that are missing, as YAML, and run none.")
@click.option("--output", "-o", metavar="FILE", type=click.Path(path_type=Path), help="Where `--suggest` writes them.")
def command(
    folder: Path,
    only: str,
    coverage: bool,
    min_coverage: float | None,
    mutate: str | None,
    limit: int | None,
    min_score: float | None,
    watch: bool,
    workers: int | None,
    format_: str,
    suggest: bool,
    output: Path | None,
) -> int:
    """Run tests."""
    from ruleflow.cli.test_once import Wanted, run_once

    if suggest or output is not None:
        from ruleflow.cli.suggest import suggest_into

        return suggest_into(open_project(folder), output, suggest=suggest)

    if mutate is None and (limit is not None or min_score is not None):
        raise click.UsageError("--limit and --min-score go with --mutate")
    wanted = Wanted(folder, only, coverage, min_coverage, mutate, limit, min_score, workers, format_)
    if not watch:
        return run_once(wanted)
    from ruleflow.cli.watch import watch as run_again_and_again

    return run_again_and_again(folder, lambda: run_once(wanted))
