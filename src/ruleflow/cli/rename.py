"""`ruleflow rename`: a new name for a thing, everywhere, and only where the project says the same afterwards."""

from __future__ import annotations

from pathlib import Path

import click

from ruleflow.cli.changed import make, show_obstacle
from ruleflow.cli.exits import FINDINGS
from ruleflow.cli.named import meant, open_names
from ruleflow.cli.terminal import folder_argument


@click.command(
    "rename",
    help="""Give a thing a new name wherever the project names it, as text: all else in the files stays as it is.

    `was` keeps the old name valid in facts. The project is checked again before anything is written; where a word would
    mean something else, or the project would no longer check, nothing is written and what is in the way is told.
    """,
)
@click.argument("kind")
@click.argument("old")
@click.argument("new")
@folder_argument
@click.option("--dry-run", is_flag=True, help="Write nothing; say which files would change.")
@click.option("--diff", "as_diff", is_flag=True, help="Write nothing; print the changes as a patch.")
def command(kind: str, old: str, new: str, folder: Path, dry_run: bool, as_diff: bool) -> int:
    """Rename."""
    from ruleflow.references.rename import InTheWay, rename
    from ruleflow.resources import without_collection

    opened = open_names(folder)
    name = meant(opened, kind, old)
    new_id = name.beside(new).id
    with without_collection():
        found = rename(opened.folder, opened.checked, name, new_id, opened.index)
    if isinstance(found, InTheWay):
        show_obstacle(found, folder)
        return FINDINGS
    return make(found, folder, f"{name} is now `{new_id}`", dry_run=dry_run, as_diff=as_diff)
