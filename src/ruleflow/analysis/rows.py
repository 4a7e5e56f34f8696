"""Decision tables before the prover: the rows of a table are rules of which, as its hit policy says, only the first acts.

A table of very many rows is left out. Then nothing is proved on its events: what is found is still decided by the engine.
"""

from __future__ import annotations

from collections.abc import Iterable

from ruleflow.plan.plan import EventRules, Plan, position
from ruleflow.plan.planned import PlannedRule
from ruleflow.plan.tables import PlannedTable

MOST_ROWS = 300
"""Rows of a table that is looked into."""
_SAMPLE = 40
"""Rows of a larger table whose cells are looked at for tickets to try."""


def rules_of(own: EventRules | None) -> tuple[PlannedRule, ...]:
    """The rules of an event and the rows of its tables, in file order; those of large tables are left out."""
    if own is None:
        return ()
    rows = [table.row(row) for table in own.tables if not _is_large(table) for row in range(table.source.rows.count)]
    return tuple(sorted([*own.rules, *rows], key=position)) if rows else own.rules


def sampled(own: EventRules | None) -> Iterable[PlannedRule]:
    """Some rows of large tables, from all over each."""
    for table in own.tables if own is not None else ():
        if _is_large(table):
            count = table.source.rows.count
            yield from (table.row(row) for row in range(0, count, max(1, count // _SAMPLE)))


def left_out(plans: Iterable[Plan], event: str) -> str:
    """Why nothing is proved on an event, where a table is too large; '' where there is none."""
    own = (stage.events[event] for plan in plans for stage in plan.stages if event in stage.events)
    large = (table for one in own for table in one.tables if _is_large(table))
    found = max(large, key=lambda table: table.source.rows.count, default=None)
    if found is None:
        return ""
    return f"the table `{found.rule.id}` has {found.source.rows.count:,} rows; tables of more than {MOST_ROWS} are not looked into"


def _is_large(table: PlannedTable) -> bool:
    return table.source.rows.count > MOST_ROWS
