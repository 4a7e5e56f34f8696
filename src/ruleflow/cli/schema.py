"""`ruleflow schema`: the JSON Schemas of the files of a project, for YAML editors."""

from __future__ import annotations

from pathlib import Path

import click

from ruleflow.cli.exits import FINDINGS, FINE


@click.command(
    "schema",
    help="""Print the JSON Schema NAME, or list the schemas there are.

    An editor uses one when a file begins with `# yaml-language-server: $schema=…/rules.schema.json`.
    """,
)
@click.argument("name", required=False)
@click.option(
    "--write", "folder", type=click.Path(path_type=Path, file_okay=False), help="Write all schemas into a folder."
)
@click.option(
    "--check", is_flag=True, help="With --write: change nothing, exit with 1 when a file is not as it should be."
)
def command(name: str | None, folder: Path | None, check: bool) -> int:
    """Show or write schemas."""
    from ruleflow.diagnostics.json_text import json_text
    from ruleflow.model.json_schema import SCHEMAS

    if folder is not None:
        return _write({file: json_text(make()) for file, make in SCHEMAS.items()}, folder, check=check)
    if name is None:
        click.echo("\n".join(SCHEMAS))
        return FINE
    file = name if name in SCHEMAS else f"{name}.schema.json"
    if file not in SCHEMAS:
        raise click.UsageError(f"no schema `{name}`; there are {', '.join(SCHEMAS)}")
    click.echo(json_text(SCHEMAS[file]()), nl=False)
    return FINE


def _write(texts: dict[str, str], folder: Path, *, check: bool) -> int:
    stale = [
        file
        for file, text in texts.items()
        if not (folder / file).is_file() or (folder / file).read_text(encoding="utf-8") != text
    ]
    if check:
        click.echo("\n".join(f"{folder / file} is not as it should be" for file in stale) or "all schemas are fresh")
        return FINDINGS if stale else FINE
    folder.mkdir(parents=True, exist_ok=True)
    for file in stale:
        (folder / file).write_text(texts[file], encoding="utf-8")
    click.echo(f"{len(stale)} of {len(texts)} schemas written to {folder}")
    return FINE
