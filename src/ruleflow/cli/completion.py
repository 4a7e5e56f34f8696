"""`ruleflow completion`: the script that teaches a shell our commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from ruleflow.cli.exits import FINE, WRONG_USAGE


@click.command(
    "completion",
    help='Print the completion script of a SHELL. For bash: put `eval "$(ruleflow completion bash)"` into ~/.bashrc.',
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> int:
    """Print the script."""
    from ruleflow.cli.app import cli

    found = get_completion_class(shell)
    if found is None:
        click.echo(f"click knows no completion for {shell}", err=True)
        return WRONG_USAGE
    click.echo(found(cli, {}, "ruleflow", "_RULEFLOW_COMPLETE").source())
    return FINE
