"""The least that would have made a rule act: which facts, to which values, and why there may be none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ruleflow.analysis.nearest import Nearest, Situation, nearest
from ruleflow.analysis.nearest_told import nearest_dict
from ruleflow.plan.compile import compile_plan
from ruleflow.plan.plan import Plan
from tests.properties.test_plan_decides_as_reference import checked_project

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
ROOT = """ruleflow: 1
timezone: Europe/Helsinki
stages: [one, {id: route, hit: first}]
teams: [t1, t2]
segments: {vip: {}}
calendars: {office: {hours: {mon-fri: 09:00-17:00}}}
fields:
  ticket.amount: {type: integer}
  ticket.limit: {type: integer}
  ticket.price: {type: decimal}
  ticket.key: {type: text, secret: true}
"""
Told = list[list[tuple[str, Any, Any]]]


def plan_of(*rules: str) -> Plan:
    """A project of rules on `ticket.updated`."""
    lines = "".join(f"  - {rule}\n" for rule in rules)
    return compile_plan(checked_project(ROOT, f"defaults: {{stage: one, on: ticket.updated}}\nrules:\n{lines}"))


def rule(when: str, **more: str) -> str:
    """A rule `r` with a condition."""
    rest = "".join(f", {key}: {value}" for key, value in more.items())
    return f'{{id: r, when: "{when}", then: [{{note: hello}}]{rest}}}'


def asked(plan: Plan, raw: dict[str, Any], name: str = "r", event: str = "ticket.updated") -> Nearest:
    """The answer for a rule."""
    return nearest(plan, Situation(event, raw, NOW), name)


def told(found: Nearest) -> Told:
    """The facts of each way."""
    return [[(one.path, one.before, one.after) for one in way.changes] for way in found.ways]


@pytest.mark.parametrize(
    ("when", "amount", "wanted"),
    [
        ("ticket.amount >= 500", 250, 500),
        ("ticket.amount > 500", 250, 501),
        ("ticket.amount < 100", 250, 99),
        ("ticket.amount between 300 and 400 or ticket.amount >= 900", 250, 300),
        ("ticket.amount between 300 and 400 or ticket.amount >= 900", 850, 900),
    ],
)
def test_a_number_gets_the_nearest_value(when: str, amount: int, wanted: int) -> None:
    """A number goes to the bound itself where it belongs to the range, else just beyond it, on the nearer side."""
    found = asked(plan_of(rule(when)), {"ticket": {"amount": amount}})
    assert [[("ticket.amount", amount, wanted)]] == told(found)
    assert found.least


def test_each_of_several_facts_is_a_way() -> None:
    """Where either of two facts is enough both are told, each with nothing else; elements of a set are only added."""
    found = asked(
        plan_of(rule("ticket.amount >= 500 or contact.segments has vip")),
        {"ticket": {"amount": 250}, "contact": {"segments": ["kept"]}},
    )
    assert [
        [("contact.segments", frozenset({"kept"}), ["kept", "vip"])],
        [("ticket.amount", 250, 500)],
    ] == told(found)


def test_a_rule_before_it_must_not_match() -> None:
    """In a stage where only the first rule acts, what keeps the earlier rules from matching belongs to the change."""
    found = asked(
        plan_of(
            '{id: first, stage: route, when: "contact.segments has vip", then: [{route: {team: t1}}]}',
            '{id: r, stage: route, when: "ticket.amount > 5", then: [{route: {team: t2}}]}',
        ),
        {"ticket": {"amount": 6}, "contact": {"segments": ["vip"]}},
    )
    assert [[("contact.segments", frozenset({"vip"}), [])]] == told(found)


def test_what_an_earlier_stage_writes_counts() -> None:
    """A condition on a fact that an earlier stage writes is met by what makes that stage write it."""
    found = asked(
        plan_of(
            '{id: sets, when: "contact.segments has vip", then: [{set: {ticket.priority: urgent}}]}',
            '{id: r, stage: route, when: "ticket.priority is urgent and ticket.amount > 5", then: [{route: {team: t2}}]}',
            '{id: clears, when: "contact.segments has none of [vip]", then: [{set: {ticket.priority: low}}]}',
        ),
        {"ticket": {"amount": 6}},
    )
    assert [[("contact.segments", None, ["vip"])]] == told(found)


def test_facts_that_are_compared_with_each_other() -> None:
    """Of two facts that a rule compares each is tried at the value of the other, and just beyond."""
    found = asked(plan_of(rule("ticket.amount > ticket.limit")), {"ticket": {"amount": 10, "limit": 30}})
    assert [[("ticket.amount", 10, 31)], [("ticket.limit", 30, 9)]] == told(found)


def test_the_instant_is_a_fact() -> None:
    """A rule for open hours acts at the next opening; one that is not valid yet on its first day."""
    open_only = rule("now during office")
    early = NOW.replace(hour=3)
    (way,) = nearest(plan_of(open_only), Situation("ticket.updated", {}, early), "r").ways
    assert NOW.replace(hour=7, minute=0) == way.then.now
    (way,) = asked(plan_of(rule("ticket.amount is missing", valid_from="2026-04-01")), {}).ways
    assert "2026-03-31T21:00:00+00:00" == way.then.now.isoformat()


def test_a_time_rule_waits() -> None:
    """A time rule whose time has not come acts when it comes."""
    after = "after: {time: 4h, since: ticket.updated_at}, then: [{note: x}]"
    rules = f"rules: [{{id: r, stage: one, when: ticket.amount is present, {after}}}]\n"
    plan = compile_plan(checked_project(ROOT, rules))
    raw = {"ticket": {"amount": 1, "updated_at": "2026-03-02T08:00:00+00:00"}}
    found = asked(plan, raw, event="timer")
    assert [("now", NOW, NOW.replace(hour=12, minute=0))] in told(found)
    assert {1} == {len(way.changes) for way in found.ways}


def test_a_change_is_a_value_beside_the_one_before() -> None:
    """For `changed` the new value is told; the value before the event stays what it was."""
    found = asked(plan_of(rule("ticket.amount changed to 7")), {"ticket": {"amount": 5}})
    assert [[("ticket.amount", 5, 7)]] == told(found)
    assert {"ticket": {"amount": 7}, "before": {"ticket": {"amount": 5}}} == found.ways[0].then.facts


def test_texts_are_kept_and_added_to() -> None:
    """A text that lacks a word keeps what it says."""
    found = asked(plan_of(rule("ticket.subject contains 'down'")), {"ticket": {"subject": "The shop"}})
    assert [[("ticket.subject", "The shop", "The shop down")]] == told(found)


def test_a_rule_in_shadow_matches_in_shadow() -> None:
    """Of a rule in shadow it is told what would make it match."""
    found = asked(plan_of(rule("ticket.amount > 5", mode="shadow")), {"ticket": {"amount": 1}})
    assert [[("ticket.amount", 1, 6)]] == told(found)


@pytest.mark.parametrize(
    ("rules", "event", "reason"),
    [
        ((rule("ticket.amount > 5 and ticket.amount < 3"),), "ticket.updated", "no ticket fulfils its condition"),
        (
            (
                "{id: first, stage: route, then: [{route: {team: t1}}]}",
                "{id: r, stage: route, when: ticket.amount > 5, then: [{route: {team: t2}}]}",
            ),
            "ticket.updated",
            "no ticket reaches it",
        ),
        ((rule("ticket.amount > 5"),), "ticket.created", "it does not run on ticket.created"),
        (
            (rule("ticket.amount > 5", rollout="1%"),),
            "ticket.updated",
            "the ticket is outside the 1% of `r`",
        ),
    ],
)
def test_why_there_is_no_way(rules: tuple[str, ...], event: str, reason: str) -> None:
    """Where no ticket would do, or what stands in the way cannot be changed, that is said."""
    found = asked(plan_of(*rules), {"ticket": {"id": "T-1"}}, event=event)
    assert () == found.ways
    assert reason in found.reason


def test_secrets_are_masked() -> None:
    """Of a secret neither the value nor the one that it would need is shown."""
    plan = plan_of(rule("ticket.key is 'abcdefgh'"))
    shown = str(nearest_dict(plan, Situation("ticket.updated", {"ticket": {"key": "12345678"}}, NOW), "r"))
    assert "'fact': 'ticket.key'" in shown
    assert "abcdefgh" not in shown
    assert "12345678" not in shown
