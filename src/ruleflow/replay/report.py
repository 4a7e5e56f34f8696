"""What a replay found, as plain JSON: every form of the report is made from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ruleflow.model.rules import Mode, Rule
from ruleflow.model.tables import Table
from ruleflow.project.project import Project
from ruleflow.replay.changes import Changes
from ruleflow.replay.counts import Counted, Counts
from ruleflow.replay.run import Replay
from ruleflow.replay.tables import Meter
from ruleflow.replay.tally import Reading, Reason, Tally

VERSION = 1
Report = Mapping[str, Any]


def report_of(result: Replay, project: Project, against: Project | None, meter: Meter, file: str) -> Report:
    """The report of a replay of the file called `file`."""
    reading, now = result.reading, result.now
    zone = project.model.zone
    return {
        "version": VERSION,
        "project": _named(project),
        "against": None if against is None else _named(against),
        "data": file,
        "rows": meter.rows,
        "rows_without_event": reading.silent,
        "tickets": reading.tickets,
        "events": {name: counted.count for name, counted in reading.events.ranked()},
        "first": _instant(reading.first, zone),
        "last": _instant(reading.last, zone),
        "decided": now.decided,
        "refused": now.refused,
        "unusable": reading.unusable.total,
        "columns_never_filled": sorted(meter.unseen),
        "reasons": [*_reasons(reading.unusable), *_reasons(now.refusals)],
        "unmapped": [
            {"column": column, "value": value, **_counted(counted)}
            for (column, value), counted in reading.unmapped.ranked()
        ],
        "warnings": list(_reasons(now.warnings)),
        "errors": list(_reasons(now.errors)),
        "outcomes": {name: _values(now.outcomes[name]) for name in sorted(now.outcomes, key=_order)},
        "rules": [
            *(_rule(rule, now) for rule in project.model.rules if rule.enabled),
            *(_row(table, row, now) for table in project.model.tables for row in _hit(table, now)),
        ],
        "never_fired": list(_never_fired(project, reading, now)),
        "load": list(_load(now)),
        "service_levels": list(_service_levels(now, result.before)),
        "changes": None if result.changes is None else _changes(result.changes),
    }


MOST_ROWS = 50
"""Rows of a table that never matched are told one by one, if they are no more."""


def _named(project: Project) -> dict[str, str]:
    return {"name": project.name, "digest": project.digest}


def _instant(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else at.astimezone(zone).isoformat()


def _counted(counted: Counted) -> dict[str, Any]:
    return {"count": counted.count, "examples": list(counted.examples)}


def _reasons(counts: Counts[Reason]) -> Iterator[dict[str, Any]]:
    for reason, counted in counts.ranked():
        yield {"where": reason.where, "code": reason.code, "message": reason.message, **_counted(counted)}
    if counts.more:
        yield {"where": "", "code": "", "message": "others", "count": counts.more, "examples": []}


_FIRST = ("route.team", "route.agent", "ticket.priority", "ticket.tags", "sla.policy")


def _order(name: str) -> tuple[int, str]:
    """What people ask for first stands first."""
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)


def _values(counts: Counts[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"value": value, "count": one.count} for value, one in counts.ranked()]
    return [*found, {"value": None, "count": counts.more}] if counts.more else found


def _rule(rule: Rule, tally: Tally) -> dict[str, Any]:
    is_shadow = rule.mode is Mode.SHADOW
    fired = tally.shadow[rule.id] if is_shadow else tally.fired[rule.id]
    return {"rule": rule.id, "title": rule.title, "mode": rule.mode.value, "fired": fired}


def _hit(table: Table, tally: Tally) -> Iterator[int]:
    """The rows of a table that matched some ticket."""
    return (row for row, name in enumerate(table.row_ids()) if tally.fired[name] or tally.shadow[name])


def _row(table: Table, row: int, tally: Tally) -> dict[str, Any]:
    title = (table.rows.titles[row] if table.rows.titles else "") or table.title
    is_shadow, name = table.rule.mode is Mode.SHADOW, table.row_id(row)
    fired = tally.shadow[name] if is_shadow else tally.fired[name]
    return {"rule": name, "title": title, "mode": table.rule.mode.value, "fired": fired}


def _never_hit(table: Table, tally: Tally, because: str) -> Iterator[dict[str, str]]:
    """The rows of a table that matched no ticket; of very many, how many they are."""
    hit = set(_hit(table, tally))
    never = [row for row in range(table.rows.count) if row not in hit]
    if len(never) > MOST_ROWS:
        yield {"rule": f"{table.id} ({len(never):,} of {table.rows.count:,} rows)", "because": because}
    else:
        yield from ({"rule": table.row_id(row), "because": because} for row in never)


def _never_fired(project: Project, reading: Reading, tally: Tally) -> Iterator[dict[str, str]]:
    """The rules that never fired; `because` '' where the record has events on which they run."""
    events = [name for name, _ in reading.events.ranked()]
    for rule in project.model.rules:
        if not rule.enabled or tally.fired[rule.id] or tally.shadow[rule.id]:
            continue
        wanted = ("timer",) if rule.after is not None else rule.events
        is_asked = any(rule.runs_on(event) for event in events)
        yield {"rule": rule.id, "because": "" if is_asked else f"no {' or '.join(wanted) or 'event'} in the record"}
    for table in project.model.tables:
        if table.rule.enabled:
            is_asked = any(table.rule.runs_on(event) for event in events)
            because = "" if is_asked else f"no {' or '.join(table.rule.events) or 'event'} in the record"
            yield from _never_hit(table, tally, because)


def _load(tally: Tally) -> Iterator[dict[str, Any]]:
    """Of each team what it got, by weekday from Monday and by hour; the one with most first."""
    for name, hours in sorted(tally.load.items(), key=lambda one: (-sum(map(sum, one[1])), one[0])):
        yield {
            "team": name,
            "total": sum(map(sum, hours)),
            "by_weekday": [sum(day) for day in hours],
            "by_hour": [sum(column) for column in zip(*hours, strict=True)],
            "by_weekday_and_hour": hours,
        }


def _service_levels(now: Tally, before: Tally | None) -> Iterator[dict[str, Any]]:
    kept = {} if before is None else before.clocks
    for policy, metric in sorted({key[:2] for key in (*now.clocks, *kept)}):
        found = {"policy": policy, "metric": metric, **_fates(now, policy, metric)}
        yield found if before is None else {**found, "before": _fates(before, policy, metric)}


def _fates(tally: Tally, policy: str, metric: str) -> dict[str, int]:
    return {state: tally.clocks.get((policy, metric, state), 0) for state in ("met", "breached", "running")}


def _changes(changes: Changes) -> dict[str, Any]:
    return {
        "tickets": changes.tickets,
        "outcomes": [
            {
                "outcome": name,
                "tickets": counted.count,
                "ways": [
                    {"from": before, "to": now, **_counted(one)} for (before, now), one in changes.ways[name].ranked()
                ],
                "other_ways": changes.ways[name].more,
            }
            for name, counted in changes.by_name.ranked()
        ],
    }
