"""What a decision costs, counted: keys looked up and rules checked."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ruleflow.engine.facts import Facts
from ruleflow.engine.stages import snapshot_of
from ruleflow.plan.index import Probes
from ruleflow.project.project import Project, load

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
FIELDS = """ruleflow: 1
stages: [route]
fields:
  ticket.product: {type: text}
  ticket.amount: {type: integer}
  ticket.kind: {type: choice, options: [a, b, c]}
rules:
"""
KINDS = {
    "equality": "ticket.product is 'p{n}' and ticket.kind is b",
    "membership": "ticket.product in ['p{n}', 'q{n}'] and ticket.subject contains 'x'",
    "element": "ticket.tags has 'p{n}' and ticket.amount > 3",
    "range": "ticket.amount between {n}0 and {n}5",
    "text": "ticket.subject contains 'p{n}.' and ticket.kind is b",
    "either": "(ticket.product is 'p{n}' or ticket.tags has 'p{n}') and ticket.kind is not a",
    "changed": "ticket.product changed to 'p{n}'",
}


def project(folder: Path, when: str, rules: int) -> Project:
    """A project of many rules that differ in a number."""
    lines = [
        f'  - {{id: r{n}, stage: route, on: ticket.updated, when: "{when.format(n=n)}", then: [{{add_tags: [t]}}]}}'
        for n in range(rules)
    ]
    (folder / "ruleflow.yaml").write_text(FIELDS + "\n".join(lines), encoding="utf-8")
    return load(folder)


def probes(folder: Path, when: str, rules: int) -> tuple[Probes, int]:
    """What twenty decisions cost, and how many rules matched in all."""
    made = project(folder, when, rules)
    own = made.plan.stages[0].events["ticket.updated"]
    index = own.index.counted()
    drawn, matched = random.Random(7), 0
    for _ in range(20):
        n = drawn.randrange(rules)
        ticket = {"product": f"p{n}", "amount": n * 10 + 2, "kind": "b", "tags": [f"p{n}", "x"], "subject": f"x p{n}."}
        read = made.door.read("ticket.updated", {"ticket": ticket, "before": {"ticket": {"product": "other"}}})
        assert isinstance(read, Facts)
        matched += len(index.matches(snapshot_of(made.plan, "ticket.updated", read, NOW, read.values)))
    assert index.probes is not None
    return index.probes, matched


@pytest.mark.parametrize("kind", KINDS)
def test_ten_times_the_rules_cost_no_more(kind: str, tmp_path: Path) -> None:
    """A decision looks up keys and checks the few rules that are left, however many rules there are."""
    (tmp_path / "few").mkdir()
    (tmp_path / "many").mkdir()
    few, matched = probes(tmp_path / "few", KINDS[kind], 60)
    many, matched_of_many = probes(tmp_path / "many", KINDS[kind], 600)
    assert matched >= 20
    assert matched_of_many >= 20
    assert many.checks <= few.checks + 20
    assert many.lookups <= few.lookups
    assert many.checks <= 2 * matched_of_many


def test_rules_without_a_key_are_checked(tmp_path: Path) -> None:
    """What no key can find is checked rule by rule, and rightly."""
    counted, matched = probes(tmp_path, "ticket.product is not 'p{n}'", 40)
    assert 20 * 39 == matched
    assert 20 * 40 == counted.checks


def test_a_condition_of_many_alternatives_does_not_explode(tmp_path: Path) -> None:
    """Twenty alternatives times twenty times twenty are no eight thousand."""
    part = "(ticket.product in [{}] or ticket.tags has any of [{}])".replace(
        "{}", ", ".join(f"'w{k}'" for k in range(20))
    )
    when = " and ".join([part] * 3) + " and ticket.amount is {n}"
    made = project(tmp_path, when, 30)
    decision = made.decide("ticket.updated", {"ticket": {"product": "w3", "tags": ["w5"], "amount": 7}}, now=NOW)
    assert ("r7",) == decision.matched
