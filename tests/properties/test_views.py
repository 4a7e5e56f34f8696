"""A view lists what its condition holds for, sorted, on random projects and facts; a table as its rows one by one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleflow.batch.views import view_table
from ruleflow.engine.facts import Facts
from ruleflow.project.project import Project
from ruleflow.project.questions import Refusal
from ruleflow.project.views import Missed, Selected, look_at
from ruleflow.types.terms import Choice
from ruleflow.types.text import fold
from ruleflow.views.look import Look
from tests.properties.test_batch import ROOT, TABLES, holds, project_of, set_limits
from tests.properties.test_plan_decides_as_reference import EXAMPLES, INSTANTS
from tests.random_projects import BASE, conditions
from tests.tables import flat, nested, rows_of

KEYS = [
    "-contact.amount", "contact.amount", "ticket.top", "-ticket.top", "ticket.subject", "-ticket.subject", "-ticket.day",
    "ticket.clock", "-ticket.took", "size", "-(is_big)", "ticket.count + 1", "-sla.due_at", "-contract.rating",
    "count (contact.visits)", "'-(contact.segments has rich_vip)'", "if weekend then 1 else 2", "ticket.bottom",
]  # fmt: skip


@st.composite
def views(draw: st.DrawFn) -> tuple[str, str]:
    """Projects with a view, and with a rule of the same condition."""
    when = draw(conditions().filter(lambda one: "changed" not in one and "event." not in one))
    sort = ", ".join(draw(st.lists(st.sampled_from(KEYS), max_size=3)))
    rule = f"rules:\n  - id: r\n    stage: one\n    when: |\n      {when}\n    then: [{{note: n}}]\n"
    return ROOT, f"{BASE}{rule}views:\n  v:\n    when: |\n      {when}\n    sort: [{sort}]\n"


def listed_singly(look: Look, project: Project, rows: list[Any]) -> tuple[list[Any], list[int]]:
    """The facts for which the rule's condition holds, sorted key by key from the last one on, and those refused."""
    (planned,) = project.plan.stages[0].events["timer"].rules
    found, refused = [], []
    for number, row in enumerate(rows, 1):
        read = look.read(row)
        seen = look.snapshot(read) if isinstance(read, Facts) else None
        if seen is None:
            refused.append(number)
        elif not seen.over_budget and holds(planned, seen):
            found.append((row, look.snapshot(read)))  # type: ignore[arg-type]
    for key in reversed(look.planned.keys):
        options = key.type.options if isinstance(key.type, Choice) else ()

        def measure(value: Any, options: Any = options) -> Any:
            return options.index(value) if options else fold(value) if isinstance(value, str) else value

        valued = [(key.compute(seen), one) for one in found for seen in (one[1],)]
        there = [pair for pair in valued if pair[0] is not None and (not options or pair[0] in options)]
        away = [one for value, one in valued if value is None or (options and value not in options)]
        there.sort(key=lambda pair: measure(pair[0]), reverse=key.descending)
        found = [*(one for _, one in there), *away]
    return [row for row, _ in found], refused


@given(views(), TABLES, INSTANTS)
@settings(max_examples=EXAMPLES)
def test_a_view_is_its_condition_sorted(texts: tuple[str, str], several: list[dict[str, Any]], now: datetime) -> None:
    """It has what a rule with its condition matches, in the order of its keys; what is refused is told by number."""
    project = project_of(*texts)
    several = [one for one in several if len(str(one)) < 50_000]  # what is too large is told, not left out
    refused: dict[int, Refusal] = {}
    found = list(project.view("v", several, now=now, on_refusal=refused.__setitem__))
    expected, missed = listed_singly(look_at(project.plan, project.door, "v", now, strict=False), project, several)
    assert expected == found
    assert missed == list(refused)


@pytest.mark.parametrize("few", [0, 2, 1_000])
@given(views(), TABLES, INSTANTS, st.booleans())
@settings(max_examples=max(20, EXAMPLES // 3), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_table_is_asked_as_its_rows(
    monkeypatch: pytest.MonkeyPatch,
    few: int,
    texts: tuple[str, str],
    several: list[dict[str, Any]],
    now: datetime,
    is_nested: bool,
) -> None:
    """Each row has the key it has alone, and what nobody can tell of is the same; block by block."""
    set_limits(monkeypatch, few)
    project = project_of(*texts)
    look = look_at(project.plan, project.door, "v", now, strict=False)
    table = nested(flat(several)) if is_nested else flat(several)
    found = list(view_table(project, look, table.to_batches(max_chunksize=3)))
    singly = [look.find(row) for row in rows_of(table)]
    assert [one if isinstance(one, bytes) else one is None for one in singly] == [
        one.key if isinstance(one, Selected) else one is None for one in found
    ]
    assert [at for at, one in enumerate(singly, 1) if isinstance(one, tuple)] == [
        one.number for one in found if isinstance(one, Missed)
    ]
