"""The commands, each loaded only when it is called: git and editors call us per file, so starting fast is a feature."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from ruleflow.cli.exits import DEFECT, FINE, INTERRUPTED, WRONG_USAGE

COMMANDS = {
    "new": "Make a small project to start from.",
    "check": "Look for mistakes in a project.",
    "lint": "Advise on a project beyond mistakes, and mend it.",
    "fmt": "Write the files of a project in one form.",
    "decide": "Decide a ticket, or a file of tickets.",
    "explain": "Say why a rule acted or did not, or what a code means.",
    "replay": "Decide recorded tickets again, and say what changes.",
    "view": "List the records of a view in its order.",
    "segments": "Find the bounds of scores in purchases; place contacts.",
    "timeline": "Say what will happen to a ticket if nobody touches it.",
    "test": "Run the tests of a project.",
    "verify": "Prove the promises of a project, or show who breaks them.",
    "diff": "Say what a change edits, and what it means for tickets.",
    "refs": "Say who names a segment, field, rule or any other thing.",
    "rename": "Give a thing a new name wherever it is named.",
    "remove": "Say what a removal touches; remove what nothing names.",
    "serve": "Decide tickets over HTTP, for a helpdesk to call.",
    "build": "Write a project as one signed file that a server opens.",
    "decisions": "Look into the log of decisions; repeat, export, prune.",
    "timers": "List the timers of tickets that the service keeps.",
    "deliveries": "See what is told to the webhook; try again, dismiss.",
    "keys": "Make and revoke the API keys of the service.",
    "git": "Teach git to show changes of rules, or take that back.",
    "schema": "Print or write the JSON Schemas of the files of a project.",
    "lsp": "Serve an editor: findings while you type, completion.",
    "completion": "Print the completion script of a shell.",
}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"ruleflow.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from ruleflow.diagnostics.suggest import nearest

            near = nearest(args[0], COMMANDS)
            raise click.UsageError(f"no command `{args[0]}`" + (f"; did you mean `{near}`?" if near else ""), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table above, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(
    cls=LazyGroup,
    help="Rules for helpdesks, as small YAML files in git: checked, tested, explained, decided.",
    epilog="Start with `ruleflow new support`. A folder left out means the current one.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="ruleflow", message="ruleflow %(version)s")
def cli() -> None:
    """Hold the commands."""


def run(arguments: list[str]) -> int:
    """Run the command line; the exit code: 0 fine, 1 findings, 2 wrong usage, 3 a defect of ours."""
    _use_utf8()
    try:
        result = cli.main(arguments, prog_name="ruleflow", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return WRONG_USAGE
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough of it: `ruleflow decide … | head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except Exception as error:  # noqa: BLE001 - whatever goes wrong here is ours, and an admin gets no traceback
        return _defect(error)
    return result if isinstance(result, int) else FINE


def _use_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _defect(error: Exception) -> int:
    if os.environ.get("RULEFLOW_DEBUG"):
        raise error
    from importlib.metadata import version

    click.echo(
        f"error[RF901 defect]: ruleflow {version('ruleflow')} has a defect: {type(error).__name__}: {error}\n"
        "   = help: your files are not to blame; report it with the output of the same command after "
        "`export RULEFLOW_DEBUG=1`",
        err=True,
    )
    return DEFECT
