"""Types, names and what the checker says when they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import findings

VOCABULARY = """
segments: [vip, partner]
teams: [desk]
agents: [anna]
contracts: {tills: {title: Tills}}
calendars: {office: {hours: {mon-fri: ['09:00-17:00']}}}
sla: {fast: {targets: {first_reply: 1h}}}
fields:
  ticket.mood: {type: choice, options: [bad, good, 'very good']}
  ticket.size: {type: integer}
  ticket.until: {type: date}
  ticket.limit: {type: duration}
  ticket.big: {type: boolean}
definitions: {is_vip: contact.segments has vip, score: ticket.size ?? 0}
"""


def codes(folder: Path, when: str) -> list[str]:
    """The codes of the findings about a rule with a condition."""
    rule = f"rules:\n  - id: r\n    stage: classify\n    when: |\n      {when}\n    then: [{{stop: true}}]\n"
    found = findings(folder, VOCABULARY + rule)
    return [one.code.number for one in found if one.code.number not in {"RF502", "RF503"}]


@pytest.mark.parametrize(
    "when",
    [
        "ticket.mood is good and is_vip",
        "ticket.mood is 'very good'",
        "ticket.mood in [good, 'very good']",
        "high <= ticket.priority",
        "ticket.priority between normal and urgent",
        "ticket.team is desk or ticket.agent is anna",
        "contact.segments has any of [vip, partner]",
        "contract is tills and contract.rating > 2.5",
        "ticket.sla is fast",
        "now during office or now outside 'office'",
        "ticket.size * 2 + 1 > 3 - 1",
        "ticket.created_at + 2 days > now",
        "ticket.until + 2 days > @2026-03-01",
        "ticket.limit * 2 > 1h30m",
        "now - ticket.created_at > 4h",
        "(if is_vip then 1 else 2) is 1",
        "(ticket.mood ?? good) is bad",
        "score > 3",
        "count (contact.tickets where it.status is open) > 2",
        "count (contact.emails where it ends with '@example.com') > 0",
        "sum (contact.purchases of it.total where it.at > now - 30 days) > 1_000",
        "max (contact.purchases of it.at) > @2026-01-01T00:00",
        "ticket.priority changed from low to high",
        "contact.segments changed",
        "weekday(now) in [sat, sun]",
        "ticket.subject exactly contains 'X' or ticket.subject matches any of ['a+', 'b']",
        "ticket.big",
        "ticket.big is true",
        "any (contact.tickets where it.priority >= high)",
        "length(ticket.subject) > 5",
        "contact.account_manager in ticket.watchers",
        "open_time(ticket.created_at, now, contract.calendar) > 2h",
    ],
)
def test_right_conditions(tmp_path: Path, when: str) -> None:
    """What makes sense is accepted without a word."""
    assert [] == codes(tmp_path, when)


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("ticket.mood is god", "RF403"),
        ("ticket.mood in [good, 'so so']", "RF403"),
        ("ticket.team is dsk", "RF304"),
        ("contact.segments has anna", "RF304"),
        ("ticket.nothing is 1", "RF302"),
        ("good", "RF303"),
        ("foo(1)", "RF305"),
        ("ticket.size is 'x'", "RF401"),
        ("ticket.size is ticket.subject", "RF401"),
        ("ticket.created_at > @2026-03-01", "RF401"),
        ("ticket.limit > 2 days", "RF409"),
        ("ticket.limit + 2 days > 1h", "RF409"),
        ("ticket.subject > 'a'", "RF404"),
        ("ticket.mood > good", "RF404"),
        ("ticket.size", "RF402"),
        ("not ticket.subject", "RF402"),
        ("ticket.size contains 'x'", "RF402"),
        ("ticket.mood contains 'x'", "RF402"),
        ("contact.segments contains 'vip'", "RF402"),
        ("contact.segments is vip", "RF401"),
        ("contact.segments has [vip]", "RF401"),
        ("ticket.mood has good", "RF410"),
        ("any (ticket.size where true)", "RF410"),
        ("ticket.subject + 'x' is 'y'", "RF412"),
        ("round(1, 2, 3) is 1", "RF407"),
        ("ticket.subject matches '('", "RF408"),
        ("ticket.subject matches '(?=a)'", "RF408"),
        ("now changed", "RF415"),
        ("contract.rating changed", "RF415"),
        ("it.status is open", "RF310"),
        ("any (contact.tickets where it.nothing is 1)", "RF311"),
        ("ticket.size in 5", "RF410"),
        ("[1, 'a'] is [1]", "RF401"),
        ("(if is_vip then 1 else 'a') is 1", "RF401"),
    ],
)
def test_wrong_conditions(tmp_path: Path, when: str, code: str) -> None:
    """Each mistake gives one finding, of its own code."""
    assert [code] == codes(tmp_path, when)


def test_the_nearest_name_is_offered(tmp_path: Path) -> None:
    """A slip of the pen is answered with the word that was meant, and an edit that puts it in."""
    (found,) = findings(
        tmp_path, "rules: [{id: r, stage: classify, when: ticket.priority is urgnt, then: [{stop: true}]}]\n"
    )
    assert ("did you mean `urgent`?",) == found.help
    assert "urgent" == found.fixes[0].replacement
    assert "urgnt" == found.span.text if found.span else ""
    assert "`urgnt` is not an option of `ticket.priority`" == found.message


def test_a_word_without_meaning_shows_where_it_would_have_one(tmp_path: Path) -> None:
    """A segment that stands alone is answered with the test that asks for it."""
    text = "segments: [vip]\nrules: [{id: r, stage: classify, when: vip, then: [{stop: true}]}]\n"
    (found,) = findings(tmp_path, text)
    assert ("it is the name of a segment: write `contact.segments has vip`",) == found.help


def test_derived_segments_may_build_on_each_other(tmp_path: Path) -> None:
    """A derived segment may ask for another, in any order of the file, and not for itself."""
    good = "segments:\n  big_vip: {when: contact.segments has big}\n  big: {when: contact.lifetime_value > 10}\n"
    assert () == findings(tmp_path / "good", good)
    bad = "segments:\n  a: {when: contact.segments has b}\n  b: {when: contact.segments has a}\n"
    assert ["RF309"] == [one.code.number for one in findings(tmp_path / "bad", bad)]


def test_contracts_may_not_pick_themselves(tmp_path: Path) -> None:
    """A condition that picks the contract may not read the contract."""
    text = "contracts:\n  a: {title: A, applies_when: contract.rating > 1}\n"
    assert ["RF309"] == [one.code.number for one in findings(tmp_path, text)]


def test_one_run_reports_every_mistake_of_every_file(tmp_path: Path) -> None:
    """Mistakes in several files come together, by file and place."""
    one = "rules: [{id: a, stage: nowhere, on: ticket.create, when: ticket.x is 1, then: [{route: {team: nobody}}]}]\n"
    other = "rules: [{id: b, stage: classify, when: ticket.priority is hgh, then: [{set: {ticket.y: 1}}]}]\n"
    found = findings(tmp_path, one, other=other)
    assert ["RF302", "RF302", "RF304", "RF306", "RF307", "RF403"] == sorted(x.code.number for x in found)
    assert {"rules/example.yaml", "other.yaml"} == {x.span.source.name for x in found if x.span}


def test_names_in_an_unreadable_file_are_not_missed(tmp_path: Path) -> None:
    """Where a file cannot be read, what it would define is not reported as unknown."""
    text = "rules: [{id: a, stage: classify, when: contact.segments has vip, then: [{stop: true}]}]\n"
    assert ["RF101"] == [one.code.number for one in findings(tmp_path, text, broken="segments: [vip\nx: '")]
