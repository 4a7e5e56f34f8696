"""Ways to add open time to an instant: ours, and those that one could take instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import businesstimedelta
import holidays
import pandas as pd
import pendulum
import pytz

import ruleflow

Add = Callable[[datetime, int], datetime]
"""The instant, in any zone, at which so many open hours have passed since an instant in UTC."""
WORKING_DAYS = (0, 1, 2, 3, 4)
EVERY_DAY = (*WORKING_DAYS, 5, 6)
_YEARS = range(2019, 2036)
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Office:
    """When somebody works: days of the week (Monday is 0), hours of the clock on the wall, public holidays of a country.

    Hours that do not end after they start run past midnight.
    """

    zone: str = "UTC"
    days: tuple[int, ...] = WORKING_DAYS
    hours: tuple[tuple[int, int], ...] = ((9, 17),)
    country: str = ""
    days_off: frozenset[date] = field(init=False)

    def __post_init__(self) -> None:
        found = holidays.country_holidays(self.country, years=_YEARS) if self.country else ()
        object.__setattr__(self, "days_off", frozenset(found))


def ours(office: Office) -> Add:
    """A calendar."""
    hours = [f"{start:02}:00-{end:02}:00" for start, end in office.hours]
    calendar = ruleflow.Calendar.from_dict(
        {
            "timezone": office.zone,
            "hours": {", ".join(_NAMES[day] for day in office.days): hours},
            **({"holidays": {"country": office.country}} if office.country else {}),
        }
    )

    def add(start: datetime, hours: int) -> datetime:
        found = calendar.add(start, timedelta(hours=hours))
        if found is None:
            raise ValueError("the calendar opens")
        return found

    return add


def day_loop(office: Office) -> Add:
    """The standard library: from day to day, and on each from opening to closing, counted in UTC. The judge of the others."""
    zone = ZoneInfo(office.zone)
    hours = [(time(start), time(end), int(end <= start)) for start, end in office.hours]
    one_day = timedelta(days=1)

    def add(start: datetime, amount: int) -> datetime:
        left = timedelta(hours=amount)
        day = start.astimezone(zone).date() - one_day
        while True:
            if day.weekday() in office.days and day not in office.days_off:
                for opening, closing, nights in hours:
                    begin = max(start, datetime.combine(day, opening, zone).astimezone(UTC))
                    end = datetime.combine(day + one_day if nights else day, closing, zone).astimezone(UTC)
                    if end <= begin:
                        continue
                    if left <= end - begin:
                        return begin + left
                    left -= end - begin
            day += one_day

    return add


def pendulum_loop(office: Office) -> Add:
    """The same walk with pendulum's instants, which know their zone."""

    def add(start: datetime, amount: int) -> datetime:
        at = pendulum.instance(start).in_timezone(office.zone)
        left = amount * 3600.0
        day = at.start_of("day").subtract(days=1)
        while True:
            if day.weekday() in office.days and day.date() not in office.days_off:
                for opening, closing in office.hours:
                    begin = max(at, day.set(hour=opening))
                    end = (day.add(days=1) if closing <= opening else day).set(hour=closing)
                    if end <= begin:
                        continue
                    span = (end - begin).total_seconds()
                    if left <= span:
                        return begin.add(seconds=left)
                    left -= span
            day = day.add(days=1)

    return add


def of_businesstimedelta(office: Office) -> Add:
    """Rules of a working day, a break and holidays, as its description shows them."""
    off = holidays.country_holidays(office.country, years=_YEARS) if office.country else None
    return _businesstimedelta(office, off)


def of_businesstimedelta_dates(office: Office) -> Add:
    """The same with a plain set of dates, which it looks up faster."""
    return _businesstimedelta(office, office.days_off)


def _businesstimedelta(office: Office, days_off: object) -> Add:
    zone, days = pytz.timezone(office.zone), list(office.days)
    first, last = office.hours[0], office.hours[-1]
    rules = [businesstimedelta.WorkDayRule(time(first[0]), time(last[1]), days, tz=zone)]
    for (_, closing), (opening, _) in zip(office.hours, office.hours[1:], strict=False):
        rules.append(businesstimedelta.LunchTimeRule(time(closing), time(opening), days, tz=zone))
    if days_off:
        rules.append(businesstimedelta.HolidayRule(days_off, tz=zone))
    every = businesstimedelta.Rules(rules)

    def add(start: datetime, hours: int) -> datetime:
        found: datetime = start + businesstimedelta.BusinessTimeDelta(every, hours=hours)
        return found

    return add


def of_pandas(office: Office) -> Add:
    """An offset of business hours in the zone of the office."""
    opening, closing = ([f"{one:02}:00" for one in ends] for ends in zip(*office.hours, strict=True))

    def add(start: datetime, hours: int) -> datetime:
        found: datetime = pd.Timestamp(start).tz_convert(office.zone) + offset(hours)
        return found

    @cache
    def offset(hours: int) -> Any:
        if office.days == WORKING_DAYS and not office.days_off:
            return pd.offsets.BusinessHour(hours, start=opening, end=closing)
        mask, days_off = " ".join(_NAMES[day].title() for day in office.days), sorted(office.days_off)
        return pd.offsets.CustomBusinessHour(hours, weekmask=mask, holidays=days_off, start=opening, end=closing)

    return add
