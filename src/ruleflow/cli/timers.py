"""`ruleflow timers`: the timers of tickets that the service keeps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ruleflow.cli.exits import FINDINGS, FINE
from ruleflow.cli.spans import iso_of, short
from ruleflow.cli.stores import opened, store_options

if TYPE_CHECKING:
    from ruleflow.store.timers import Ticket

_HEADING = ("due (UTC)", "project", "ticket", "what", "key", "state")


@click.group(
    "timers",
    help="""See the timers of tickets that `ruleflow serve --timers` keeps.

    They are those in the folder `.ruleflow` here, or in --state or --database.
    """,
)
def command() -> None:
    """Hold the commands."""


@command.command(
    "list",
    short_help="List timers, the next ticket first.",
    help="List the timers of tickets, the ticket that is due next first; with why those wait whose facts were refused.",
)
@click.option("--project", metavar="NAME", default="", help="Only those of a project.")
@click.option("--ticket", metavar="ID", default="", help="Only those of a ticket.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="So many tickets.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@store_options
def list_(project: str, ticket: str, limit: int, format_: str, state: Path, database: str) -> int:
    """List."""
    from ruleflow.cli.aligned import aligned
    from ruleflow.diagnostics.json_text import json_text

    with opened(state, database) as store:
        from ruleflow.store import due

        found = due.pending(store, project=project, ticket_id=ticket, limit=limit)
        parked = due.parked(store)
    if format_ == "json":
        click.echo(json_text({"tickets": [_dict(one) for one in found], "refused": parked}), nl=False)
        return FINE
    rows = [row for one in found for row in _rows(one)]
    click.echo("\n".join(aligned([_HEADING, *rows])) if rows else "no timers")
    if parked:
        click.echo(
            f"\n{parked} ticket{'' if parked == 1 else 's'} in all with facts that were refused: ruleflow timers retry"
        )
    return FINE


@command.command(
    "retry",
    short_help="Fire again where facts were refused.",
    help="Look again at the timers that wait because the facts of their ticket were refused.",
)
@click.option("--project", metavar="NAME", default="", help="Only those of a project.")
@click.option("--ticket", metavar="ID", default="", help="Only those of a ticket.")
@store_options
def retry(project: str, ticket: str, state: Path, database: str) -> int:
    """Retry."""
    with opened(state, database) as store:
        from ruleflow.store import due

        count = due.retry(store, project=project, ticket_id=ticket)
    click.echo(f"{count} ticket{'' if count == 1 else 's'} will be looked at again")
    return FINE if count or not ticket else FINDINGS


def _rows(ticket: Ticket) -> Iterator[tuple[str, ...]]:
    state = _state(ticket)
    for timer in ticket.timers:
        what = timer.rule or f"{timer.event} of {timer.metric}"
        yield short(timer.at), ticket.project, ticket.ticket_id, what, timer.key, state


def _state(ticket: Ticket) -> str:
    problems = _problems(ticket)
    if problems:
        return "waits for a hand: " + "; ".join(f"{one['pointer']} {one['message']}".strip() for one in problems)
    return f"facts were asked for in vain, {ticket.attempts} times" if ticket.attempts else "waits"


def _problems(ticket: Ticket) -> list[dict[str, Any]]:
    from ruleflow.project.fact_files import read_json

    found = read_json(ticket.problems) if ticket.problems else []
    return found if isinstance(found, list) else []


def _dict(ticket: Ticket) -> dict[str, object]:
    return {
        "project": ticket.project,
        "ticket_id": ticket.ticket_id,
        "timers": [
            {"due_at": iso_of(one.at), "key": one.key, "event": one.event, "rule": one.rule, "metric": one.metric}
            for one in ticket.timers
        ],
        "fired": list(ticket.fired),
        "problems": _problems(ticket),
        "updated_at": iso_of(ticket.updated_at),
    }
