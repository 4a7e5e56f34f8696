"""`ruleflow decisions`: the log of decisions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ruleflow.cli.exits import FINDINGS, FINE, WRONG_USAGE
from ruleflow.cli.instants import Instant
from ruleflow.cli.spans import Span
from ruleflow.cli.stores import opened, store_options
from ruleflow.store.instants import micros_of, moment_of

if TYPE_CHECKING:
    from ruleflow.project.bundle import Bundle
    from ruleflow.store.log import Query
    from ruleflow.store.opening import Store
    from ruleflow.store.records import Logged

_format = click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)


@click.group(
    "decisions",
    help="""Look into the log of decisions that `ruleflow serve` keeps; decide logged tickets again; export; prune.

    The log is the one in the folder `.ruleflow` here, or in --state or --database.
    """,
)
def command() -> None:
    """Hold the commands."""


def filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which decisions are meant."""
    options = [
        click.option("--project", metavar="NAME", default="", help="Only those of a project."),
        click.option(
            "--rule", "-r", metavar="ID", default="", help="Only those that a rule matched, or would have in shadow."
        ),
        click.option("--event", "-e", metavar="EVENT", default="", help="Only those of an event."),
        click.option("--ticket", metavar="ID", default="", help="Only those of a ticket."),
        click.option("--caller", metavar="NAME", default="", help="Only those that were asked for with an API key."),
        click.option("--since", type=Instant(), help="Only those that were asked for then or later."),
        click.option("--until", type=Instant(), help="Only those that were asked for earlier."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@command.command(
    "list", short_help="List decisions, page by page.", help="List decisions, the newest first, a page at a time."
)
@filters
@click.option("--text", metavar="TEXT", default="", help="Only those whose id, or that of their ticket, begins so.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="So many on a page.")
@click.option("--before", metavar="N", type=int, help="The next page: what the last one ended with.")
@click.option("--oldest-first", is_flag=True, help="Begin with the oldest.")
@_format
@store_options
def list_(
    text: str,
    limit: int,
    before: int | None,
    oldest_first: bool,
    format_: str,
    state: Path,
    database: str,
    **chosen: Any,
) -> int:
    """List."""
    from dataclasses import replace

    from ruleflow.cli.decisions_text import page_json, page_text

    with opened(state, database) as store:
        from ruleflow.store.log import search

        query = replace(_query(**chosen), text=text, limit=limit, before=before, newest_first=not oldest_first)
        page = search(store, query)
    click.echo(page_json(page) if format_ == "json" else page_text(page), nl=False)
    return FINE


@command.command(
    "show",
    short_help="Show one, with facts and rules.",
    help="Show a decision: what was decided, by which rules of which file, and from which facts.",
)
@click.argument("decision_id", metavar="ID")
@_format
@store_options
def show(decision_id: str, format_: str, state: Path, database: str) -> int:
    """Show."""
    from ruleflow.cli.decisions_text import decision_json, logged_text

    with opened(state, database) as store:
        found = _found(store, decision_id)
        if format_ == "json":
            click.echo(decision_json(found), nl=False)
            return FINE
        bundle = _bundle(store, found)
    click.echo(logged_text(found, None if bundle is None else bundle.project), nl=False)
    return FINE


@command.command(
    "repeat",
    short_help="Decide it again, and compare.",
    help="""Decide a logged ticket again: the same facts and instant, by the rules of then, and compare.

    Exit: 0 the same, 1 it comes out otherwise, 2 it cannot be decided again.
    """,
)
@click.argument("decision_id", metavar="ID")
@_format
@store_options
def repeat(decision_id: str, format_: str, state: Path, database: str) -> int:
    """Repeat."""
    from ruleflow.cli.decisions_text import repetition_json, repetition_text
    from ruleflow.project import repeating

    with opened(state, database) as store:
        found = _found(store, decision_id)
        bundle = _bundle(store, found)
    if bundle is None:
        click.echo(f"error: the rules of then, {found.project} {found.digest}, are not kept", err=True)
        return WRONG_USAGE
    came = repeating.repeat(bundle.project, found.event, found.facts, moment_of(found.at), found.masked, found.decision)
    shown = repetition_json if format_ == "json" else repetition_text
    click.echo(shown(found, came, bundle.differences), nl=False)
    return FINE if came.same else FINDINGS


@command.command(
    "export",
    short_help="Write decisions to a Parquet file.",
    help="Write decisions to a Parquet file, the oldest first, for pandas, DuckDB or Spark.",
)
@click.argument("file", metavar="FILE.parquet", type=click.Path(path_type=Path, dir_okay=False))
@filters
@store_options
def export(file: Path, state: Path, database: str, **chosen: Any) -> int:
    """Export."""
    with opened(state, database) as store:
        from ruleflow.store.export import ExportError, export_parquet

        try:
            written = export_parquet(store, file, _query(**chosen))
        except ExportError as error:
            click.echo(f"error: {error}", err=True)
            return WRONG_USAGE
    click.echo(f"{_many(written)} written to {file}", err=True)
    return FINE


@command.command(
    "prune",
    short_help="Forget old decisions.",
    help="Forget decisions that were asked for longer ago than that; they are gone for good.",
)
@click.option("--older-than", metavar="SPAN", type=Span(), required=True, help="90d, 36h, 2w.")
@store_options
def prune(older_than: timedelta, state: Path, database: str) -> int:
    """Prune."""
    from datetime import UTC

    with opened(state, database) as store:
        from ruleflow.store import log

        gone = log.prune(store, micros_of(datetime.now(UTC) - older_than))
    click.echo(f"{_many(gone)} forgotten")
    return FINE


def _many(number: int) -> str:
    return f"{number:,} decision{'' if number == 1 else 's'}"


def _query(
    project: str, rule: str, event: str, ticket: str, caller: str, since: datetime | None, until: datetime | None
) -> Query:
    from ruleflow.store.log import Query

    return Query(
        project=project,
        rule=rule,
        event=event,
        ticket_id=ticket,
        caller=caller,
        since=None if since is None else micros_of(since),
        until=None if until is None else micros_of(until),
    )


def _found(store: Store, decision_id: str) -> Logged:
    from ruleflow.store.log import find

    found = find(store, decision_id)
    if found is None:
        click.echo(f"error: no decision `{decision_id}` in the log; `ruleflow decisions list` lists them", err=True)
        raise click.exceptions.Exit(WRONG_USAGE)
    return found


def _bundle(store: Store, found: Logged) -> Bundle | None:
    """The project that decided, as it was then; None where it is not kept. What cannot be opened ends the command."""
    from ruleflow.project.bundle import open_bundle
    from ruleflow.project.errors import BundleError
    from ruleflow.store import projects

    content = projects.content_of(store, found.digest)
    try:
        return None if content is None else open_bundle(content)
    except BundleError as error:
        click.echo(f"error: the rules of then cannot be opened: {error}", err=True)
        raise click.exceptions.Exit(WRONG_USAGE) from error
