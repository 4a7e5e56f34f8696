"""Calendars against a slow walk over the clock, and laws of open time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ruleflow.calendar.calendar import Calendar
from ruleflow.calendar.index import OpenIndex, hours_of_year
from ruleflow.calendar.zones import zone

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = {
    # A zone, and dates on which its clocks change; Lord Howe by half an hour, Apia left out a whole day.
    "UTC": (date(2026, 1, 1),),
    "Europe/Helsinki": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/Los_Angeles": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "America/St_Johns": (date(2026, 3, 8), date(2026, 11, 1)),
    "Africa/Casablanca": (date(2026, 2, 15), date(2026, 3, 22)),
    "Asia/Gaza": (date(2072, 10, 15), date(2072, 10, 22)),
    "Pacific/Apia": (date(2011, 12, 30), date(2011, 9, 24)),
    "Asia/Kathmandu": (date(2026, 12, 31),),
}


def clocks(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def days_hours(draw: st.DrawFn) -> list[str]:
    """Up to three intervals of a day that do not overlap; the last may run past midnight."""
    minutes = sorted(draw(st.lists(st.integers(0, 1_439), min_size=2, max_size=6, unique=True)))
    pairs = [*zip(minutes[::2], minutes[1::2], strict=False)]
    if len(minutes) % 2:
        pairs.append((minutes[-1], draw(st.integers(0, minutes[0])) or 1_440))
    return [f"{clocks(start)}-{clocks(end)}" for start, end in pairs]


@st.composite
def described(draw: st.DrawFn) -> tuple[dict[str, Any], datetime]:
    """The description of a calendar, and an instant near the dates that matter to it."""
    name = draw(st.sampled_from(sorted(ZONES)))
    near = draw(st.sampled_from(ZONES[name]))
    dates = st.integers(-3, 6).map(lambda days: (near + timedelta(days=days)).isoformat())
    hours = draw(st.dictionaries(st.sampled_from(DAYS), days_hours(), min_size=1))
    breaks = draw(st.lists(st.tuples(dates, st.integers(0, 1_380), st.integers(1, 60)), max_size=3))
    given_: dict[str, Any] = {
        "timezone": name,
        "hours": hours,
        "holidays": draw(st.lists(dates, max_size=2)),
        "exceptions": draw(st.dictionaries(dates, days_hours(), max_size=2)),
        "breaks": [{"date": day, "from": clocks(at), "to": clocks(at + long)} for day, at, long in breaks],
    }
    if draw(st.booleans()):
        del given_["hours"]
        given_["always"] = True
    start = datetime.combine(near, time(), tzinfo=UTC) + draw(st.integers(-3 * 1_440, 3 * 1_440)) * MINUTE
    return given_, start


CALENDARS = described()
"""To the minute, so that a walk by minutes is exact."""


def is_open_by_the_clock(given_: Mapping[str, Any], wall: datetime) -> bool:
    """Straight from the description: does the clock on the wall show a time inside the hours?"""
    for rest in given_["breaks"]:
        if (
            rest["date"] == wall.date().isoformat()
            and rest["from"] <= clocks(wall.hour * 60 + wall.minute) < rest["to"]
        ):
            return False
    return any(
        _shows(hours, wall, day)
        for day in (wall.date() - timedelta(days=1), wall.date())
        for hours in _hours_by_the_book(given_, day)
    )


def _hours_by_the_book(given_: Mapping[str, Any], day: date) -> list[str]:
    if day.isoformat() in given_["holidays"]:
        return []
    week = {day: ["00:00-24:00"] for day in DAYS} if "always" in given_ else given_["hours"]
    found: list[str] = given_["exceptions"].get(day.isoformat(), week.get(DAYS[day.weekday()], []))
    return found


def _shows(hours: str, wall: datetime, day: date) -> bool:
    start, end = (int(text[:2]) * 60 + int(text[3:]) for text in hours.split("-"))
    passed = (wall - datetime.combine(day, time())) // MINUTE
    return start <= passed < (end if end > start else end + 1_440)


def walk(given_: Mapping[str, Any], start: datetime, minutes: int) -> list[bool]:
    """Open or not, minute for minute."""
    there = ZoneInfo(given_["timezone"])
    walls = ((start + passed * MINUTE).astimezone(there).replace(tzinfo=None) for passed in range(minutes))
    return [is_open_by_the_clock(given_, wall) for wall in walls]


@settings(max_examples=60)
@given(CALENDARS)
def test_open_time_is_what_a_slow_walk_over_the_clock_finds(drawn: tuple[dict[str, Any], datetime]) -> None:
    """Periods, sums and single instants are those of a walk by minutes, clock changes and all."""
    given_, start = drawn
    calendar, minutes = Calendar.from_dict(given_), 4 * 1_440
    walked = walk(given_, start, minutes)
    ours = [False] * minutes
    for first, last in calendar.periods(start, start + minutes * MINUTE):
        for minute in range((first - start) // MINUTE, (last.astimezone(UTC) - start) // MINUTE):
            ours[minute] = True
    assert walked == ours
    assert sum(walked) * MINUTE == calendar.between(start, start + minutes * MINUTE)
    assert walked[::97] == [calendar.is_open(start + minute * MINUTE) for minute in range(0, minutes, 97)]


@settings(max_examples=60)
@given(CALENDARS, st.integers(1, 1_440))
def test_adding_is_what_a_slow_walk_over_the_clock_finds(drawn: tuple[dict[str, Any], datetime], amount: int) -> None:
    """Time is used up at the end of the minute in which the walk has counted enough of it, going on and going back."""
    given_, start = drawn
    calendar, minutes = Calendar.from_dict(given_), 3 * 1_440
    walked = walk(given_, start, minutes)
    open_minutes = [minute for minute in range(minutes) if walked[minute]]
    end = start + minutes * MINUTE
    assume(len(open_minutes) >= amount)
    assert start + (open_minutes[amount - 1] + 1) * MINUTE == utc(calendar.add(start, amount * MINUTE))
    assert start + open_minutes[-amount] * MINUTE == utc(calendar.add(end, -amount * MINUTE))


def utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC)


LONG = st.timedeltas(timedelta(days=-2_000), timedelta(days=2_000))
INSTANTS = st.datetimes(datetime(2005, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def open_part(calendar: Calendar, start: datetime, wall: timedelta) -> timedelta:
    """About as much open time as that much time on the wall has, and an odd microsecond."""
    return calendar.between(start, start + wall) + timedelta(microseconds=1)


@given(CALENDARS, INSTANTS, LONG)
def test_adding_a_time_and_measuring_it_gives_it_back(
    drawn: tuple[dict[str, Any], datetime], start: datetime, wall: timedelta
) -> None:
    """The open time from the start to the answer is what was added, to the microsecond, forwards and backwards."""
    calendar = Calendar.from_dict(drawn[0])
    duration = open_part(calendar, start, wall)
    due = calendar.add(start, duration)
    assert due is not None
    assert duration == calendar.between(start, due)


@given(CALENDARS, INSTANTS, LONG, LONG)
def test_later_starts_and_longer_times_are_never_due_earlier(
    drawn: tuple[dict[str, Any], datetime], start: datetime, one: timedelta, other: timedelta
) -> None:
    """`add` is monotone in both of its arguments."""
    calendar = Calendar.from_dict(drawn[0])
    short, long_ = sorted((open_part(calendar, start, one), open_part(calendar, start, other)))
    assume(short)
    assume(long_)
    later = start + abs(one)
    first, second, third = (
        utc(calendar.add(since, amount)) for since, amount in ((start, short), (start, long_), (later, long_))
    )
    assert first is not None
    assert second is not None
    assert third is not None
    assert first <= second <= third


@given(CALENDARS, INSTANTS, LONG, LONG)
def test_open_time_adds_up(
    drawn: tuple[dict[str, Any], datetime], start: datetime, one: timedelta, other: timedelta
) -> None:
    """From a to b and from b to c is from a to c, whatever their order; there and back is nothing."""
    calendar = Calendar.from_dict(drawn[0])
    middle, end = start + one, start + other
    assert calendar.between(start, end) == calendar.between(start, middle) + calendar.between(middle, end)
    assert -calendar.between(start, end) == calendar.between(end, start)


@given(CALENDARS, INSTANTS)
def test_openings_and_closings_stand_at_the_edges_of_open_time(
    drawn: tuple[dict[str, Any], datetime], at: datetime
) -> None:
    """Nothing is open between an instant and the next opening, and everything from there to the closing."""
    calendar = Calendar.from_dict(drawn[0])
    opening = calendar.next_open(at)
    assert opening is not None
    assert calendar.is_open(opening)
    assert timedelta() == calendar.between(at, opening)
    closing = utc(calendar.next_close(at))
    if closing is None:
        assert 20_000 * DAY == calendar.between(at, at + 20_000 * DAY)
    else:
        assert not calendar.is_open(closing)
        assert closing - opening.astimezone(UTC) == calendar.between(at, closing)


@given(CALENDARS, INSTANTS, st.integers(-400, 400).filter(bool))
def test_working_days_are_counted_one_by_one(
    drawn: tuple[dict[str, Any], datetime], start: datetime, days: int
) -> None:
    """So many working days on are those of a count day by day, and the clock shows the same unless it skips that time."""
    calendar = Calendar.from_dict(drawn[0])
    local = start.astimezone(calendar.zone)
    due = calendar.add_working_days(start, days)
    day, left = local.date(), abs(days)
    while left:
        day += timedelta(days=1 if days > 0 else -1)
        left -= calendar.is_working_day(day)
    same = datetime.combine(day, local.time().replace(fold=0), tzinfo=calendar.zone)
    assert same.astimezone(UTC) == utc(due)


@given(CALENDARS)
def test_the_end_of_the_working_day_is_the_end_of_open_time(drawn: tuple[dict[str, Any], datetime]) -> None:
    """It lies ahead, the moment before it is open, and at most two days are between."""
    given_, start = drawn
    calendar = Calendar.from_dict(given_)
    end = utc(calendar.end_of_working_day(start))
    assert end is not None
    assert end > start
    assert calendar.is_open(end - MINUTE)


@settings(max_examples=40)
@given(CALENDARS, st.integers(3, 1_799) | st.integers(2_102, 9_990))
def test_far_years_are_as_if_counted_day_by_day(drawn: tuple[dict[str, Any], datetime], year: int) -> None:
    """The year that stands for others alike gives the very sums of each."""
    calendar = Calendar.from_dict(drawn[0])
    assume(year not in calendar.parts.listed_years)
    index = OpenIndex(calendar.parts, calendar.zone)
    assert hours_of_year(calendar.parts, calendar.zone, year) == index.of_years(year, year).years[0]


@given(CALENDARS, st.lists(st.tuples(INSTANTS, st.timedeltas(-DAY, DAY)), min_size=1, max_size=5))
def test_what_was_asked_before_changes_no_answer(
    drawn: tuple[dict[str, Any], datetime], questions: list[tuple[datetime, timedelta]]
) -> None:
    """A calendar that has answered others answers as a new one does."""
    calendar = Calendar.from_dict(drawn[0])
    alone = [Calendar.from_dict(drawn[0]).add(*question) for question in questions]
    assert alone == [calendar.add(*question) for question in questions]
    assert zone(calendar.parts.timezone) is calendar.zone
