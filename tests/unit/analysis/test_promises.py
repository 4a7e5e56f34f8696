"""What a decision comes to, and promises held against it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ruleflow.analysis.outcomes import Decided, view_of
from ruleflow.analysis.promises import broken_promises, concerns, events_of, holds, in_order, keeps
from ruleflow.engine.evaluate import evaluate_run
from ruleflow.engine.facts import Facts
from ruleflow.plan.snapshot import Snapshot
from ruleflow.project.project import Project
from ruleflow.types.durations import WorkingDays
from tests.projects import NOON, loaded

RULES = """
segments: {vip: , big: {when: contact.lifetime_value > 100}}
teams: [desk, billing]
agents: [anna]
templates: {welcome: {file: welcome.md}, thanks: {file: welcome.md}}
fields: {contact.pin: {type: text, secret: true}}
sla:
  fast: {targets: {first_reply: {normal: 8h, high: 10h, urgent: 1h}, resolution: 3 working days, update: end of working day}}
contracts: {tills: {title: Tills, regulation: fast, requests: {incident: {resolve_in: 4h}}}}
rules:
  - {id: raise, stage: classify, on: ticket.created, when: contact.segments has vip, then: [{set: {ticket.priority: high}}, {add_tags: [seen, vip]}]}
  - {id: groups, stage: classify, on: ticket.created, when: contact.country is 'FI', then: [{add_to_segments: vip}, {set: {contact.pin: '42424242'}}]}
  - {id: drop, stage: sla, on: ticket.created, when: contact.segments has vip, then: [{remove_tags: seen}]}
  - {id: to_desk, stage: route, on: ticket.created, when: ticket.channel is phone, then: [{route: {team: desk}}]}
  - {id: to_other, stage: route, on: ticket.created, when: ticket.channel is phone, then: [{route: {team: billing}}]}
  - {id: hello, stage: notify, on: ticket.created, when: ticket.channel is phone, then: [{send: {template: welcome, to: "'a@b.fi'"}}, {send: {template: thanks, to: "'a@b.fi'"}}]}
  - {id: no, stage: notify, on: ticket.updated, then: {deny: Closed}}
  - {id: hush, stage: notify, on: ticket.created, mode: shadow, then: {note: x}}
"""
FILES = {"welcome.md": "---\nsubject: Hi\n---\nHi\n"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project without promises."""
    return loaded(tmp_path_factory.mktemp("project"), RULES, files=FILES)


def promising(folder: Path, *promises: str, assume: str = "[]") -> Project:
    """The project with properties, each with the id `p0`, `p1`, …"""
    listed = "".join(f"  - {{id: p{at}, {promise}}}\n" for at, promise in enumerate(promises))
    return loaded(folder, f"{RULES}assume: {assume}\nproperties:\n{listed}", files=FILES)


def decided(project: Project, event: str = "ticket.created", **facts: Any) -> Decided:
    """A decided ticket."""
    read = project.door.read(event, facts)
    assert isinstance(read, Facts)
    return Decided(event, read, evaluate_run(project.plan, event, read, NOON, project.digest))


def view(project: Project, event: str = "ticket.created", **facts: Any) -> Snapshot:
    """What promises see of a decided ticket."""
    return view_of(project.plan, decided(project, event, **facts))


def test_fields_at_the_end_beside_those_that_came(project: Project) -> None:
    """A fact is as it came, the outcome as the last stage left it, derived values included."""
    seen = view(project, contact={"country": "FI", "lifetime_value": 500}, ticket={"tags": ["old"]})
    assert (frozenset({"big"}), frozenset({"big", "vip"})) == (
        seen["contact.segments"],
        seen["outcome.contact.segments"],
    )
    both = view(project, contact={"segments": ["vip"]}, ticket={"tags": ["old"]})
    assert ("normal", "high") == (both["ticket.priority"], both["outcome.ticket.priority"])
    assert frozenset({"seen", "vip"}) == both["outcome.tags"]
    assert (frozenset({"old"}), frozenset({"old", "vip"})) == (both["ticket.tags"], both["outcome.ticket.tags"])
    assert seen["outcome.ticket.channel"] is None


def test_what_was_done(project: Project) -> None:
    """Route, messages, rules and actions; of two routes the one that stands."""
    seen = view(project, ticket={"channel": "phone", "agent": "anna"})
    assert {"team": "desk"} == seen["outcome.route"]
    assert ("desk", None) == (seen["outcome.route.team"], seen["outcome.route.agent"])
    assert (frozenset({"welcome", "thanks"}), 2) == (seen["outcome.messages"], seen["outcome.message_count"])
    assert frozenset({"to_desk", "to_other", "hello"}) == seen["outcome.matched"]
    assert frozenset({"route", "send"}) == seen["outcome.actions"]
    assert seen["outcome.denied"] is None


def test_nothing_was_done(project: Project) -> None:
    """What did not happen is missing, or empty, or none."""
    seen = view(project)
    assert (None, None, None) == (seen["outcome.route"], seen["outcome.route.team"], seen["outcome.sla"])
    assert (frozenset(), frozenset(), 0) == (
        seen["outcome.tags"],
        seen["outcome.messages"],
        seen["outcome.message_count"],
    )
    assert (None, None) == (seen["outcome.sla.first_reply"], seen["outcome.contract"])
    assert "Closed" == view(project, "ticket.updated")["outcome.denied"]


def test_targets_of_the_ticket_at_the_end(project: Project) -> None:
    """By the priority at the end, with what the contract promises; days stand by themselves, the end of a day is one."""
    seen = view(project, contact={"segments": ["vip"], "contracts": ["tills"]})
    assert ("fast", "tills") == (seen["outcome.sla"], seen["outcome.contract"])
    assert (timedelta(hours=10), None) == (seen["outcome.sla.first_reply"], seen["outcome.sla.first_reply_days"])
    assert (None, WorkingDays(3)) == (seen["outcome.sla.resolution"], seen["outcome.sla.resolution_days"])
    assert (None, WorkingDays(1)) == (seen["outcome.sla.update"], seen["outcome.sla.update_days"])
    incident = view(project, contact={"contracts": ["tills"]}, ticket={"request_type": "incident"})
    assert timedelta(hours=4) == incident["outcome.sla.resolution"]
    assert (
        view(project, contact={"contracts": ["tills"]}, ticket={"priority": "low"})["outcome.sla.first_reply"] is None
    )


VIP: dict[str, Any] = {"contact": {"segments": ["vip"], "contracts": ["tills"]}}


@pytest.mark.parametrize(
    ("promise", "kept"),
    [
        ("expect: outcome.sla.first_reply <= 10h", True),
        ("expect: outcome.sla.first_reply <= 1h", False),
        ("never: outcome.sla.first_reply <= 10h", False),
        ("never: outcome.sla.first_reply > 10h", True),
        ("on: ticket.created, for: contact.segments has vip, expect: outcome.route is present", False),
        ("on: ticket.updated, expect: outcome.route is present", True),
        ("on: [ticket.closed, ticket.created], expect: outcome.route is present", False),
        ("for: contact.segments has big, expect: outcome.route is present", True),
        ("for: not contact.segments has big, expect: outcome.route is present", False),
    ],
)
def test_a_promise_about_one_decision(tmp_path: Path, promise: str, kept: bool) -> None:
    """It is kept, or it is not about this ticket, or it is broken."""
    project = promising(tmp_path, promise)
    (one,) = project.model.properties
    assert kept is holds(one, project.plan, decided(project, **VIP))


def test_promises_are_about_what_is_assumed(tmp_path: Path) -> None:
    """A ticket that breaks an assumption breaks no promise."""
    project = promising(tmp_path, "never: outcome.sla is fast", assume="contact.language is not 'sv'")
    (one,) = project.model.properties
    other = decided(project, contact={**VIP["contact"], "language": "sv"})
    seen = view_of(project.plan, other)
    assert not concerns(one, project.plan, "ticket.created", seen)
    assert not keeps(one, project.plan, seen)
    assert holds(one, project.plan, other)
    assert not holds(one, project.plan, decided(project, **VIP))


@pytest.mark.parametrize(
    ("rules", "events"),
    [
        ("[{id: a, stage: notify, on: [ticket.updated, ticket.created], then: {stop: true}}]", ["ticket.created", "ticket.updated"]),
        ("[{id: a, stage: notify, on: sla.warning, then: {stop: true}}]", ["sla.warning", "timer"]),
        ("[{id: a, stage: notify, after: {time: 4h, since: ticket.created_at}, then: {stop: true}}]", ["timer"]),
        ("[{id: a, stage: notify, on: ticket.updated, enabled: false, then: {stop: true}}, {id: b, stage: notify, on: ticket.closed, then: {stop: true}}]", ["ticket.closed"]),
    ],
)  # fmt: skip
def test_the_events_of_a_promise(tmp_path: Path, rules: str, events: list[str]) -> None:
    """Without `on` it is about the events that rules name."""
    model = loaded(tmp_path, f"rules: {rules}\nproperties: [{{id: a, expect: outcome.message_count is 0}}]\n").model
    assert events == list(events_of(model.properties[0], model))


def test_no_event_is_named(tmp_path: Path) -> None:
    """Where rules run on any event, a promise is about every event."""
    rules = "[{id: a, stage: notify, then: {stop: true}}]"
    model = loaded(tmp_path, f"rules: {rules}\nproperties: [{{id: a, expect: outcome.message_count is 0}}]\n").model
    assert tuple(model.events) == events_of(model.properties[0], model)


def reasons(project: Project, found: Decided) -> dict[str, str]:
    """The promises that a decision breaks, with the reasons."""
    return {one.promise.id: one.reason for one in broken_promises(project.plan, found, project.digest)}


def test_why_a_promise_is_broken(tmp_path: Path) -> None:
    """The expression and the values that it saw; what is missing is said to be, secrets stand masked."""
    project = promising(
        tmp_path,
        "expect: outcome.route.team is desk and outcome.sla.first_reply <= 1h",
        "never: outcome.tags has 'vip' and outcome.route is missing",
        "expect: outcome.contact.pin is 'x'",
        "expect: outcome.message_count is 0",
    )
    assert {
        "p0": "`outcome.route.team is desk and outcome.sla.first_reply <= 1h` does not hold: "
        "`outcome.route.team` is missing, `outcome.sla.first_reply` is 10h",
        "p1": "`outcome.tags has 'vip' and outcome.route is missing` holds: `outcome.tags` is seen, vip, `outcome.route` is missing",
        "p2": "`outcome.contact.pin is 'x'` does not hold: `outcome.contact.pin` is missing",
    } == reasons(project, decided(project, **VIP))
    secret = reasons(project, decided(project, contact={"country": "FI"}))["p2"]
    assert "`outcome.contact.pin` is •" in secret
    assert "42424242" not in secret


def test_a_value_too_large_breaks_what_asks_for_it(tmp_path: Path) -> None:
    """Nobody can tell, and that is said."""
    project = promising(tmp_path, "expect: outcome.ticket.subject contains 'a'", "expect: outcome.message_count is 0")
    found = reasons(project, decided(project, ticket={"subject": "a" * 2_000_000}))
    assert ["p0"] == list(found)
    assert found["p0"].startswith("it cannot be told: `ticket.subject`")


MONOTONE = "monotone: {in: ticket.priority, expect: outcome.sla.first_reply, order: not_later}"


def test_an_order_that_is_not_kept(tmp_path: Path) -> None:
    """A ticket is decided with every other option; the first pair that is out of order is told."""
    project = promising(tmp_path, MONOTONE, f"for: ticket.priority is not high, {MONOTONE}")
    facts: dict[str, Any] = {"contact": {"contracts": ["tills"]}}
    assert {
        "p0": "`outcome.sla.first_reply` does not keep its order: with `ticket.priority` normal: "
        "`outcome.sla.first_reply` is 8h; with `ticket.priority` high: `outcome.sla.first_reply` is 10h"
    } == reasons(project, decided(project, **facts))
    assert {} == reasons(project, decided(project, ticket={"priority": "no such"}, **facts))


@pytest.mark.parametrize(
    ("order", "one", "other", "kept"),
    [
        ("not_later", "normal", "urgent", True),
        ("not_later", "urgent", "normal", True),
        ("not_later", "normal", "high", False),
        ("not_later", "high", "normal", False),
        ("not_later", "low", "high", True),
        ("not_earlier", "normal", "high", True),
        ("not_earlier", "normal", "urgent", False),
        ("not_earlier", "low", "high", False),
        ("not_later", "high", "high", True),
    ],
)
def test_two_tickets_in_order(tmp_path: Path, order: str, one: str, other: str, kept: bool) -> None:
    """More of the field, no later value; a target that is missing is later than any; the order of the two is no matter."""
    project = promising(tmp_path, MONOTONE.replace("not_later", order))
    monotone = project.model.properties[0].monotone
    assert monotone is not None
    first, second = (
        view(project, contact={"contracts": ["tills"]}, ticket={"priority": priority}) for priority in (one, other)
    )
    assert kept is in_order(monotone, project.plan, first, second)


def test_what_is_missing_is_lower_than_any_number(tmp_path: Path) -> None:
    """Only times that are missing count as late."""
    text = "monotone: {in: contact.lifetime_value, expect: outcome.contact.satisfaction, order: not_lower}"
    project = promising(tmp_path, text)
    monotone = project.model.properties[0].monotone
    assert monotone is not None
    rich, poor = (
        view(project, contact={"lifetime_value": 5}),
        view(project, contact={"lifetime_value": 1, "satisfaction": 2}),
    )
    assert not in_order(monotone, project.plan, rich, poor)
    assert in_order(monotone, project.plan, view(project), poor)
