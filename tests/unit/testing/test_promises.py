"""Tests of an admin are held against the promises of the project."""

from __future__ import annotations

from pathlib import Path

from ruleflow.testing.render import RENDERERS
from ruleflow.testing.results import Report
from ruleflow.testing.run import run_tests
from tests.projects import loaded

RULES = """
rules:
  - {id: take, stage: classify, on: ticket.created, then: {set: {ticket.status: pending}}}
  - {id: greet, stage: notify, on: ticket.created, when: ticket.channel is phone, then: {note: hi}}
  - {id: remind, stage: notify, after: {time: 24h, since: ticket.updated_at, repeat: 24h}, when: ticket.status is pending, then: {note: hi}}
properties:
  - {id: quiet, title: Nobody is bothered, never: outcome.actions has note}
  - {id: taken, on: ticket.created, expect: outcome.ticket.status is pending and ticket.status is new}
"""


def report(folder: Path, tests: str) -> Report:
    """How the tests went."""
    return run_tests(loaded(folder, RULES, files={"tests/a.test.yaml": f"tests:\n{tests}"}))


def test_a_broken_promise_fails_a_test_that_would_pass(tmp_path: Path) -> None:
    """The failure names the promise, its title, and the values; other cases pass."""
    found = report(
        tmp_path,
        """
  - name: channels
    event: ticket.created
    cases:
      - {name: phone, given: {ticket: {channel: phone}}, expect: {matched: [take, greet]}}
      - {name: chat, given: {ticket: {channel: chat}}, expect: {matched: [take]}}
""",
    )
    assert [False, True] == [one.passed for one in found.results]
    message = (
        "the property `quiet` (Nobody is bothered) is broken: `outcome.actions has note` holds: "
        "`outcome.actions` is note, set"
    )
    assert (message,) == found.results[0].problems
    for render in RENDERERS.values():
        assert "the property `quiet`" in render(found, "x", "")


def test_what_was_expected_is_told_beside_it(tmp_path: Path) -> None:
    """A test that fails for two reasons tells both."""
    (one,) = report(
        tmp_path,
        "  - {name: a, event: ticket.created, given: {ticket: {channel: phone}}, expect: {matched: [take]}}\n",
    ).results
    assert (1, 1) == (len(one.problems), len(one.mismatches))


def test_facts_that_are_refused_break_no_promise(tmp_path: Path) -> None:
    """Nothing is decided, so nothing is promised."""
    (one,) = report(
        tmp_path,
        "  - {name: a, event: ticket.created, given: {ticket: {channel: 5.5}}, expect: {refused: [/ticket/channel]}}\n",
    ).results
    assert one.passed


def test_every_step_is_held_against_the_promises(tmp_path: Path) -> None:
    """An event, and everything that time brings; a promise that several decisions of a step break is told once."""
    found = report(
        tmp_path,
        """
  - name: a life
    steps:
      - {event: ticket.created, at: 2026-03-02T10:00, expect: {matched: take}}
      - {advance_to: 2026-03-03T09:00, expect: {matched: []}}
      - {advance_to: 2026-03-05T10:00, expect: {}}
      - {event: ticket.created, at: 2026-03-05T11:00, expect: {matched: take}}
""",
    )
    assert [0, 0, 1, 1] == [len(one.problems) for one in found.results]
    assert "`quiet`" in found.results[2].problems[0]
    assert "`taken`" in found.results[3].problems[0]
