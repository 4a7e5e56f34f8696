"""The store that a command looks into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ruleflow.cli.exits import WRONG_USAGE
from ruleflow.cli.extras import needs
from ruleflow.cli.secrets import secret_of

if TYPE_CHECKING:
    from ruleflow.store.opening import Store

STATE = ".ruleflow"
DATABASE = "ruleflow.db"


def store_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that name a store: `--state` and `--database`."""
    state = click.option(
        "--state",
        metavar="DIR",
        type=click.Path(path_type=Path, file_okay=False),
        default=STATE,
        show_default=True,
        envvar="RULEFLOW_STATE",
        help="Where the service keeps its files.",
    )
    database = click.option(
        "--database",
        metavar="URL",
        default=lambda: secret_of("RULEFLOW_DATABASE"),
        show_default="",
        help="postgresql://…, as the service was started with; or RULEFLOW_DATABASE, or a file in RULEFLOW_DATABASE_FILE.",
    )
    return state(database(command))


@contextmanager
def opened(state: Path, database: str, *, make: bool = False) -> Iterator[Store]:
    """The store while it is needed; what goes wrong with it is told and ends the command.

    `make`: where there is none yet it is made, with the folder of the service.
    """
    with needs("server"):
        from ruleflow.store.errors import StoreError
        from ruleflow.store.opening import open_store, sqlite_url
    try:
        if make and not database:
            _prepare(state)
        store = open_store(database or sqlite_url(state / DATABASE), migrate=make)
        try:
            yield store
        finally:
            store.close()
    except StoreError as error:
        click.echo(f"error: {error}", err=True)
        raise click.exceptions.Exit(WRONG_USAGE) from error


def _prepare(state: Path) -> None:
    from ruleflow.service.parent import CannotServeError, prepare_state

    try:
        prepare_state(state)
    except CannotServeError as error:
        click.echo(f"error: {error}", err=True)
        raise click.exceptions.Exit(WRONG_USAGE) from error
