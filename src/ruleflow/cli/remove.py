"""`ruleflow remove`: everything that a removal touches, and the removal itself where nothing would dangle."""

from __future__ import annotations

from pathlib import Path

import click

from ruleflow.cli.changed import make, show_obstacle
from ruleflow.cli.exits import FINDINGS, FINE
from ruleflow.cli.named import meant, open_names
from ruleflow.cli.terminal import folder_argument


@click.command(
    "remove",
    help="""List everything that the removal of a thing touches; with --apply remove it, where nothing names it any more.

    Exit: 0 it may be removed (or is), 1 something names it.
    """,
)
@click.argument("kind")
@click.argument("name")
@folder_argument
@click.option("--apply", "applied", is_flag=True, help="Remove it, unless something would be left that names it.")
@click.option(
    "--with-lists",
    is_flag=True,
    help="Take it out of lists with other items, too: `in […]`, `has any of […]`, `teams:`.",
)
@click.option("--diff", "as_diff", is_flag=True, help="Write nothing; print the changes as a patch.")
def command(kind: str, name: str, folder: Path, applied: bool, with_lists: bool, as_diff: bool) -> int:
    """Remove."""
    from ruleflow.references.remove import remove
    from ruleflow.references.rename import InTheWay
    from ruleflow.references.shown import use_lines

    opened = open_names(folder)
    thing = meant(opened, kind, name)
    touched, found = remove(opened.folder, opened.checked, thing, opened.index, with_lists=with_lists)
    count = len(touched.uses)
    if not as_diff or isinstance(found, InTheWay):
        places = f"{count:,} place{'s' * (count != 1)}" if count else "nothing else"
        click.echo(f"Removing the {thing} touches {places}.")
        for line in (*use_lines(touched.uses), *([""] if touched.left else []), *touched.left):
            click.echo(line)
    if isinstance(found, InTheWay):
        click.echo("")
        show_obstacle(found, folder, places=len(found.places) < count)
        return FINDINGS
    if not applied and not as_diff:
        click.echo("\nNothing would dangle; --apply removes it, --diff shows how.")
        return FINE
    if touched.uses and not as_diff:
        click.echo("")
    return make(found, folder, f"{thing} is removed", dry_run=False, as_diff=as_diff)
