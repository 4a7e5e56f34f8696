"""The least that would make a rule fire: on small vocabularies no fewer facts do, by trying every change of them."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from itertools import combinations, product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ruleflow.analysis.nearest import Situation, Way, nearest
from ruleflow.analysis.tickets import Engine
from ruleflow.plan.plan import Plan
from tests.properties.test_compare import NOW, PAIRS, Rule, plan_of, projects

EVENT = "ticket.updated"
VALUES: dict[str, list[Any]] = {
    "ticket.a": [None, "x", "y", "z"],
    "ticket.b": [None, 0, 1, 2, 3],
    "ticket.f": [None, True, False],
    "ticket.tags": [None, [], ["p"], ["q"], ["p", "q"]],
    "contact.segments": [None, [], ["vip"]],
    "ticket.top": [None, "x", "y", "z"],
    "ticket.last": [None, "x", "y"],
    "ticket.team": [None, "t1", "t2"],
    "ticket.bag": [None, [], ["x"], ["y"]],
    "ticket.subject": [None, "abc", "b", "a", "xab", "c"],
    "ticket.sla": [None, "p1"],
    "contact.contracts": [[], ["c1"], ["c2"], ["c1", "c2"]],
    "before.ticket.top": [None, "x", "z"],
    "before.ticket.a": [None, "x", "y"],
}
tickets = st.fixed_dictionaries({path: st.sampled_from(values) for path, values in VALUES.items()})


def raw_of(ticket: dict[str, Any]) -> dict[str, Any]:
    """A ticket as JSON has it; what is missing stands as null."""
    raw: dict[str, Any] = {}
    for path, value in ticket.items():
        place, (*groups, name) = raw, path.split(".")
        for group in groups:
            place = place.setdefault(group, {})
        place[name] = deepcopy(value)
    return raw


def changed(ticket: dict[str, Any], count: int) -> Iterator[dict[str, Any]]:
    """The ticket with every change of so many of its facts."""
    for paths in combinations(VALUES, count):
        for values in product(*(VALUES[path] for path in paths)):
            if all(ticket[path] != value for path, value in zip(paths, values, strict=True)):
                yield {**ticket, **dict(zip(paths, values, strict=True))}


def does(plan: Plan, rule: str, ticket: dict[str, Any]) -> bool:
    """Whether the rule fires."""
    decided = Engine(plan, EVENT).decide(raw_of(ticket), NOW)
    return decided is not None and rule in decided.decision.matched


def holds_of(plan: Plan, way: Way, rule: str) -> bool:
    """Whether the rule fires for the ticket of a way."""
    decided = Engine(plan, EVENT).decide(way.then.facts, way.then.now)
    return decided is not None and rule in decided.decision.matched


@given(projects, st.sampled_from(["all", "first"]), tickets, st.integers(0, 5), st.sampled_from([True, True, False]))
@settings(max_examples=PAIRS)
def test_no_fewer_facts_make_a_rule_fire(
    rules: list[Rule], hit: str, ticket: dict[str, Any], at: int, fires: bool
) -> None:
    """Every way makes the rule fire (or not), with the facts that it names; where it is the least, no fewer ones do."""
    plan = plan_of(rules, hit)
    if plan is None:
        return
    rule = f"r{at % len(rules)}"
    found = nearest(plan, Situation(EVENT, raw_of(ticket), NOW), rule, fires=fires)
    for way in found.ways:
        assert fires is holds_of(plan, way, rule)
    engine = Engine(plan, EVENT)

    def are_enough(count: int) -> bool:
        several = (engine.decide(raw_of(one), NOW) for one in changed(ticket, count))
        return any((rule in one.decision.matched) is fires for one in several if one is not None)

    counts = {len(way.changes) for way in found.ways}
    assert len(counts) <= 1
    enough = next((count for count in range(3) if are_enough(count)), None)
    if counts and found.least and enough is not None:
        assert min(counts) <= enough
    if enough is not None and found.least:
        assert found.ways, (found.reason, enough)
    if counts and found.least and min(counts) < 3 and enough is not None:
        assert min(counts) == enough or "subject" in str(found) or "manager" in str(found), found


def test_most_answers_are_the_least() -> None:
    """Where conditions ask for plain facts, the count is proved."""
    plan = plan_of([("one", "ticket.b > 1 and ticket.f", ("{note: hello}",))], "all")
    assert plan is not None
    found = nearest(plan, Situation(EVENT, {"ticket": {"b": 0}}, NOW), "r0")
    assert found.least
    assert [[("ticket.b", 0, 2), ("ticket.f", None, True)]] == [
        [(one.path, one.before, one.after) for one in way.changes] for way in found.ways
    ]
