"""`ruleflow refs`: where a thing is defined, and everything that names it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ruleflow.cli.exits import FINE, WRONG_USAGE
from ruleflow.cli.named import Opened, meant, open_names

if TYPE_CHECKING:
    from ruleflow.references.names import Name


@click.command(
    "refs",
    help="""Say where a thing is defined and list every place that names it: conditions, actions, templates, tests.

    KIND is `segment`, `field`, `rule` and the like; NAME is its id, of an option `ticket.priority:high`. With NAME alone,
    everything of that name is listed.
    """,
)
@click.argument("words", metavar="[KIND] NAME [DIR]", nargs=-1, required=True)
@click.option(
    "--data",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Facts of contacts or tickets (JSON Lines, CSV, Parquet): who of them carries the thing.",
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(words: tuple[str, ...], data: Path | None, format_: str) -> int:
    """List."""
    kind, name, folder = _arguments(words)
    opened = open_names(folder)
    found = [meant(opened, kind, name)] if kind else _all_named(opened, name)
    if data is not None and len(found) != 1:
        raise click.UsageError("--data needs to know the kind: ruleflow refs segment vip --data FILE")
    carried = None if data is None else _carried(opened, found[0], data)
    _show(opened, found, carried, format_)
    return FINE


def _arguments(words: tuple[str, ...]) -> tuple[str, str, Path]:
    """Kind ('' : any), name and folder. A word alone is a name; of two the first is a kind if there is such a kind."""
    from ruleflow.references.names import Kind

    if len(words) > 3:
        raise click.UsageError("one thing at a time: ruleflow refs KIND NAME [DIR]")
    kinds = {one.value for one in Kind}
    if len(words) == 1:
        return "", words[0], Path()
    if len(words) == 2 and words[0] not in kinds and Path(words[1]).is_dir():
        return "", words[0], Path(words[1])
    return words[0], words[1], Path(words[2] if len(words) == 3 else ".")


def _all_named(opened: Opened, name: str) -> list[Name]:
    from ruleflow.diagnostics.suggest import nearest

    found = list(opened.index.named(name))
    if not found:
        near = nearest(name, [one.id for one in opened.index.names])
        click.echo(f"error: nothing is called `{name}`" + (f"; did you mean `{near}`?" if near else ""), err=True)
        raise click.exceptions.Exit(WRONG_USAGE)
    return found


def _show(opened: Opened, found: list[Name], carried: dict[str, Any] | None, format_: str) -> None:
    from ruleflow.diagnostics.json_text import json_text
    from ruleflow.references.shown import VERSION, name_dict, name_text

    if format_ == "json":
        names = [name_dict(name, opened.index) for name in found]
        said = {"version": VERSION, "names": names} | ({} if carried is None else {"data": carried})
        click.echo(json_text(said), nl=False)
        return
    click.echo("\n".join(name_text(name, opened.index) for name in found), nl=False)
    if carried is not None:
        from ruleflow.references.carried import carried_text

        click.echo("\n" + carried_text(carried), nl=False)


def _carried(opened: Opened, name: Name, data: Path) -> dict[str, Any]:
    """Who carries it in a file; a file that cannot be read ends the command."""
    from ruleflow.cli.progress import progress
    from ruleflow.references.carried import carried_dict
    from ruleflow.references.carriers import carriers, opened_rows
    from ruleflow.replay.tables import Meter, UnreadableTableError

    model = opened.checked.model
    try:
        size = data.stat().st_size if data.is_file() else 0
        with progress(size, "reading") as advance:
            meter = Meter(advance)
            with opened_rows(data, name, model, meter) as rows:
                return carried_dict(carriers(rows, name, model), meter, data.name)
    except UnreadableTableError as error:
        click.echo(f"error: {error}", err=True)
        raise click.exceptions.Exit(WRONG_USAGE) from error
