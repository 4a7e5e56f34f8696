"""What `ruleflow fmt` tells: as text, as a difference, as JSON."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from difflib import unified_diff
from pathlib import Path

import click

from ruleflow.cli.terminal import show_findings, wants_color
from ruleflow.diagnostics.json_text import json_text
from ruleflow.fmt.format import Left
from ruleflow.fmt.project import Formatted

_COLORS = {"+": "green", "-": "red", "@": "cyan"}
OURS = "nothing was written to it; the formatter has a defect, and your file is not to blame: report it, with the file if you may"


def report(found: Sequence[tuple[Path, Formatted]], format_: str, *, written: bool, diff: bool) -> None:
    """Print what became of the files."""
    if format_ == "json":
        click.echo(json_text(_document(found, written=written, diff=diff)), nl=False)
        return
    for place, one in found:
        if isinstance(one.after, Left):
            show_left(place, one)
        elif one.changes and diff:
            show_difference(place, one)
        elif one.changes:
            click.echo(f"{'formatted' if written else 'would format'} {place.as_posix()}")
    click.echo(_summary([one for _, one in found], written=written), err=diff)


def show_left(place: Path, one: Formatted) -> None:
    """Say why a file is left as it is, with its mistakes."""
    if isinstance(one.after, Left):
        click.echo(f"{place.as_posix()} is left as it is: {one.after.reason}", err=True)
        if one.after.is_ours:
            click.echo(f"   = help: {OURS}", err=True)
    if one.findings:
        show_findings(one.findings, "text", _folder_of(place, one), err=True)


def show_difference(place: Path, one: Formatted) -> None:
    """Print the unified difference, coloured on a terminal."""
    color = wants_color(sys.stdout)
    for line in _difference(place, one):
        text = line.removesuffix("\n")
        click.echo(
            click.style(text, fg=_COLORS.get(text[:1])) if color and not text.startswith(("+++", "---")) else text
        )


def _difference(place: Path, one: Formatted) -> list[str]:
    before = one.file.content.decode(errors="replace").splitlines(keepends=True)
    name = place.as_posix()
    return list(unified_diff(before, str(one.after).splitlines(keepends=True), name, f"{name} (formatted)"))


def _folder_of(place: Path, one: Formatted) -> Path:
    """The folder of the project of a file."""
    levels = one.file.name.count("/") + 1
    return place.parents[levels - 1]


def _summary(found: Sequence[Formatted], *, written: bool) -> str:
    changed = sum(1 for one in found if one.changes)
    left = sum(1 for one in found if isinstance(one.after, Left))
    parts = [
        f"{_files(changed)} {'formatted' if written else 'would change'}",
        f"{len(found) - changed - left} as they should be",
    ]
    return ", ".join([*parts, *([f"{left} left as they are"] if left else [])])


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"


def _document(found: Sequence[tuple[Path, Formatted]], *, written: bool, diff: bool) -> dict[str, object]:
    return {"version": 1, "files": [_entry(place, one, written=written, diff=diff) for place, one in found]}


def _entry(place: Path, one: Formatted, *, written: bool, diff: bool) -> dict[str, object]:
    entry: dict[str, object] = {"file": place.as_posix()}
    if isinstance(one.after, Left):
        return entry | {"state": "left", "reason": one.after.reason}
    entry["state"] = ("formatted" if written else "would_change") if one.changes else "unchanged"
    return entry | ({"diff": "".join(_difference(place, one))} if diff and one.changes else {})
