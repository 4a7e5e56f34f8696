"""What `check` says of tables is so for every ticket there is: small tables are tried with each of them."""

from __future__ import annotations

from itertools import chain, combinations, product
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleflow.analysis.table_findings import find_in_tables
from ruleflow.model.tables import HitPolicy
from ruleflow.plan.compile import compile_plan
from ruleflow.plan.tables import PlannedTable
from tests.properties.test_plan_decides_as_reference import EXAMPLES, checked_project
from tests.random_projects import BASE
from tests.random_tables import COLUMNS

ROOT = "ruleflow: 1\nproject: random\ntimezone: Europe/Helsinki\nstages: [one]\n"
SEGMENTS = ("vip", "old", "rich", "rich_vip", "unknown")
VALUES: dict[str, list[Any]] = {
    "ticket.first": [None, "x", "y", "z", "unknown"],
    "ticket.top": [None, "x", "y", "z", "unknown"],
    "ticket.count": [None, *range(-2, 11)],
    "ticket.flag": [None, True, False],
    "contact.segments": [
        frozenset(one) for one in chain.from_iterable(combinations(SEGMENTS, size) for size in range(6))
    ],
}
"""A value of each class that the cells of a column may tell apart."""


@st.composite
def tables(draw: st.DrawFn) -> str:
    """A table whose columns have few values."""
    hit = draw(st.sampled_from(["first", "first", "unique", "collect"]))
    asked = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=3, unique=True))
    lines = [" | ".join([*asked, "note.text"])]
    for row in range(draw(st.integers(1, 7))):
        cells = [draw(st.one_of(st.just("-"), COLUMNS[one])) for one in asked]
        lines.append(" | ".join([*cells, draw(st.sampled_from(["same", f"n{row}"]))]))
    grid = "".join(f"      {line}\n" for line in lines)
    return f"tables:\n  - id: t\n    stage: one\n    hit: {hit}\n    rows: |\n{grid}"


def tickets(table: PlannedTable) -> list[list[int]]:
    """For each ticket there is the rows that match."""
    every = product(*(VALUES[path] for path in table.paths))
    return [table.index.matches(values) for values in every]


@given(tables())
@settings(max_examples=max(100, EXAMPLES), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_findings_are_those_that_every_ticket_bears_out(written: str) -> None:
    """Rows are said never to match just where none does; a ticket that is left or taken twice is told just where there is one."""
    plan = compile_plan(checked_project(ROOT, BASE + written))
    table = plan.tables["t"]
    found = list(find_in_tables(plan))
    codes = [one.code.number for one in found]
    said = {int(one.message.split("`")[1]) - 1 for one in found if one.code.number in {"RF522", "RF523"}}
    matched = tickets(table)
    assert "RF525" not in codes
    if table.source.hit is HitPolicy.COLLECT:
        assert {"RF523"} >= set(codes)
        return
    known = [own for own, values in zip(matched, product(*(VALUES[path] for path in table.paths)), strict=True)
             if "unknown" not in values]  # fmt: skip
    assert ("RF520" in codes) is any(not own for own in known)
    if table.source.hit is HitPolicy.FIRST:
        assert {row for row in range(table.source.rows.count) if all(own[:1] != [row] for own in matched)} == said
    else:
        pairs = any(len(own) > 1 for own in matched)
        assert ("RF521" in codes or "RF523" in codes) is pairs
