"""The functions of the expression language: their signatures as data. What they compute stands with the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ruleflow.types.terms import Choice, Kind, Reference, Simple, Type

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Accepts = tuple[Type, ...]
"""The types one parameter takes; usually one."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function. The last `defaults` parameters may be left out. Its result is missing where an argument is.

    `may_be_missing`: the result may be missing although no argument is (a text that is no number).
    """

    name: str
    parameters: tuple[tuple[str, Accepts], ...]
    result: Type
    summary: str
    example: str
    defaults: int = 0
    may_be_missing: bool = False

    @property
    def signature(self) -> str:
        """As it is written: `round(number, digits)`."""
        return f"{self.name}({', '.join(name for name, _ in self.parameters)})"


_NUMBER: Accepts = (Simple.DECIMAL,)
_TEXT: Accepts = (Simple.TEXT,)
_INSTANT: Accepts = (Simple.DATETIME,)
_DAY: Accepts = (Simple.DATETIME, Simple.DATE)
_DURATION: Accepts = (Simple.DURATION,)
_CALENDAR: Accepts = (Reference((Kind.CALENDAR,)),)
_FOLDER: Accepts = (Reference((Kind.FOLDER,)),)

_ALL = (
    Function("abs", (("number", _NUMBER),), Simple.DECIMAL, "The number without its sign.", "abs(-3) is 3"),
    Function("floor", (("number", _NUMBER),), Simple.INTEGER, "The whole number at or below.", "floor(2.7) is 2"),
    Function("ceil", (("number", _NUMBER),), Simple.INTEGER, "The whole number at or above.", "ceil(2.1) is 3"),
    Function(
        "round",
        (("number", _NUMBER), ("digits", (Simple.INTEGER,))),
        Simple.DECIMAL,
        "The number rounded to some digits after the point (0 when left out); a half goes away from zero.",
        "round(2.345, 2) is 2.35",
        defaults=1,
    ),
    Function("lower", (("text", _TEXT),), Simple.TEXT, "The text in small letters.", "lower('ÄÄ') is 'ää'"),
    Function("upper", (("text", _TEXT),), Simple.TEXT, "The text in capital letters.", "upper('да') is 'ДА'"),
    Function("trim", (("text", _TEXT),), Simple.TEXT, "The text without white space around it.", "trim(' a ') is 'a'"),
    Function("length", (("text", _TEXT),), Simple.INTEGER, "The number of characters.", "length('привет') is 6"),
    Function(
        "number",
        (("text", _TEXT),),
        Simple.DECIMAL,
        "The number that a text says, with a point or a comma; missing where it says none.",
        "number('2,25') is 2.25",
        may_be_missing=True,
    ),
    Function(
        "domain",
        (("email", _TEXT),),
        Simple.TEXT,
        "What follows the @ of an e-mail address, in small letters; missing where there is no @.",
        "domain('anna@Example.com') is 'example.com'",
        may_be_missing=True,
    ),
    Function("elapsed", (("since", _INSTANT),), Simple.DURATION, "The time from an instant until now.", "elapsed(ticket.created_at) > 4h"),
    Function("open_time", (("from", _INSTANT), ("to", _INSTANT), ("calendar", _CALENDAR)), Simple.DURATION,
             "The open time of a calendar between two instants; negative when the second comes first.",
             "open_time(ticket.created_at, now, office) > 2h"),
    Function("next_open", (("at", _INSTANT), ("calendar", _CALENDAR)), Simple.DATETIME,
             "The instant itself when the calendar is open then, else its next opening; missing where it never opens.",
             "next_open(now, office) > now", may_be_missing=True),
    Function("days_until", (("day", _DAY),), Simple.INTEGER, "Calendar days from today until a day; negative in the past.", "days_until(ticket.due_at) < 3"),
    Function("days_since", (("day", _DAY),), Simple.INTEGER, "Calendar days from a day until today; negative in the future.", "days_since(contact.created_at) > 30"),
    Function("age", (("birthday", _DAY),), Simple.INTEGER, "Full years from a day until today.", "age(contact.birthday) between 27 and 45"),
    Function("hours", (("duration", _DURATION),), Simple.DECIMAL, "A duration in hours.", "hours(90m) is 1.5"),
    Function("minutes", (("duration", _DURATION),), Simple.DECIMAL, "A duration in minutes.", "minutes(1h30m) is 90"),
    Function("date_of", (("at", _INSTANT),), Simple.DATE, "The date of an instant in the project's time zone.", "date_of(now) > @2026-01-01"),
    Function("time_of", (("at", _INSTANT),), Simple.TIME, "The clock time of an instant in the project's time zone.", "time_of(now) >= @18:00"),
    Function("weekday", (("day", _DAY),), Choice(WEEKDAYS), "The day of the week, in the project's time zone.", "weekday(now) in [sat, sun]"),
    Function("year", (("day", _DAY),), Simple.INTEGER, "The year, in the project's time zone.", "year(@2026-03-01) is 2026"),
    Function("month", (("day", _DAY),), Simple.INTEGER, "The month from 1 to 12, in the project's time zone.", "month(@2026-03-01) is 3"),
    Function("hour", (("at", _INSTANT),), Simple.INTEGER, "The hour from 0 to 23, in the project's time zone.", "hour(now) < 8"),
    Function("in_folder", (("folder", _FOLDER), ("top", _FOLDER)), Simple.BOOLEAN, "Whether a folder is another one or lies below it.", "in_folder(contact.contract_folder, retail)"),
)  # fmt: skip

FUNCTIONS: Mapping[str, Function] = {function.name: function for function in _ALL}
