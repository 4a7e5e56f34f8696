"""SLA policies and templates that nothing reaches, and all that counts as reaching them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleflow.analysis.dead import find_dead
from tests.projects import loaded

TEMPLATE = "templates: {welcome: templates/welcome.md}\n"
SLA = "sla: {gold: {targets: {first_reply: 1h}}}\n"
RULE = "rules:\n  - {id: a, stage: sla, on: ticket.created, when: ticket.region is 'north', then: [%s]%s}\n"
MAIL = {"templates/welcome.md": "Welcome!"}
ASKED = """definitions: {is_gold: ticket.sla is gold}
rules: [{id: a, stage: route, on: ticket.created, when: is_gold, then: [{add_tags: [x]}]}]
"""
NOBODY = "nothing reaches the SLA policy `gold`: no rule, contract or default names it"


def found(folder: Path, text: str, files: dict[str, str] | None = None) -> list[str]:
    """What is said of things that nothing reaches."""
    return [one.message for one in find_dead(loaded(folder, text, files=files).plan) if one.code.number == "RF510"]


@pytest.mark.parametrize(
    "text",
    [
        RULE % ("{set_sla: gold}", ""),
        RULE % ("{set_sla: gold}", ", mode: shadow"),
        "fields: {contact.level: {type: sla, required: true}}\n" + RULE % ("{set_sla: contact.level}", ""),
        "fields: {ticket.sla: {type: sla, default: gold}}\n",
        "contracts: {c: {regulation: gold}}\n",
        ASKED,
        "segments: {best: {when: ticket.sla is gold}}\n",
    ],
)
def test_what_is_named_or_may_come_is_reached(tmp_path: Path, text: str) -> None:
    """By rules, also ones on trial, by facts that rules take it from, by defaults and contracts, by what is asked."""
    assert [] == found(tmp_path, SLA + text)


def test_a_segment_of_the_same_name_reaches_nothing(tmp_path: Path) -> None:
    """Nor does a rule that is switched off."""
    other = "segments: [gold]\n" + RULE % ("{add_to_segments: gold}", "")
    assert [NOBODY] == found(tmp_path / "segment", SLA + other)
    assert [NOBODY] == found(tmp_path / "off", SLA + RULE % ("{set_sla: gold}", ", enabled: false"))


def test_a_rule_that_can_never_act_reaches_nothing(tmp_path: Path) -> None:
    """It is named."""
    text = RULE.replace("is 'north'", "is 'north' and ticket.region is 'south'") % ("{set_sla: gold}", "")
    message = "nothing reaches the SLA policy `gold`: only `a` names it, and can never act"
    assert [message] == found(tmp_path, SLA + text)


def test_a_template_is_reached_by_being_sent(tmp_path: Path) -> None:
    """By a rule that can act."""
    send = RULE % ("{send: {template: welcome, to: contact.email ?? 'a@example.org'}}", "")
    assert [] == found(tmp_path / "sent", TEMPLATE + send, MAIL)
    assert ["nothing reaches the template `welcome`: no rule names it"] == found(tmp_path / "not", TEMPLATE, MAIL)
