"""Calendars of a project."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ruleflow.calendar.calendar import Calendar
from tests.unit.model.projects import one, read

CLOSED = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a//b//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20260302\r\nSUMMARY:closed\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def calendar(text: str, before: str = "", attachments: dict[str, bytes] | None = None) -> Calendar:
    """The calendar `office` of a project without findings."""
    found = read(f"{before}calendars: {{office: {text}}}\n", attachments)
    assert () == found.found, found.messages
    made = found.model.calendars["office"].calendar
    assert made is not None
    return made


def test_a_calendar_without_zone_is_in_the_projects() -> None:
    """Hours are local to the zone of the project, unless the calendar has its own."""
    hours = "hours: {mon: ['09:00-18:00']}"
    assert "Europe/Moscow" == calendar(f"{{{hours}}}", "timezone: Europe/Moscow\n").zone.key
    assert (
        "Europe/Helsinki" == calendar(f"{{{hours}, timezone: Europe/Helsinki}}", "timezone: Europe/Moscow\n").zone.key
    )
    assert calendar(f"{{{hours}}}", "timezone: Europe/Moscow\n").is_open(datetime(2026, 3, 2, 6, 0, tzinfo=UTC))


def test_all_keys() -> None:
    """Hours, holidays, exceptions and breaks; names, old ids and a note beside them."""
    found = calendar(
        "{title: Офис, note: x, was: old, external_id: 7, hours: {mon-fri: ['09:00-18:00'], sat: '10:00-12:00', sun: },"
        " holidays: [{country: FI}, 2026-03-03], exceptions: {2026-03-04: ['09:00-12:00'], 2026-03-05: },"
        " breaks: [{date: 2026-03-06, from: '12:00', to: '13:00'}]}"
    )
    assert [True, False, False, False] == [
        found.is_open(datetime(2026, 3, day, hour, tzinfo=UTC)) for day, hour in ((2, 10), (3, 10), (4, 13), (6, 12))
    ]


def test_a_calendar_file() -> None:
    """Days off come from an `.ics` file of the project."""
    found = calendar("{hours: {mon: ['09:00-18:00']}, holidays: [{ics: off.ics}]}", "", {"off.ics": CLOSED})
    assert [False, True] == [found.is_open(datetime(2026, 3, day, 10, tzinfo=UTC)) for day in (2, 9)]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("{hours: {mo: ['09:00-18:00']}}", "mo", "`mo` is not a day"),
        ("{hours: {mon: ['09:00-18:00', '9-18h']}}", "'9-18h'", "`9-18h` is not a stretch of hours"),
        ("{hours: {mon: 18h}}", "mon", "`18h` is not a stretch of hours"),
        ("{timezone: Europe/Helsnki}", "Europe/Helsnki", "`Europe/Helsnki` is not a time zone"),
        ("{holidays: [2026-02-30]}", "2026-02-30", "`2026-02-30` is not a date"),
        ("{holidays: {country: XX}}", "XX", "`XX` is not a country whose holidays are known"),
        ("{holidays: [{ics: no.ics}]}", "no.ics", "there is no file `no.ics`"),
        ("{exceptions: {soon: ['09:00-10:00']}}", "soon", "`soon` is not a date"),
        ("{breaks: [{date: 2026-03-06}]}", "{date: 2026-03-06}", "a break has `date`, `from` and `to`"),
        (
            "{always: true, hours: {mon: '09:00-10:00'}}",
            "{mon: '09:00-10:00'}",
            "a calendar that is always open has no hours",
        ),
    ],
)
def test_wrong_calendars(text: str, place: str, message: str) -> None:
    """A mistake is told at the day, date or value that it is in."""
    found = one(f"calendars: {{office: {text}}}\n")
    assert ("RF138", place, message, "calendar `office`") == (
        found.code.number, found.span.text if found.span else "", found.message, found.within,
    )  # fmt: skip


def test_a_calendar_that_cannot_be_read_is_still_a_name() -> None:
    """So that nothing is said of the places that name it."""
    assert read("calendars: {office: {hours: {mo: x}}}\n").model.calendars["office"].calendar is None
    assert ["RF110"] == read("calendars: {office: x}\n").codes


@pytest.mark.parametrize("keys", ["hours: ['09:00-17:00']", "hours: 9", "exceptions: []", "breaks: {}", "always: yes"])
def test_a_value_of_another_kind_is_told_once(keys: str) -> None:
    """By the check of shapes, and not again by the calendar."""
    assert 1 == len(read(f"calendars: {{office: {{{keys}}}}}\n").codes)
