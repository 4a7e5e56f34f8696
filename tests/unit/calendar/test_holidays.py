"""Days off: by country, by date, from `.ics` files."""

from __future__ import annotations

import csv
import warnings
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ruleflow.calendar.calendar import Calendar, CalendarProblem, read_calendar
from ruleflow.calendar.holidays import KNOWN_YEARS, public_holidays

HELSINKI = {"timezone": "Europe/Helsinki", "hours": {"mon-sun": ["08:00-18:00"]}}


def working(desk: Calendar, *days: str) -> list[bool]:
    return [desk.is_working_day(date.fromisoformat(day)) for day in days]


class TestCountries:
    """Public holidays."""

    def test_of_a_country(self) -> None:
        """Those that move with Easter, and Midsummer, in every year."""
        desk = Calendar.from_dict(HELSINKI | {"holidays": {"country": "FI"}})
        assert [False, False, True, False] == working(desk, "2026-04-03", "2026-12-06", "2026-12-07", "2031-06-20")

    def test_of_a_region(self) -> None:
        """Corpus Christi is kept in Bavaria and not in Berlin; a region may be named."""
        bavaria, berlin, named = (
            Calendar.from_dict(HELSINKI | {"holidays": {"country": "DE", "region": region}})
            for region in ("BY", "BE", "Bayern")
        )
        assert [False, True] == [one.is_working_day(date(2026, 6, 4)) for one in (bavaria, berlin)]
        assert bavaria == named

    def test_of_several_with_dates(self) -> None:
        """A list mixes countries and dates; named twice is once."""
        sources: list[Any] = [{"country": "FI"}, {"country": "SE"}, {"country": "SE"}, "2026-07-31", date(2026, 8, 31)]
        desk = Calendar.from_dict(HELSINKI | {"holidays": sources})
        days = ("2026-12-06", "2026-06-06", "2026-07-31", "2026-08-31", "2026-09-01")
        assert [False, False, False, False, True] == working(desk, *days)
        assert (("FI", ""), ("SE", "")) == desk.parts.countries

    def test_a_day_that_is_moved_into_the_year_before(self) -> None:
        """New Year's Day of 2022, a Saturday, was kept on the last day of 2021 in the United States."""
        assert date(2021, 12, 31) in public_holidays("US", "", 2021)
        assert {2022} == {day.year for day in public_holidays("US", "", 2022)}

    def test_years_that_nobody_knows(self) -> None:
        """Holidays are counted until 2100; what the library says of its limits is kept from the user."""
        desk = Calendar.from_dict(HELSINKI | {"holidays": {"country": "IN"}})
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert [False, True] == working(desk, "2100-01-26", "2101-01-26")
        assert (1_801, 2_100) == (KNOWN_YEARS[0], KNOWN_YEARS[-1])

    @pytest.mark.parametrize(
        ("given", "problem"),
        [
            ({"country": "XX"}, (("country",), "`XX` is not a country whose holidays are known", "write its ISO code, such as `FI`")),
            ({"country": "fi"}, (("country",), "`fi` is not a country whose holidays are known", "did you mean `FI`?")),
            ({"country": "Finnland"}, (("country",), "`Finnland` is not a country whose holidays are known", "did you mean `FI`?")),
            ({"country": "New Zeeland"}, (("country",), "`New Zeeland` is not a country whose holidays are known", "did you mean `NZ`?")),
            ({"country": "Суоми"}, (("country",), "`Суоми` is not a country whose holidays are known", "write its ISO code, such as `FI`")),
            ({"country": None}, (("country",), "`None` is not a country whose holidays are known", "write its ISO code, such as `FI`")),
            ({"country": "DE", "region": "Bayrn"}, (("region",), "`Bayrn` is not a region of `DE`", "did you mean `Bayern`?")),
            ({"country": "FO", "region": "x"}, (("region",), "`x` is not a region of `FO`", "leave `region` out: it has none")),
            ({"country": "FI", "regoin": "01"}, (("regoin",), "`regoin` is not a key of holidays", "did you mean `region`?")),
            ({"contry": "FI"}, (("contry",), "`contry` is not a key of holidays", "did you mean `country`?")),
            ({"region": "BY"}, ((), "holidays come by `country` (and `region`), by date, or from an `ics` file", None)),
            ({}, ((), "holidays come by `country` (and `region`), by date, or from an `ics` file", None)),
            ({"country": "FI", "ics": "off.ics"}, ((), "holidays come by `country` (and `region`), by date, or from an `ics` file", None)),
            ({"ics": "off.ics"}, (("ics",), "`off.ics` cannot be read here", "pass `load_ics`, a function that gives its bytes")),
            ("25.12.", ((), "`25.12.` is not a date", None)),
            (True, ((), "`True` is not a date", None)),
        ],
    )  # fmt: skip
    def test_wrong_sources(self, given: Any, problem: tuple[Any, str, str | None]) -> None:
        """Each is named at its key; alone or in a list."""
        path, message, help_ = problem
        forms = "write `2026-12-25`, `{country: FI}`, `{country: DE, region: BY}` or `{ics: holidays.ics}`"
        for holidays, before in ((given, ("holidays",)), (["2026-01-01", given], ("holidays", 1))):
            expected = (CalendarProblem((*before, *path), message, forms if help_ is None else help_),)
            assert expected == read_calendar({"holidays": holidays})

    def test_a_region_without_any_near(self) -> None:
        """The regions there are, or the first of them."""
        (found,) = self._problems({"country": "DE", "region": "Москва"})
        assert found.help.startswith("the regions are `BB`, `BE`, ")

    @staticmethod
    def _problems(holidays: Any) -> tuple[CalendarProblem, ...]:
        found = read_calendar({"holidays": holidays})
        assert not isinstance(found, Calendar)
        return found

    def test_against_a_list_of_public_holidays(self, shared_folder: Path) -> None:
        """Where the data set lists a holiday of a whole country, nobody works."""
        file = shared_folder / "data" / "public_holidays.csv"
        if not file.is_file():
            pytest.skip("the data set of public holidays is not beside the repository")
        assert [] == list(_disagreements(file))


def _disagreements(file: Path) -> list[tuple[str, str, str]]:
    listed: dict[tuple[str, str], list[str]] = defaultdict(list)
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            listed[row["country"], row["subdivision"]].append(row["date"])
    return [
        (country, region, day)
        for (country, region), days in listed.items()
        for day in days
        if date.fromisoformat(day) not in public_holidays(country, region, int(day[:4]))
    ]


def ics(*events: str, zone: str = "") -> bytes:
    """A calendar file of events, each a text of lines."""
    head = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//ruleflow//tests//EN\n"
    body = "".join(
        f"BEGIN:VEVENT\nUID:{at}\nDTSTAMP:20260101T000000Z\n{event}\nEND:VEVENT\n" for at, event in enumerate(events)
    )
    return f"{head}{zone}{body}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def loaded(content: bytes) -> Callable[[str], bytes | None]:
    return {"off.ics": content}.get


def from_file(*events: str, zone: str = "", **keys: Any) -> Calendar:
    return Calendar.from_dict(HELSINKI | keys | {"holidays": [{"ics": "off.ics"}]}, loaded(ics(*events, zone=zone)))


def days_off(desk: Calendar, first: str, last: str) -> list[str]:
    """The days between two dates, both in, that are no working days."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    days = [start + timedelta(days=one) for one in range((end - start).days + 1)]
    return [str(day) for day in days if not desk.is_working_day(day)]


def open_hours(desk: Calendar, day: str) -> list[str]:
    midnight = datetime.fromisoformat(day).replace(tzinfo=desk.zone)
    return [f"{start:%H:%M}-{end:%H:%M}" for start, end in desk.periods(midnight, midnight + timedelta(days=1))]


class TestFiles:
    """Closures from an iCalendar file."""

    @pytest.mark.parametrize(
        ("event", "closed"),
        [
            ("DTSTART;VALUE=DATE:20260302", ["2026-03-02"]),
            ("DTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260304", ["2026-03-02", "2026-03-03"]),
            ("DTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260302", ["2026-03-02"]),
            ("DTSTART;VALUE=DATE:20260302\nDURATION:P2D", ["2026-03-02", "2026-03-03"]),
            ("DTSTART;VALUE=DATE:20260302\nSTATUS:CANCELLED", []),
            ("DTSTART;VALUE=DATE:20260302\nTRANSP:TRANSPARENT\nSUMMARY:День 🎉", ["2026-03-02"]),
            ("DTSTART;VALUE=DATE:20200302\nRRULE:FREQ=YEARLY", ["2026-03-02"]),
            ("DTSTART;VALUE=DATE:20200302\nRRULE:FREQ=YEARLY;UNTIL=20260302", ["2026-03-02"]),
            ("DTSTART;VALUE=DATE:20200302\nRRULE:FREQ=YEARLY;UNTIL=20260301", []),
            ("DTSTART;VALUE=DATE:20200302\nRRULE:FREQ=YEARLY;COUNT=6", []),
            ("DTSTART;VALUE=DATE:20200302\nRRULE:FREQ=YEARLY;COUNT=7", ["2026-03-02"]),
            ("DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20260303", ["2026-03-02", "2026-03-04"]),
            ("DTSTART;VALUE=DATE:20260302\nRDATE;VALUE=DATE:20260305,20260306", ["2026-03-02", "2026-03-05", "2026-03-06"]),
            ("DTSTART;VALUE=DATE:20200106\nRRULE:FREQ=MONTHLY;BYDAY=1MO", ["2026-03-02"]),
        ],
    )  # fmt: skip
    def test_all_day_events_close_their_days(self, event: str, closed: list[str]) -> None:
        """Also when they last or repeat; what is cancelled or left out does not count."""
        assert closed == days_off(from_file(event), "2026-02-25", "2026-03-10")

    def test_repeated_for_as_long_as_holidays_are_known(self) -> None:
        """Until the year 2100."""
        desk = from_file("DTSTART;VALUE=DATE:20000501\nRRULE:FREQ=YEARLY")
        assert [False, False, True] == working(desk, "2026-05-01", "2100-05-01", "2101-05-01")

    @pytest.mark.parametrize(
        ("event", "hours"),
        [
            ("DTSTART:20260302T120000Z\nDTEND:20260302T130000Z", ["08:00-14:00", "15:00-18:00"]),
            ("DTSTART:20260302T120000\nDURATION:PT1H30M", ["08:00-12:00", "13:30-18:00"]),
            ("DTSTART;TZID=America/New_York:20260302T080000\nDTEND;TZID=America/New_York:20260302T090000", ["08:00-15:00", "16:00-18:00"]),
            ("DTSTART:20260301T200000Z\nDTEND:20260302T080000Z", ["10:00-18:00"]),
            ("DTSTART:20260302T120000Z", ["08:00-18:00"]),
            ("DTSTART:20251027T120000Z\nDTEND:20251027T130000Z\nRRULE:FREQ=WEEKLY", ["08:00-14:00", "15:00-18:00"]),
            ("DTSTART;TZID=Europe/Helsinki:20260302T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20260302T070000Z", ["08:00-09:00", "10:00-18:00"]),
            ("DTSTART;TZID=Europe/Helsinki:20260301T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20260302T065959Z", ["08:00-18:00"]),
            ("DTSTART;TZID=Europe/Helsinki:20260301T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20260302", ["08:00-09:00", "10:00-18:00"]),
        ],
    )  # fmt: skip
    def test_events_with_clock_times_close_that_stretch(self, event: str, hours: list[str]) -> None:
        """By the clock of the calendar, whatever clock the event was written by; one without an end closes nothing."""
        assert hours == open_hours(from_file(event), "2026-03-02")

    def test_a_zone_that_only_the_file_knows(self) -> None:
        """The file brings its rules."""
        rules = (
            "BEGIN:VTIMEZONE\nTZID:Our Office\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0300\nTZOFFSETTO:+0300\n"
            "END:STANDARD\nEND:VTIMEZONE\n"
        )
        desk = from_file("DTSTART;TZID=Our Office:20260302T120000\nDURATION:PT1H", zone=rules)
        assert ["08:00-11:00", "12:00-18:00"] == open_hours(desk, "2026-03-02")

    def test_one_occurrence_that_was_moved(self) -> None:
        """It closes its new day and not its old one."""
        series = "DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=DAILY;COUNT=3"
        moved = "DTSTART;VALUE=DATE:20260309\nRECURRENCE-ID;VALUE=DATE:20260303"
        content = ics(series, moved).replace(b"UID:1", b"UID:0")
        desk = Calendar.from_dict(HELSINKI | {"holidays": {"ics": "off.ics"}}, loaded(content))
        assert ["2026-03-02", "2026-03-04", "2026-03-09"] == days_off(desk, "2026-02-25", "2026-03-10")

    def test_an_empty_file_closes_nothing(self) -> None:
        """A calendar without events is one."""
        assert [] == days_off(from_file(), "2026-01-01", "2026-12-31")

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "`off.ics` is not an iCalendar file"),
            (b"hello", "`off.ics` is not an iCalendar file"),
            (b"\xff\xfe\x00BEGIN", "`off.ics` is not an iCalendar file"),
            (b"BEGIN:VCALENDAR\r\n", "`off.ics` is not an iCalendar file"),
            (ics("DTSTART;TZID=Europe/:20260302T120000"), "`off.ics` is not an iCalendar file"),
            (ics("SUMMARY:no start"), "`off.ics` is not an iCalendar file"),
            (ics("DTSTART;VALUE=DATE:20261399"), "`off.ics` is not an iCalendar file"),
            (ics("DTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260301"), "`off.ics` is not an iCalendar file"),
            (ics("DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=NEVER"), "`off.ics` is not an iCalendar file"),
            (ics("DTSTART:20260302T120000Z\nRRULE:FREQ=SECONDLY"), "`off.ics` has an event that repeats more often than daily"),
            (ics("DTSTART:20260302T120000Z\nRRULE:FREQ=DAILY;BYHOUR=1,2"), "`off.ics` has an event that repeats more often than daily"),
            (ics(*["DTSTART;VALUE=DATE:20000101\nRRULE:FREQ=DAILY"] * 2), "`off.ics` closes more than 50,000 times"),
            (ics("DTSTART;VALUE=DATE:20000101\nDURATION:P99999D"), "`off.ics` closes more than 50,000 times"),
        ],
    )  # fmt: skip
    def test_files_that_cannot_be_used(self, content: bytes, message: str) -> None:
        """A sentence at the place of the file's name, in bounded time."""
        found = read_calendar(HELSINKI | {"holidays": [{"ics": "off.ics"}]}, loaded(content))
        help_ = "export it once more from the program that keeps it"
        assert (CalendarProblem(("holidays", 0, "ics"), message, help_),) == found

    def test_a_repetition_that_never_comes_true(self) -> None:
        """It closes no day but its first, and is not sought for ever."""
        desk = from_file("DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")
        assert ["2026-03-02"] == days_off(desk, "2026-01-01", "2026-12-31")

    def test_a_file_that_is_not_there(self) -> None:
        """It is named where it is written."""
        found = read_calendar({"holidays": {"ics": "праздники.ics"}}, loaded(b""))
        assert (
            CalendarProblem(
                ("holidays", "ics"), "there is no file `праздники.ics`", "the path is read from the project's folder"
            ),
        ) == found

    def test_a_zone_that_is_wrong_beside_a_file(self) -> None:
        """The file is read all the same, so that only the zone is told."""
        given = {"timezone": "Nowhere", "holidays": {"ics": "off.ics"}}
        found = read_calendar(given, loaded(ics("DTSTART:20260302T120000Z\nDURATION:PT1H")))
        assert not isinstance(found, Calendar)
        assert [("timezone",)] == [one.path for one in found]
