"""A file of purchases on the command line: the options that say what is in it, and what was left out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click

from ruleflow.cli.exits import WRONG_USAGE

if TYPE_CHECKING:
    from ruleflow.segmentation.layout import Wanted
    from ruleflow.segmentation.purchases import Purchases

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--customer", metavar="COLUMN", default="", help="The column that says who bought."),
    click.option("--at", "at", metavar="COLUMN", default="", help="The column that says when."),
    click.option("--total", metavar="COLUMN", default="", help="The column that says for how much."),
    click.option("--quantity", metavar="COLUMN", default="", help="With --price, in place of --total."),
    click.option("--price", metavar="COLUMN", default="", help="The price of one; times --quantity it is the total."),
    click.option("--order", metavar="COLUMN", default="", help="The number of the order: its lines are one purchase."),
    click.option("--as-of", metavar="DATE", default="", help="Only what was bought before that day; left out: the day after the last purchase."),
    click.option("--date-format", metavar="FORMAT", default="", help="How dates are written, %d.%m.%Y %H:%M; left out: 2026-03-01T18:00."),
    click.option("--decimal-comma", is_flag=True, help="Numbers are written 1.234,50."),
    click.option("--encoding", default="utf-8", show_default=True, help="The encoding of a CSV file."),
)  # fmt: skip


def purchase_options(command: F) -> F:
    """The options that say what is in a file of purchases; they come as `**options` of `read`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read(data: Path, zone: ZoneInfo, options: dict[str, Any]) -> Purchases:
    """The purchases in a file; where there are none the command ends and says why."""
    from ruleflow.cli.extras import needs

    as_of = _as_of(options["as_of"], zone)
    with needs("batch"):
        from ruleflow.segmentation.errors import PurchasesError
        from ruleflow.segmentation.purchases import read_purchases

    try:
        return read_purchases(data, _wanted(options), zone, as_of, options["encoding"])
    except PurchasesError as error:
        click.echo(f"error: {error}", err=True)
        raise click.exceptions.Exit(WRONG_USAGE) from error


def _wanted(options: dict[str, Any]) -> Wanted:
    from ruleflow.segmentation.layout import Wanted

    return Wanted(**{name: value for name, value in options.items() if name not in {"as_of", "encoding"}})


def _as_of(text: str, zone: ZoneInfo) -> datetime | None:
    """The first moment of a day in the project's zone, or an instant."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        from ruleflow.cli.instants import Instant

        return Instant().convert(text, None, None)
    return datetime.combine(day, time(), zone)


def told(purchases: Purchases, zone: ZoneInfo) -> Iterator[str]:
    """What was read, and what was left out and why."""
    yield f"{purchases.rows:,} rows ({purchases.columns.words})"
    yield bought(purchases, zone)
    for reason, number in purchases.left_out.items():
        yield f"  left out: {number:,} {reason}"


def bought(purchases: Purchases, zone: ZoneInfo) -> str:
    """How many purchases of how many customers there are, and of what time."""
    return (
        f"{len(purchases.table):,} purchases of {purchases.customers:,} customers, "
        f"from {purchases.first_at.astimezone(zone):%Y-%m-%d} to before {purchases.as_of.astimezone(zone):%Y-%m-%d %H:%M}"
    )
