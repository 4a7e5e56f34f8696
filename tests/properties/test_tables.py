"""Decision tables decide as the slow interpreter, which walks their rows from the top down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleflow.engine.door import make_door
from ruleflow.engine.evaluate import evaluate
from ruleflow.engine.explain import explain
from ruleflow.engine.facts import Facts
from ruleflow.plan import row_index
from ruleflow.plan.compile import compile_plan
from tests.properties.test_plan_decides_as_reference import EVENTS, EXAMPLES, INSTANTS, checked_project, plain
from tests.random_projects import BASE, facts
from tests.random_tables import tables
from tests.reference import decide

ROOT = "ruleflow: 1\nproject: random\ntimezone: Europe/Helsinki\nstages: [one, {id: two, hit: first}, three]\n"


@pytest.mark.parametrize("few", [0, row_index.FEW])
@given(tables(40), st.lists(facts(), min_size=1, max_size=6), EVENTS, INSTANTS)
@settings(
    max_examples=max(30, EXAMPLES // 2),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.data_too_large, HealthCheck.too_slow],
)
def test_rows_are_found_as_by_walking_them(
    few: int, monkeypatch: pytest.MonkeyPatch, written: str, tickets: list[dict[str, Any]], event: str, now: datetime
) -> None:
    """Rows that match, what they do, and errors are the same, however few rows the index checks one by one."""
    monkeypatch.setattr(row_index, "FEW", few)
    checked = checked_project(ROOT, BASE + written)
    plan, door = compile_plan(checked), make_door(checked.model)
    for raw in tickets:
        read = door.read(event, raw)
        assert isinstance(read, Facts), read
        expected, decision = decide(checked, event, read, now), evaluate(plan, event, read, now, "sha256:0")
        assert expected["matched"] == list(decision.matched)
        assert expected["shadow"] == list(decision.shadow)
        actions = [{key: one for key, one in act.items() if key != "rule"} for act in decision.to_dict()["actions"]]
        assert [plain(dict(act)) for act in expected["actions"]] == [plain(action) for action in actions]
        assert sorted(expected["errors"]) == sorted((one["rule"], one["code"]) for one in decision.errors)


@given(tables(8), facts(), EVENTS, INSTANTS)
@settings(max_examples=max(30, EXAMPLES // 4))
def test_every_row_is_explained_as_it_was_decided(written: str, raw: dict[str, Any], event: str, now: datetime) -> None:
    """A row is told to have matched just where it did; its cells hold just where it matched or another row came first."""
    checked = checked_project(ROOT, BASE + written)
    plan = compile_plan(checked)
    read = make_door(checked.model).read(event, raw)
    assert isinstance(read, Facts), read
    decision = evaluate(plan, event, read, now, "sha256:0")
    for table in checked.model.tables:
        for row in table.row_ids():
            found = explain(plan, event, read, now, "sha256:0", row)
            told = found.to_dict()["rule"]
            assert (told["fate"] == "matched") is (row in decision.matched)
            assert (told["fate"] == "shadow") is (row in decision.shadow)
            if told["fate"] in {"matched", "shadow", "not_matched", "not_first_row"}:
                assert told["condition"]["holds"] is (told["fate"] != "not_matched")
            assert row in found.to_text()
        whole = explain(plan, event, read, now, "sha256:0", table.id)
        assert table.id in whole.to_text()
