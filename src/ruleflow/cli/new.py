"""`ruleflow new`: a small living project to start from."""

from __future__ import annotations

import re
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from ruleflow.cli.exits import FINE, WRONG_USAGE


@click.command(
    "new", help="Make a small project with rules, a message and tests in DIR, which must be empty or absent."
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--timezone", default="UTC", show_default=True, help="The time zone of the project, such as Europe/Helsinki."
)
def command(folder: Path, timezone: str) -> int:
    """Make a project."""
    from ruleflow.calendar.zones import zone
    from ruleflow.resources import resource_folder

    if zone(timezone) is None:
        raise click.UsageError(f"`{timezone}` is not a time zone; they look like Europe/Helsinki")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        click.echo(f"error: {folder} is not empty; nothing was written", err=True)
        return WRONG_USAGE
    made = _copy(
        resource_folder("rules-examples") / "starter",
        folder,
        {"@name@": _id(folder.resolve().name), "@timezone@": timezone},
    )
    click.echo(f"made {folder} with {made} files; now try:\n\n  ruleflow check {folder}\n  ruleflow test {folder}")
    click.echo(f"  ruleflow decide {folder} --event ticket.created --facts {folder}/ticket.json --explain")
    return FINE


def _copy(source: Traversable, target: Path, words: dict[str, str]) -> int:
    """Copy a folder of text files, with some words replaced; the number of files."""
    target.mkdir(parents=True, exist_ok=True)
    made = 0
    for entry in source.iterdir():
        if entry.is_dir():
            made += _copy(entry, target / entry.name, words)
            continue
        text = entry.read_text(encoding="utf-8")
        for word, meaning in words.items():
            text = text.replace(word, meaning)
        (target / entry.name).write_text(text, encoding="utf-8")
        made += 1
    return made


def _id(name: str) -> str:
    """The name of a folder as an id."""
    found = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return found if re.match(r"[a-z]", found) else f"project_{found}".rstrip("_")
