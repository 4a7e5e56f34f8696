"""Instants on the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from ruleflow.types.literals import FIRST_YEAR, LAST_YEAR, instant_of


class Instant(click.ParamType[datetime]):
    """An instant such as `2026-03-01T18:00:00+03:00`; without an offset it is refused, since nobody knows whose clock it is."""

    name = "instant"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return "INSTANT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"`{value}` is not an instant; write one like 2026-03-01T18:00:00+03:00", param, ctx)
        if found.tzinfo is None:
            self.fail(f"`{value}` has no time zone; write one like 2026-03-01T18:00+03:00", param, ctx)
        at = instant_of(found.isoformat(), UTC)
        if at is None:
            self.fail(f"`{value}` lies outside the years {FIRST_YEAR} to {LAST_YEAR}", param, ctx)
        return at
