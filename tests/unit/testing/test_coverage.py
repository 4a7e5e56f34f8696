"""What tests cover, on cases made by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleflow.testing.coverage import Coverage
from ruleflow.testing.coverage_text import gap_lines, summary_lines
from ruleflow.testing.junit import render_junit
from ruleflow.testing.run import run_tests
from ruleflow.testing.words import to_dict
from tests.projects import loaded

HEAD = """
fields:
  ticket.a: {type: boolean}
  ticket.b: {type: boolean}
  ticket.c: {type: boolean}
  ticket.n: {type: integer}
"""


def covered(tmp_path: Path, text: str, *given: str, event: str = "ticket.created") -> Coverage:
    """The coverage of a project by tests that give some facts of the ticket."""
    cases = "".join(
        f"  - {{name: t{at}, event: {event}, given: {{ticket: {{{one}}}}}, expect: {{errors: []}}}}\n"
        for at, one in enumerate(given)
    )
    return run_tests(loaded(tmp_path, HEAD + text, files={"a.test.yaml": f"tests:\n{cases}"})).coverage


def parts(coverage: Coverage) -> dict[str, set[bool]]:
    """Of each part, how it was seen to decide."""
    return {one.text: set(one.seen) for item in coverage.items for one in item.outcomes if one.kind == "part"}


RULE = "rules: [{{id: r, stage: route, on: ticket.created, when: '{}', then: [{{note: hi}}]}}]\n"


@pytest.mark.parametrize(
    ("when", "given", "expected"),
    [
        # All true: each part decides, since any other value of it would turn the condition.
        ("ticket.a and ticket.b", ["a: true, b: true"], {"ticket.a": {True}, "ticket.b": {True}}),
        # Two parts are false: neither alone keeps the condition from holding.
        ("ticket.a and ticket.b", ["a: false, b: false"], {"ticket.a": set(), "ticket.b": set()}),
        ("ticket.a and ticket.b", ["a: true, b: false"], {"ticket.a": set(), "ticket.b": {False}}),
        ("ticket.a or ticket.b", ["a: true, b: true"], {"ticket.a": set(), "ticket.b": set()}),
        ("ticket.a or ticket.b", ["a: true, b: false"], {"ticket.a": {True}, "ticket.b": set()}),
        ("ticket.a or ticket.b", ["a: false, b: false"], {"ticket.a": {False}, "ticket.b": {False}}),
        # What stands beside masks what lies deeper.
        (
            "ticket.a and (ticket.b or ticket.c)",
            ["a: false, b: true, c: false"],
            {"ticket.a": {False}, "ticket.b": set(), "ticket.c": set()},
        ),
        (
            "ticket.a and not (ticket.b or ticket.c)",
            ["a: true, b: true, c: false", "a: true"],
            {"ticket.a": {True}, "ticket.b": {True, False}, "ticket.c": {False}},
        ),
        (
            "if ticket.a then ticket.b else ticket.c",
            ["a: true, b: true, c: false"],
            {"ticket.a": {True}, "ticket.b": {True}, "ticket.c": set()},
        ),
        # A guard cannot be the one reason: where it fails, what it guards fails too.
        (
            "ticket.n is present and ticket.n > 3",
            ["n: 4", "n: 3", ""],
            {"ticket.n is present": {True}, "ticket.n > 3": {True, False}},
        ),
        ("ticket.n is present and ticket.a", ["a: true"], {"ticket.n is present": {False}, "ticket.a": set()}),
    ],
)
def test_parts_decide(tmp_path: Path, when: str, given: list[str], expected: dict[str, set[bool]]) -> None:
    """A part decides where the condition would come out otherwise if only the part did."""
    assert expected == parts(covered(tmp_path, RULE.format(when), *given))


def test_a_guard_is_not_asked_for_what_it_cannot_do(tmp_path: Path) -> None:
    """With a test on either side of the number everything is covered."""
    coverage = covered(tmp_path, RULE.format("ticket.n is present and ticket.n > 3"), "n: 4", "n: 3")
    assert 100.0 == coverage.percent
    assert (
        "coverage 100%: 1 of 1 rules fired, 2 of 2 outcomes of conditions, 3 of 3 outcomes of their parts",
    ) == summary_lines(coverage)


def test_rules_that_are_not_asked_have_seen_nothing(tmp_path: Path) -> None:
    """Behind the first rule that matches, on another event, or switched off: nothing is seen of a rule."""
    text = """
rules:
  - {id: one, stage: route, on: ticket.created, when: ticket.a, then: [{note: hi}]}
  - {id: two, stage: route, on: ticket.created, when: ticket.b, then: [{note: hi}]}
  - {id: three, stage: route, on: ticket.updated, when: ticket.b, then: [{note: hi}]}
  - {id: off, stage: route, enabled: false, then: [{note: hi}]}
"""
    root = "ruleflow: 1\nstages: [{id: route, hit: first}]\n"
    tests = "tests: [{name: t, event: ticket.created, given: {ticket: {a: true, b: true}}, expect: {errors: []}}]\n"
    coverage = run_tests(loaded(tmp_path, HEAD + text, root, {"a.test.yaml": tests})).coverage
    assert [("one", True), ("two", False), ("three", False)] == [
        (one.owner.id, one.was_asked) for one in coverage.items
    ]
    assert ("two", "three") == coverage.never_fired
    assert (1, 3) == (coverage.rules.seen, coverage.rules.total)
    assert (1, 6) == (coverage.conditions.seen, coverage.conditions.total)


def test_everything_with_a_condition_is_covered(tmp_path: Path) -> None:
    """Derived segments, the pick of a contract, definitions, and each `if`, also inside values and actions."""
    text = """
segments: {big: {when: ticket.n > 5}, huge: {when: contact.segments has big and ticket.n > 50}}
contracts: {first: {applies_when: ticket.a, rating: 5}, second: {applies_when: ticket.b}, third: {}}
definitions: {both: ticket.a and ticket.b, size: if ticket.c then 1 else 2, spare: ticket.c}
rules:
  - id: r
    stage: route
    on: ticket.created
    when: contact.segments has huge or contract is second or (both and size > 1)
    then: [{set: {ticket.priority: if ticket.b then high else low}}]
"""
    given = ["a: true, b: true, n: 51", "a: false, b: true, n: 6"]
    tests = "".join(
        f"  - {{name: t{at}, event: ticket.created, given: {{ticket: {{{one}}}, contact: {{contracts: [first, second]}}}}, expect: {{errors: []}}}}\n"
        for at, one in enumerate(given)
    )
    coverage = run_tests(loaded(tmp_path, HEAD + text, files={"a.test.yaml": f"tests:\n{tests}"})).coverage
    seen = {
        (item.owner.id, one.kind, one.text): (*sorted(one.seen),)
        for item in coverage.items
        for one in item.outcomes
        if one.kind != "part"
    }
    assert {
        ("r", "condition", "contact.segments has huge or contract is second or (both and size > 1)"): (True,),
        ("r", "if", "ticket.b"): (True,),
        ("big", "condition", "ticket.n > 5"): (True,),
        ("huge", "condition", "contact.segments has big and ticket.n > 50"): (False, True),
        ("first", "condition", "ticket.a"): (False, True),
        ("second", "condition", "ticket.b"): (True,),
        ("both", "condition", "ticket.a and ticket.b"): (False, True),
        ("size", "if", "ticket.c"): (False,),
    } == seen


def test_steps_count(tmp_path: Path) -> None:
    """What fires while time passes in a test is seen."""
    text = """
rules:
  - {id: take, stage: classify, on: ticket.created, then: {set: {ticket.status: pending}}}
  - {id: remind, stage: notify, after: {time: 24h, since: ticket.created_at}, when: ticket.status is pending, then: {note: hi}}
"""
    steps = """
tests:
  - name: a day
    steps:
      - {event: ticket.created, at: 2026-03-02T10:00, given: {ticket: {created_at: 2026-03-02T10:00}}, expect: {matched: take}}
      - {advance_to: 2026-03-03T11:00, expect: {matched: remind}}
"""
    coverage = run_tests(loaded(tmp_path, HEAD + text, files={"a.test.yaml": steps})).coverage
    assert () == coverage.never_fired
    assert (1, 2) == (coverage.conditions.seen, coverage.conditions.total)


def test_the_words(tmp_path: Path) -> None:
    """What tests leave out is told by rule, with places; what follows from the whole is not told again."""
    text = """
definitions: {both: ticket.a and ticket.b}
rules:
  - {id: seen, stage: route, on: ticket.created, when: both or ticket.c, then: [{note: hi}]}
  - id: never
    stage: route
    on: ticket.created
    when:
      all:
        - ticket.n > 3
        - ticket.a
    then: [{set: {ticket.priority: if ticket.b then high else low}}]
  - {id: elsewhere, stage: route, on: ticket.updated, when: ticket.a, then: [{note: hi}]}
"""
    coverage = covered(tmp_path, text, "c: true", "a: true, n: 1")
    assert (
        "coverage 40%: 1 of 3 rules fired, 4 of 10 outcomes of conditions, 5 of 12 outcomes of their parts",
        "never fired in a test: `never` and `elsewhere`",
    ) == summary_lines(coverage)
    assert """what no test shows:

rule `seen`  rules/example.yaml:10
  line 10: `both` never decides by being true

rule `never`  rules/example.yaml:11
  its condition is never true
  line 17: `ticket.a` never decides by being false
  line 18: `ticket.b`, the condition of an `if`, is never true or false

rule `elsewhere`  rules/example.yaml:19
  no test asks it

definition `both`  rules/example.yaml:8
  its condition is never true
  line 8: `ticket.a` never decides by being false""" == "\n".join(gap_lines(coverage))


def test_other_forms(tmp_path: Path) -> None:
    """JSON has every outcome, JUnit the gaps as properties."""
    text = RULE.format("ticket.a or ticket.b")
    tests = "tests: [{name: t, event: ticket.created, given: {ticket: {a: true}}, expect: {errors: []}}]\n"
    report = run_tests(loaded(tmp_path, HEAD + text, files={"a.test.yaml": tests}))
    found = to_dict(report)["coverage"]
    assert {"seen": 1, "total": 4} == found["parts"]
    assert [
        {
            "kind": "rule",
            "id": "r",
            "file": "rules/example.yaml",
            "line": 7,
            "fired": True,
            "outcomes": [
                {
                    "kind": "condition",
                    "text": "ticket.a or ticket.b",
                    "line": 7,
                    "column": 58,
                    "seen": [True],
                    "missing": [False],
                },
                {"kind": "part", "text": "ticket.a", "line": 7, "column": 58, "seen": [True], "missing": [False]},
                {"kind": "part", "text": "ticket.b", "line": 7, "column": 70, "seen": [], "missing": [True, False]},
            ],
        }
    ] == found["items"]
    xml = render_junit(report, "x")
    assert '<property name="coverage.percent" value="42.8" />' in xml
    assert "rules/example.yaml:7: rule `r`: line 7: `ticket.b` never decides by being true" in xml


def test_a_project_without_gaps_is_told_so(tmp_path: Path) -> None:
    """Nothing is left out."""
    coverage = covered(tmp_path, RULE.format("ticket.a"), "a: true", "a: false")
    assert (
        "nothing is left out: every rule fired, and every condition was seen both ways with each of its parts deciding",
    ) == gap_lines(coverage)
