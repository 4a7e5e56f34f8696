"""`ruleflow keys`: the API keys of the service."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ruleflow.cli.exits import FINDINGS, FINE
from ruleflow.cli.spans import MICROSECOND, Span, iso_of, short
from ruleflow.cli.stores import DATABASE, opened, store_options

if TYPE_CHECKING:
    from ruleflow.store.keys import ApiKey

SCOPES = ("decide", "explain", "admin")


@click.group(
    "keys",
    help="""Make, list, rotate and revoke the API keys of the service.

    With the first key the service asks everybody for one. A key is shown once, when it is made; the service keeps no more
    than a digest of it. A change is in force within a few seconds.
    """,
)
def command() -> None:
    """Hold the commands."""


@command.command("add", help="Make a key and print it.")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(SCOPES),
    help="What it opens; may be given again. decide: decisions. explain: reasons, the log, the console. admin: everything.",
)
@click.option("--expires", type=Span(), help="How long it opens anything, 90d; for ever, if left out.")
@store_options
def add(name: str, scopes: tuple[str, ...], expires: timedelta | None, state: Path, database: str) -> int:
    """Add."""
    if not name or not name.isprintable() or len(name) > 100:
        raise click.UsageError("a name is up to 100 characters on one line: ruleflow keys add helpdesk --scope decide")
    is_new = not database and not (state / DATABASE).exists()
    with opened(state, database, make=True) as store:
        from ruleflow.store import instants, keys

        expires_at = None if expires is None else instants.microseconds() + expires // MICROSECOND
        made = keys.add(store, name, scopes, expires_at)
    _tell(*made)
    if is_new:
        click.echo(
            f"note: `{state.absolute()}` is new, no service has used it yet; where yours keeps its files elsewhere, the key"
            " opens nothing: name that folder with --state",
            err=True,
        )
    return FINE


@command.command("list", help="List the keys, without what opens.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@store_options
def list_(format_: str, state: Path, database: str) -> int:
    """List."""
    from ruleflow.cli.aligned import aligned
    from ruleflow.diagnostics.json_text import json_text

    with opened(state, database) as store:
        from ruleflow.store import instants, keys, log

        at, found = instants.microseconds(), keys.all_keys(store)
        last = {name: log.last_of(store, name) for name in {key.name for key in found}}
    if format_ == "json":
        click.echo(json_text({"keys": [_dict(key, at, last[key.name]) for key in found]}), nl=False)
        return FINE
    heading = ("name", "id", "scopes", "made (UTC)", "expires (UTC)", "last decision (UTC)", "state")
    rows = [_row(key, at, last[key.name]) for key in found]
    click.echo("\n".join(aligned([heading, *rows])) if rows else "no keys: the service answers this machine only")
    return FINE


@command.command(
    "rotate", help="Make a new key with the name and scopes of an old one, which opens for a while longer."
)
@click.argument("name")
@click.option("--grace", type=Span(), default="1h", show_default=True, help="How long the old one still opens.")
@store_options
def rotate(name: str, grace: timedelta, state: Path, database: str) -> int:
    """Rotate."""
    with opened(state, database) as store:
        from ruleflow.store import keys

        _tell(*keys.rotate(store, name, grace // MICROSECOND))
    return FINE


@command.command("revoke", help="Revoke the keys with a name, at once.")
@click.argument("name")
@store_options
def revoke(name: str, state: Path, database: str) -> int:
    """Revoke."""
    with opened(state, database) as store:
        from ruleflow.store import keys

        revoked = keys.revoke(store, name)
        is_last = all(key.revoked_at is not None for key in keys.all_keys(store))
    if not revoked:
        click.echo(f"there is no live key `{name}`", err=True)
        return FINDINGS
    click.echo(f"{revoked} key{'' if revoked == 1 else 's'} revoked")
    if is_last:
        click.echo("note: no key is left: programs of this machine now need none, and all others are refused", err=True)
    return FINE


def _tell(key: ApiKey, secret: str) -> None:
    """The key alone on the output, for scripts; what it is on the error stream."""
    until = f", until {short(key.expires_at)} UTC" if key.expires_at is not None else ""
    click.echo(f"key `{key.name}` for {', '.join(sorted(key.scopes))}{until}; it is not shown again:", err=True)
    click.echo(secret)


def _state(key: ApiKey, at: int) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "live" if key.is_live(at) else "expired"


def _row(key: ApiKey, at: int, last: int | None) -> tuple[str, ...]:
    scopes, ends = ", ".join(sorted(key.scopes)), short(key.expires_at) or "never"
    return key.name, key.id, scopes, short(key.created_at), ends, short(last) or "none", _state(key, at)


def _dict(key: ApiKey, at: int, last: int | None) -> dict[str, object]:
    return {
        "name": key.name,
        "id": key.id,
        "scopes": sorted(key.scopes),
        "created_at": iso_of(key.created_at),
        "expires_at": iso_of(key.expires_at),
        "revoked_at": iso_of(key.revoked_at),
        "last_decision_at": iso_of(last),
        "state": _state(key, at),
    }
