"""Doing something again whenever a file of a project changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from ruleflow.cli.exits import INTERRUPTED
from ruleflow.diagnostics.suggest import listing
from ruleflow.project.folder import Files, files_in

PAUSE = 0.3
"""Seconds between two looks at the files."""


def watch(
    folder: Path,
    run: Callable[[], int],
    *,
    look: Callable[[Path], Files] | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Run, and run again after each change, until Ctrl-C; the exit code of the last run."""
    look = look or files_in
    code, said = INTERRUPTED, ""
    try:
        while True:
            before = look(folder)
            click.clear()
            if said:
                click.echo(f"{said}\n")
            code = _run(run)
            click.echo("\nwaiting for a change; Ctrl-C ends", err=True)
            said = _next_change(folder, before, look, wait)
    except (KeyboardInterrupt, click.Abort):
        return code


def _run(run: Callable[[], int]) -> int:
    """One run; a project with mistakes, or a wrong option, is told and does not end the watching."""
    try:
        return run()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code


def _next_change(folder: Path, before: Files, look: Callable[[Path], Files], wait: Callable[[float], None]) -> str:
    """Wait until files differ from what they were before the run, and then until nobody writes any more; what changed."""
    now = look(folder)
    while now == before:
        wait(PAUSE)
        now = look(folder)
    while True:
        wait(PAUSE)
        then, now = now, look(folder)
        if then == now:
            return (
                f"changed: {listing(sorted(_different(before, now)))}" if now != before else "changed and changed back"
            )


def _different(before: Files, now: Files) -> Iterator[str]:
    return (name for name in {*before, *now} if before.get(name) != now.get(name))
