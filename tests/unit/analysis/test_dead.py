"""Rules that never act, or always: what is reported, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleflow.analysis.dead import find_dead
from tests.projects import loaded

BASE = """
teams: [desk, billing]
segments: [vip]
defaults: {on: ticket.created}
"""
ROOT = "ruleflow: 1\nstages: [classify, {id: route, hit: first}, notify]\n"


def found(folder: Path, *rules: str, more: str = "") -> list[tuple[str, str]]:
    """The codes and messages about some rules."""
    listed = "".join(f"  - {{{one}}}\n" for one in rules)
    return [
        (one.code.number, one.message) for one in find_dead(loaded(folder, f"{BASE}{more}rules:\n{listed}", ROOT).plan)
    ]


def test_only_the_parts_that_exclude_each_other_are_named(tmp_path: Path) -> None:
    """The third part of the condition is none of them."""
    rule = "id: a, stage: classify, when: ticket.priority is high and ticket.tags is blank and ticket.priority is low, then: [{add_tags: [x]}]"
    message = "the rule `a` can never match: `ticket.priority is high` and `ticket.priority is low` never hold together"
    assert [("RF504", message)] == found(tmp_path, rule)


def test_what_an_earlier_stage_wrote_is_minded(tmp_path: Path) -> None:
    """After a rule for everybody the priority can be one only."""
    first = "id: a, stage: classify, then: [{set: {ticket.priority: high}}]"
    second = "id: b, stage: notify, when: ticket.priority is low, then: [{add_tags: [x]}]"
    assert [("RF504", "the rule `b` can never match: `ticket.priority is low` never holds here")] == found(
        tmp_path, first, second
    )


def test_a_test_or_its_opposite_is_always_true(tmp_path: Path) -> None:
    """Every ticket passes one of the two."""
    rule = "id: a, stage: classify, when: contact.segments not has vip or contact.segments has vip, then: [{add_tags: [x]}]"
    assert [("RF505", "every ticket fulfils the condition of `a`")] == found(tmp_path, rule)


def test_a_rule_after_one_for_everybody_gets_no_turn(tmp_path: Path) -> None:
    """In a stage in which only the first acts; without `hit: first` it acts all the same."""
    rules = [
        "id: a, stage: route, then: [{route: {team: desk}}]",
        "id: b, stage: route, when: contact.segments has vip, then: [{add_tags: [x]}]",
    ]
    assert ["RF506"] == [code for code, _ in found(tmp_path / "first", *rules)]
    assert [] == found(tmp_path / "all", *(one.replace("stage: route", "stage: notify") for one in rules))


def test_after_a_stop_for_everybody_the_rest_is_dead(tmp_path: Path) -> None:
    """The decision has ended."""
    rules = ["id: a, stage: classify, then: [{stop: true}]", "id: b, stage: notify, then: [{add_tags: [x]}]"]
    assert [("RF506", "the rule `b` can never act: the decision has always ended before it")] == found(tmp_path, *rules)


def test_writes_that_always_lose_are_told_unless_the_rule_does_something_else(tmp_path: Path) -> None:
    """A tag beside the write is an effect."""
    first = "id: a, stage: classify, then: [{set: {ticket.priority: high}}]"
    second = "id: b, stage: classify, when: contact.segments has vip, then: [{set: {ticket.priority: low}}%s]"
    assert ["RF507"] == [code for code, _ in found(tmp_path / "one", first, second % "")]
    assert [] == found(tmp_path / "two", first, second % ", {add_tags: [x]}")


def test_either_of_two_texts_not_contained_is_told(tmp_path: Path) -> None:
    """Only a subject that contains both is left out; joined by `and` it says what it seems to."""
    rule = "id: a, stage: classify, when: \"ticket.subject is present and (ticket.subject not contains 'x' %s ticket.subject not contains 'y')\", then: [{add_tags: [x]}]"
    assert ["RF508"] == [code for code, _ in found(tmp_path / "or", rule % "or")]
    assert [] == found(tmp_path / "and", rule % "and")
    meant = "ticket.subject is present and not (ticket.subject contains 'x' and ticket.subject contains 'y')"
    assert [] == found(tmp_path / "not", f'id: a, stage: classify, when: "{meant}", then: [{{add_tags: [x]}}]')


def test_a_rule_of_two_events_is_dead_only_where_it_is_on_both(tmp_path: Path) -> None:
    """On one of them its condition never holds, on the other it always does."""
    rule = "id: a, stage: classify, on: [ticket.created, ticket.updated], when: event.name is 'ticket.updated', then: [{add_tags: [x]}]"
    assert [] == found(tmp_path, rule)


def test_what_is_assumed_counts(tmp_path: Path) -> None:
    """A condition that only tickets fulfil that there are none of."""
    rule = "id: a, stage: classify, when: contact.segments has vip and ticket.priority is low, then: [{add_tags: [x]}]"
    more = "assume: contact.segments not has vip or ticket.priority is high\n"
    assert ["RF504"] == [code for code, _ in found(tmp_path, rule, more=more)]


@pytest.mark.parametrize(
    "when", ["contact.email is company.name", "ticket.subject contains 'a' or ticket.tags has 'b'"]
)
def test_what_may_be_either_is_not_mentioned(tmp_path: Path, when: str) -> None:
    """Also where it is not looked into."""
    assert [] == found(tmp_path, f'id: a, stage: classify, when: "{when}", then: [{{add_tags: [x]}}]')
