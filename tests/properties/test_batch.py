"""A table is decided exactly as its rows are one by one, on random projects and facts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleflow.batch import answers, columns, decide_table, match_table, sets, tables
from ruleflow.engine.door import make_door
from ruleflow.engine.facts import Facts
from ruleflow.engine.stages import snapshot_of
from ruleflow.plan.compile import compile_plan
from ruleflow.plan.snapshot import BudgetError, Snapshot
from ruleflow.plan.tables import PlannedRow, PlannedTable
from ruleflow.project.project import Project
from ruleflow.project.questions import Refusal
from tests.properties.test_plan_decides_as_reference import EVENTS, EXAMPLES, INSTANTS, checked_project
from tests.random_projects import BASE, conditions, facts, projects
from tests.tables import flat, nested, rows_of

ROOT = "ruleflow: 1\nproject: random\ntimezone: Europe/Helsinki\nstages: [one, two, three]\n"
FAULTS = st.sampled_from(
    [
        {"ticket": {"count": "many"}},
        {"ticket": {"flag": "perhaps"}},
        {"ticket": {"bag": ["x", None, "y"]}},
        {"ticket": {"subject": "ä" * 100_001}},
        {"contact": {"emails": ["no address"]}},
        {"contact": {"visits": [{"place": "Oulu", "at": "yesterday"}, None]}},
        {"contact": {"segments": ["1", "vip", "vip"]}},
        {"before": {"ticket": {"count": "few"}}},
        {"event": {"by": "agent"}},
        {},
    ]
)
TABLES = st.lists(st.one_of(facts(), facts(), facts(), FAULTS), max_size=12)


def project_of(root: str, rules: str) -> Project:
    checked = checked_project(root, rules)
    return Project("random", "sha256:0", (), checked.model, compile_plan(checked), make_door(checked.model))


@st.composite
def matching_projects(draw: st.DrawFn) -> tuple[str, str]:
    """Projects of many conditions in three stages, none of which writes."""
    written = draw(st.lists(conditions(), min_size=1, max_size=15))
    rules = "".join(
        f"  - id: r{at}\n    stage: {['one', 'two', 'three'][at % 3]}\n    when: |\n      {one}\n    then: [{{note: n}}]\n"
        for at, one in enumerate(written)
    )
    return ROOT, f"{BASE}rules:\n{rules}"


def matched_singly(project: Project, event: str, row: dict[str, Any], now: datetime) -> list[str] | None:
    """The rules whose conditions hold, by their closures; None where the facts are refused."""
    read = project.door.read(event, row)
    if not isinstance(read, Facts):
        return None
    seen = snapshot_of(project.plan, event, read, now, read.values)
    found: list[str] = []
    for own in (stage.events[event] for stage in project.plan.stages if event in stage.events):
        for one in sorted([*own.rules, *own.tables], key=lambda planned: planned.rule.position):
            found += (
                [row.rule.id for row in rows_of_table(one, seen)]
                if isinstance(one, PlannedTable)
                else ([one.rule.id] if holds(one, seen) else [])
            )
    return found


def rows_of_table(table: PlannedTable, seen: Snapshot) -> list[PlannedRow]:
    """The rows of a table that match; none where a value is too large."""
    try:
        return list(table.matching(seen))
    except BudgetError:
        return []


def holds(planned: Any, seen: Snapshot) -> bool:
    try:
        return bool(planned.holds(seen))
    except BudgetError:
        return False


def set_limits(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    """Small blocks; with few values read and asked at once, texts all told apart, and one pass over them at the first test."""
    monkeypatch.setattr(tables, "ROWS", 5)
    monkeypatch.setattr(columns, "FEW", few)
    monkeypatch.setattr(columns, "SAMPLE", 1 if few == 0 else 2_048)
    monkeypatch.setattr(sets, "MOST", 62 if few == 0 else 1)
    monkeypatch.setattr(answers, "FEW", few)
    monkeypatch.setattr(answers, "FEW_TEXTS", few)
    monkeypatch.setattr(answers, "PASS", 0 if few == 0 else 16)


@pytest.mark.parametrize("few", [0, 2, 1_000])
@given(matching_projects(), TABLES, EVENTS, INSTANTS, st.booleans())
@settings(max_examples=max(20, EXAMPLES // 3), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_table_matches_as_its_rows(
    monkeypatch: pytest.MonkeyPatch,
    few: int,
    texts: tuple[str, str],
    several: list[dict[str, Any]],
    event: str,
    now: datetime,
    is_nested: bool,
) -> None:
    """The rules of each row, their counts, and what is refused and why; columns by path or structs, block by block."""
    set_limits(monkeypatch, few)
    project = project_of(*texts)
    table = nested(flat(several)) if is_nested else flat(several)
    found = match_table(project, event, table, now=now)
    singly = [matched_singly(project, event, row, now) for row in rows_of(table)]
    assert singly == found.rules.to_pylist()
    assert [at for at, one in enumerate(singly) if one is None] == sorted(found.refused)
    assert all(problems == project.door.read(event, rows_of(table)[at]) for at, problems in found.refused.items())
    assert sum(len(one or ()) for one in singly) == sum(found.counts.values())


@pytest.mark.parametrize("few", [0, 1_000])
@given(projects(), TABLES, EVENTS, INSTANTS, st.tuples(st.booleans(), st.booleans()))
@settings(max_examples=max(20, EXAMPLES // 3), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_table_is_decided_as_its_rows(
    monkeypatch: pytest.MonkeyPatch,
    few: int,
    texts: tuple[str, str],
    several: list[dict[str, Any]],
    event: str,
    now: datetime,
    shape: tuple[bool, bool],
) -> None:
    """The rows that a rule matches, or that are refused, get the answer of `decide_many`, byte for byte; no others any."""
    set_limits(monkeypatch, few)
    project = project_of(*texts)
    is_nested, strict = shape
    table = nested(flat(several)) if is_nested else flat(several)
    expected = [
        (at, one)
        for at, one in enumerate(project.decide_many(event, rows_of(table), now=now, strict=strict, workers=1))
        if isinstance(one, Refusal) or one.matched or one.shadow or one.errors
    ]
    found = list(decide_table(project, event, table.to_batches(max_chunksize=3), now=now, strict=strict))
    assert [(at, as_bytes(one)) for at, one in expected] == [(at, as_bytes(one)) for at, one in found]


def as_bytes(one: Any) -> Any:
    return one if isinstance(one, Refusal) else one.to_json()
