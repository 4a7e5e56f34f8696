"""Tickets that nobody gets: when they are told, with which ticket, and when not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleflow.analysis.dead import find_dead
from ruleflow.diagnostics.diagnostic import Diagnostic
from tests.projects import loaded

BASE = "teams: [desk, billing]\nsegments: [vip]\ndefaults: {on: ticket.created}\n"
ROOT = "ruleflow: 1\nstages: [first, route]\n"
VIP = "id: vip, stage: route, when: contact.segments has vip, then: [{route: {team: desk}}]"
REST = "id: rest, stage: route, when: contact.segments not has vip, then: [{route: {team: billing}}]"


def found(folder: Path, *rules: str, more: str = "") -> list[Diagnostic]:
    """What is said of tickets that nobody gets."""
    text = BASE + more + "rules:\n" + "".join(f"  - {{{one}}}\n" for one in rules)
    return [one for one in find_dead(loaded(folder, text, ROOT).plan) if one.code.number == "RF511"]


def test_a_ticket_that_no_rule_routes_is_told_at_the_last_rule_that_routes(tmp_path: Path) -> None:
    """A ticket of which nothing is known is one."""
    (finding,) = found(
        tmp_path, VIP, "id: late, stage: route, when: ticket.tags has 'x', then: [{route: {team: desk}}]"
    )
    assert "rule `late`" == finding.within
    assert "for instance this ticket: {}" == finding.help[0]


def test_rules_that_leave_nothing_are_proved_to(tmp_path: Path) -> None:
    """Though each has a condition; of one alone the other half is left."""
    assert [] == found(tmp_path / "both", VIP, REST)
    (finding,) = found(tmp_path / "one", REST)
    assert 'for instance this ticket: {"contact":{"segments":["vip"]}}' == finding.help[0]


@pytest.mark.parametrize("act", ["{deny: not for us}", "{stop: true}"])
def test_what_a_rule_ends_is_left_alone_on_purpose(tmp_path: Path, act: str) -> None:
    """By `deny` or `stop`."""
    assert [] == found(tmp_path, f"id: out, stage: first, when: contact.segments not has vip, then: [{act}]", VIP)


def test_what_is_assumed_counts(tmp_path: Path) -> None:
    """There is no ticket of anybody else."""
    assert [] == found(tmp_path, VIP, more="assume: contact.segments has vip\n")


def test_other_events_and_projects_that_route_nothing_are_not_looked_into(tmp_path: Path) -> None:
    """Nor rules on trial."""
    assert [] == found(tmp_path / "event", f"{VIP}, on: ticket.updated")
    assert [] == found(tmp_path / "none", "id: a, stage: route, then: [{add_tags: [x]}]")
    assert [] == found(tmp_path / "trial", f"{VIP}, mode: shadow")
