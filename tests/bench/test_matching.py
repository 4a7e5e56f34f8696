"""The benchmark of matching measures what it says: its own rules and ours mean the same."""

from __future__ import annotations

from bench.engines import ruleflow as ours
from bench.workload import MOST_MATCHES, Workload, make_workload


def workload() -> Workload:
    """Small, and the same each time."""
    return make_workload(rules=20, tickets=50)


def test_the_judge_and_ruleflow_find_the_same_rules() -> None:
    """For every ticket, all matches in order, and the first of them, are those of the benchmark's own judge."""
    work = workload()
    matching = ours.translate(work.rules)()
    forms = [matching.form(ticket) for ticket in work.tickets]
    assert list(work.expected) == [tuple(matching.match(form)) for form in forms]
    assert [expected[0] for expected in work.expected] == [matching.first(form) for form in forms]


def test_a_whole_decision_finds_them_too() -> None:
    """The row of whole decisions does the same work."""
    work = workload()
    deciding = ours.translate_whole(work.rules)()
    assert list(work.expected) == [tuple(deciding.match(deciding.form(ticket))) for ticket in work.tickets]


def test_the_workload_is_drawn_from_its_seed() -> None:
    """Twice the same; every ticket matches at least one rule and at most ten, and most rules are met."""
    work = workload()
    assert work == workload()
    assert all(1 <= len(expected) <= MOST_MATCHES for expected in work.expected)
    assert {rule.id for rule in work.rules} == {id_ for expected in work.expected for id_ in expected}
