"""What a diff proves is so: on small vocabularies it says of each outcome exactly what trying every ticket says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ruleflow.analysis.compare import compare
from ruleflow.analysis.tickets import Engine
from ruleflow.analysis.verdicts import State
from ruleflow.plan.compile import compile_plan
from ruleflow.plan.plan import Plan
from tests.properties.test_plan_decides_as_reference import EXAMPLES, checked_project

PAIRS = max(30, EXAMPLES // 3)
"""10,000 with `RULEFLOW_EXAMPLES=30000`."""
NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
ROOT = """ruleflow: 1
stages: [one, {{id: two, hit: {hit}}}, three]
teams: [t1, t2]
agents: [a1]
sla: {{p1: {{targets: {{first_reply: {{low: 1h, high: 2h}}}}}}, p2: {{targets: {{first_reply: {{low: 1h, high: 3h}}}}}}}}
segments: {{vip: {{}}, rich: {{when: ticket.b > 1}}}}
contracts: {{c1: {{rating: 2, owner: t1, applies_when: ticket.f}}, c2: {{rating: 1, owner: t2, regulation: p1}}}}
definitions: {{odd: ticket.b is 1 or ticket.b is 3}}
fields:
  ticket.a: {{type: choice, options: [x, y, z]}}
  ticket.b: {{type: integer, min: 0, max: 4}}
  ticket.f: {{type: boolean}}
  contact.amount: {{type: decimal, min: 0}}
  ticket.top: {{type: choice, options: [x, y, z], ordered: true, resolve: highest}}
  ticket.last: {{type: choice, options: [x, y], resolve: last, default: x}}
  ticket.bag: {{type: set, of: choice, options: [x, y], resolve: first}}
"""
TESTS = [
    "ticket.a is x",
    "ticket.a is not y",
    "ticket.a in [x, z]",
    "ticket.a is missing",
    "ticket.b > 1",
    "ticket.b between 1 and 2",
    "ticket.b is 3",
    "ticket.f",
    "ticket.f is false",
    "ticket.tags has 'p'",
    "ticket.tags has all of ['p', 'q']",
    "ticket.tags has none of ['q']",
    "contact.segments has vip",
    "contact.segments has rich",
    "contact.segments has any of [vip, rich]",
    "odd",
    "ticket.top is present",
    "ticket.top >= y",
    "ticket.last is y",
    "ticket.team is t1",
    "ticket.sla is p1",
    "ticket.bag has x",
    "ticket.bag is blank",
    "contract is c1",
    "contract.team is t2",
    "ticket.top changed",
    "ticket.a changed to x",
    "ticket.subject contains 'ab'",
    "ticket.subject contains 'b'",
    "ticket.subject is 'abc'",
    "ticket.subject starts with 'a'",
    "ticket.tags is blank",
    "contact.amount < 0.5",
    "contact.amount between 0.25 and 7.5",
    "contact.amount > 2.5",
    "ticket.b < 2.5",
]
ACTS = [
    "{set: {ticket.top: x}}",
    "{set: {ticket.top: z}}",
    "{set: {ticket.last: y}}",
    "{set: {ticket.last: ticket.a}}",
    "{set: {ticket.b: 2}}",
    "{set: {ticket.b: null}}",
    "{set: {ticket.bag: [x]}}",
    "{set: {ticket.bag: [x, y]}}",
    "{route: {team: t1}}",
    "{route: {team: t2, agent: contact.account_manager}}",
    "{route: {agent: contact.account_manager}}",
    "{route: {team: contract.team}}",
    "{route: {team: t1, only_if_unassigned: true}}",
    "{set_sla: p1}",
    "{set_sla: p2}",
    "{add_tags: [p]}",
    "{add_tags: [q, r]}",
    "{add_tags: [s]}",
    "{remove_tags: [r]}",
    "{remove_tags: [p]}",
    "{add_to_segments: vip}",
    "{note: hello}",
    "{note: 'b is {{ ticket.b }}'}",
    "{notify: {team: t1, text: hi}}",
    "{deny: no}",
    "{stop: true}",
]


def conditions() -> st.SearchStrategy[str]:
    def joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        several = st.lists(inner, min_size=2, max_size=3)
        return st.one_of(
            several.map(lambda parts: " and ".join(f"({part})" for part in parts)),
            several.map(lambda parts: " or ".join(f"({part})" for part in parts)),
        )

    return st.recursive(st.sampled_from(TESTS), joined, max_leaves=4)


Rule = tuple[str, str, tuple[str, ...]]
rules = st.tuples(
    st.sampled_from(["one", "two", "three"]),
    conditions(),
    st.lists(st.sampled_from(ACTS), min_size=1, max_size=2).map(tuple),
)
projects = st.lists(rules, min_size=1, max_size=6)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[list[Rule], list[Rule], str, str]:
    """A project and what somebody made of it."""
    old = draw(projects)
    new = list(old)
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, len(new) - 1)) if new else 0
        edit = draw(st.sampled_from(["condition", "acts", "remove", "add", "swap", "split", "none"]))
        if edit == "add" or not new:
            new.insert(at, draw(rules))
        elif edit == "condition":
            new[at] = (new[at][0], draw(conditions()), new[at][2])
        elif edit == "acts":
            new[at] = (new[at][0], new[at][1], (draw(st.sampled_from(ACTS)),))
        elif edit == "remove":
            del new[at]
        elif edit == "swap":
            other = draw(st.integers(0, len(new) - 1))
            new[at], new[other] = new[other], new[at]
        elif edit == "split":
            extra = draw(st.sampled_from(TESTS))
            stage, when, acts = new[at]
            new[at : at + 1] = [(stage, f"({when}) and ({extra})", acts), (stage, f"({when}) and not ({extra})", acts)]
    hits = st.sampled_from(["all", "first"])
    hit = draw(hits)
    return old, new, hit, draw(st.sampled_from([hit, hit, hit, "first"]))


def plan_of(rules: list[Rule], hit: str, event: str = "ticket.updated") -> Plan | None:
    """The plan of some rules; None where the checker refuses them."""
    text = "".join(
        f'  - {{id: r{at}, stage: {stage}, on: {event}, when: "{when}", then: [{", ".join(acts)}]}}\n'
        for at, (stage, when, acts) in enumerate(rules)
    )
    try:
        return compile_plan(checked_project(ROOT.format(hit=hit), f"rules:\n{text}" if text else "rules: []\n"))
    except AssertionError:
        return None


def tickets() -> Iterator[dict[str, Any]]:
    """Every ticket of the vocabulary, as far as the tests tell tickets apart."""
    texts = [None, "abc", "b", "a", "xab", "c"]
    for a, b, f, tags, vip in product(
        [None, "x", "y", "z", "odd"],
        [None, 0, 1, 2, 3],
        [None, True, False],
        [None, [], ["p"], ["q"], ["p", "q"]],
        [0, 1],
    ):
        yield {"ticket": {"a": a, "b": b, "f": f, "tags": tags}, "contact": {"segments": ["vip"] * vip}}
    managers, contracts = [None, "a1", "nobody"], [[], ["c1"], ["c1", "c2"]]
    for top, last, team, bag, manager, held, subject in product(
        [None, "x", "z"], [None, "y"], [None, "t1"], [None, [], ["x"]], managers, contracts, texts[:3]
    ):
        yield {
            "ticket": {
                "top": top,
                "last": last,
                "team": team,
                "bag": bag,
                "subject": subject,
                "f": True,
                "b": 2,
                "tags": ["p"],
            },
            "contact": {"account_manager": manager, "contracts": held, "segments": ["vip"]},
            "before": {"ticket": {"top": "x", "a": "y"}},
        }
    for amount, b, vip in product([None, 0, 0.1, 0.25, 0.5, 1, 2.5, 3, 7.5, 8], [None, 2, 3], [0, 1]):
        yield {"ticket": {"b": b, "tags": ["r"]}, "contact": {"amount": amount, "segments": ["vip"] * vip}}
    for subject, a, b, sla, vip in product(texts, [None, "x", "y"], [None, 1, 2], [None, "p1"], [0, 1]):
        yield {
            "ticket": {"subject": subject, "a": a, "b": b, "sla": sla},
            "contact": {"segments": ["vip"] * vip, "account_manager": "a1"},
        }


@given(pairs())
@settings(max_examples=PAIRS)
def test_a_diff_says_what_trying_every_ticket_says(pair: tuple[list[Rule], list[Rule], str, str]) -> None:
    """An outcome that some ticket gets differently is changed, with a ticket; what is proved unchanged differs for none."""
    old, new = plan_of(pair[0], pair[2]), plan_of(pair[1], pair[3])
    if old is None or new is None:
        return
    found = {one.outcome: one for one in compare(old, new, most=2).verdicts}
    engines = (Engine(old, "ticket.updated"), Engine(new, "ticket.updated"))
    for raw in tickets():
        decided = [engine.decide(raw, NOW) for engine in engines]
        for name, verdict in found.items():
            values = [
                engine.outcome(name, one) for engine, one in zip(engines, decided, strict=True) if one is not None
            ]
            if verdict.state is State.UNCHANGED and len(values) == 2:
                assert values[0] == values[1], (name, raw)
    for verdict in found.values():
        for change in verdict.changes:
            before, after = (
                engine.decide(change.witness.facts, datetime.fromisoformat(change.witness.now)) for engine in engines
            )
            assert before is not None
            assert after is not None
            assert change.before == engines[0].outcome(verdict.outcome, before)
            assert change.after == engines[1].outcome(verdict.outcome, after)
            assert change.before != change.after
        assert verdict.state is not State.UNKNOWN or "ticket.subject" in str(pair) or "note" in verdict.outcome, verdict


@given(projects, st.sampled_from(["all", "first"]))
@settings(max_examples=max(20, PAIRS // 4))
def test_nothing_changes_between_a_project_and_itself(rules: list[Rule], hit: str) -> None:
    """A project and the same project with other ids are proved alike."""
    old, new = plan_of(rules, hit), plan_of(rules, hit)
    if old is not None and new is not None:
        assert {State.UNCHANGED} >= {one.state for one in compare(old, new).verdicts}
