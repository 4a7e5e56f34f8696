"""Promises held against all tickets at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ruleflow.analysis.compare import compare
from ruleflow.analysis.verdicts import PromiseVerdict, Proof, State, Verification
from ruleflow.analysis.verify import verify
from tests.projects import loaded

BASE = """
segments: {vip: }
teams: [desk, billing]
templates: {hello: {file: hello.md}}
sla:
  fast: {targets: {first_reply: {low: 4h, normal: 3h, high: 2h, urgent: 1h}}}
  slow: {targets: {first_reply: 8h, resolution: 3 working days}}
contracts: {tills: {regulation: slow, requests: {incident: {resolve_in: 4h}}}}
rules:
  - {id: paying, stage: classify, on: ticket.created, when: contact.segments has vip, then: {set: {ticket.priority: high}}}
  - {id: quick, stage: sla, on: ticket.created, when: contact.segments has vip, then: {set_sla: fast}}
  - {id: to_billing, stage: route, on: ticket.created, when: ticket.subject contains 'invoice', then: [{route: {team: billing}}, {add_tags: [money]}]}
  - {id: to_desk, stage: route, on: ticket.created, when: ticket.subject not contains 'invoice' or ticket.subject is missing, then: {route: {team: desk}}}
  - {id: greet, stage: notify, on: ticket.created, when: contact.segments has vip, then: {send: {template: hello, to: "'a@b.fi'"}}}
  - {id: greet_big, stage: notify, on: ticket.created, when: contact.lifetime_value > 100, then: {send: {template: hello, to: "'a@b.fi'"}}}
  - {id: quiet, stage: notify, on: ticket.created, mode: shadow, then: {note: x}}
"""
FILES = {"hello.md": "---\nsubject: Hi\n---\nHi\n"}


def verified(folder: Path, *promises: str, assume: str = "[]", **how: Any) -> Verification:
    """What became of promises about `ticket.created`, each with the id `p0`, `p1`, …"""
    listed = "".join(f"  - {{id: p{at}, on: ticket.created, {one}}}\n" for at, one in enumerate(promises))
    return verify(loaded(folder, f"{BASE}assume: {assume}\nproperties:\n{listed}", files=FILES).plan, **how)


def only(found: Verification) -> PromiseVerdict:
    (one,) = found.promises
    return one


KEPT = [
    "expect: outcome.route is present",
    "for: ticket.subject starts with 'invoice', expect: outcome.route.team is billing and outcome.tags has 'money'",
    "for: contact.segments has vip, expect: outcome.sla is fast and outcome.sla.first_reply <= 2h",
    "for: contact.segments has vip, expect: outcome.ticket.priority is high",
    "never: outcome.message_count > 2",
    "for: contact.segments not has vip and (contact.lifetime_value is missing or contact.lifetime_value < 5), expect: outcome.messages is blank",
    "never: outcome.matched has quiet",
    "never: outcome.actions has deny",
    "expect: outcome.denied is missing",
    "for: ticket.contract is tills and ticket.request_type is incident, expect: outcome.sla.resolution is 4h and outcome.contract is tills",
    "for: ticket.contract is tills and ticket.sla is missing and contact.segments not has vip, expect: outcome.sla is slow and outcome.sla.first_reply is 8h",
    "monotone: {in: ticket.priority, expect: outcome.sla.first_reply, order: not_later}",
]
BROKEN = [
    ("expect: outcome.message_count <= 1", {"contact": {"lifetime_value": 101, "segments": ["vip"]}}),
    ("never: outcome.route.team is billing", {"ticket": {"subject": "invoice"}}),
    ("for: ticket.priority is low, expect: outcome.ticket.priority is low", {"contact": {"segments": ["vip"]}, "ticket": {"priority": "low"}}),
    ("for: ticket.tags has 'a', never: outcome.tags has 'money'", {"ticket": {"subject": "invoice", "tags": ["a"]}}),
]  # fmt: skip


@pytest.mark.parametrize("promise", KEPT)
def test_what_every_ticket_keeps_is_proved(tmp_path: Path, promise: str) -> None:
    """Routes, tags, targets by contract and by priority, messages, rules, actions, orders."""
    found = only(verified(tmp_path, promise))
    assert (Proof.PROVED, False) == (found.proof, found.is_vacuous), found


@pytest.mark.parametrize(("promise", "facts"), BROKEN)
def test_what_some_ticket_breaks_is_shown_with_the_smallest(
    tmp_path: Path, promise: str, facts: dict[str, Any]
) -> None:
    """The ticket has no fact that is not needed."""
    (held,) = only(verified(tmp_path, promise)).events
    assert held.counterexample is not None
    assert [facts] == [one.facts for one in held.counterexample.tickets]


def test_a_refutation_says_why_and_for_which_tickets(tmp_path: Path) -> None:
    """The values, the rules that matched, and conditions under which every ticket breaks the promise."""
    (held,) = only(verified(tmp_path, "never: outcome.route.team is billing")).events
    assert held.counterexample is not None
    assert "`outcome.route.team is billing` holds: `outcome.route.team` is billing" == held.counterexample.why
    assert ("to_billing",) == held.counterexample.matched
    assert ("ticket.subject contains 'invoice'",) == held.counterexample.region
    assert held.counterexample.region_is_proved


def test_an_order_that_is_not_kept_is_shown_with_two_tickets(tmp_path: Path) -> None:
    """Alike but for the field."""
    found = only(
        verified(tmp_path, "monotone: {in: ticket.priority, expect: outcome.sla.first_reply, order: not_earlier}")
    )
    (held,) = found.events
    assert held.counterexample is not None
    one, other = (dict(ticket.facts) for ticket in held.counterexample.tickets)
    assert one.pop("ticket", {}) != other.pop("ticket", {})
    assert one == other


def test_an_assumption_leaves_tickets_out_and_is_quoted(tmp_path: Path) -> None:
    """Of the tickets that break the promise there can be none."""
    found = verified(
        tmp_path,
        "expect: outcome.message_count <= 1",
        assume="contact.segments not has vip or contact.lifetime_value is missing",
    )
    assert Proof.PROVED is only(found).proof
    assert ("contact.segments not has vip or contact.lifetime_value is missing",) == found.scope.assumptions


def test_a_promise_about_no_ticket_is_vacuous(tmp_path: Path) -> None:
    """It is proved, and that is said."""
    found = only(
        verified(tmp_path, "for: ticket.priority is low and ticket.priority is high, never: outcome.route is present")
    )
    assert (Proof.PROVED, True) == (found.proof, found.is_vacuous)


def test_what_is_left_closed_is_unknown_with_the_expression(tmp_path: Path) -> None:
    """Whether two texts are equal is not looked into; no ticket that is tried breaks it."""
    found = only(
        verified(
            tmp_path,
            "for: contact.email is company.name, expect: company.name is contact.email and outcome.route is present",
        )
    )
    (held,) = found.events
    assert Proof.UNKNOWN is held.proof
    assert "contact.email is company.name" in held.reason


def test_events_that_rules_caused_count_where_they_are_asked_for(tmp_path: Path) -> None:
    """Rules do not run on what rules did, so that hardly a promise would hold."""
    found = verified(
        tmp_path,
        "expect: outcome.route is present",
        "for: event.caused_by is present, expect: outcome.route is present",
    )
    assert [Proof.PROVED, Proof.FAILS] == [one.proof for one in found.promises]


def test_warnings_within_a_timer_are_not_looked_into(tmp_path: Path) -> None:
    """A decision on `timer` carries out what falls due, of which no proof is tried."""
    rule = "\nrules:\n  - {id: late, stage: notify, on: sla.breached, then: {note: x}}\n"
    text = (
        "sla: {fast: {targets: {first_reply: 1h}}}"
        + rule
        + "properties: [{id: p, on: timer, never: outcome.actions has note}]"
    )
    (held,) = only(verify(loaded(tmp_path, text).plan)).events
    assert Proof.PROVED is not held.proof


def test_a_comparison_minds_what_is_assumed(tmp_path: Path) -> None:
    """A change that no ticket can show is none."""
    rule = "{id: a, stage: classify, on: ticket.created, when: contact.language is 'free' and contact.lifetime_value > %s, then: {set: {ticket.priority: low}}}"
    plans = []
    for at, bound in enumerate((5, 6)):
        folder = tmp_path / str(at)
        folder.mkdir()
        text = f"assume: not contact.language is 'free' or contact.lifetime_value is missing\nrules: [{rule % bound}]"
        plans.append(
            loaded(
                folder,
                text.replace(
                    "not contact.language is 'free'", "contact.language is missing or contact.language is not 'free'"
                ),
            ).plan
        )
    found = compare(*plans)
    assert {State.UNCHANGED} == {one.state for one in found.verdicts}
    assert 1 == len(found.scope.assumptions)
