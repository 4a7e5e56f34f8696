"""A report as people read it: sections with a table each, whatever the form in which they are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ruleflow.replay.report import Report

MOST_ROWS = 20
"""Rows of a table; JSON has them all."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, sentences, and a table: its heading and its rows. Columns in `numbers` are flush right."""

    title: str
    sentences: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    numbers: frozenset[int] = frozenset()
    left_out: int = 0


def sections(report: Report) -> Iterator[Section]:
    """The sections of a report; those with nothing to say are left out."""
    yield _head(report)
    yield from _reasons("Not decided", report["reasons"])
    yield from _unmapped(report)
    yield from _reasons("Warnings", report["warnings"])
    yield from _reasons("Errors", report["errors"])
    for name, values in report["outcomes"].items():
        yield _outcome(name, values, report["decided"])
    yield from _rules(report)
    yield from _load(report)
    yield from _service_levels(report)
    yield from _changes(report)


def differences(report: Report) -> Iterator[Section]:
    """The sections that hold two projects against each other."""
    yield _head(report)
    yield from _reasons("Not decided", report["reasons"])
    yield from _service_levels(report)
    yield from _changes(report)


def _head(report: Report) -> Section:
    period = [day(report[key]) for key in ("first", "last") if report[key]]
    when = f", {' to '.join(dict.fromkeys(period))}" if period else ""
    events = ", ".join(f"{count:,} {name}" for name, count in report["events"].items())
    silent = report["rows_without_event"]
    never = report["columns_never_filled"]
    return Section(
        f"{report['project']['name']} on {report['data']}{when}",
        tuple(
            filter(
                None,
                (
                    f"{many(report['rows'], 'row')}, {many(report['tickets'], 'ticket')}{f': {events}' if events else ''}",
                    f"{report['decided']:,} decided, {report['refused']:,} refused, {many(report['unusable'], 'row')} not usable",
                    f"{many(silent, 'row')} without an event" if silent else "",
                    f"no row has {', '.join(f'`{name}`' for name in never)}" if never and report["rows"] else "",
                ),
            )
        ),
    )


def _reasons(title: str, reasons: Sequence[Mapping[str, Any]]) -> Iterator[Section]:
    rows = [
        (
            f"{one['count']:,}",
            " ".join(filter(None, (one["code"], one["where"], one["message"]))),
            "; ".join(one["examples"]),
        )
        for one in reasons
    ]
    if rows:
        yield _cut(title, ("count", "why", "for instance"), rows, {0})


def _unmapped(report: Report) -> Iterator[Section]:
    rows = [
        (f"{one['count']:,}", one["column"], one["value"], ", ".join(one["examples"])) for one in report["unmapped"]
    ]
    if rows:
        title = "Texts that the mapping does not name, taken as they stand"
        yield _cut(title, ("count", "column", "text", "for instance"), rows, {0})


def _outcome(name: str, values: Sequence[Mapping[str, Any]], decided: int) -> Section:
    rows = [
        ("(others)" if one["value"] is None else one["value"], f"{one['count']:,}", share(one["count"], decided))
        for one in values
    ]
    return _cut(name, ("value", "count", "of decided"), rows, {1, 2})


def _rules(report: Report) -> Iterator[Section]:
    fired = sorted((one for one in report["rules"] if one["fired"]), key=lambda one: -one["fired"])
    rows = [
        (one["rule"] + (" (shadow)" if one["mode"] == "shadow" else ""), f"{one['fired']:,}", share(one["fired"], report["decided"]))
        for one in fired
    ]  # fmt: skip
    if rows:
        yield _cut("Rules that fired", ("rule", "count", "of decided"), rows, {1, 2})
    never = [(one["rule"], one["because"] or "no ticket met it") for one in report["never_fired"]]
    if never:
        yield _cut("Rules that never fired", ("rule", "why"), never, set())


def _load(report: Report) -> Iterator[Section]:
    rows = [
        (one["team"], f"{one['total']:,}", *(f"{count:,}" for count in one["by_weekday"]), sparkline(one["by_hour"]))
        for one in report["load"]
    ]
    if rows:
        heading = ("team", "total", *WEEKDAYS, "00 to 24 o'clock")
        yield _cut("Load by weekday and hour", heading, rows, set(range(1, 9)))


def _service_levels(report: Report) -> Iterator[Section]:
    levels = report["service_levels"]
    if not levels:
        return
    states = ("met", "breached", "running")
    with_old = report["against"] is not None
    heading = ("promised by", "metric", *(("", *states, "attained") if with_old else (*states, "attained")))
    rows: list[tuple[str, ...]] = []
    for one in levels:
        for which in ("before", "now") if with_old else ("now",):
            found = one["before"] if which == "before" else one
            numbers = (*(f"{found[state]:,}" for state in states), attained(found))
            rows.append((one["policy"], one["metric"], *((which, *numbers) if with_old else numbers)))
    first = 3 if with_old else 2
    yield _cut("Service levels, as each ticket's last event has them", heading, rows, set(range(first, first + 4)))


def _changes(report: Report) -> Iterator[Section]:
    changes = report["changes"]
    if changes is None:
        return
    count, total = changes["tickets"], report["tickets"]
    same = report["against"]["digest"] == report["project"]["digest"]
    sentence = f"{count:,} of {many(total, 'ticket')} ({share(count, total)}) would be decided otherwise"
    if same:
        sentence = "both are the same project, so nothing differs"
    rows = [
        (one["outcome"], way["from"], way["to"], f"{way['count']:,}", ", ".join(way["examples"]))
        for one in changes["outcomes"]
        for way in one["ways"]
    ]
    by_name = [f"{one['outcome']}: {many(one['tickets'], 'ticket')}" for one in changes["outcomes"]]
    title = f"Against {report['against']['name']}"
    found = _cut(title, ("outcome", "before", "now", "tickets", "for instance"), rows, {3})
    yield Section(title, (sentence, *by_name), found.heading, found.rows, found.numbers, found.left_out)


def _cut(title: str, heading: tuple[str, ...], rows: Sequence[tuple[str, ...]], numbers: set[int]) -> Section:
    if not rows:
        return Section(title)
    left_out = max(0, len(rows) - MOST_ROWS)
    return Section(title, (), heading, tuple(rows[:MOST_ROWS]), frozenset(numbers), left_out)


def many(count: int, word: str) -> str:
    """`1 row`, `1,200 rows`."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def share(part: int, whole: int) -> str:
    """A percentage, '' of nothing."""
    return f"{part / whole:.1%}" if whole else ""


def attained(fates: Mapping[str, int]) -> str:
    """The share met of those that are over."""
    return share(fates["met"], fates["met"] + fates["breached"])


def day(instant: str) -> str:
    """The date of an instant."""
    return datetime.fromisoformat(instant).date().isoformat()


def sparkline(counts: Sequence[int]) -> str:
    """Counts as bars of text; nothing at all is a dot."""
    most = max(counts, default=0)
    return "".join("·" if not count else _BARS[(count * len(_BARS) - 1) // most] for count in counts)
