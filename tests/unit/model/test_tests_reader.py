"""Tests as admins write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ruleflow.model.tests import EventTest
from tests.unit.model.projects import one, read


def only(text: str) -> EventTest:
    """The only test of a project without findings."""
    found = read(text)
    assert () == found.found, found.messages
    (test,) = found.model.tests
    return test


def test_one_event() -> None:
    """Event, instant, facts and expectation of a test, with plain values as JSON has them."""
    test = only(
        """
tests:
  - name: авария ночью
    event: ticket.created
    now: 2026-03-01T23:30:00+03:00
    given: {contact: {segments: [vip], name: Анна, age: 41, share: 0.5, vip: true, gone: null, code: '007'}}
    expect: {matched: [vip_first], outcome: {ticket: {priority: urgent}}}
"""
    )
    (case,) = test.cases
    assert ("авария ночью", False) == (test.name, test.steps)
    assert ("ticket.created", "2026-03-01T23:30:00+03:00", "") == (case.event, case.now, case.name)
    assert {
        "contact": {
            "segments": ["vip"],
            "name": "Анна",
            "age": 41,
            "share": Decimal("0.5"),
            "vip": True,
            "gone": None,
            "code": "007",
        }
    } == case.given
    assert {"matched": ["vip_first"], "outcome": {"ticket": {"priority": "urgent"}}} == case.expect
    assert "{matched: [vip_first], outcome: {ticket: {priority: urgent}}}" == case.expect_span.text
    assert "ticket.created" == (case.event_span.text if case.event_span else "")


def test_one_rule_for_a_list_of_rules() -> None:
    """Where rules are listed, a single one needs no list."""
    (case,) = only("tests: [{name: a, event: timer, expect: {matched: b, not_matched: c, shadow: [d]}}]\n").cases
    assert {"matched": ["b"], "not_matched": ["c"], "shadow": ["d"]} == case.expect


def test_a_table_of_cases() -> None:
    """Each row overrides the keys of the test; its facts and expectations are merged into the test's."""
    test = only(
        """
tests:
  - name: priorities
    event: ticket.created
    given: {contact: {segments: [vip]}, ticket: {channel: email}}
    expect: {outcome: {denied: null}}
    cases:
      - {name: low, given: {ticket: {priority: low}}, expect: {matched: [a]}}
      - {event: ticket.updated, now: 2026-01-01, given: {contact: {segments: []}}, expect: {matched: []}}
"""
    )
    low, updated = test.cases
    assert ("low", "ticket.created", "") == (low.name, low.event, low.now)
    assert {"contact": {"segments": ["vip"]}, "ticket": {"channel": "email", "priority": "low"}} == low.given
    assert {"outcome": {"denied": None}, "matched": ["a"]} == low.expect
    assert ("", "ticket.updated", "2026-01-01") == (updated.name, updated.event, updated.now)
    assert {"contact": {"segments": []}, "ticket": {"channel": "email"}} == updated.given


def test_steps() -> None:
    """Steps have facts and expectations of their own; the first one those of the test too."""
    test = only(
        """
tests:
  - name: a conversation
    given: {ticket: {id: '1'}}
    steps:
      - {event: ticket.created, at: 2026-03-01, given: {ticket: {status: new}}, expect: {matched: [a]}}
      - {event: ticket.updated, at: 2026-03-02, given: {ticket: {status: open}}}
"""
    )
    created, updated = test.cases
    assert test.steps
    assert {"ticket": {"id": "1", "status": "new"}} == created.given
    assert {"ticket": {"status": "open"}} == updated.given
    assert ({"matched": ["a"]}, {}) == (created.expect, updated.expect)
    assert ("2026-03-01", "2026-03-02") == (created.now, updated.now)


@pytest.mark.parametrize(
    ("test", "code", "message"),
    [
        ("{name: a, event: timer}", "RF140", "the test `a` expects nothing"),
        ("{name: a, event: timer, expect: {}}", "RF140", "the test `a` expects nothing"),
        ("{name: a, expect: {matched: []}}", "RF112", "the test `a` has no `event`"),
        ("{event: timer, expect: {matched: []}}", "RF112", "a test has no `name`"),
        ("{name: a, event: timer, expect: {matches: [b]}}", "RF111", "`matches` is not a key of `expect`"),
        ("{name: a, event: timer, given: 5, expect: {matched: []}}", "RF110", "`given` must be a mapping; found the text `5`"),
        ("{name: a, event: timer, now: noon, expect: {matched: []}}", "RF117", "`now` must be a date or an instant, such as `2026-03-01`; found `noon`"),
        ("{name: a, event: timer, steps: [{expect: {matched: []}}], cases: [{expect: {matched: []}}]}", "RF119", "a test has either `cases` or `steps`"),
        ("{name: a, event: timer, expect: {matched: []}, steps: [{expect: {matched: []}}]}", "RF119", "a test with `steps` says in each step what it expects"),
        ("{name: a, steps: [{event: timer, expect: {matched: []}, advance_to: 2026-01-01}]}", "RF144", "a step either has an `event` or lets time pass with `advance_to`"),
        ("{name: a, steps: [{event: timer, expect: {matched: []}}, {advance_to: 2026-01-01, at: 2026-01-01}]}", "RF144", "a step either has an `event` or lets time pass with `advance_to`"),
        ("{name: a, steps: [{event: timer, expect: {matched: []}}, {advance_to: 2026-01-01, given: {ticket: {status: open}}}]}", "RF144", "a step either has an `event` or lets time pass with `advance_to`"),
        ("{name: a, event: timer, now: 2026-03-01T25:00, expect: {matched: []}}", "RF117", "`2026-03-01T25:00` does not exist"),
        ("{name: a, event: timer, now: 9999-01-01, expect: {matched: []}}", "RF117", "`9999-01-01` does not exist"),
        ("{name: a, steps: [{event: timer, expect: {matched: []}}, {advance_to: 2026-03-01T25:00}]}", "RF117", "`2026-03-01T25:00` does not exist"),
        ("{name: a, event: timer, steps: [{expect: {matched: []}}, {advance_to: later}]}", "RF117", "`advance_to` must be a date or an instant, such as `2026-03-01`; found `later`"),
        ("text", "RF110", "a test must be a mapping; found the text `text`"),
    ],
)  # fmt: skip
def test_wrong_tests(test: str, code: str, message: str) -> None:
    """Each mistake in a test has one finding."""
    found = one(f"tests:\n  - {test}\n")
    assert (code, message) == (found.code.number, found.message)
