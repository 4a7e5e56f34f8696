"""Secrets from the environment, or from files that it names, as systemd and containers hand them over."""

from __future__ import annotations

import os
from pathlib import Path

import click


def secret_of(name: str) -> str:
    """The value of a variable; without it the content of the file that `NAME_FILE` names; '' where neither is set."""
    value, place = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "")
    if value and place:
        raise click.UsageError(f"{name} and {name}_FILE are both set; one of them is enough")
    if value or not place:
        return value
    try:
        return Path(place).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise click.UsageError(f"`{place}`, which {name}_FILE names, cannot be read: {reason}") from None
