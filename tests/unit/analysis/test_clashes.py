"""Two values for one field: which pairs of rules are told, with which ticket, and which are not."""

from __future__ import annotations

from pathlib import Path

from ruleflow.analysis.dead import find_dead
from ruleflow.diagnostics.diagnostic import Diagnostic
from tests.projects import loaded

BASE = """
segments: [vip, partner, press]
fields: {ticket.level: {type: choice, options: [a, b, c, d]%s}}
defaults: {on: ticket.created, stage: %s}
rules:
"""
ROOT = "ruleflow: 1\nstages: [all, {id: first, hit: first}, later]\n"
VIP = "id: vip, when: contact.segments has vip, then: [{set: {ticket.level: a}}]"
PRESS = "id: press, when: contact.segments has press, then: [{set: {ticket.level: b}}]"


def found(folder: Path, *rules: str, resolve: str = "", stage: str = "all") -> list[Diagnostic]:
    """What is said about some rules of a stage."""
    text = BASE % (resolve, stage) + "".join(f"  - {{{one}}}\n" for one in rules)
    return list(find_dead(loaded(folder, text, ROOT).plan))


def test_the_ticket_both_values_and_the_one_that_stands_are_told(tmp_path: Path) -> None:
    """A client of both groups is enough of a ticket."""
    (finding,) = found(tmp_path, VIP, PRESS)
    assert "RF509" == finding.code.number
    message = 'the order of rules decides `ticket.level`: `vip` writes "a", which stands, and `press` "b"'
    assert message == finding.message
    assert 'for instance for this ticket: {"contact":{"segments":["press","vip"]}}' == finding.help[0]


def test_who_chose_what_stands_is_told_nothing(tmp_path: Path) -> None:
    """Though it be the first, as without a word."""
    assert [] == found(tmp_path, VIP, PRESS, resolve=", resolve: first")


def test_one_value_or_one_rule_only_is_no_clash(tmp_path: Path) -> None:
    """The same value twice; conditions that exclude each other; a stage in which the first rule alone acts."""
    assert [] == found(tmp_path / "same", VIP, PRESS.replace("level: b", "level: a"))
    other = PRESS.replace("has press", "has press and contact.segments not has vip")
    assert [] == found(tmp_path / "apart", VIP, other)
    assert [] == found(tmp_path / "first", VIP, PRESS, stage="first")


def test_what_holds_otherwise_is_no_clash(tmp_path: Path) -> None:
    """A later rule that acts whenever the earlier one does, with a condition or without."""
    rest = "id: rest, then: [{set: {ticket.level: c}}]"
    wider = "id: wider, when: 'contact.segments has any of [vip, press]', then: [{set: {ticket.level: d}}]"
    assert [] == found(tmp_path, VIP, wider, rest)


def test_a_narrower_rule_that_comes_too_late_is_told(tmp_path: Path) -> None:
    """It does something else, too, so it is not said that nothing of it stands."""
    wider = "id: wider, when: 'contact.segments has any of [vip, press]', then: [{set: {ticket.level: d}}]"
    late = "id: late, when: contact.segments has vip, then: [{set: {ticket.level: a}}, {add_tags: [x]}]"
    assert ["RF509"] == [one.code.number for one in found(tmp_path, wider, late)]


def test_at_most_three_pairs_are_told_of_a_field(tmp_path: Path) -> None:
    """Of five rules that all may act on one ticket there are more."""
    rules = [
        f"id: r{at}, when: ticket.tags has 't{at}', then: [{{set: {{ticket.level: {'abcd'[at % 4]}}}}}]"
        for at in range(6)
    ]
    assert 3 == len(found(tmp_path, *rules))
