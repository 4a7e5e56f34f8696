"""What a calendar may be described with, and what is said of mistakes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from ruleflow.calendar.calendar import Calendar, CalendarError, CalendarProblem, read_calendar
from ruleflow.calendar.problems import Path
from ruleflow.diagnostics.suggest import quoted

HOUR = 3_600


def problems(**given: Any) -> list[tuple[Path, str, str]]:
    found = read_calendar(given)
    assert not isinstance(found, Calendar)
    return [(one.path, one.message, one.help) for one in found]


def week(hours: Any) -> list[list[tuple[float, float]]]:
    """The hours of each day, Monday first, in hours from its midnight."""
    return [
        [(start / HOUR, end / HOUR) for start, end in day] for day in Calendar.from_dict({"hours": hours}).parts.week
    ]


class TestHours:
    """The weekly hours."""

    @pytest.mark.parametrize(
        ("key", "days"),
        [
            ("mon", [0]),
            ("Monday", [0]),
            ("mon-fri", [0, 1, 2, 3, 4]),
            ("fri-mon", [0, 4, 5, 6]),
            ("mon – wed, sun", [0, 1, 2, 6]),
            ("sat,sun", [5, 6]),
            ("mon-mon", [0]),
        ],
    )
    def test_days(self, key: str, days: list[int]) -> None:
        """A day, a range that may run over the week's end, a list of both."""
        assert days == [at for at, hours in enumerate(week({key: ["09:00-10:00"]})) if hours]

    @pytest.mark.parametrize(
        ("hours", "expected"),
        [
            ("9:00-17:00", [(9, 17)]),
            (["13:00-17:00", "09:00 – 12:00"], [(9, 12), (13, 17)]),
            (["22:00-06:00"], [(22, 30)]),
            (["18:00-24:00"], [(18, 24)]),
            (["18:00-00:00"], [(18, 24)]),
            (["09:00-09:00"], [(9, 33)]),
            (["00:00:00-00:00:36"], [(0, 0.01)]),
            ([["09:00", "17:00"]], [(9, 17)]),
            ([(time(9), time(17, 30))], [(9, 17.5)]),
            ([], []),
            (None, []),
        ],
    )
    def test_hours_of_a_day(self, hours: Any, expected: list[tuple[float, float]]) -> None:
        """Text or two times; one that does not end after it starts runs past midnight; `24:00` ends a day."""
        assert expected == week({"mon": hours})[0]

    @pytest.mark.parametrize(
        "wrong",
        ["9-18h", "09:00", "09:00-25:00", "24:00-06:00", "24:30-25:00", "09:60-10:00", "a-b", "１２:00-13:00x", 9, ("09:00",),
         [time(9), time(10, 0, 0, 1)], [time(9), time(10, tzinfo=UTC)], [9, 10]],
    )  # fmt: skip
    def test_what_is_no_stretch_of_hours(self, wrong: Any) -> None:
        """Anything else is named at its place."""
        help_ = "write `09:00-17:00`; `24:00` ends a day, `22:00-06:00` runs past midnight"
        message = f"{quoted(str(wrong))} is not a stretch of hours"
        assert [(("hours", "tue", 1), message, help_)] == problems(hours={"tue": ["07:00-08:00", wrong]})

    def test_a_single_text_is_named_at_its_day(self) -> None:
        """It has no position of its own."""
        assert [("hours", "tue")] == [path for path, _, _ in problems(hours={"tue": "soon"})]

    def test_hours_of_one_day_that_overlap(self) -> None:
        """The one that starts later is named, and the one it overlaps; to meet is fine."""
        found = problems(
            hours={"mon": ["13:00-18:00", "09:00-13:00", "08:00-09:30"], "sat": ["22:00-02:00", "23:00-23:30:15"]}
        )
        assert [
            (("hours", "mon", 1), "`09:00-13:00` overlaps `08:00-09:30` of the same day"),
            (("hours", "sat", 1), "`23:00-23:30:15` overlaps `22:00-02:00` of the same day"),
        ] == [(path, message) for path, message, _ in found]

    def test_a_day_named_twice(self) -> None:
        """In one key or in two."""
        assert [
            (("hours", "wed"), "`wed` has hours twice", "name each day once; hours of one day make one list"),
            (("hours", "sat, sat"), "`sat` has hours twice", "name each day once; hours of one day make one list"),
        ] == problems(hours={"mon-fri": "09:00-10:00", "wed": [], "sat, sat": "09:00-10:00"})

    @pytest.mark.parametrize("day", ["mo", "пн", "mon-fri-sun", "mon-", "", "mond", 1])
    def test_what_is_no_day(self, day: Any) -> None:
        """It is named at the key."""
        help_ = "days are `mon`, `tue`, … `sun`, ranges `mon-fri`, lists `sat, sun`"
        assert [(("hours", str(day)), f"`{day}` is not a day", help_)] == problems(hours={day: "09:00-10:00"})

    @pytest.mark.parametrize(
        ("given", "path", "message"),
        [
            ({"hours": ["mon"]}, ("hours",), "`hours` needs a mapping of days"),
            ({"always": "yes"}, ("always",), "`always` is `true` or left out"),
            ({"always": []}, ("always",), "`always` is `true` or left out"),
            ({"always": True, "hours": {}}, ("hours",), "a calendar that is always open has no hours"),
        ],
    )
    def test_hours_or_always(self, given: dict[str, Any], path: Path, message: str) -> None:
        """One of the two, each of its own kind."""
        assert [(path, message)] == [one[:2] for one in problems(**given)]

    def test_not_always(self) -> None:
        """`always: false` may stand beside hours."""
        assert Calendar.from_dict({"always": False, "hours": {"mon": "9:00-10:00"}}) == Calendar.from_dict(
            {"hours": {"mon": "9:00-10:00"}}
        )


class TestDates:
    """Exceptions and breaks."""

    def test_text_or_dates(self) -> None:
        """Both name the same day."""
        texts = Calendar.from_dict(
            {
                "exceptions": {"2026-12-31": ["09:00-15:00"], "2026-12-30": None},
                "breaks": [{"date": "2026-12-31", "from": "12:00", "to": "13:00"}],
                "holidays": ["2027-01-01"],
            }
        )
        values = Calendar.from_dict(
            {
                "breaks": ({"date": date(2026, 12, 31), "from": time(12), "to": time(13)},),
                "exceptions": {date(2026, 12, 30): [], date(2026, 12, 31): [(time(9), time(15))]},
                "holidays": date(2027, 1, 1),
            }
        )
        assert texts == values
        assert [True, False, True] == [texts.is_open(datetime(2026, 12, 31, hour, tzinfo=UTC)) for hour in (11, 12, 13)]

    def test_breaks_that_overlap_count_once(self) -> None:
        """They are taken out together."""
        pauses = [("12:00", "13:00"), ("09:00", "09:30"), ("12:30", "14:00"), ("23:00", "24:00")]
        desk = Calendar.from_dict(
            {
                "hours": {"mon": ["09:00-17:00", "22:00-02:00"]},
                "breaks": [{"date": "2026-01-19", "from": start, "to": end} for start, end in pauses]
                + [{"date": "2026-01-20", "from": "00:30", "to": "01:00"}],
            }
        )
        found = desk.periods(datetime(2026, 1, 19, tzinfo=UTC), datetime(2026, 1, 21, tzinfo=UTC))
        assert ["09:30-12:00", "14:00-17:00", "22:00-23:00", "00:00-00:30", "01:00-02:00"] == [
            f"{start:%H:%M}-{end:%H:%M}" for start, end in found
        ]

    @pytest.mark.parametrize(
        ("exceptions", "path", "message"),
        [
            ({"soon": []}, ("exceptions", "soon"), "`soon` is not a date"),
            ({"2026-02-30": []}, ("exceptions", "2026-02-30"), "`2026-02-30` is not a date"),
            ({20260101: []}, ("exceptions", "20260101"), "`20260101` is not a date"),
            ({"2026-W01-1": []}, ("exceptions", "2026-W01-1"), "`2026-W01-1` is not a date"),
            ({datetime(2026, 1, 1, tzinfo=UTC): []}, ("exceptions", "2026-01-01 00:00:00+00:00"), "`2026-01-01 00:00:00+00:00` is not a date"),
            ({"2026-01-01": "x"}, ("exceptions", "2026-01-01"), "`x` is not a stretch of hours"),
            ({date(2026, 1, 1): ["x"]}, ("exceptions", "2026-01-01", 0), "`x` is not a stretch of hours"),
            ({"2026-01-01": [], date(2026, 1, 1): []}, ("exceptions", "2026-01-01"), "`2026-01-01` has hours twice"),
            (["2026-01-01"], ("exceptions",), "`exceptions` needs a mapping of dates"),
        ],
    )  # fmt: skip
    def test_wrong_exceptions(self, exceptions: Any, path: Path, message: str) -> None:
        """Each is named at its date, or at the hours of it."""
        assert [(path, message)] == [one[:2] for one in problems(exceptions=exceptions)]

    @pytest.mark.parametrize(
        ("wrong", "path", "message"),
        [
            ("lunch", ("breaks", 0), "a break has `date`, `from` and `to`"),
            ({"date": "2026-01-01"}, ("breaks", 0), "a break has `date`, `from` and `to`"),
            ({"date": "x", "from": "12:00", "to": "13:00"}, ("breaks", 0, "date"), "`x` is not a date"),
            ({"date": "2026-01-01", "from": "x", "to": "13:00"}, ("breaks", 0, "from"), "`x` is not a time"),
            ({"date": "2026-01-01", "from": "12:00", "to": 13}, ("breaks", 0, "to"), "`13` is not a time"),
            ({"date": "2026-01-01", "from": "12:00", "to": "12:00"}, ("breaks", 0, "to"), "a break ends after it begins, on the same day"),
            ({"date": "2026-01-01", "from": "1:00", "to": "2:00", "daet": 1}, ("breaks", 0, "daet"), "`daet` is not a key of a break"),
        ],
    )  # fmt: skip
    def test_wrong_breaks(self, wrong: Any, path: Path, message: str) -> None:
        """Each is named at the value that is wrong."""
        assert [(path, message)] == [one[:2] for one in problems(breaks=[wrong])]

    def test_breaks_are_a_list(self) -> None:
        """One alone is not taken for it."""
        assert [(("breaks",), "`breaks` needs a list")] == [one[:2] for one in problems(breaks={"date": "2026-01-01"})]


class TestWhole:
    """The description as a whole."""

    @pytest.mark.parametrize(
        ("given", "path", "message", "help_"),
        [
            ({"hour": {}}, ("hour",), "`hour` is not a key of a calendar", "did you mean `hours`?"),
            ({"рабочие часы": {}}, ("рабочие часы",), "`рабочие часы` is not a key of a calendar",
             "the keys are `timezone`, `hours`, `always`, `holidays`, `exceptions`, `breaks` and `title`"),
            ({"timezone": "Europe/Helsnki"}, ("timezone",), "`Europe/Helsnki` is not a time zone", "did you mean `Europe/Helsinki`?"),
            ({"timezone": "+03:00"}, ("timezone",), "`+03:00` is not a time zone", "zones look like `Europe/Helsinki`"),
            ({"timezone": 3}, ("timezone",), "`3` is not a time zone", "zones look like `Europe/Helsinki`"),
            ({"title": 5}, ("title",), "`title` needs a text", ""),
        ],
    )  # fmt: skip
    def test_wrong_keys(self, given: dict[str, Any], path: Path, message: str, help_: str) -> None:
        """With the nearest known one, where there is one."""
        assert [(path, message, help_)] == problems(**given)

    @pytest.mark.parametrize("given", [None, [], "mon-fri", 7])
    def test_what_is_no_description(self, given: Any) -> None:
        """A sentence, no traceback."""
        with pytest.raises(CalendarError, match=r"^calendar: a calendar needs a mapping of keys$") as raised:
            Calendar.from_dict(given)
        assert ((),) == tuple(one.path for one in raised.value.problems)

    def test_everything_that_is_wrong_is_told_at_once(self) -> None:
        """An error with all problems; it is a `ValueError`."""
        with pytest.raises(
            ValueError, match=r"^timezone: `Nowhere` is not a time zone; holidays\.0: `z` is not a date; "
        ) as raised:
            Calendar.from_dict(
                {"timezone": "Nowhere", "hours": {"mon": ["x"], "xyz": "y"}, "holidays": ["z"], "exceptions": {"e": []}, "breaks": [1]}
            )  # fmt: skip
        assert isinstance(raised.value, CalendarError)
        assert {"timezone", "hours", "holidays", "exceptions", "breaks"} == {
            one.path[0] for one in raised.value.problems
        }
        assert 7 == len(raised.value.problems)

    def test_utc_without_a_zone(self) -> None:
        """The zone of a project is filled in by who reads it."""
        assert "UTC" == Calendar.from_dict({}).zone.key

    def test_an_error_keeps_its_problems_when_it_is_copied(self) -> None:
        """Errors cross processes whole."""
        error = CalendarError((CalendarProblem(("hours",), "wrong"),))
        assert error.problems == type(error)(*error.args).problems
