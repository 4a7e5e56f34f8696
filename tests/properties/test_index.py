"""The index finds exactly the rules whose conditions hold, however few rules it checks one by one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleflow.engine.door import make_door
from ruleflow.engine.facts import Facts
from ruleflow.engine.stages import snapshot_of
from ruleflow.plan import index as index_module
from ruleflow.plan import patterns
from ruleflow.plan.access import Way
from ruleflow.plan.compile import compile_plan
from ruleflow.plan.plan import Plan
from tests.properties.test_plan_decides_as_reference import EXAMPLES, checked_project
from tests.random_projects import BASE, conditions, facts

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
WORDS = ["x", "y", "z"]
PATTERNS = ["a", "ä", "re:", "!", "ab", "привет", "кот", "straße", "b a", " ", "é", "\u212a", "a.b", "\\", "1", "İ"]


def quoted(text: str) -> str:
    """A text as an expression has it inside a YAML text in double quotes."""
    return "'" + text.replace("\\", "\\\\\\\\") + "'"


def listed(items: list[str]) -> str:
    return f"[{', '.join(items)}]"


words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True)
texts = st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=4, unique=True).map(
    lambda found: listed([quoted(one) for one in found])
)
numbers = st.integers(-2, 6)
ATOMS = st.one_of(
    st.sampled_from(WORDS).map("ticket.first is {}".format),
    st.sampled_from(WORDS).map("ticket.latest is not {}".format),
    words.map(lambda found: f"ticket.top in {listed(found)}"),
    st.sampled_from(WORDS).map("ticket.bag has {}".format),
    words.map(lambda found: f"ticket.bag has any of {listed(found)}"),
    words.map(lambda found: f"ticket.bag has all of {listed(found)}"),
    words.map(lambda found: f"ticket.bag has none of {listed(found)}"),
    st.sampled_from(["vip", "old", "rich", "rich_vip"]).map("contact.segments has {}".format),
    numbers.map("ticket.count is {}".format),
    numbers.map("ticket.count > {}".format),
    st.tuples(numbers, numbers).map(lambda two: f"ticket.count between {two[0]} and {two[1]}"),
    st.tuples(numbers, numbers).map(lambda two: f"contact.amount >= {two[0]}.5 and contact.amount < {two[1]}.5"),
    st.sampled_from(WORDS).map("ticket.top >= {}".format),
    st.sampled_from(WORDS).map("ticket.first changed to {}".format),
    texts.map("ticket.subject contains any of {}".format),
    texts.map("ticket.subject starts with any of {}".format),
    texts.map("ticket.subject ends with any of {}".format),
    texts.map("ticket.subject contains word any of {}".format),
    texts.map("ticket.subject exactly contains any of {}".format),
    st.sampled_from(["a+b", "\\\\\\\\bкот", "^re", "\\\\\\\\d{2}", "[äö]"]).map("ticket.subject matches '{}'".format),
    st.sampled_from(["ticket.flag", "ticket.first is missing", "ticket.flag is false", "ticket.count is missing"]),
)


def joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=2, max_size=4)
    return st.one_of(
        several.map(lambda parts: " and ".join(f"({part})" for part in parts)),
        several.map(lambda parts: " or ".join(f"({part})" for part in parts)),
    )


CONDITIONS = st.one_of(st.recursive(ATOMS, joined, max_leaves=8), conditions())


def plan_of(written: list[str]) -> Plan:
    """A plan of one stage with a rule for each condition."""
    rules = "".join(
        f'  - {{id: r{at}, stage: one, when: "{one}", then: [{{add_tags: [t]}}]}}\n' for at, one in enumerate(written)
    )
    return compile_plan(checked_project(f"ruleflow: 1\nstages: [one]\n{BASE}", f"rules:\n{rules}"))


@pytest.mark.parametrize("few", [0, 2, 1_000])
@given(st.lists(CONDITIONS, min_size=1, max_size=25), st.lists(facts(), min_size=1, max_size=4))
@settings(max_examples=max(20, EXAMPLES // 4), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_index_finds_what_holds(
    monkeypatch: pytest.MonkeyPatch, few: int, written: list[str], several: list[dict[str, Any]]
) -> None:
    """Whether rules are put under keys at once or checked one by one, the same ones match."""
    monkeypatch.setattr(index_module, "FEW", few)
    monkeypatch.setattr(index_module, "WORTH", dict.fromkeys(Way, 0.5))
    monkeypatch.setattr(patterns, "FEW", min(few, 3))
    plan = plan_of(written)
    door = make_door(plan.model)
    own = plan.stages[0].events["ticket.updated"]
    for raw in several:
        read = door.read("ticket.updated", raw)
        assert isinstance(read, Facts)
        expected = [
            one.rule.id for one in own.rules if one.holds(snapshot_of(plan, "ticket.updated", read, NOW, read.values))
        ]
        seen = snapshot_of(plan, "ticket.updated", read, NOW, read.values)
        assert expected == [one.rule.id for one in own.matching(seen)]
        assert expected == [one.rule.id for one in own.matching(seen)]  # its nodes are made now


@given(st.lists(st.tuples(st.integers(), st.integers()), min_size=1, max_size=20), st.integers())
def test_stretches_tell_in_which_ranges_a_value_lies(bounds: list[tuple[int, int]], value: int) -> None:
    """A value meets a node of a range, and only one, where it lies in the range."""
    from ruleflow.plan.conditions import Range
    from ruleflow.plan.stretches import stretches

    ranges = [
        Range("n", low if at % 3 else None, high if at % 2 else None, low_open=at % 5 == 0, high_open=at % 7 == 0)
        for at, (low, high) in enumerate(bounds)
    ]
    tree = stretches(ranges)
    for asked in (value, *(bound for two in bounds for bound in two)):
        nodes = list(tree.of_value(asked))
        for one in ranges:
            above = one.low is None or (asked > one.low if one.low_open else asked >= one.low)  # type: ignore[operator]
            below = one.high is None or (asked < one.high if one.high_open else asked <= one.high)  # type: ignore[operator]
            assert int(above and below) == len([node for node in tree.of_range(one) if node in nodes])
    assert [] == list(tree.of_value(None))
