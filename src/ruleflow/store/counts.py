"""How often rules matched, kept for each day as decisions are logged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Insert, case, func, select

from ruleflow.store.bulk import upsert
from ruleflow.store.database import Store
from ruleflow.store.instants import day_of
from ruleflow.store.records import Record
from ruleflow.store.schema import RULE_COUNTS


@dataclass(frozen=True, slots=True)
class Count:
    """How many decisions a rule matched, and how many in shadow mode; when the last of these was asked for."""

    matched: int
    shadow: int
    last_at: int


def fired(store: Store, project: str, since: int | None = None) -> Mapping[str, Count]:
    """The rules of a project that ever matched, from the day of `since` on (UTC); a rule that never did is absent."""
    table = RULE_COUNTS.c
    wanted = (
        select(table.rule, func.sum(table.matched), func.sum(table.shadow), func.max(table.last_at))
        .where(table.project == project, *([] if since is None else [table.day >= day_of(since)]))
        .group_by(table.rule)
    )
    with store.reading() as connection:
        return {
            rule: Count(int(matched), int(shadow), last_at)
            for rule, matched, shadow, last_at in connection.execute(wanted)
        }


def add(connection: Connection, records: Iterable[Record]) -> None:
    """Count the rules of records."""
    found: dict[tuple[str, str, int], list[int]] = {}
    for record in records:
        day = day_of(record.received_at)
        for rules, place in ((record.matched, 0), (record.shadow, 1)):
            for rule in rules:
                count = found.setdefault((record.project, rule, day), [0, 0, 0])
                count[place] += 1
                count[2] = max(count[2], record.received_at)
    if found:
        connection.execute(_adding(connection), [_row(key, count) for key, count in found.items()])


def _row(key: tuple[str, str, int], count: list[int]) -> dict[str, str | int]:
    project, rule, day = key
    matched, shadow, last_at = count
    return {"project": project, "rule": rule, "day": day, "matched": matched, "shadow": shadow, "last_at": last_at}


def _adding(connection: Connection) -> Insert:
    new = upsert(connection, RULE_COUNTS)
    old, coming = RULE_COUNTS.c, new.excluded
    return new.on_conflict_do_update(
        index_elements=["project", "rule", "day"],
        set_={
            "matched": old.matched + coming.matched,
            "shadow": old.shadow + coming.shadow,
            "last_at": case((old.last_at > coming.last_at, old.last_at), else_=coming.last_at),
        },
    )
