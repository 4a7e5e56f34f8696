"""What the functions of the language compute. Arguments that are missing never arrive here: the result is then missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ruleflow.calendar.calendar import Calendar
from ruleflow.formats.numbers import read_decimal
from ruleflow.model.vocabulary import Folder
from ruleflow.types.functions import WEEKDAYS
from ruleflow.types.values import NUMBERS, Value, plain_number


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What functions know beside their arguments."""

    zone: ZoneInfo
    calendars: Mapping[str, Calendar]
    folders: Mapping[str, Folder]

    def day(self, value: date | datetime) -> date:
        """The date of an instant in the project's zone; a date is itself."""
        return value.astimezone(self.zone).date() if isinstance(value, datetime) else value


Implementation = Callable[..., Value]
"""(surroundings, now, *arguments) to the result."""

HOUR = Decimal(3600)


def _round(_: Surroundings, _now: datetime, number: Any, digits: int = 0) -> Value:
    places = max(-30, min(30, digits))
    return plain_number(Decimal(number).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, NUMBERS))


def _number(_: Surroundings, _now: datetime, text: str) -> Value:
    found = read_decimal(text.strip())
    return None if found is None else plain_number(found)


def _domain(_: Surroundings, _now: datetime, email: str) -> Value:
    found = email.rpartition("@")[2].strip().lower()
    return found if "@" in email and found else None


def _open_time(around: Surroundings, _now: datetime, start: datetime, end: datetime, calendar: str) -> Value:
    found = around.calendars.get(calendar)
    return None if found is None else found.between(start, end)


def _next_open(around: Surroundings, _now: datetime, at: datetime, calendar: str) -> Value:
    found = around.calendars.get(calendar)
    opening = None if found is None else found.next_open(at)
    return None if opening is None else opening.astimezone(UTC)


def _age(around: Surroundings, now: datetime, birthday: date) -> Value:
    today, day = around.day(now), around.day(birthday)
    return today.year - day.year - ((today.month, today.day) < (day.month, day.day))


def _in_folder(around: Surroundings, _now: datetime, folder: str, top: str) -> Value:
    seen = 0
    while folder != top:
        parent = around.folders.get(folder)
        if parent is None or not parent.parent or seen > len(around.folders):
            return False
        folder, seen = parent.parent, seen + 1
    return True


def _part_of_time(duration: timedelta, unit: Decimal) -> Value:
    micros = Decimal(duration // timedelta(microseconds=1))
    return plain_number(NUMBERS.divide(micros, unit * 1_000_000))


IMPLEMENTATIONS: Mapping[str, Implementation] = {
    "abs": lambda _, _now, number: plain_number(NUMBERS.abs(Decimal(number))),
    "floor": lambda _, _now, number: int(Decimal(number).to_integral_value("ROUND_FLOOR")),
    "ceil": lambda _, _now, number: int(Decimal(number).to_integral_value("ROUND_CEILING")),
    "round": _round,
    "lower": lambda _, _now, text: text.lower(),
    "upper": lambda _, _now, text: text.upper(),
    "trim": lambda _, _now, text: text.strip(),
    "length": lambda _, _now, text: len(text),
    "number": _number,
    "domain": _domain,
    "elapsed": lambda _, now, since: now - since,
    "open_time": _open_time,
    "next_open": _next_open,
    "days_until": lambda around, now, day: (around.day(day) - around.day(now)).days,
    "days_since": lambda around, now, day: (around.day(now) - around.day(day)).days,
    "age": _age,
    "hours": lambda _, _now, duration: _part_of_time(duration, HOUR),
    "minutes": lambda _, _now, duration: _part_of_time(duration, Decimal(60)),
    "date_of": lambda around, _now, at: around.day(at),
    "time_of": lambda around, _now, at: at.astimezone(around.zone).time(),
    "weekday": lambda around, _now, day: WEEKDAYS[around.day(day).weekday()],
    "year": lambda around, _now, day: around.day(day).year,
    "month": lambda around, _now, day: around.day(day).month,
    "hour": lambda around, _now, at: at.astimezone(around.zone).hour,
    "in_folder": _in_folder,
}
