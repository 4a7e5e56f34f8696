"""What a view may ask and sort by."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import findings, loaded

VOCABULARY = """
segments: {vip: {}, acme: {when: company.name is 'Acme'}}
teams: [desk]
fields:
  ticket.kind: {type: choice, options: [question, incident]}
  contact.plan: {type: choice, options: [free, paid], ordered: true}
definitions: {is_vip: contact.segments has vip, is_new: ticket.status is new}
rules: [{id: r, stage: route, when: is_vip and is_new, then: [{route: {team: desk}}]}]
"""


def found(folder: Path, view: str) -> list[tuple[str, str]]:
    """Codes and places of the findings about a view."""
    text = f"{VOCABULARY}views:\n  a: {view}\n"
    return [(one.code.number, one.span.text if one.span else "") for one in findings(folder, text)]


@pytest.mark.parametrize(
    "view",
    [
        "",
        "{when: is_vip, sort: [-contract.rating, sla.due_at]}",
        "{sort: [-ticket.priority, ticket.created_at, ticket.subject, -(contact.segments has acme)]}",
        "{sort: 'now - ticket.created_at', columns: [sla.first_reply.state, {title: Waits, value: elapsed(ticket.created_at)}]}",
        "{when: {all: [is_new, {any: [is_vip, contact.segments has acme]}]}, limit: 5, owner: Anna, labels: [x], was: b}",
        "{of: contacts, when: contact.plan >= paid and contract is missing, sort: [-contact.plan, company.name]}",
        "{of: companies, when: company.name is present and contact.segments has acme, sort: [-company.name], columns: company.name}",
    ],
)
def test_what_may_be_asked(tmp_path: Path, view: str) -> None:
    """Facts, clocks, contracts, segments and definitions; keys that compare, texts, and yes or no."""
    assert [] == found(tmp_path, view)


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("{sort: ticket.kind}", [("RF404", "ticket.kind")]),
        ("{sort: [-contact.segments]}", [("RF404", "contact.segments")]),
        ("{sort: ticket.team}", [("RF404", "ticket.team")]),
        ("{sort: ticket.prioritty}", [("RF302", "ticket.prioritty")]),
        ("{when: ticket.priority}", [("RF402", "ticket.priority")]),
        ("{when: ticket.status is opne}", [("RF403", "opne")]),
        ("{columns: [vip]}", [("RF303", "vip")]),
        ("{columns: [{title: x}]}", [("RF112", "{title: x}")]),
        ("{when: }", [("RF118", "")]),
        ("{limit: 0}", [("RF115", "0")]),
        ("{limit: 2.5}", [("RF115", "2.5")]),
        ("{of: people}", [("RF116", "people")]),
        ("{when: ticket.status changed}", [("RF419", "ticket.status changed")]),
        ("{when: event.by is agent}", [("RF419", "event.by")]),
        ("{of: contacts, when: is_new}", [("RF419", "is_new")]),
        ("{of: contacts, sort: sla.due_at}", [("RF419", "sla.due_at")]),
        ("{of: companies, columns: [contact.name]}", [("RF419", "contact.name")]),
        ("{when: not (ticket.score < 3)}", [("RF302", "ticket.score")]),
        ("{colums: [ticket.id]}", [("RF111", "colums")]),
    ],
)
def test_what_is_wrong(tmp_path: Path, view: str, expected: list[tuple[str, str]]) -> None:
    """Each mistake has one finding, at its place."""
    assert expected == found(tmp_path, view)


def test_a_view_uses_a_definition(tmp_path: Path) -> None:
    """A definition that only a view names is not idle."""
    text = "definitions: {mine: ticket.id is 'a'}\nviews: {a: {sort: if mine then 1 else 2}}\n"
    assert [] == [one.code.number for one in findings(tmp_path, text)]


def test_names_that_two_views_share(tmp_path: Path) -> None:
    """A view that is defined twice, or that another one was before, is told with both places."""
    assert ["RF301"] == [one.code.number for one in findings(tmp_path, "views: {a: , b: {was: a}}\n")]
    assert ["RF301"] == [
        one.code.number for one in findings(tmp_path / "other", "views: {a: }\n", more="views: {a: {limit: 1}}\n")
    ]


def test_a_sign_before_the_whole_turns_the_order(tmp_path: Path) -> None:
    """`-a` sorts by `a`, the highest first, whatever type it has; `-a + b` is a number."""
    project = loaded(tmp_path, "views: {a: {sort: [-ticket.subject, -contract.rating + 1, '-(contact.name)']}}\n")
    assert [(True, "-ticket.subject"), (False, "-contract.rating + 1"), (True, "-contact.name")] == [
        (key.descending, key.text) for key in project.model.views["a"].sort
    ]
