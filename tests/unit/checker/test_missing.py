"""Where a missing value would surprise, and what makes it safe."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import findings

RULE = "rules:\n  - id: r\n    stage: classify\n    when: |\n      {when}\n    then: [{{stop: true}}]\n"


def codes(folder: Path, when: str, extra: str = "") -> list[str]:
    """The codes of the errors of a rule with a condition."""
    return [one.code.number for one in findings(folder, RULE.format(when=when) + extra) if one.is_error]


@pytest.mark.parametrize(
    "when",
    [
        "not contact.satisfaction < 3",
        "not (contact.satisfaction < 3 or ticket.priority is high)",
        "not contact.first_name contains 'a'",
        "not contact.satisfaction between 1 and 3",
        "none (contact.tickets where it.subject contains 'x')",
        "if contact.satisfaction < 3 then true else false",
        "not contact.last_seen_at during office",
        "not contact.first_name contains 'a' or not contact.first_name contains 'b'",
        "not (contact.satisfaction < 3 and contact.satisfaction < 5)",
        "(contact.satisfaction < 3) is false",
        "not few_points",
        "not any (contact.tickets where it.subject starts with 'x')",
        "contact.first_name is present or not contact.first_name contains 'a'",
    ],
)
def test_negated_tests_on_missing_values_are_mistakes(tmp_path: Path, when: str) -> None:
    """A test that is false for a missing value may not stand where that makes the condition hold."""
    extra = (
        "definitions: {few_points: contact.satisfaction < 3}\ncalendars: {office: {hours: {mon: ['09:00-17:00']}}}\n"
    )
    assert "RF405" in codes(tmp_path, when, extra)


@pytest.mark.parametrize(
    "when",
    [
        "contact.satisfaction is present and not contact.satisfaction < 3",
        "not contact.satisfaction < 3 and contact.satisfaction is present",
        "not (contact.satisfaction is present and contact.satisfaction < 3)",
        "contact.satisfaction is missing or not contact.satisfaction < 3",
        "not (contact.satisfaction is missing or contact.satisfaction < 3)",
        "contact.satisfaction < 5 and not contact.satisfaction < 3",
        "not (contact.satisfaction ?? 0) < 3",
        "not not contact.satisfaction < 3",
        "not ticket.priority < high",
        "not ticket.subject contains 'x'",
        "not contact.first_name is 'Anna'",
        "contact.first_name is not 'Anna'",
        "contact.first_name not in ['Anna', 'Olli']",
        "not contact.segments has vip",
        "none (contact.tickets where it.subject is present and it.subject contains 'x')",
        "contact.first_name is 'Anna' and not contact.first_name contains 'x'",
        "contact.first_name in ['Anna'] and not contact.first_name contains 'x'",
        "if contact.satisfaction is present then not contact.satisfaction < 3 else false",
        "contact.satisfaction is present and (ticket.priority is high or not contact.satisfaction < 3)",
        "known and not contact.satisfaction < 3",
        "all (contact.tickets where it.subject contains 'x')",
    ],
)
def test_guards_and_fallbacks_make_negations_safe(tmp_path: Path, when: str) -> None:
    """What says that the value is there, or what stands in for it, takes the surprise away."""
    extra = "segments: [vip]\ndefinitions: {known: contact.satisfaction is present}\n"
    assert [] == codes(tmp_path, when, extra)


def test_required_values_may_not_be_missing(tmp_path: Path) -> None:
    """An action that needs a value takes one that is sure to be there, by guard or fallback."""
    text = """
templates: {hello: {file: hello.md}}
rules:
  - {id: bare, stage: notify, then: [{send: {template: hello, to: contact.email}}]}
  - {id: guarded, stage: notify, when: contact.email is present, then: [{send: {template: hello, to: contact.email}}]}
  - {id: fallback, stage: notify, then: [{send: {template: hello, to: "contact.email ?? 'desk@example.com'"}}]}
  - {id: divided, stage: classify, then: [{set: {contact.lifetime_value: 100 / contact.satisfaction}}]}
"""
    (tmp_path / "hello.md").write_text("Hello", encoding="utf-8")
    found = [(one.code.number, one.within) for one in findings(tmp_path, text) if one.is_error]
    assert [("RF406", "action `send` of rule `bare`"), ("RF406", "action `set` of rule `divided`")] == found


def test_a_route_needs_somebody(tmp_path: Path) -> None:
    """A route whose every target may be missing might go nowhere."""
    text = """
teams: [desk]
rules:
  - {id: nobody, stage: route, then: [{route: {agent: contact.account_manager}}]}
  - {id: somebody, stage: route, then: [{route: {agent: contact.account_manager, team: desk}}]}
  - {id: asked, stage: route, when: contact.account_manager is present, then: [{route: {agent: contact.account_manager}}]}
"""
    assert [("RF406", "action `route` of rule `nobody`")] == [
        (one.code.number, one.within) for one in findings(tmp_path, text) if one.is_error
    ]
