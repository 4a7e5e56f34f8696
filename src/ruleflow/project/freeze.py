"""From the values of a project to plain ones that MessagePack can hold; `thaw` is the way back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from ruleflow.calendar.calendar import Calendar
from ruleflow.calendar.holidays import public_holidays
from ruleflow.formats.formats import TextFormat
from ruleflow.project.classes import LATER, NUMBERS, SHARED, Tag, names_of
from ruleflow.source import Span

Plain = Any
_SMALL = 2**63


@dataclass(frozen=True, slots=True)
class Freezer:
    """Makes values plain. `pool` has those that are kept once; `years` are those whose holidays calendars keep."""

    years: range
    pool: list[Plain] = field(default_factory=list)
    _places: dict[bytes, int] = field(default_factory=dict)

    def freeze(self, value: Any) -> Plain:
        """The plain form of a value. Raises TypeError for one of a class that no project is made of."""
        cls = type(value)
        if value is None or cls in {bool, str, float}:
            return value
        if cls is int:
            return value if -_SMALL <= value < _SMALL else [Tag.BIG_NUMBER, str(value)]
        if cls in SHARED:
            return [Tag.SHARED, self.share(value)]
        if cls in LATER:
            return self._in_two(value, LATER[cls])
        if cls in NUMBERS and cls is not Span:
            return self._whole(value)
        return self._other(value)

    def share(self, value: Any) -> int:
        """The place of a value in the pool."""
        plain = self._whole(value)
        key = msgspec.msgpack.encode(plain)
        if key not in self._places:
            self._places[key] = len(self.pool)
            self.pool.append(plain)
        return self._places[key]

    def _whole(self, value: Any) -> Plain:
        """A member of an enum by its name, an instance of a dataclass by its fields."""
        if isinstance(value, Enum):
            return [NUMBERS[type(value)], value.name]
        return [NUMBERS[type(value)], *self._fields(value, names_of(type(value)))]

    def _fields(self, value: Any, names: Iterable[str]) -> list[Plain]:
        return [self.freeze(getattr(value, name)) for name in names]

    def _in_two(self, value: Any, later: tuple[str, ...]) -> Plain:
        """What is made at once, and, packed once more, what is made later."""
        names = names_of(type(value))
        rest = msgspec.msgpack.encode(self._fields(value, (one for one in names if one in later)))
        return [Tag.LATER, NUMBERS[type(value)], rest, *self._fields(value, (one for one in names if one not in later))]

    def _other(self, value: Any) -> Plain:
        match value:
            case Span():
                return [Tag.SPAN, self.share(value.source), value.start, value.end]
            case tuple():
                return [Tag.TUPLE, *map(self.freeze, value)]
            case list():
                return [Tag.LIST, *map(self.freeze, value)]
            case frozenset():
                return [Tag.SET, *sorted(map(self.freeze, value), key=repr)]
            case Mapping():
                return [Tag.MAPPING, *(self.freeze(part) for pair in value.items() for part in pair)]
            case Decimal():
                return [Tag.DECIMAL, str(value)]
            case timedelta():
                return [Tag.DURATION, value.days, value.seconds, value.microseconds]
            case datetime():
                moment = value.replace(tzinfo=None, fold=0).isoformat()
                return [Tag.DATETIME, moment, self._zone(value.tzinfo, value), value.fold]
            case date():
                return [Tag.DATE, value.isoformat()]
            case time() if value.tzinfo is None:
                return [Tag.TIME, value.isoformat()]
            case ZoneInfo():
                return [Tag.ZONE, value.key]
            case TextFormat():
                return [Tag.FORMAT, value.name, value.order]
            case Calendar():
                return self._calendar(value)
            case _:
                raise TypeError(f"a project is not made of {type(value)}")

    def _zone(self, zone: Any, moment: datetime) -> Plain:
        offset = moment.utcoffset()
        if zone is None or offset is None or isinstance(zone, ZoneInfo):
            return self.freeze(zone)
        return [Tag.OFFSET, offset.days, offset.seconds]

    def _calendar(self, value: Calendar) -> Plain:
        """A calendar with the public holidays of some years, so that whoever asks about these needs not count them."""
        holidays = [
            [country, region, year, *sorted(day.toordinal() for day in public_holidays(country, region, year))]
            for country, region in value.parts.countries
            for year in self.years
        ]
        return [Tag.CALENDAR, self.freeze(value.parts), value.title, holidays]
