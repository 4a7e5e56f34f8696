"""The engine decides exactly as the slow interpreter, on random projects and facts."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ruleflow.checker.check import check
from ruleflow.checker.checked import Checked
from ruleflow.diagnostics.collector import Collector
from ruleflow.engine.door import make_door
from ruleflow.engine.evaluate import evaluate
from ruleflow.engine.explain import explain
from ruleflow.engine.facts import Facts
from ruleflow.model.reader import ProjectFile, build_model
from ruleflow.plan.compile import compile_plan
from ruleflow.source import Source
from ruleflow.syntax.expressions import NodeId
from ruleflow.syntax.yaml_reader import read_yaml
from tests.random_projects import facts, projects
from tests.reference import decide

EXAMPLES = int(os.environ.get("RULEFLOW_EXAMPLES", "150"))
"""More examples are tried with `RULEFLOW_EXAMPLES=5000`."""

INSTANTS = st.sampled_from(
    [
        datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
        datetime(2026, 3, 1, 22, 0, tzinfo=UTC),
        datetime(2026, 3, 3, 0, 0, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
    ]
)
EVENTS = st.sampled_from(["ticket.created", "ticket.updated", "contact.changed"])


def checked_project(root: str, rules: str) -> Checked:
    """A project of two texts, checked; it has no errors."""
    out = Collector()
    files = (("ruleflow.yaml", root), ("rules.yaml", rules))
    sources = [Source(name, text) for name, text in files]
    read = tuple(ProjectFile(source, read_yaml(source, out)) for source in sources)
    checked = check(build_model(read, lambda _: None, out, map(NodeId, count())), out)
    assert [] == [(one.code.number, one.message, one.span and one.span.text) for one in out.sorted() if one.is_error]
    return checked


def plain(value: Any) -> Any:
    """A value that compares across sets, lists and mappings."""
    if isinstance(value, frozenset | set):
        return sorted((plain(one) for one in value), key=repr)
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items() if one is not None}
    return value


@given(projects(), facts(), EVENTS, INSTANTS)
@settings(max_examples=EXAMPLES)
def test_plan_and_reference_agree(project: tuple[str, str], raw: dict[str, Any], event: str, now: datetime) -> None:
    """Matched rules, actions, writes that lost, errors and the fields at the end are the same; twice the same bytes."""
    checked = checked_project(*project)
    plan = compile_plan(checked)
    read = make_door(checked.model).read(event, raw)
    assert isinstance(read, Facts), read
    expected = decide(checked, event, read, now)
    decision = evaluate(plan, event, read, now, "sha256:0")
    assert expected["matched"] == list(decision.matched)
    assert expected["shadow"] == list(decision.shadow)
    actions = [{key: one for key, one in action.items() if key != "rule"} for action in decision.to_dict()["actions"]]
    assert [plain(dict(act)) for act in expected["actions"]] == [plain(action) for action in actions]
    assert expected["overridden"] == [
        (one["rule"], {"sla": "ticket.sla"}.get(one["field"], one["field"])) for one in decision.overridden
    ]
    assert sorted(expected["errors"]) == sorted((one["rule"], one["code"]) for one in decision.errors)
    for path, value in written(decision.outcome):
        assert plain(expected["values"].get(path)) == plain(value) or path == "contact.segments"
    assert decision.to_json() == evaluate(plan, event, read, now, "sha256:0").to_json()


def written(outcome: Any) -> list[tuple[str, Any]]:
    """The fields of an outcome by path."""
    return [
        (f"{group}.{name}", value)
        for group in ("ticket", "contact")
        for name, value in (outcome.get(group) or {}).items()
    ]


@given(projects(), facts(), EVENTS, INSTANTS)
@settings(max_examples=max(30, EXAMPLES // 4))
def test_explanations_tell_what_was_decided(
    project: tuple[str, str], raw: dict[str, Any], event: str, now: datetime
) -> None:
    """A condition is explained as holding just where its rule matched; the text has every part."""
    checked = checked_project(*project)
    plan = compile_plan(checked)
    read = make_door(checked.model).read(event, raw)
    assert isinstance(read, Facts), read
    decision = evaluate(plan, event, read, now, "sha256:0")
    for rule in checked.model.rules:
        found = explain(plan, event, read, now, "sha256:0", rule.id)
        told = found.to_dict()["rule"]
        assert (told["fate"] == "matched") is (rule.id in decision.matched)
        if told["fate"] in {"matched", "shadow", "not_matched"} and rule.when is not None:
            assert told["condition"]["holds"] is (told["fate"] != "not_matched")
        assert rule.id in found.to_text()
