"""What a proof says of a promise is so: on a small vocabulary it says exactly what trying every ticket says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ruleflow.analysis.outcomes import view_of
from ruleflow.analysis.promises import concerns, in_order, keeps
from ruleflow.analysis.tickets import Engine
from ruleflow.analysis.verdicts import Counterexample, Proof
from ruleflow.analysis.verify import verify
from ruleflow.model.properties import Property
from ruleflow.plan.compile import compile_plan
from ruleflow.plan.plan import Plan
from ruleflow.plan.snapshot import Snapshot
from tests.properties.test_compare import ROOT, TESTS, Rule, conditions, projects, tickets
from tests.properties.test_plan_decides_as_reference import EXAMPLES, checked_project

PROJECTS = max(20, EXAMPLES // 5)
EVENT = "ticket.updated"
NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
PROMISED = [
    "outcome.route is present",
    "outcome.route.team is t1",
    "outcome.route.team is present",
    "outcome.route.agent is a1",
    "outcome.ticket.team is t2",
    "outcome.sla is p1",
    "outcome.sla is missing",
    "outcome.sla.first_reply <= 1h",
    "outcome.sla.first_reply is missing",
    "outcome.tags has 'p'",
    "outcome.tags is blank",
    "outcome.ticket.tags has any of ['q', 'r']",
    "outcome.ticket.tags is blank",
    "outcome.ticket.bag has y",
    "outcome.ticket.bag is missing",
    "outcome.denied is missing",
    "outcome.contract is c1",
    "outcome.matched has r0",
    "outcome.actions has note",
    "outcome.actions has set",
    "outcome.actions is blank",
    "outcome.ticket.top >= y",
    "outcome.ticket.top is z",
    "outcome.ticket.last is y",
    "outcome.ticket.b > 1",
    "outcome.ticket.a is x",
    "outcome.contact.segments has vip",
    "outcome.contact.segments has rich",
    "outcome.message_count <= 1",
    "outcome.ticket.subject contains 'ab'",
]
ORDERED = ["ticket.top", "ticket.b"]
VALUES = ["outcome.ticket.top", "outcome.sla.first_reply", "outcome.ticket.b", "outcome.message_count"]


@st.composite
def promises(draw: st.DrawFn) -> str:
    """A promise, as YAML, without its id."""
    about = draw(st.one_of(st.none(), conditions()))
    parts = [] if about is None else [f'for: "{about}"']
    kind = draw(st.sampled_from(["expect", "never", "monotone"]))
    if kind == "monotone":
        order = draw(st.sampled_from(["not_later", "not_lower"]))
        parts.append(
            f"monotone: {{in: {draw(st.sampled_from(ORDERED))}, expect: {draw(st.sampled_from(VALUES))}, order: {order}}}"
        )
    else:
        expressions = st.lists(st.sampled_from(PROMISED), min_size=1, max_size=2)
        facts = draw(st.lists(st.sampled_from(TESTS), max_size=1))
        sign = draw(st.sampled_from([" and ", " or "]))
        parts.append(f'{kind}: "{sign.join([*(f"({one})" for one in (*draw(expressions), *facts))])}"')
    return f"{{{', '.join(parts)}}}"


def plan_of(rules: list[Rule], hit: str, own: list[str], assumed: list[str]) -> Plan | None:
    """The plan of rules with promises; None where the checker refuses them."""
    lines = [
        f'  - {{id: r{at}, stage: {stage}, on: {EVENT}, when: "{when}", then: [{", ".join(acts)}]}}\n'
        for at, (stage, when, acts) in enumerate(rules)
    ]
    told = [f"  - {{id: p{at}, on: {EVENT}, {one[1:]}\n" for at, one in enumerate(own)]
    taken = [f'  - "{one}"\n' for one in assumed]
    text = f"rules:\n{''.join(lines)}properties:\n{''.join(told)}" + (f"assume:\n{''.join(taken)}" if taken else "")
    try:
        return compile_plan(checked_project(ROOT.format(hit=hit), text))
    except AssertionError:
        return None


def breaking(promise: Property, plan: Plan, engine: Engine, raw: dict[str, Any]) -> bool:
    """Whether a ticket breaks a promise, alone or with another that is alike but for the field."""
    views = [_view(plan, engine, raw)]
    if promise.monotone is not None:
        name = promise.monotone.path.removeprefix("ticket.")
        others = [{**raw, "ticket": {**raw.get("ticket", {}), name: value}} for value in OPTIONS[name]]
        views += [_view(plan, engine, other) for other in others]
    own = [one for one in views if one is not None and concerns(promise, plan, EVENT, one)]
    if not own or views[0] is None or own[0] is not views[0]:
        return False
    if promise.monotone is None:
        return not keeps(promise, plan, own[0])
    return any(not in_order(promise.monotone, plan, own[0], other) for other in own[1:])


OPTIONS: dict[str, list[Any]] = {"top": ["x", "y", "z"], "b": [0, 1, 2, 3, 4]}


def _view(plan: Plan, engine: Engine, raw: dict[str, Any]) -> Snapshot | None:
    found = engine.decided(raw, NOW)
    return None if found is None else view_of(plan, found)


@given(
    projects,
    st.sampled_from(["all", "first"]),
    st.lists(promises(), min_size=1, max_size=3),
    st.lists(st.sampled_from(TESTS), max_size=1),
)
@settings(max_examples=PROJECTS)
def test_a_proof_says_what_trying_every_ticket_says(
    rules: list[Rule], hit: str, own: list[str], assumed: list[str]
) -> None:
    """What is proved no ticket breaks; what fails is broken by the ticket shown; little is unknown."""
    plan = plan_of(rules, hit, own, assumed)
    if plan is None:
        return
    engine, found = Engine(plan, EVENT), verify(plan)
    for promise, verdict in zip(plan.model.properties, found.promises, strict=True):
        (held,) = verdict.events
        if held.proof is Proof.PROVED:
            assert [] == [raw for raw in tickets() if breaking(promise, plan, engine, raw)][:1], promise.id
        if held.counterexample is not None:
            assert _is_broken(promise, plan, engine, held.counterexample)
        assert held.proof is not Proof.UNKNOWN or "subject" in str((rules, own)) or promise.monotone, verdict


def _is_broken(promise: Property, plan: Plan, engine: Engine, found: Counterexample) -> bool:
    decided = [engine.decided(one.facts, datetime.fromisoformat(one.now)) for one in found.tickets]
    views = [view_of(plan, one) for one in decided if one is not None]
    assert len(views) == len(found.tickets)
    assert all(concerns(promise, plan, EVENT, view) for view in views)
    if promise.monotone is None:
        return not keeps(promise, plan, views[0])
    return not in_order(promise.monotone, plan, views[0], views[1])
