"""Changes of the rules: which are made, and which of them tests notice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ruleflow.project.processes import in_order
from ruleflow.project.project import Project
from ruleflow.testing.conditions import OwnerKind, owned
from ruleflow.testing.mutants import Mutants
from ruleflow.testing.mutation import candidates, mutate, sample
from ruleflow.testing.mutation_text import mutation_dict, mutation_lines
from ruleflow.testing.run import run_tests
from ruleflow.testing.verdicts import Mutation
from tests.projects import loaded

HEAD = """
fields:
  ticket.a: {type: boolean}
  ticket.n: {type: integer, default: 0}
  ticket.opt: {type: integer}
  ticket.at: {type: date}
  ticket.kind: {type: choice, options: [red, green, blue]}
segments: {vip: {}, partner: {}}
teams: [t1, t2]
agents: {a1: {}, a2: {}}
"""


def changes(tmp_path: Path, when: str, then: str = "note: hi", more: str = "") -> list[str]:
    """The changes of a rule in words, less those of the rule as a whole and of the note."""
    text = f"{HEAD}{more}\nrules:\n  - id: r\n    stage: route\n    on: ticket.created\n    when: {when}\n    then: [{then}]\n"
    project = loaded(tmp_path, text)
    owner = next(owner for owner, _ in owned(project.plan.checked) if owner.kind is OwnerKind.RULE)
    found = [one.change.text for one in Mutants(project.plan.checked).of(owner)]
    return [one for one in found if one not in {"the rule left out", "`note` left out"}]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (
            "ticket.n >= 5",
            [
                "`ticket.n >= 5` left out",
                "`ticket.n >= 5` → `ticket.n > 5`",
                "`ticket.n >= 5` → `ticket.n < 5`",
                "`ticket.n >= 5` → `ticket.n >= 6`",
                "`ticket.n >= 5` → `ticket.n >= 4`",
            ],
        ),
        (
            "ticket.kind is blue",
            [
                "`ticket.kind is blue` left out",
                "`ticket.kind is blue` → `ticket.kind is not blue`",
                "`ticket.kind is blue` → `ticket.kind is green`",
            ],
        ),
        (
            "ticket.kind in [red, green]",
            [
                "`ticket.kind in [red, green]` left out",
                "`ticket.kind in [red, green]` turned round",
                "`red` left out of a list",
                "`green` left out of a list",
                "`ticket.kind in [red, green]` → `ticket.kind in [red, blue]`",
            ],
        ),
        (
            "contact.segments has vip or ticket.a",
            [
                "`or` → `and` between `contact.segments has vip` and `ticket.a`",
                "`contact.segments has vip` left out",
                "`ticket.a` left out",
                "`contact.segments has vip` turned round",
                "`contact.segments has vip` → `contact.segments has partner`",
                "`ticket.a` turned round",
            ],
        ),
        (
            "contact.segments has any of [vip, partner]",
            [
                "`contact.segments has any of [vip, partner]` left out",
                "`has any of` → `has all of` in `contact.segments has any of [vip, partner]`",
                "`contact.segments has any of [vip, partner]` turned round",
                "`vip` left out of a list",
                "`partner` left out of a list",
            ],
        ),
        ("not ticket.a", ["`not ticket.a` left out", "`not ticket.a` turned round"]),
        (
            "ticket.kind changed from red to green",
            [
                "`ticket.kind changed from red to green` left out",
                "`from red` left out of `ticket.kind changed from red to green`",
                "`to green` left out of `ticket.kind changed from red to green`",
                "`ticket.kind changed from red to green` turned round",
                "`ticket.kind changed from red to green` → `ticket.kind changed from green to green`",
                "`ticket.kind changed from red to green` → `ticket.kind changed from red to blue`",
            ],
        ),
        (
            "ticket.n * 2 + 1 is 7",
            [
                "`ticket.n * 2 + 1 is 7` left out",
                "`ticket.n * 2 + 1 is 7` → `ticket.n * 2 + 1 is not 7`",
                "`ticket.n * 2 + 1 is 7` → `ticket.n * 2 - 1 is 7`",
                "`ticket.n * 2 + 1 is 7` → `ticket.n / 2 + 1 is 7`",
                "`ticket.n * 2 + 1 is 7` → `ticket.n * 3 + 1 is 7`",
                "`ticket.n * 2 + 1 is 7` → `ticket.n * 1 + 1 is 7`",
                "`ticket.n * 2 + 1 is 7` → `ticket.n * 2 + 2 is 7`",
                "`ticket.n * 2 + 1 is 7` → `ticket.n * 2 + 0 is 7`",
                "`ticket.n * 2 + 1 is 7` → `ticket.n * 2 + 1 is 8`",
                "`ticket.n * 2 + 1 is 7` → `ticket.n * 2 + 1 is 6`",
            ],
        ),
        (
            "ticket.at > @2026-03-01",
            [
                "`ticket.at > @2026-03-01` left out",
                "`ticket.at > @2026-03-01` → `ticket.at >= @2026-03-01`",
                "`ticket.at > @2026-03-01` → `ticket.at <= @2026-03-01`",
                "`ticket.at > @2026-03-01` → `ticket.at > @2026-03-02`",
                "`ticket.at > @2026-03-01` → `ticket.at > @2026-02-28`",
            ],
        ),
        (
            "ticket.opt is missing or elapsed(ticket.created_at) > 4h",
            [
                "`or` → `and` between `ticket.opt is missing` and `elapsed(ticket.created_at) > 4h`",
                "`ticket.opt is missing` left out",
                "`elapsed(ticket.created_at) > 4h` left out",
                "`ticket.opt is missing` turned round",
                "`elapsed(ticket.created_at) > 4h` → `elapsed(ticket.created_at) >= 4h`",
                "`elapsed(ticket.created_at) > 4h` → `elapsed(ticket.created_at) <= 4h`",
                "`elapsed(ticket.created_at) > 4h` → `elapsed(ticket.created_at) > 5h`",
                "`elapsed(ticket.created_at) > 4h` → `elapsed(ticket.created_at) > 3h`",
            ],
        ),
    ],
)
def test_conditions_are_changed(tmp_path: Path, when: str, expected: list[str]) -> None:
    """Operators, constants, parts and their joining, each in one place; what says the same is no change."""
    assert expected == changes(tmp_path, when)


def test_what_the_checker_would_refuse_is_no_change(tmp_path: Path) -> None:
    """A guard that the condition needs is not left out: `check` would tell."""
    found = changes(tmp_path, "ticket.opt is present and not (ticket.opt < 3)")
    assert "`ticket.opt is present` left out" not in found
    assert "`not (ticket.opt < 3)` left out" in found


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ("set: {ticket.kind: red}", ["`set: ticket.kind` left out", "`red` → `green` in `set: ticket.kind`"]),
        (
            "set: {ticket.priority: high}",
            ["`set: ticket.priority` left out", "`high` → `urgent` in `set: ticket.priority`"],
        ),
        (
            "route: {team: t1, agent: a2}",
            [
                "`route` left out",
                "`team` left out of `route`",
                "`t1` → `t2` in `route: team`",
                "`agent` left out of `route`",
                "`a2` → `a1` in `route: agent`",
            ],
        ),
        (
            "add_tags: [x, y]",
            [
                "`add_tags` left out",
                "`add_tags` → `remove_tags`",
                "`x` left out of a list in `add_tags: tags`",
                "`y` left out of a list in `add_tags: tags`",
            ],
        ),
        (
            "set: {ticket.n: ticket.n + 1}",
            [
                "`set: ticket.n` left out",
                "`ticket.n + 1` → `ticket.n - 1` in `set: ticket.n`",
                "`ticket.n + 1` → `ticket.n + 2` in `set: ticket.n`",
                "`ticket.n + 1` → `ticket.n + 0` in `set: ticket.n`",
            ],
        ),
    ],
)
def test_actions_are_changed(tmp_path: Path, then: str, expected: list[str]) -> None:
    """Actions are left out, turned round, or say something else."""
    found = changes(tmp_path, "ticket.a", then)
    assert ["`ticket.a` left out", "`ticket.a` turned round", *expected] == found


PROJECT = """
definitions: {big: ticket.n > 5}
contracts: {gold: {applies_when: ticket.a}, plain: {}}
rules:
  - {id: first, stage: route, on: ticket.created, when: ticket.n > 5 and ticket.a, then: [{route: {team: t1}}]}
  - {id: second, stage: route, on: ticket.created, when: big, then: [{add_tags: [x]}]}
  - {id: elsewhere, stage: route, on: ticket.updated, when: ticket.a, then: [{note: hi}]}
  - {id: later, stage: route, after: {time: 4h, since: ticket.created_at}, when: ticket.n is 5, then: [{note: hi}]}
"""
TESTS = """
tests:
  - {name: six, event: ticket.created, given: {ticket: {a: true, n: 6}}, expect: {matched: [first, second]}}
  - {name: five, event: ticket.created, given: {ticket: {a: true, n: 5}}, expect: {matched: []}}
  - {name: a timer, event: ticket.created, given: {ticket: {n: 5, created_at: 2026-01-01T00:00}}, expect: {timers: [{rule: later}]}}
"""


def project(tmp_path: Path) -> Project:
    return loaded(tmp_path, HEAD + PROJECT, files={"a.test.yaml": TESTS})


def tried(found: Project, rule: str = "", limit: int | None = None, workers: int | None = 1) -> Mutation:
    """What becomes of the changes of a project."""
    report = run_tests(found)
    assert () == report.failed
    made = candidates(found, report, rule)
    return mutate(found, sample(made, limit), len(made), workers, lambda _: None)


def test_what_tests_notice_and_what_not(tmp_path: Path) -> None:
    """Each rule with the changes that no test notices; a rule that no test asks is told as such."""
    found = tried(project(tmp_path))
    assert """31 changes tried: 19 noticed, 12 not (61.2%)

no test would notice:

rule `first`  rules/example.yaml:15
  line 15: `ticket.a` left out
  line 15: `route` left out
  line 15: `t1` → `t2` in `route: team`

rule `second`  rules/example.yaml:16
  line 16: `add_tags` left out
  line 16: `add_tags` → `remove_tags`

rule `elsewhere`  rules/example.yaml:17
  no test asks it (4 changes)

rule `later`  rules/example.yaml:18
  line 18: `ticket.n is 5` left out
  line 18: `note` left out

contract `gold`  rules/example.yaml:13
  line 13: `ticket.a` turned round""" == "\n".join(mutation_lines(found))


def test_changes_of_one_rule(tmp_path: Path) -> None:
    """A rule by its id; JSON says the same."""
    found = tried(project(tmp_path), "second")
    assert {"second"} == {one.owner.id for one in found.verdicts}
    said = mutation_dict(found)
    assert (5, 3) == (said["tried"], said["noticed"])
    assert {
        "rule": "second",
        "file": "rules/example.yaml",
        "line": 16,
        "column": 71,
        "kind": "action left out",
        "change": "`add_tags` left out",
        "was_asked": True,
    } == said["unnoticed"][0]


def test_a_sample_is_always_the_same(tmp_path: Path) -> None:
    """So many changes in their order, and the summary says of how many."""
    found = tried(project(tmp_path), limit=10)
    assert found == tried(project(tmp_path), limit=10)
    assert 10 == len(found.verdicts)
    assert mutation_lines(found)[0].startswith("10 of 31 changes tried: ")
    everything = [(one.owner, one.change) for one in tried(project(tmp_path)).verdicts]
    places = [everything.index((one.owner, one.change)) for one in found.verdicts]
    assert places == sorted(places)


def test_processes_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other processes run tests, and try changes, with the very results of this one; also a test that fails."""
    failing = (
        TESTS + "  - {name: wrong, event: ticket.created, given: {ticket: {a: true}}, expect: {matched: [first]}}\n"
    )
    found = loaded(tmp_path / "wrong", HEAD + PROJECT, files={"a.test.yaml": failing})
    assert run_tests(found) == run_tests(found, workers=2)
    assert ["wrong"] == [one.name for one in run_tests(found, workers=2).failed]
    assert tried(project(tmp_path / "right")) == tried(project(tmp_path / "right"), workers=2)
    asked: list[Any] = []

    def noted(*arguments: Any) -> Any:
        asked.append(arguments)
        return in_order(*arguments)

    monkeypatch.setattr("ruleflow.testing.mutation.in_order", noted)
    monkeypatch.setattr("ruleflow.testing.mutation.cores", lambda: 2)
    tried(project(tmp_path / "right"), workers=None)
    assert [] == asked
    monkeypatch.setattr("ruleflow.testing.mutation.WORTHWHILE", 3)
    tried(project(tmp_path / "right"), workers=None)
    assert 1 == len(asked)
