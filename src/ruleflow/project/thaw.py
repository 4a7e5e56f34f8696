"""From the plain values of a kept project back to its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec

from ruleflow.calendar.calendar import Calendar
from ruleflow.calendar.holidays import remember
from ruleflow.calendar.zones import zone
from ruleflow.formats.formats import format_named
from ruleflow.project.classes import CLASSES, FIRST_CLASS, LAZY, Tag
from ruleflow.project.lazy import Later
from ruleflow.source import Span

Plain = Any
_SHARED, _LATER = int(Tag.SHARED), int(Tag.LATER)


class Thawer:
    """Makes values out of plain ones. `pool` has those that are kept once; each is made when first asked for."""

    __slots__ = ("_made", "_makers", "_pool")

    def __init__(self, pool: Sequence[Plain]) -> None:
        self._pool = pool
        self._made: list[Any] = [None] * len(pool)
        own: dict[int, Callable[..., Any]] = {
            Tag.TUPLE: lambda *parts: parts,
            Tag.LIST: lambda *parts: list(parts),
            Tag.SET: lambda *parts: frozenset(parts),
            Tag.MAPPING: lambda *parts: dict(zip(parts[::2], parts[1::2], strict=True)),
            Tag.SPAN: self._span,
            Tag.DECIMAL: Decimal,
            Tag.BIG_NUMBER: int,
            Tag.DATE: date.fromisoformat,
            Tag.TIME: time.fromisoformat,
            Tag.DATETIME: _datetime,
            Tag.DURATION: timedelta,
            Tag.OFFSET: lambda seconds: timezone(timedelta(seconds=seconds)),
            Tag.ZONE: zone,
            Tag.FORMAT: format_named,
        }
        self._makers: list[Callable[..., Any] | None] = [own.get(tag) for tag in range(FIRST_CLASS)]
        self._makers += [_member_of(cls) if issubclass(cls, Enum) else cls for cls in CLASSES]

    def thaw(self, plain: Plain) -> Any:
        """The value of a plain form. What `freeze` did not make raises one of many errors."""
        if type(plain) is not list:
            return plain
        tag, *parts = plain
        if tag == _SHARED:
            return self.shared(parts[0])
        make, thaw = self._makers[tag], self.thaw
        if make is not None:
            return make(*[thaw(part) if type(part) is list else part for part in parts])
        return self._in_two(parts) if tag == _LATER else self._calendar(*parts)

    def shared(self, place: int) -> Any:
        """The value at a place of the pool."""
        made = self._made[place]
        if made is None:
            made = self._made[place] = self.thaw(self._pool[place])
        return made

    def _span(self, source: int, start: int, end: int) -> Span:
        return Span(self.shared(source), start, end)

    def _in_two(self, parts: Sequence[Plain]) -> Any:
        number, rest, *now = parts
        thaw = self.thaw

        def later() -> list[Any]:
            return [thaw(part) for part in msgspec.msgpack.decode(rest)]

        values = [thaw(part) if type(part) is list else part for part in now]
        return LAZY[CLASSES[number - FIRST_CLASS]].make(values, Later(later))

    def _calendar(self, parts: Plain, title: str, holidays: Sequence[Any]) -> Calendar:
        for country, region, year, *days in holidays:
            remember((country, region, year), frozenset(map(date.fromordinal, days)))
        return Calendar(self.thaw(parts), title)


def _datetime(moment: str, tz: Any, fold: int) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=tz, fold=fold)


def _member_of(cls: type[Enum]) -> Callable[[str], Enum]:
    return cls.__members__.__getitem__
