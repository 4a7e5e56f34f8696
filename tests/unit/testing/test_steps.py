"""Tests of an admin that go step by step."""

from __future__ import annotations

from pathlib import Path

from ruleflow.testing.results import CaseResult
from ruleflow.testing.run import run_tests
from tests.projects import loaded

RULES = """
rules:
  - {id: take, stage: classify, on: ticket.created, then: {set: {ticket.status: pending}}}
  - {id: moved, stage: notify, on: ticket.updated, when: ticket.priority changed from low to high, then: {note: moved}}
  - {id: remind, stage: notify, after: {time: 24h, since: ticket.updated_at}, when: ticket.status is pending, then: {note: hi}}
"""


def results(tmp_path: Path, steps: str) -> list[CaseResult]:
    """How the steps of a test went."""
    text = f"tests:\n  - name: a life\n    steps:\n{steps}"
    return list(run_tests(loaded(tmp_path, RULES, files={"tests/a.test.yaml": text})).results)


def test_decisions_are_carried_out(tmp_path: Path) -> None:
    """What a rule wrote stays; what a step names anew is a change; time fires what is due."""
    found = results(
        tmp_path,
        """
      - {event: ticket.created, at: 2026-03-02T10:00, given: {ticket: {priority: low}}, expect: {matched: take}}
      - {event: ticket.updated, at: 2026-03-02T11:00, given: {ticket: {priority: high}}, expect: {matched: moved}}
      - {advance_to: 2026-03-03T10:59, expect: {matched: []}}
      - {advance_to: 2026-03-03T11:00, expect: {matched: remind, fired: ['remind@2026-03-02T11:00:00Z']}}
      - {advance_to: 2026-04-03, expect: {matched: [], timers: []}}
      - {event: ticket.updated, expect: {matched: []}}
""",
    )
    assert [()] * 6 == [one.problems + one.mismatches for one in found]
    assert "a life [step 4]" == found[3].name


def test_what_goes_wrong(tmp_path: Path) -> None:
    """Steps that go back, time before anything happened, facts that are refused."""
    found = results(
        tmp_path,
        """
      - {advance_to: 2026-03-02T10:00, expect: {matched: []}}
      - {event: ticket.created, at: 2026-03-02T10:00, expect: {matched: take}}
      - {event: ticket.updated, at: 2026-03-01T10:00, expect: {matched: []}}
      - {advance_to: 2026-03-01T10:00, expect: {matched: []}}
      - {event: ticket.updated, at: 2026-03-02T11:00, given: {ticket: {priority: 5.5}}, expect: {refused: [/ticket/priority]}}
      - {event: ticket.updated, at: 2026-03-02T11:00, given: {ticket: {priority: 5.5}}, expect: {matched: []}}
      - {event: ticket.updated, at: 2026-03-02T11:00, expect: {refused: true}}
""",
    )
    said = [(one.passed, " ".join(one.problems)[:30]) for one in found]
    assert [
        (False, "time passes before anything ha"),
        (True, ""),
        (False, "this step lies before the one "),
        (False, "this step lies before the one "),
        (True, ""),
        (False, "the facts were refused: /ticke"),
        (False, "the facts were decided; they w"),
    ] == said
