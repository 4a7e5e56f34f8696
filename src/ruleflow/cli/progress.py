"""A progress bar on a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(total: int, what: str, *, results_follow: bool = False) -> Iterator[Callable[[int], None]]:
    """Show how far long work has come on the error stream, when a person looks at it and not at the results.

    `results_follow`: nothing else is printed meanwhile, so that the person may look at both.
    """
    if not sys.stderr.isatty() or (sys.stdout.isatty() and not results_follow):
        yield _ignore
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda amount: bar.advance(task, amount)


def _ignore(_amount: int) -> None:
    """Show nothing."""
