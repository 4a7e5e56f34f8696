"""A review on the terminal, with colours where a person looks."""

from __future__ import annotations

import sys

import click

from ruleflow.cli.terminal import wants_color

_STYLES = {"+": "green", "−": "red", "~": "yellow"}


def show_review(text: str) -> None:
    """Print the text of a review."""
    if not wants_color(sys.stdout):
        click.echo(text, nl=False)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=True, highlight=False)
    for line in text.splitlines():
        console.print(Text(line, style=_style(line)))


def _style(line: str) -> str:
    """Headings stand at the edge; edits begin with a mark, outcomes with neither."""
    if line and not line.startswith(" "):
        return "bold"
    mark = line.strip()[:1]
    return _STYLES.get(mark, "yellow" if " → " in line and "ticket at" not in line else "")
