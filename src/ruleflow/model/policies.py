"""SLA policies: targets, warnings, pauses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from ruleflow.diagnostics.suggest import quoted
from ruleflow.model import errors
from ruleflow.model.access import entries, inner, items, scalar, value
from ruleflow.model.reading import Reading, optional_condition, refer_key
from ruleflow.model.sections import Thing, common, named, report_shared_names
from ruleflow.model.shapes import Word
from ruleflow.model.vocabulary import (
    EndOfWorkingDay,
    Field,
    Metric,
    OnChange,
    OpenTime,
    SlaPolicy,
    Target,
    TargetTime,
    TimeSpan,
)
from ruleflow.syntax.nodes import Entry, Node, Scalar
from ruleflow.syntax.nodes import Mapping as MappingNode
from ruleflow.types.durations import CalendarDays, WorkingDays
from ruleflow.types.literals import duration_of
from ruleflow.types.terms import Choice, Kind
from ruleflow.types.values import plain_number

_WORKING_DAYS = re.compile(r"([1-9][0-9]{0,3}) working days?")
_DAYS = re.compile(r"([1-9][0-9]{0,3}) days?")
_PRIORITY = "ticket.priority"


def read_policies(nodes: Iterable[Node], fields: Mapping[str, Field], reading: Reading) -> Mapping[str, SlaPolicy]:
    """All SLA policies. Targets may differ by any choice of `fields`."""
    found = {thing.id: _read_policy(thing, fields, reading) for thing in named(nodes, "SLA policy", reading.out)}
    report_shared_names(found.values(), "SLA policy", reading.out)
    return found


def read_target_time(text: str) -> TargetTime | None:
    """`8h` of open time, `2 working days`, or `end of working day`; None for anything else."""
    if text == EndOfWorkingDay.END.value:
        return EndOfWorkingDay.END
    if days := _WORKING_DAYS.fullmatch(text):
        return WorkingDays(int(days[1]))
    exact = duration_of(text)
    return OpenTime(round(exact.total_seconds())) if exact is not None else None


def read_time_span(text: str) -> TimeSpan | None:
    """A target time, or `3 days` at the same clock time; with a minus before it, so long before. None for anything else."""
    if text.startswith("-"):
        return _before(read_time_span(text[1:])) if not text.startswith("--") else None
    if days := _DAYS.fullmatch(text):
        return CalendarDays(int(days[1]))
    return read_target_time(text)


def _before(span: TimeSpan | None) -> TimeSpan | None:
    match span:
        case OpenTime(seconds):
            return OpenTime(-seconds)
        case WorkingDays(days):
            return WorkingDays(-days)
        case CalendarDays(days):
            return CalendarDays(-days)
        case _:
            return None


def _read_policy(thing: Thing, fields: Mapping[str, Field], reading: Reading) -> SlaPolicy:
    within = f"SLA policy `{thing.id}`"
    with reading.out.inside(within):
        pause_when = optional_condition(value(thing.body, "pause_when"), reading)
        solved_when = optional_condition(value(thing.body, "solved_when"), reading)
        targets = tuple(_read_targets(thing.body, fields, reading, within))
    calendar = refer_key(thing.body, "calendar", (Kind.CALENDAR,), reading, within)
    return SlaPolicy(*common(thing), calendar=calendar, targets=targets, pause_when=pause_when, solved_when=solved_when)


def _read_targets(body: Node | None, fields: Mapping[str, Field], reading: Reading, within: str) -> Iterator[Target]:
    for entry in entries(value(body, "targets")):
        metric = next((one for one in Metric if one.value == entry.key.text), None)
        if metric is not None:
            by, times = _read_times(entry, fields, reading, within)
            yield Target(metric, by, times, _read_warnings(body, metric), _read_on_change(body, metric))


def _read_times(
    target: Entry, fields: Mapping[str, Field], reading: Reading, within: str
) -> tuple[str, Mapping[str, TargetTime]]:
    if isinstance(target.value, Scalar):
        time = read_target_time(target.value.text)
        return "", {"": time} if time is not None else {}
    chosen = scalar(target.value, "by")
    by = chosen.text if chosen is not None else _PRIORITY
    if chosen is not None and not _is_choice(by, fields):
        choices = [path for path in fields if _is_choice(path, fields)]
        reading.out.report(errors.not_one_of(inner(chosen), by, "`by`", choices))
        return by, {}
    return by, dict(_read_options(target, by, reading, within))


def _is_choice(path: str, fields: Mapping[str, Field]) -> bool:
    return path in fields and isinstance(fields[path].type, Choice)


def _read_options(target: Entry, by: str, reading: Reading, within: str) -> Iterator[tuple[str, TargetTime]]:
    options = [entry for entry in entries(target.value) if entry.key.text != "by"]
    if isinstance(target.value, MappingNode) and not options:
        place, where = errors.first_line(target.value.span), quoted(target.key.text)
        reading.out.report(errors.empty_value(place, where, f"a time for each option of {quoted(by)}"))
    for entry in options:
        time = _read_time(entry, reading)
        option = reading.choose(by, entry.key, within)
        if time is not None:
            yield option, time


def _read_time(entry: Entry, reading: Reading) -> TargetTime | None:
    if not isinstance(entry.value, Scalar) or entry.value.is_null:
        return None
    time = read_target_time(entry.value.text)
    if time is None:
        where = quoted(entry.key.text)
        reading.out.report(errors.not_readable(inner(entry.value), entry.value.text, where, Word.TARGET))
    return time


def _read_warnings(body: Node | None, metric: Metric) -> tuple[int | Decimal | OpenTime, ...]:
    found = (
        _read_warning(item.text) for item in items(_of_metric(body, "warn_at", metric)) if isinstance(item, Scalar)
    )
    return tuple(one for one in found if one is not None)


def _read_warning(text: str) -> int | Decimal | OpenTime | None:
    if text.endswith("%"):
        return read_percent(text)
    exact = duration_of(text)
    return OpenTime(round(exact.total_seconds())) if exact is not None else None


def read_percent(text: str) -> int | Decimal | None:
    """`25%` as a number from 0 to 100; None for anything else."""
    number = text.removesuffix("%")
    if number == text or not re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{1,6})?", number):
        return None
    return plain_number(Decimal(number))


def _read_on_change(body: Node | None, metric: Metric) -> OnChange:
    node = _of_metric(body, "on_change", metric)
    word = node.text if isinstance(node, Scalar) else ""
    return next((one for one in OnChange if one.value == word), OnChange.KEEP)


def _of_metric(body: Node | None, key: str, metric: Metric) -> Node | None:
    """The value of a key that says one thing for all metrics, or one for each."""
    node = value(body, key)
    return value(node, metric.value) if entries(node) else node
