"""Lengths of time on the command line, and instants as they are printed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import click

from ruleflow.store.instants import moment_of

_SPAN = re.compile(r"(?P<number>[0-9]{1,5})(?P<unit>[mhdw])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
MICROSECOND = timedelta(microseconds=1)


class Span(click.ParamType[timedelta]):
    """A length of time such as `90d`, `36h`, `30m` or `2w`."""

    name = "span"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return "SPAN"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        found = _SPAN.fullmatch(value)
        if found is None:
            self.fail(f"`{value}` is no length of time; write one like 90d, 36h, 30m or 2w", param, ctx)
        return int(found["number"]) * _UNITS[found["unit"]]


def iso_of(at: int | None) -> str | None:
    """An instant in microseconds as JSON has it."""
    return None if at is None else moment_of(at).isoformat()


def short(at: int | None) -> str:
    """An instant in microseconds for people, to the second, UTC; '' for none."""
    return "" if at is None else f"{moment_of(at):%Y-%m-%d %H:%M:%S}"
