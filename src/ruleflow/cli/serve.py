"""`ruleflow serve`: the decision service."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ruleflow.cli.exits import FINDINGS, FINE, WRONG_USAGE
from ruleflow.cli.extras import needs
from ruleflow.cli.secrets import secret_of

if TYPE_CHECKING:
    from ruleflow.service.projects import Projects
    from ruleflow.service.settings import Settings, Webhook
    from ruleflow.service.sources import Source

STATE = ".ruleflow"
_DRAIN_S = 5.0


@click.command(
    "serve",
    context_settings={"auto_envvar_prefix": "RULEFLOW"},
    help="""Decide tickets over HTTP, with the projects in SOURCES: folders, or bundles (.rfb) made by `ruleflow build`.

    A change of a source is checked and taken over without a dropped request; a broken one is refused, and the old one goes
    on deciding. Decisions are logged in SQLite, in the folder of the project, or in PostgreSQL (--database).

    Each option can stand in the environment, too: --log-room as RULEFLOW_LOG_ROOM. So that a password stands in no list of
    processes, RULEFLOW_DATABASE_FILE and RULEFLOW_WEBHOOK_SECRET_FILE name files that hold the secret.
    """,
)
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--git",
    "revisions",
    metavar="REPO@REF",
    multiple=True,
    help="Serve a revision of a git repository; REPO@REF:FOLDER a folder of it.",
)
@click.option(
    "--trust",
    metavar="KEY.pub",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="A public key whose bundles are served.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; any but this machine's own needs an API key.",
)
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65_535))
@click.option("--workers", type=click.IntRange(1, 256), help="Processes that decide; one for each core, if left out.")
@click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    help=f"Where the service keeps its files; `{STATE}` in the first folder, or here where there is none, if left out.",
)
@click.option("--database", metavar="URL", help="postgresql://…; SQLite in the state folder, if left out.")
@click.option(
    "--when-full",
    type=click.Choice(["block", "shed"]),
    default="block",
    show_default=True,
    help="When decisions cannot be logged: decide nothing, or go on and count them.",
)
@click.option(
    "--log-room",
    metavar="MIB",
    type=click.IntRange(1),
    default=1024,
    show_default=True,
    help="Decisions that may wait for the database.",
)
@click.option("--log-sync", is_flag=True, help="Lose no decision in a power cut either; slower.")
@click.option(
    "--keep",
    "keep_days",
    metavar="DAYS",
    type=click.IntRange(0),
    default=90,
    show_default=True,
    help="How long decisions are kept; 0 for ever.",
)
@click.option("--rate", metavar="N/second", default="", help="Requests of each caller: 100/second, 1000/minute.")
@click.option("--proxied", is_flag=True, help="Believe a proxy on this machine about who calls.")
@click.option("--timers", is_flag=True, help="Keep the timers of tickets, and fire them.")
@click.option(
    "--webhook", metavar="URL", help="Where decisions of timers are sent. The secret stands in RULEFLOW_WEBHOOK_SECRET."
)
@click.option(
    "--facts-url",
    metavar="URL",
    default="",
    help="Where the facts of a ticket are asked for: https://…/{project}/{ticket}.",
)
@click.option(
    "--log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="info", show_default=True
)
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--log-requests", is_flag=True, help="A line for each request: when, what, by whom, how it was answered.")
@click.option(
    "--drain",
    metavar="SECONDS",
    type=click.FloatRange(0, 600),
    help="Answer on for so long after SIGTERM, while /readyz says no; 5 where other machines can reach it, else 0.",
)
def command(
    sources: tuple[Path, ...],
    revisions: tuple[str, ...],
    trust: tuple[Path, ...],
    host: str,
    port: int,
    workers: int | None,
    state: Path | None,
    database: str | None,
    when_full: str,
    log_room: int,
    log_sync: bool,
    keep_days: int,
    rate: str,
    proxied: bool,
    timers: bool,
    webhook: str | None,
    facts_url: str,
    log_level: str,
    log_format: str,
    log_requests: bool,
    drain: float | None,
) -> int:
    """Serve."""
    with needs("server"):
        from ruleflow.service.parent import BrokenProjectError, CannotServeError, is_loopback, prepare_state, serve
        from ruleflow.service.settings import MIB, Settings, WhenFull
        from ruleflow.service.sources import SourceError
        from ruleflow.store.errors import StoreError
        from ruleflow.store.opening import sqlite_url

    from ruleflow.project.processes import cores

    folders = [source for source in sources if source.suffix != ".rfb"] or ([] if sources or revisions else [Path()])
    bundles = [source for source in sources if source.suffix == ".rfb"]
    place = (state or (folders[0] if folders else Path()) / STATE).absolute()
    settings = Settings(
        state=place,
        database=database or secret_of("RULEFLOW_DATABASE") or sqlite_url(place / "ruleflow.db"),
        host=host,
        port=port,
        workers=workers or cores(),
        log_room=log_room * MIB,
        when_full=WhenFull(when_full),
        log_sync=log_sync,
        keep_days=keep_days,
        rate=rate,
        proxied=proxied,
        timers=timers,
        webhook=_webhook(webhook, facts_url),
        log_level=log_level,
        log_format=log_format,
        log_requests=log_requests,
        drain_s=drain if drain is not None else (0.0 if is_loopback(host) else _DRAIN_S),
    )
    try:
        prepare_state(place)
        serve(
            settings,
            _sources(folders, revisions, bundles, trust, place),
            lambda projects, port: _greet(settings, projects, port),
        )
    except BrokenProjectError as error:
        click.echo(str(error), err=True)
        return FINDINGS
    except (CannotServeError, SourceError, StoreError) as error:
        click.echo(f"error: {error}", err=True)
        return WRONG_USAGE
    return FINE


def _sources(
    folders: Sequence[Path], revisions: Sequence[str], bundles: Sequence[Path], trust: Sequence[Path], state: Path
) -> Sequence[Source]:
    """What is to be served. Raises `SourceError`."""
    from ruleflow.service.sources import BundleSource, FolderSource, git_source

    if bundles and not trust:
        raise click.UsageError(f"whose signature is `{bundles[0]}` to bear? name the public key: --trust support.pub")
    keys = tuple(_read(place) for place in trust)
    return [
        *(FolderSource(folder) for folder in folders),
        *(git_source(revision, state) for revision in revisions),
        *(BundleSource(bundle, keys) for bundle in bundles),
    ]


def _read(place: Path) -> bytes:
    try:
        return place.read_bytes()
    except OSError as error:
        raise click.UsageError(f"`{place}` cannot be read: {error.strerror}") from error


def _webhook(url: str | None, facts_url: str) -> Webhook | None:
    from ruleflow.service.settings import Webhook
    from ruleflow.service.signature import keys_of

    secret = secret_of("RULEFLOW_WEBHOOK_SECRET")
    if url and not secret:
        raise click.UsageError("--webhook needs a secret to sign with, in the environment as RULEFLOW_WEBHOOK_SECRET")
    try:
        if secret:
            keys_of(secret)
    except ValueError as error:
        raise click.UsageError(f"RULEFLOW_WEBHOOK_SECRET: {error}") from error
    return Webhook(url or "", secret, facts_url) if url or facts_url else None


def _greet(settings: Settings, projects: Projects, port: int) -> None:
    """Say what is served; whoever started the service may have stopped listening, and it goes on."""
    with suppress(OSError):
        _say_what_is_served(settings, projects, port)


def _say_what_is_served(settings: Settings, projects: Projects, port: int) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    for status in projects.statuses():
        click.echo(f"serving {status.name} ({status.digest[:19]}) from {status.source}")
        if status.refused is not None:
            click.echo(f"but what is there now cannot be served:\n{status.refused.text}", err=True)
    click.echo(f"http://{host}:{port}  console http://{host}:{port}/console  {settings.workers} workers; Ctrl-C ends")
