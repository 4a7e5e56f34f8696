"""`ruleflow deliveries`: what the service tells the webhook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ruleflow.cli.exits import FINDINGS, FINE
from ruleflow.cli.spans import iso_of, short
from ruleflow.cli.stores import opened, store_options

if TYPE_CHECKING:
    from ruleflow.store.deliveries import Delivery

_format = click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
_HEADING = ("made (UTC)", "delivery", "project", "ticket", "state", "tries", "next try (UTC)", "last error")


@click.group(
    "deliveries",
    help="""See what `ruleflow serve` delivers to the webhook; try dead deliveries again, or dismiss them.

    They are those in the folder `.ruleflow` here, or in --state or --database.
    """,
)
def command() -> None:
    """Hold the commands."""


@command.command("list", short_help="List deliveries.", help="List deliveries, the newest first, a page at a time.")
@click.option("--dead", is_flag=True, help="Only those that were given up.")
@click.option("--ticket", metavar="ID", default="", help="Only those of a ticket.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="So many on a page.")
@click.option("--before", metavar="N", type=int, help="The next page: what the last one ended with.")
@_format
@store_options
def list_(*, dead: bool, ticket: str, limit: int, before: int | None, format_: str, state: Path, database: str) -> int:
    """List."""
    from ruleflow.cli.aligned import aligned
    from ruleflow.diagnostics.json_text import json_text

    with opened(state, database) as store:
        from ruleflow.store import deliveries

        wanted = deliveries.DEAD if dead else ""
        found = deliveries.search(store, state=wanted, ticket_id=ticket, before=before, limit=limit)
        counts = deliveries.counts(store)
    last = found[-1].seq if len(found) == limit else None
    if format_ == "json":
        click.echo(json_text({"deliveries": [_dict(one) for one in found], "before": last, "counts": counts}), nl=False)
        return FINE
    click.echo("\n".join(aligned([_HEADING, *map(_row, found)])) if found else "no deliveries")
    if found:
        click.echo("\nin all: " + ", ".join(f"{count:,} {state}" for state, count in counts.items()))
    if last is not None:
        click.echo(f"for more: --before {last}")
    return FINE


@command.command("show", help="Show a delivery with its body, which is JSON.")
@click.argument("delivery_id", metavar="ID")
@_format
@store_options
def show(delivery_id: str, format_: str, state: Path, database: str) -> int:
    """Show."""
    from ruleflow.cli.aligned import aligned
    from ruleflow.diagnostics.json_text import json_text
    from ruleflow.project.fact_files import read_json

    with opened(state, database) as store:
        from ruleflow.store import deliveries

        found = deliveries.find(store, delivery_id)
    if found is None:
        return _unknown(delivery_id)
    body = read_json(found.body)
    if format_ == "json":
        click.echo(json_text({**_dict(found), "body": body}), nl=False)
        return FINE
    click.echo("\n".join(aligned(list(zip(_HEADING, _row(found), strict=True)))))
    click.echo(f"\n{json_text(body)}", nl=False)
    return FINE


@command.command(
    "retry",
    short_help="Try again, from the start.",
    help="Try a delivery again at once, or with --dead all that were given up; each under the id that it had.",
)
@click.argument("delivery_id", metavar="ID", required=False, default="")
@click.option("--dead", is_flag=True, help="All that were given up.")
@store_options
def retry(delivery_id: str, state: Path, database: str, *, dead: bool) -> int:
    """Retry."""
    if bool(delivery_id) == dead:
        raise click.UsageError("name a delivery, or say --dead for all that were given up")
    with opened(state, database) as store:
        from ruleflow.store import deliveries, instants

        count = deliveries.retry(store, instants.microseconds(), delivery_id)
    if not count and delivery_id:
        return _unknown(delivery_id, " that is not there yet")
    click.echo(f"{count} deliver{'y' if count == 1 else 'ies'} will be tried again")
    return FINE


@command.command("dismiss", help="Remove a delivery that was given up.")
@click.argument("delivery_id", metavar="ID")
@store_options
def dismiss(delivery_id: str, state: Path, database: str) -> int:
    """Dismiss."""
    with opened(state, database) as store:
        from ruleflow.store import deliveries

        gone = deliveries.dismiss(store, delivery_id)
    if not gone:
        return _unknown(delivery_id, " that was given up")
    click.echo("dismissed")
    return FINE


def _unknown(delivery_id: str, what: str = "") -> int:
    click.echo(f"there is no delivery `{delivery_id}`{what}", err=True)
    return FINDINGS


def _row(one: Delivery) -> tuple[str, ...]:
    again = short(one.next_at) if one.state == "waiting" else ""
    made = short(one.created_at)
    return made, one.id, one.project, one.ticket_id, one.state, str(one.attempts), again, one.last_error


def _dict(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.id,
        "project": one.project,
        "ticket_id": one.ticket_id,
        "decision_id": one.decision_id,
        "state": one.state,
        "attempts": one.attempts,
        "created_at": iso_of(one.created_at),
        "next_at": iso_of(one.next_at) if one.state == "waiting" else None,
        "delivered_at": iso_of(one.delivered_at),
        "last_error": one.last_error,
    }
