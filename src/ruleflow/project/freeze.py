"""From the values of a project to plain ones that MessagePack can hold; `thaw` is the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from ruleflow.calendar.calendar import Calendar
from ruleflow.calendar.holidays import public_holidays
from ruleflow.formats.formats import TextFormat
from ruleflow.project.classes import CLASSES, LATER, LAZY, NUMBERS, SHARED, Tag, names_of
from ruleflow.project.lazy import Table
from ruleflow.source import Span

Plain = Any
_AS_IT_IS = frozenset({type(None), bool, str, float, bytes})
_SMALL = 2**63


def _values_of(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Gives the values of some fields."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


_ALL = {cls: _values_of(names_of(cls)) for cls in CLASSES if is_dataclass(cls)}
_REST = {cls: _values_of(later) for cls, later in LATER.items()}
_NOW = {cls: _values_of(names_of(cls, without=later)) for cls, later in LATER.items()}


class Freezer:
    """Makes values plain: equal ones alike, whatever process made them.

    `pool` has those that are kept once; calendars keep the public holidays of some years.
    """

    __slots__ = ("_places", "_seen", "_ways", "_years", "pool")

    def __init__(self, years: range) -> None:
        self.pool: list[Plain] = []
        self._years = years
        self._places: dict[bytes, int] = {}
        self._seen: dict[int, tuple[Any, int]] = {}
        """Values met, by identity, with their places; held, so that no other gets the identity."""
        self._ways: dict[type, Callable[[Any], Plain]] = {
            int: lambda value: value if -_SMALL <= value < _SMALL else [Tag.BIG_NUMBER, str(value)],
            Span: lambda value: [Tag.SPAN, self.share(value.source), value.start, value.end],
            tuple: lambda value: [Tag.TUPLE, *map(self.freeze, value)],
            list: lambda value: [Tag.LIST, *map(self.freeze, value)],
            frozenset: lambda value: [Tag.SET, *sorted(map(self.freeze, value), key=repr)],
            dict: self._mapping,
            Table: self._mapping,
            Decimal: lambda value: [Tag.DECIMAL, str(value)],
            timedelta: lambda value: [Tag.DURATION, value.days, value.seconds, value.microseconds],
            datetime: self._datetime,
            date: lambda value: [Tag.DATE, value.isoformat()],
            time: lambda value: [Tag.TIME, value.isoformat()],
            timezone: lambda value: [Tag.OFFSET, int(value.utcoffset(None).total_seconds())],
            ZoneInfo: lambda value: [Tag.ZONE, value.key],
            TextFormat: lambda value: [Tag.FORMAT, value.name, value.order],
            Calendar: self._calendar,
        }

    def freeze(self, value: Any) -> Plain:
        """The plain form of a value. Raises TypeError for one of a class that no project is made of."""
        cls = type(value)
        if cls in _AS_IT_IS:
            return value
        way = self._ways.get(cls)
        if way is not None:
            return way(value)
        if cls in SHARED:
            return [Tag.SHARED, self.share(value)]
        if cls in LATER:
            return self._in_two(value)
        if cls in NUMBERS:
            return self._whole(value)
        lazy = LAZY.get(cls.__base__ or cls)
        if lazy is not None:  # it was thawed, and nobody has looked into it yet
            lazy.fill(value)
            return self._in_two(value)
        raise TypeError(f"a project is not made of {cls}")

    def share(self, value: Any) -> int:
        """The place of a value in the pool."""
        known = self._seen.get(id(value))
        if known is not None:
            return known[1]
        plain = self._whole(value)
        place = self._places.setdefault(msgspec.msgpack.encode(plain), len(self.pool))
        if place == len(self.pool):
            self.pool.append(plain)
        self._seen[id(value)] = value, place
        return place

    def _whole(self, value: Any) -> Plain:
        """A member of an enum by its name, an instance of a dataclass by its fields."""
        cls = type(value)
        if isinstance(value, Enum):
            return [NUMBERS[cls], value.name]
        return [NUMBERS[cls], *map(self.freeze, _ALL[cls](value))]

    def _in_two(self, value: Any) -> Plain:
        """What is made at once, and, packed once more, what is made later."""
        cls = type(value)
        rest = msgspec.msgpack.encode(list(map(self.freeze, _REST[cls](value))))
        return [Tag.LATER, NUMBERS[cls], rest, *map(self.freeze, _NOW[cls](value))]

    def _mapping(self, value: Mapping[Any, Any]) -> Plain:
        return [Tag.MAPPING, *(self.freeze(part) for pair in value.items() for part in pair)]

    def _datetime(self, value: datetime) -> Plain:
        moment = value.replace(tzinfo=None, fold=0).isoformat()
        return [Tag.DATETIME, moment, self.freeze(value.tzinfo), value.fold]

    def _calendar(self, value: Calendar) -> Plain:
        """A calendar with the public holidays of some years, so that whoever asks about these needs not count them."""
        holidays = [
            [country, region, year, *sorted(day.toordinal() for day in public_holidays(country, region, year))]
            for country, region in value.parts.countries
            for year in self._years
        ]
        return [Tag.CALENDAR, self.freeze(value.parts), value.title, holidays]
