"""Cases of business time from other projects' tests, asked of our calendar with their conventions translated.

Where a project follows another convention than ours, its `policy` says so and the translation asks the calendar for what
that convention means. A case has `op`, `calendar`, `input`, `policy` and `expected`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from ruleflow.calendar.calendar import Calendar

Case = Mapping[str, Any]
TICK = timedelta(microseconds=1)
WINDOW = timedelta(days=3_650)
"""No calendar of the cases stays open or closed for longer."""


def read_cases(file: Path) -> list[Case]:
    """All cases of a file of JSON Lines."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def calendar_of(given: Mapping[str, Any]) -> Calendar:
    """The calendar of a case."""
    return Calendar.from_dict({"hours" if key == "weekly" else key: value for key, value in given.items()})


def expected_of(case: Case) -> Any:
    """What the case expects, in values of our own."""
    return _instants(case["expected"])


def answer(case: Case) -> Any:
    """What our calendar says, under the conventions of the case."""
    given = {key: _instants(value) for key, value in case["input"].items()}
    found = _OPERATIONS[case["op"]](calendar_of(case["calendar"]), given, case["policy"])
    return found.date() if case["policy"].get("compare") == "date" else found


def _instants(value: Any) -> Any:
    if isinstance(value, list):
        return [_instants(one) for one in value]
    if isinstance(value, str):
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return value


def _add(calendar: Calendar, given: Any, policy: Any) -> datetime | None:
    start, duration = given["start"], timedelta(seconds=given["seconds"])
    if not duration:
        return _nowhere(calendar, start, policy["zero"])
    due = _add_unpaused(calendar, start, duration, given.get("pauses", ()))
    if due is None or policy["edge"] == "earliest":
        return due
    return calendar.next_open(due) if duration > timedelta() else _last_open(calendar, due)


def _add_unpaused(calendar: Calendar, start: datetime, duration: timedelta, pauses: Any) -> datetime | None:
    due = calendar.add(start, duration)
    for pause, end in pauses:
        if due is not None and pause < due:
            due = calendar.add(due, _open_pause(calendar, start, pause, end))
    return due


def _open_pause(calendar: Calendar, start: datetime, pause: datetime, end: datetime) -> timedelta:
    return max(timedelta(), calendar.between(max(start, pause), end))


def _nowhere(calendar: Calendar, start: datetime, zero: str) -> datetime | None:
    match zero:
        case "roll_forward":
            return calendar.next_open(start)
        case "roll_backward":
            return _last_open(calendar, start)
        case _:
            return calendar.add(start, timedelta())


def _between(calendar: Calendar, given: Any, policy: Any) -> float:
    start, end = given["start"], given["end"]
    found = calendar.between(start, end)
    for pause, back in given.get("pauses", ()):
        found -= max(timedelta(), calendar.between(max(start, pause), min(end, back)))
    if end < start:
        found = {"negative": found, "absolute": -found, "zero": timedelta()}[policy["reversed"]]
    if "unit_seconds" in policy:
        return int(found / timedelta(seconds=policy["unit_seconds"]))
    return found.total_seconds()


def _last_open(calendar: Calendar, at: datetime) -> datetime | None:
    """The instant itself when the time just before it is open, else the latest closing."""
    before = calendar.add(at, -TICK)
    return None if before is None else before + TICK


def _next_opening(calendar: Calendar, given: Any, policy: Any) -> datetime | None:
    at = given["at"]
    is_opening = calendar.is_open(at) and not calendar.is_open(at - TICK)
    if not calendar.is_open(at) or (is_opening and policy.get("inclusive")):
        return calendar.next_open(at)
    closing = calendar.next_close(at)
    return None if closing is None else calendar.next_open(closing)


def _previous_opening(calendar: Calendar, given: Any, _policy: Any) -> datetime | None:
    at = given["at"]
    return max((start for start, _ in calendar.periods(at - WINDOW, at) if start > at - WINDOW), default=None)


def _previous_closing(calendar: Calendar, given: Any, _policy: Any) -> datetime | None:
    at = given["at"]
    return max((end for _, end in calendar.periods(at - WINDOW, at) if end < at), default=None)


def _add_days(calendar: Calendar, given: Any, policy: Any) -> datetime | None:
    start, days = given["start"], given["days"]
    if not days:
        return calendar.add_working_days(start, 0)
    forward = days > 0
    local = calendar.add(start, timedelta())
    if policy["origin"] == "roll_then_step" and local is not None and not calendar.is_working_day(local.date()):
        start = calendar.add_working_days(start, 1 if forward else -1)
    if policy["origin"] == "roll_instant_then_step":
        start = calendar.next_open(start) if forward else _opened_before(calendar, start)
    due = calendar.add_working_days(start, days)
    if due is not None and policy["clock"] == "snap":
        return calendar.next_open(due) if forward else _last_open(calendar, due)
    return due


def _opened_before(calendar: Calendar, at: datetime) -> datetime | None:
    return at if calendar.is_open(at) else _last_open(calendar, at)


def _days_between(calendar: Calendar, given: Any, policy: Any) -> int:
    start, end = given["start_date"], given["end_date"]
    sign = 1 if start <= end else -1
    days = [start + timedelta(days=one * sign) for one in range(abs((end - start).days) + 1)]
    first, last = 0 if policy["include_start"] else 1, len(days) if policy["include_end"] else len(days) - 1
    return sign * sum(calendar.is_working_day(day) for day in days[first:last])


_OPERATIONS: Mapping[str, Callable[[Calendar, Any, Any], Any]] = {
    "add_business_duration": _add,
    "business_duration_between": _between,
    "is_open": lambda calendar, given, _policy: calendar.is_open(given["at"]),
    "next_open": lambda calendar, given, _policy: calendar.next_open(given["at"]),
    "last_open": lambda calendar, given, _policy: _last_open(calendar, given["at"]),
    "next_opening_edge": _next_opening,
    "next_closing_edge": lambda calendar, given, _policy: calendar.next_close(given["at"]),
    "previous_opening_edge": _previous_opening,
    "previous_closing_edge": _previous_closing,
    "open_periods": lambda calendar, given, _policy: [
        list(one) for one in calendar.periods(given["from"], given["to"])
    ],
    "add_business_days": _add_days,
    "is_business_day": lambda calendar, given, _policy: calendar.is_working_day(given["date"]),
    "business_days_between": _days_between,
}
