"""What is not proved: changes that show only through a name, a calendar, a clock or a wording."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleflow.analysis.compare import compare
from ruleflow.analysis.verdicts import State, Verdict
from tests.projects import loaded

pytest.importorskip("pysat")
CREATED = "stage: notify, on: ticket.created"
POLICY = "sla: {{fast: {{calendar: office, targets: {{resolution: {} working days}}}}}}\n"
OFFICE = "calendars: {{office: {{hours: {{mon-fri: ['09:00-{}']}}}}}}\n"
CONTRACT = "contracts: {tills: {title: Tills, calendar: office, regulation: fast}}\nsla: {fast: {targets: {first_reply: 4h}}}\n"
WORDED = {"hi.md": "Hi {{ ticket.created_at }}", "hi.vip.md": "---\nsegment: vip\n---\nHi, VIP"}
SENT = f"templates: {{hi: {{files: [hi.md, hi.vip.md]}}}}\nrules: [{{id: r, {CREATED}, when: contact.email is present, then: [{{send: {{template: hi, to: contact.email}}}}]}}]\n"


def verdicts(folder: Path, old: str, new: str, roots: tuple[str, str] = ("", "")) -> dict[str, Verdict]:
    plans = [
        loaded(folder / name, text, "ruleflow: 1\n" + root, WORDED).plan
        for name, text, root in zip(("old", "new"), (old, new), roots, strict=True)
    ]
    return {one.outcome: one for one in compare(*plans).verdicts if one.event == "ticket.created"}


def rule(when: str, act: str = "note: x") -> str:
    return f'rules: [{{id: r, {CREATED}, when: "{when}", then: [{{{act}}}]}}]\n'


def test_a_renamed_team_renames_no_text(tmp_path: Path) -> None:
    """A text, a tag and a reason that say the old id are texts: that they say the new one is a change."""
    acts = "{{add_tags: [{0}]}}, {{note: {0}}}, {{deny: {0}}}, {{notify: {{team: {0}, text: same}}}}"
    text = f"teams: {{{{{{0}}: {{{{was: {{1}}}}}}}}}}\nrules: [{{{{id: r, {CREATED}, then: [{acts}]}}}}]\n"
    found = verdicts(tmp_path, text.format("alpha", "before"), text.format("beta", "alpha"))
    states = {name: found[name].state for name in ("note", "denied", "ticket.tags", "notify")}
    changed = dict.fromkeys(("note", "denied", "ticket.tags"), State.CHANGED)
    assert {**changed, "notify": State.UNCHANGED} == states


@pytest.mark.parametrize(
    ("outcome", "old", "new"),
    [
        (
            "sla",
            OFFICE.format("18:00") + CONTRACT + rule("contract is present"),
            OFFICE.format("12:00") + CONTRACT + rule("contract is present"),
        ),
        (
            "note",
            OFFICE.format("18:00") + CONTRACT + rule("next_open(now, contract.calendar) > now"),
            OFFICE.format("12:00") + CONTRACT + rule("next_open(now, contract.calendar) > now"),
        ),
        (
            "note",
            OFFICE.format("18:00")
            + "fields: {ticket.hours: {type: calendar}}\n"
            + rule("next_open(now, ticket.hours) > now"),
            OFFICE.format("12:00")
            + "fields: {ticket.hours: {type: calendar}}\n"
            + rule("next_open(now, ticket.hours) > now"),
        ),
        (
            "note",
            OFFICE.format("18:00") + POLICY.format(3) + rule("sla.due_at > @2026-03-06T00:00"),
            OFFICE.format("18:00") + POLICY.format(4) + rule("sla.due_at > @2026-03-06T00:00"),
        ),
        (
            "send",
            "segments: {vip: {when: ticket.subject contains 'a'}}\n" + SENT,
            "segments: {vip: {when: ticket.subject contains 'b'}}\n" + SENT,
        ),
    ],
    ids=["calendar of a contract", "calendar of a contract, computed", "calendar in the facts", "deadline", "wording"],
)
def test_what_is_behind_a_name_is_compared(tmp_path: Path, outcome: str, old: str, new: str) -> None:
    """Hours behind a calendar that is named only at the ticket, a target behind a deadline, a segment behind a wording."""
    assert verdicts(tmp_path, old, new)[outcome].state is not State.UNCHANGED


def test_a_wording_shows_instants_in_the_zone_of_the_project(tmp_path: Path) -> None:
    """The same template says another time in another zone."""
    zones = ("timezone: Europe/Helsinki\n", "timezone: Asia/Tokyo\n")
    text = "segments: {vip: {}}\n" + SENT
    assert verdicts(tmp_path, text, text, zones)["send"].state is not State.UNCHANGED


@pytest.mark.parametrize(
    ("outcome", "old", "new"),
    [
        ("ticket.size", rule("ticket.subject contains 'q'", "set: {ticket.size: 5}"), rule("ticket.subject is 'no'", "set: {ticket.size: 5}")),
        ("note", rule("ticket.size > 1", "note: 'Of {{ ticket.size }}'"), rule("ticket.size > 1", "note: 'Of {{ ticket.size + 0 }}'")),
        ("sla", OFFICE.format("18:00") + POLICY.format(3) + rule("ticket.size > 1", "set_sla: fast"), OFFICE.format("17:00") + POLICY.format(3) + rule("ticket.size > 1", "set_sla: fast")),
    ],
    ids=["a fact may be the value already", "a text may come to the same", "a deadline may lie before closing"],
)  # fmt: skip
def test_always_is_said_only_of_what_is_certain(tmp_path: Path, outcome: str, old: str, new: str) -> None:
    """Where a fact, or something computed, may be the same in the end, its conditions are no more than an instance."""
    size = "fields: {ticket.size: {type: integer}}\n"
    found = verdicts(tmp_path, size + old, size + new)[outcome]
    assert not any(change.region_is_proved for change in found.changes)


def test_always_is_said_with_all_conditions(tmp_path: Path) -> None:
    """The rule behind a note that reads a field with another `resolve:`: both conditions are needed for a change."""
    fields = "fields: {{ticket.p: {{type: choice, options: [b, c], resolve: {}}}}}\n"
    rules = f"""rules:
  - {{id: b, stage: classify, on: ticket.created, when: ticket.subject contains 'q', then: [{{set: {{ticket.p: b}}}}]}}
  - {{id: c, stage: classify, on: ticket.created, when: ticket.subject contains 'привет', then: [{{set: {{ticket.p: c}}}}]}}
  - {{id: d, {CREATED}, when: ticket.p is b, then: [{{note: '{{{{ ticket.p }}}}'}}]}}
"""
    found = verdicts(tmp_path, fields.format("first") + rules, fields.format("last") + rules)["note"]
    both = {"ticket.subject contains 'q'", "ticket.subject contains 'привет'"}
    assert [both] == [set(change.region) for change in found.changes if change.region_is_proved]


def test_events_of_our_own_are_told(tmp_path: Path) -> None:
    """A rule that from now on runs on events that we caused changes those only: the conditions say so."""
    old = rule("ticket.subject contains 'q'")
    new = old.replace("then:", "on_own_changes: true, then:")
    (change,) = verdicts(tmp_path, old, new)["note"].changes
    assert {"ticket.subject contains 'q'", "event.caused_by is present"} == set(change.region)


def test_a_tag_that_is_only_added_is_told_by_its_name(tmp_path: Path) -> None:
    """No rule asks for the tag; what is known of it before is said of the tag, and every change is found."""
    found = verdicts(
        tmp_path, rule("ticket.subject is 'q'", "add_tags: [a]"), rule("ticket.subject is 'q'", "add_tags: [b]")
    )["ticket.tags"]
    assert found.complete
    said = {one for change in found.changes for one in change.region}
    assert {"ticket.subject is 'q'", "not (ticket.tags has a)", "not (ticket.tags has b)"} <= said


def test_a_target_is_another_outcome_for_certain_only_when_a_ticket_is_created(tmp_path: Path) -> None:
    """Later on a ticket without the instant of its creation has no clock, so nothing shows."""
    old, new = (
        OFFICE.format("18:00") + POLICY.format(days) + rule("ticket.channel is phone", "set_sla: fast")
        for days in (3, 4)
    )
    assert all(change.region_is_proved for change in verdicts(tmp_path, old, new)["sla"].changes)
    later = (
        loaded(tmp_path / name, text.replace("ticket.created", "ticket.updated"), files=WORDED).plan
        for name, text in (("a", old), ("b", new))
    )
    found = next(one for one in compare(*later).verdicts if one.outcome == "sla")
    assert not any(change.region_is_proved for change in found.changes)
