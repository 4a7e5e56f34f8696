"""`ruleflow lsp`: the language server that editors start."""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stdout

import click

from ruleflow.cli.exits import FINDINGS, FINE
from ruleflow.cli.extras import needs

_TURN_S = 0.001


@click.command(
    "lsp",
    help="""Serve an editor over standard input and output, by the Language Server Protocol.

    Editors start this themselves: findings while you type, completion, renaming. See docs/editor.md for how to set one up.
    """,
)
@click.option("--stdio", is_flag=True, help="Accepted because editors pass it; there is no other way to talk.")
def command(stdio: bool) -> int:  # noqa: ARG001 - there is nothing to choose
    """Serve until the editor says so."""
    with needs("lsp"):
        from ruleflow.lsp.features import make_server

    # While a project is looked at in a thread, answers must not wait for their turn.
    sys.setswitchinterval(_TURN_S)
    # What answers the editor is ours alone: a stray word on standard output would break the protocol.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers, redirect_stdout(sys.stderr):
        server = make_server()
        server.start_io(stdout=answers)
    return FINE if server.was_asked_to_stop else FINDINGS
