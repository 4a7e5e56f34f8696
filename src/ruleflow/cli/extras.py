"""Packages that only some commands need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Import what comes with an extra; where it is not installed the command ends and says what to install."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("ruleflow"):
            raise
        raise click.UsageError(
            f"`{error.name}` is not installed, which this command takes: pip install 'ruleflow[{extra}]'"
        ) from error
