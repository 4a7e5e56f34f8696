"""Questions to a calendar, and the arithmetic of real situations."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ruleflow.calendar.calendar import Calendar, CalendarError
from ruleflow.calendar.parts import Parts

HOUR = timedelta(hours=1)
OFFICE = {"timezone": "Europe/Helsinki", "hours": {"mon-fri": ["09:00-17:00"]}}


def calendar(zone: str = "UTC", **keys: Any) -> Calendar:
    return Calendar.from_dict({"timezone": zone} | keys)


def at(text: str, zone: str = "UTC") -> datetime:
    """`2026-01-16 15:00` on the wall in a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def wall(found: datetime | None) -> str:
    """What the clock on the wall shows, or `never`."""
    return "never" if found is None else f"{found:%a %Y-%m-%d %H:%M}"


class TestScenarios:
    """Situations of real helpdesks."""

    def test_a_cash_register_is_to_be_repaired_within_a_working_day(self) -> None:
        """Nine open hours, the end of the working day and one working day are three different deadlines."""
        shop = calendar("Europe/Moscow", hours={"mon-fri": ["09:00-18:00"]})
        created = at("2026-01-16 15:00", "Europe/Moscow")
        assert "Mon 2026-01-19 15:00" == wall(shop.add(created, 9 * HOUR))
        assert "Fri 2026-01-16 18:00" == wall(shop.end_of_working_day(created))
        assert "Mon 2026-01-19 15:00" == wall(shop.add_working_days(created, 1))
        around_the_clock = calendar("Europe/Moscow", always=True)
        assert "Sat 2026-01-17 00:00" == wall(around_the_clock.add(created, 9 * HOUR))
        assert "Sat 2026-01-17 00:00" == wall(around_the_clock.end_of_working_day(created))

    @pytest.mark.parametrize(
        ("created", "hours", "due"),
        [
            ("2026-01-09 15:00", 4, "Sun 2026-01-11 17:00"),
            ("2026-01-09 15:00", 8, "Sun 2026-01-11 21:00"),
            ("2026-03-06 16:30", 4, "Sun 2026-03-08 18:30"),
        ],
    )
    def test_a_desk_open_from_sunday_afternoon_to_friday(self, created: str, hours: int, due: str) -> None:
        """Hours that run through five nights go on where they left off on Sunday, also when clocks change that night."""
        days = {"sun": "15:00-24:00", "mon-thu": "00:00-24:00", "fri": "00:00-17:00"}
        desk = calendar("America/Los_Angeles", hours=days)
        assert due == wall(desk.add(at(created, "America/Los_Angeles"), hours * HOUR))

    @pytest.mark.parametrize(
        ("start", "hours", "due"),
        [("2026-01-16 16:30", 1, "Mon 2026-01-19 09:30"), ("2026-01-14 07:00", 2, "Wed 2026-01-14 11:00")],
    )
    def test_the_first_reply_in_business_hours(self, start: str, hours: int, due: str) -> None:
        """What is left over on Friday is counted on Monday; before opening nothing passes."""
        assert due == wall(calendar(hours={"mon-fri": ["09:00-17:00"]}).add(at(start), hours * HOUR))

    def test_a_warning_an_hour_before_the_deadline(self) -> None:
        """A warning is an hour of open time before, so it may lie on the day before."""
        desk = calendar(hours={"mon-fri": ["08:00-18:00"]})
        due = desk.add(at("2026-01-19 17:00"), 4 * HOUR)
        assert "Tue 2026-01-20 11:00" == wall(due)
        assert due is not None
        assert "Tue 2026-01-20 10:00" == wall(desk.add(due, -HOUR))

    def test_a_pause_survives_a_change_of_priority(self) -> None:
        """Two hours of waiting move the deadline by two hours, under the old target and the new."""
        desk = calendar(hours={"mon-fri": ["08:00-18:00"]})
        created = at("2026-01-19 10:00")
        paused = desk.between(at("2026-01-19 12:00"), at("2026-01-19 14:00"))
        assert "Tue 2026-01-20 10:00" == wall(desk.add(created, 8 * HOUR + paused))
        assert "Mon 2026-01-19 16:00" == wall(desk.add(created, 4 * HOUR + paused))

    def test_round_the_clock_loses_no_minute_at_midnight(self) -> None:
        """Twelve hours from ten in the evening are ten in the morning; when clocks go forward that night, one later."""
        assert "Tue 2026-01-20 10:00" == wall(calendar(always=True).add(at("2026-01-19 22:00"), 12 * HOUR))
        berlin = calendar("Europe/Berlin", always=True)
        found = berlin.add(at("2026-03-28 18:00", "Europe/Berlin"), 12 * HOUR)
        assert ("Sun 2026-03-29 07:00", 2 * HOUR) == (wall(found), found and found.utcoffset())

    def test_a_calendar_that_opens_once_a_week(self) -> None:
        """Eighteen hours need two weeks; a calendar that never opens has no answer rather than a wrong one."""
        created = at("2024-08-07 09:00")
        assert "Tue 2024-08-20 17:00" == wall(calendar(hours={"tue": ["08:00-17:00"]}).add(created, 18 * HOUR))
        assert "never" == wall(calendar(hours={}).add(created, 18 * HOUR))

    def test_lunch(self) -> None:
        """An hour asked for at lunch ends an hour after lunch."""
        desk = calendar(hours={"mon-sun": ["08:00-12:00", "13:30-18:00"]})
        assert "Mon 2026-01-19 14:30" == wall(desk.add(at("2026-01-19 12:30"), HOUR))

    def test_response_and_resolution(self) -> None:
        """Four and sixteen hours of a day of nine and a half."""
        desk = calendar(hours={"mon-fri": ["09:00-18:30"]})
        created = at("2023-08-31 16:00")
        assert "Fri 2023-09-01 10:30" == wall(desk.add(created, 4 * HOUR))
        assert "Mon 2023-09-04 13:00" == wall(desk.add(created, 16 * HOUR))


class TestConventions:
    """What is settled where others differ."""

    def test_time_used_up_at_closing_is_due_at_closing(self) -> None:
        """Not at the next opening; going back it is due at opening, not at the closing before."""
        desk = Calendar.from_dict(OFFICE)
        assert "Mon 2026-01-19 17:00" == wall(desk.add(at("2026-01-19 09:00", "Europe/Helsinki"), 8 * HOUR))
        assert "Mon 2026-01-19 09:00" == wall(desk.add(at("2026-01-19 17:00", "Europe/Helsinki"), -8 * HOUR))

    def test_no_time_gives_the_start(self) -> None:
        """Even when it is closed then; in the calendar's zone."""
        assert "Sun 2026-01-18 05:00" == wall(Calendar.from_dict(OFFICE).add(at("2026-01-18 03:00"), timedelta()))

    def test_an_end_before_its_start_is_negative(self) -> None:
        """As much as the other way round."""
        desk, ends = Calendar.from_dict(OFFICE), (at("2026-01-19 10:00"), at("2026-01-20 10:00"))
        assert 8 * HOUR == desk.between(*ends) == -desk.between(*reversed(ends))

    def test_the_instant_of_closing_is_closed(self) -> None:
        """And that of opening is open."""
        desk = calendar(hours={"mon": ["09:00-12:00", "13:00-17:00"]})
        assert [True, False, True, False] == [
            desk.is_open(at(f"2026-01-19 {hour}:00")) for hour in ("09", "12", "13", "17")
        ]

    def test_microseconds_are_kept(self) -> None:
        """Nothing is rounded to seconds or minutes."""
        start = datetime(2026, 1, 19, 9, 0, 59, 999_999, tzinfo=UTC)
        due = calendar(hours={"mon-tue": ["09:00:30-17:00"]}).add(start, 8 * HOUR)
        assert datetime(2026, 1, 20, 9, 1, 29, 999_999, tzinfo=UTC) == due

    def test_hours_past_midnight_belong_to_the_day_they_start_on(self) -> None:
        """A holiday on Friday closes the night to Saturday, a holiday on Saturday does not."""
        night = {"fri": ["22:00-06:00"]}
        fridays, saturdays = (calendar(hours=night, holidays=[day]) for day in ("2026-01-23", "2026-01-24"))
        assert [False, True] == [one.is_open(at("2026-01-24 02:00")) for one in (fridays, saturdays)]

    def test_a_holiday_wins_over_an_exception(self) -> None:
        """Of one date; an exception alone takes the place of the weekly hours."""
        days = {"2026-01-19": ["10:00-12:00"], "2026-01-20": ["10:00-12:00"]}
        desk = calendar(hours={"mon-fri": ["09:00-17:00"]}, exceptions=days, holidays="2026-01-20")
        assert [("Mon 2026-01-19 10:00", "Mon 2026-01-19 12:00"), ("Wed 2026-01-21 09:00", "Wed 2026-01-21 17:00")] == [
            (wall(start), wall(end)) for start, end in desk.periods(at("2026-01-19 00:00"), at("2026-01-22 00:00"))
        ]

    @pytest.mark.parametrize("ask", ["is_open", "next_open", "next_close", "end_of_working_day"])
    def test_instants_need_a_zone(self, ask: str) -> None:
        """A naive datetime is refused with a sentence."""
        with pytest.raises(ValueError, match="an instant with a time zone"):
            getattr(Calendar.from_dict(OFFICE), ask)(datetime(2026, 1, 19))  # noqa: DTZ001


class TestClockChanges:
    """Nights on which clocks are put forward or back."""

    def test_a_time_that_the_clock_skips_is_open_for_nobody(self) -> None:
        """Hours from 02:30 to 04:00 are open from 03:00 to 04:00 when 02:00 becomes 03:00."""
        desk = calendar("America/Los_Angeles", hours={"sun": ["02:30-04:00"]})
        assert HOUR == desk.between(at("2026-03-08 00:00"), at("2026-03-09 00:00"))
        assert "Sun 2026-03-08 03:00" == wall(desk.next_open(at("2026-03-08 00:00")))

    def test_a_time_that_the_clock_shows_twice_is_open_twice(self) -> None:
        """Hours from 01:00 to 02:00 last two hours when 02:00 becomes 01:00; round the clock that day has 25."""
        ends = at("2026-11-01 00:00"), at("2026-11-02 12:00")
        assert 2 * HOUR == calendar("America/Los_Angeles", hours={"sun": ["01:00-02:00"]}).between(*ends)
        day = calendar("America/Los_Angeles", hours={"sun": ["00:00-24:00"]})
        assert 25 * HOUR == day.between(*ends)

    def test_hours_that_end_within_the_repeated_hour_close_twice(self) -> None:
        """At 02:30 they close, and open once more when the clock is put back to 02:00."""
        desk = calendar("Europe/Berlin", hours={"sun": ["01:00-02:30"]})
        found = desk.periods(at("2026-10-25 00:00", "Europe/Berlin"), at("2026-10-26 00:00", "Europe/Berlin"))
        assert [90, 30] == [
            (end.astimezone(UTC) - start.astimezone(UTC)) / timedelta(minutes=1) for start, end in found
        ]
        closing = desk.end_of_working_day(at("2026-10-25 00:00", "Europe/Berlin"))
        assert closing is not None
        assert datetime(2026, 10, 25, 1, 30, tzinfo=UTC) == closing.astimezone(UTC)

    def test_working_days_keep_the_time_on_the_clock(self) -> None:
        """Also across a change; a time that is skipped there is as much later."""
        desk = calendar("Europe/Berlin", hours={"mon-sun": ["00:00-24:00"]})
        start = at("2026-03-28 10:00", "Europe/Berlin")
        assert "Sun 2026-03-29 10:00" == wall(desk.add_working_days(start, 1))
        assert "Sun 2026-03-29 03:30" == wall(desk.add_working_days(at("2026-03-28 02:30", "Europe/Berlin"), 1))
        second = at("2026-10-25 02:30", "Europe/Berlin").replace(fold=1)
        assert "Mon 2026-10-26 02:30" == wall(desk.add_working_days(second, 1))

    def test_a_day_that_was_left_out_is_no_working_day(self) -> None:
        """Samoa had no 30th of December 2011."""
        desk = calendar("Pacific/Apia", hours={"mon-fri": ["09:00-17:00"]})
        assert [True, False, False] == [desk.is_working_day(date(2011, 12, day)) for day in (29, 30, 31)]

    def test_changes_seven_days_apart_are_seen(self) -> None:
        """Recife put its clocks forward on 2000-10-08 and back on the 15th."""
        desk = calendar("America/Recife", hours={"thu": ["09:00-10:00"]})
        found = [desk.next_open(at(f"2000-10-{day}")) for day in ("01", "08", "15")]
        assert [12, 11, 12] == [one.astimezone(UTC).hour for one in found if one]


class TestNever:
    """Calendars that open rarely, stop, or never open."""

    def test_a_calendar_that_never_opens(self) -> None:
        """Every question has an answer, and it comes in bounded time."""
        desk, now = calendar(), at("2026-01-19 10:00")
        begun = perf_counter()
        assert [None] * 7 == [
            desk.add(now, HOUR),
            desk.add(now, -HOUR),
            desk.next_open(now),
            desk.next_close(now),
            desk.add_working_days(now, 1),
            desk.add_working_days(now, -1),
            desk.end_of_working_day(now),
        ]
        assert (False, timedelta(), []) == (
            desk.is_open(now),
            desk.between(now, at("2126-01-01")),
            desk.periods(now, now),
        )
        assert perf_counter() - begun < 5

    def test_a_calendar_that_opens_on_one_date_only(self) -> None:
        """It is found however far it is, and there is none after it."""
        desk = calendar(exceptions={"2391-05-04": ["10:00-12:00"]})
        now = at("2026-01-19 10:00")
        assert "Sat 2391-05-04 10:00" == wall(desk.next_open(now))
        assert "Sat 2391-05-04 12:00" == wall(desk.next_close(now))
        assert "Sat 2391-05-04 12:00" == wall(desk.add(now, 2 * HOUR))
        assert "Sat 2391-05-04 12:00" == wall(desk.end_of_working_day(now))
        assert "Sat 2391-05-04 10:00" == wall(desk.add_working_days(now, 1))
        assert "never" == wall(desk.add(now, 2 * HOUR + timedelta(microseconds=1)))
        assert "never" == wall(desk.add_working_days(now, 2))
        assert "never" == wall(desk.next_open(at("2391-05-04 12:00")))
        assert "Sat 2391-05-04 10:00" == wall(desk.add(at("9000-01-01"), -2 * HOUR))

    def test_always_open_never_closes(self) -> None:
        """There is no next closing, unless a day off lies ahead."""
        now = at("2026-01-19 10:00")
        assert calendar(always=True).next_close(now) is None
        desk = calendar(always=True, holidays=["2030-01-01"])
        assert "Tue 2030-01-01 00:00" == wall(desk.next_close(now))
        assert "Wed 2030-01-02 00:00" == wall(desk.next_open(at("2030-01-01 10:00")))
        assert desk.next_close(at("2030-01-02 00:00")) is None

    def test_decades_and_more(self) -> None:
        """Long times are exact, and longer than there are years is never."""
        desk = Calendar.from_dict(OFFICE)
        start = at("2026-01-19 09:00", "Europe/Helsinki")
        assert "Thu 2064-05-22 17:00" == wall(desk.add(start, 10_004 * 8 * HOUR))
        assert "Thu 2064-05-22 09:00" == wall(desk.add_working_days(start, 10_003))
        assert desk.add(start, timedelta(days=1_000_000)) is None
        assert desk.add(start, timedelta.min) is None

    def test_the_ends_of_time(self) -> None:
        """The first and the last datetime that there are, often written for `no date`, are answered too."""
        first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
        for zone in ("Pacific/Kiritimati", "America/Los_Angeles"):
            desk = calendar(zone, always=True)
            assert [False, False] == [desk.is_open(first), desk.is_open(last)]
            assert 9_997 == round(desk.between(first, last).days / 365.2425)
            assert 1 == len(desk.periods(first, last))
            assert (first, last) == (desk.add(first, timedelta()), desk.add(last, timedelta()))
            assert [None] * 4 == [
                desk.add(last, HOUR),
                desk.add(first, -HOUR),
                desk.next_open(last),
                desk.next_close(last),
            ]
            assert [None] * 4 == [
                ask(one) for one in (first, last) for ask in (desk.end_of_working_day, _next_day(desk))
            ]
            assert [False, False] == [desk.is_working_day(day) for day in (date.min, date.max)]
            assert desk.next_open(first) is not None
            assert desk.add(last, -HOUR) is not None

    def test_working_days_at_the_ends_of_time(self) -> None:
        """An instant whose local date lies beyond the years that are counted has no working days after it."""
        ahead, behind = calendar("Pacific/Kiritimati", always=True), calendar("America/Los_Angeles", always=True)
        assert ahead.add_working_days(at("9998-12-31 20:00"), 1) is None
        assert behind.add_working_days(at("0002-01-01 01:00"), -1) is None


def _next_day(desk: Calendar) -> Callable[[datetime], datetime | None]:
    return lambda start: desk.add_working_days(start, 1)


class TestWorkingDays:
    """Days on which open time starts."""

    def test_which_days(self) -> None:
        """Not holidays, closed exceptions, or days that a break takes whole; special openings are."""
        desk = calendar(
            hours={"mon-fri": ["09:00-17:00"]},
            holidays=["2026-01-19"],
            exceptions={"2026-01-20": [], "2026-01-24": ["10:00-12:00"]},
            breaks=[
                {"date": "2026-01-21", "from": "00:00", "to": "24:00"},
                {"date": "2026-01-22", "from": "09:00", "to": "16:59"},
            ],
        )
        working = [day for day in range(19, 26) if desk.is_working_day(date(2026, 1, day))]
        assert [22, 23, 24] == working

    def test_counted_from_the_day_after(self) -> None:
        """A start on a day off is not moved first; negative numbers count back; none is the start."""
        desk = Calendar.from_dict(OFFICE)
        sunday = at("2026-01-18 12:00", "Europe/Helsinki")
        assert ["Mon 2026-01-19 12:00", "Fri 2026-01-16 12:00", "Sun 2026-01-18 12:00"] == [
            wall(desk.add_working_days(sunday, days)) for days in (1, -1, 0)
        ]

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            ("2026-01-16 08:00", "Fri 2026-01-16 17:00"),
            ("2026-01-16 16:59", "Fri 2026-01-16 17:00"),
            ("2026-01-16 17:00", "Mon 2026-01-19 17:00"),
            ("2026-01-17 12:00", "Mon 2026-01-19 17:00"),
        ],
    )
    def test_the_end_of_the_working_day(self, start: str, end: str) -> None:
        """The last closing of the day; once that is past, or on a day off, of the next working day."""
        desk = calendar(hours={"mon-fri": ["09:00-12:00", "13:00-17:00"]})
        assert end == wall(desk.end_of_working_day(at(start)))

    def test_the_end_of_a_night(self) -> None:
        """At two in the morning the working day is that of the evening before."""
        desk = calendar(hours={"fri": ["22:00-06:00"], "mon": ["22:00-06:00"]})
        assert ["Sat 2026-01-17 06:00", "Sat 2026-01-17 06:00", "Tue 2026-01-20 06:00"] == [
            wall(desk.end_of_working_day(at(start)))
            for start in ("2026-01-16 12:00", "2026-01-17 02:00", "2026-01-17 06:00")
        ]

    def test_a_break_before_closing_ends_the_day_earlier(self) -> None:
        """The last open moment counts."""
        desk = calendar(hours={"mon": ["09:00-17:00"]}, breaks=[{"date": "2026-01-19", "from": "15:00", "to": "17:00"}])
        assert "Mon 2026-01-19 15:00" == wall(desk.end_of_working_day(at("2026-01-19 10:00")))


class TestPeriods:
    """Open stretches between two instants."""

    def test_cut_to_the_ends(self) -> None:
        """What lies only partly between is cut; what touches the ends only is left out."""
        desk = calendar(hours={"mon-fri": ["09:00-12:00", "13:00-17:00"]})
        found = desk.periods(at("2026-01-19 12:00"), at("2026-01-20 10:00"))
        assert [("Mon 2026-01-19 13:00", "Mon 2026-01-19 17:00"), ("Tue 2026-01-20 09:00", "Tue 2026-01-20 10:00")] == [
            (wall(start), wall(end)) for start, end in found
        ]
        assert [] == desk.periods(at("2026-01-20 10:00"), at("2026-01-19 12:00"))

    def test_what_touches_is_one(self) -> None:
        """Midnight between two open days, a new year, and hours that meet are no edges."""
        desk = calendar(hours={"thu": ["09:00-12:00", "12:00-24:00"], "fri": ["00:00-10:00"]})
        assert [("Thu 2026-12-31 09:00", "Fri 2027-01-01 10:00")] == [
            (wall(start), wall(end)) for start, end in desk.periods(at("2026-12-29"), at("2027-01-05"))
        ]
        assert "Fri 2027-01-01 10:00" == wall(desk.next_close(at("2026-12-29")))
        assert "Fri 2027-01-01 10:00" == wall(desk.next_close(at("2026-12-31 23:00")))

    def test_a_year_that_ends_at_its_last_midnight(self) -> None:
        """Hours until midnight of New Year's Eve close then, when the new year begins closed."""
        desk = calendar(hours={"thu": ["09:00-24:00"]})
        assert "Fri 2027-01-01 00:00" == wall(desk.next_close(at("2026-12-31 23:00")))
        rarely = calendar(exceptions={"2026-12-31": ["09:00-24:00"]})
        assert "Fri 2027-01-01 00:00" == wall(rarely.next_close(at("2026-12-31 23:00")))

    def test_hours_of_two_days_that_overlap_count_once(self) -> None:
        """A night that runs into the next day's hours."""
        desk = calendar(hours={"mon": ["22:00-10:00"], "tue": ["08:00-12:00"]})
        assert 14 * HOUR == desk.between(at("2026-01-19 12:00"), at("2026-01-21"))


class TestValue:
    """A calendar is a value."""

    def test_equal_and_hashed_by_its_hours(self) -> None:
        """The order of writing, the title and what was asked before do not count; the zone does."""
        one = calendar("Europe/Moscow", hours={"mon": ["13:00-14:00", "09:00-10:00"]}, title="Касса")
        other = calendar("Europe/Moscow", hours={"MONDAY": [("09:00", "10:00"), "13:00 – 14:00"]}, title="مكتب")
        other.add(at("2026-01-01"), HOUR)
        assert (one, hash(one), one.version) == (other, hash(other), other.version)
        assert "Касса" == one.title
        elsewhere = calendar("Europe/Minsk", hours={"mon": ["13:00-14:00", "09:00-10:00"]})
        assert one != elsewhere
        assert one.version != elsewhere.version

    def test_copied_and_pickled(self) -> None:
        """It may be sent to other processes."""
        desk = Calendar.from_dict(OFFICE | {"title": "🏢", "exceptions": {"2026-12-31": []}})
        for same in (copy.deepcopy(desk), pickle.loads(pickle.dumps(desk))):  # noqa: S301
            assert (desk, "🏢", desk.zone) == (same, same.title, same.zone)

    def test_parts_of_an_unknown_zone(self) -> None:
        """Parts made by hand are checked for their zone."""
        with pytest.raises(CalendarError, match="`Mars/Base` is not a time zone"):
            Calendar(Parts("Mars/Base"))

    def test_answers_are_in_its_zone(self) -> None:
        """Whatever the zone of the question."""
        found = Calendar.from_dict(OFFICE).add(datetime(2026, 1, 19, 3, tzinfo=timezone(-5 * HOUR)), HOUR)
        assert ("Mon 2026-01-19 11:00", 2 * HOUR) == (wall(found), found and found.utcoffset())

    def test_asked_from_many_threads(self) -> None:
        """Every thread gets the answer that one alone gets."""
        desk, other = Calendar.from_dict(OFFICE), Calendar.from_dict(OFFICE)
        starts = [at(f"{year}-01-19 10:00") for year in range(1_950, 2_070)]
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda start: desk.add(start, 999 * HOUR), starts * 3))
        assert [other.add(start, 999 * HOUR) for start in starts] * 3 == found

    def test_importing_it_is_light(self) -> None:
        """Libraries of holidays and calendar files load when a calendar names some."""
        code = (
            "import sys, ruleflow.calendar.calendar as c; c.Calendar.from_dict({'hours': {'mon': '09:00-10:00'}});"
            "print(sorted({'holidays', 'icalendar', 'dateutil'} & set(sys.modules)))"
        )
        assert "[]\n" == subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
