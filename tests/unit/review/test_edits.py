"""What was edited, on pairs made by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleflow.review.compare import edits_of
from ruleflow.review.edits import Added, Edit, Edited, Removed, can_matter
from ruleflow.review.report.words import edit_head, edit_lines
from tests.projects import loaded

VOCABULARY = """
fields: {ticket.amount: {type: decimal}, ticket.kind: {type: choice, options: [a, b, c]}}
segments: [vip, b2b]
teams: [desk, vip_desk]
sla: {gold: {targets: {first_reply: {high: 1h, normal: 4h}}}}
calendars: {office: {hours: {mon-fri: ['09:00-17:00']}}}
contracts: {one: {rating: 5}, two: {rating: 5}, three: {rating: 1}}
definitions: {big: ticket.amount > 100}
"""
RULE = "rules: [{id: r, stage: route, when: WHEN, then: [THEN]}]\n"
BIG = "contact.segments has vip or big"


def edits(folder: Path, old: str, new: str, root: str = "ruleflow: 1\n") -> tuple[Edit, ...]:
    """The edits between two projects of one file."""
    before, after = loaded(folder / "old", old, root), loaded(folder / "new", new, root)
    return edits_of(before.plan.checked, after.plan.checked)


def told(folder: Path, old: str, new: str) -> list[str]:
    """The edits in words, each line with its mark."""
    lines = []
    for edit in edits(folder, old, new):
        head = edit_head(edit)
        lines += [f"{head.mark} {head.text}", *(f"  {line.mark} {line.text}" for line in edit_lines(edit))]
    return lines


def rule(when: str, then: str = "{stop: true}") -> str:
    """A project with one rule."""
    return VOCABULARY + RULE.replace("WHEN", f'"{when}"').replace("THEN", then)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("ticket.amount > 500", "ticket.amount > 250", ["~ when: ticket.amount > 500 → 250"]),
        (
            "ticket.amount > 500",
            "ticket.amount >= 500",
            ["~ when: ticket.amount > 500 → ticket.amount >= 500"],
        ),
        (
            "ticket.amount > 500 and ticket.kind is a",
            "ticket.kind is a and ticket.amount > 250 and contact.segments has vip",
            ["~ when: ticket.amount > 500 → 250", "+ when: contact.segments has vip"],
        ),
        ("ticket.kind is a and contact.segments has vip", "ticket.kind is a", ["− when: contact.segments has vip"]),
        ("ticket.kind in [a, b]", "ticket.kind in [a, c]", ["~ when: ticket.kind in […]: − b, + c"]),
        (
            "ticket.subject contains any of ['x', 'y']",
            "ticket.subject contains any of ['y', 'z']",
            ["~ when: ticket.subject contains any of […]: − 'x', + 'z'"],
        ),
        (
            "ticket.kind is a",
            "ticket.kind is a or contact.segments has vip",
            ["+ when (any of): contact.segments has vip"],
        ),
        (
            "ticket.kind is a and (contact.segments has vip or ticket.amount > 5)",
            "ticket.kind is a and (contact.segments has vip or ticket.amount > 6)",
            ["~ when (any of): ticket.amount > 5 → 6"],
        ),
        (
            "not (ticket.kind is a and contact.segments has vip)",
            "not (ticket.kind is b and contact.segments has vip)",
            ["~ when (not, all of): ticket.kind is a → b"],
        ),
        (
            "not (ticket.kind is a) and big",
            "big and ticket.kind is not a",
            [
                (
                    "~ when: written in another way, with the same meaning: not ticket.kind is a and big"
                    " → big and ticket.kind is not a"
                )
            ],
        ),
        (
            "(ticket.amount ?? 1) + 2 > 5",
            "(ticket.amount ?? 1) + 3 > 5",
            ["~ when: (ticket.amount ?? 1) + 2 → 3 > 5"],
        ),
    ],
)
def test_conditions_are_told_by_their_parts(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    """Parts that are new, gone or changed, constants inside them; not lines of text."""
    assert ["~ rule r, stage route", *(f"  {line}" for line in expected)] == told(tmp_path, rule(old), rule(new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{route: {team: desk}}", "{route: {team: vip_desk}}", ["~ then: route team: desk → vip_desk"]),
        ("{route: {team: desk}}", "{route: {team: desk, strategy: direct}}", ["+ then: route strategy: direct"]),
        ("{set: {ticket.kind: a}}", "{set: {ticket.kind: b}}", ["~ then: set ticket.kind: a → b"]),
        ("{set: {ticket.kind: a}}", "{set: {ticket.amount: 5}}", ["− then: set ticket.kind: a", "+ then: set ticket.amount: 5"]),
        ("{add_tags: [x, y]}", "{add_tags: [y, z]}", ["~ then: add_tags tags: − x, + z"]),
        ("{note: 'one {{ ticket.kind }}'}", "{note: two}", ["~ then: note text: 'one {{ ticket.kind }}' → two"]),
        ("{note: a}, {stop: true}", "{stop: true}, {note: a}", ["~ then: [note text: a, stop stop: true] → [stop stop: true, note text: a]"]),
    ],
)  # fmt: skip
def test_actions_are_told_by_their_arguments(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    """Actions that are new or gone, and arguments that changed."""
    assert ["~ rule r, stage route", *(f"  {line}" for line in expected)] == told(
        tmp_path, rule("big", old), rule("big", new)
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("high: 1h", "high: 30m", ["~ SLA policy gold", "  ~ targets.first_reply.high: 1h → 30m"]),
        ("normal: 4h", "low: 8h", ["~ SLA policy gold", "  − targets.first_reply.normal: 4h", "  + targets.first_reply.low: 8h"]),
        ("'09:00-17:00'", "'09:00-12:00', '13:00-17:00'", [
            "~ calendar office",
            *(f"  ~ hours.{day}: − 09:00-17:00, + 09:00-12:00, + 13:00-17:00" for day in ("mon", "tue", "wed", "thu", "fri")),
        ]),
        ("[a, b, c]", "[a, b, d]", ["~ field ticket.kind", "  ~ options: − c, + d"]),
        ("[a, b, c]", "[c, b, a]", ["~ field ticket.kind", "  ~ options: [a, b, c] → [c, b, a]"]),
        ("type: decimal", "type: integer", ["~ field ticket.amount", "  ~ type: decimal → integer"]),
        ("[vip, b2b]", "[vip, b2b, new]", ["+ segment new added"]),
        ("[vip, b2b]", "[vip]", ["− segment b2b removed"]),
        ("teams: [desk, vip_desk]", "teams: {front: {was: desk}, vip_desk: {}}", ["~ team front", "  ~ renamed: desk → front"]),
        ("one: {rating: 5}, two: {rating: 5}", "two: {rating: 5}, one: {rating: 5}", ["~ contract two", "  ~ moved: it stood after one, it now stands first"]),
        ("two: {rating: 5}, three: {rating: 1}", "three: {rating: 1}, two: {rating: 5}", []),
        ("three: {rating: 1}", "three: {rating: 1, requests: {incident: {priority: high}}}", ["~ contract three", "  + requests.incident.priority: high"]),
        ("big: ticket.amount > 100", "big: ticket.amount > 200", ["~ definition big", "  ~ value: ticket.amount > 100 → 200"]),
        ("big: ticket.amount > 100", "huge: ticket.amount > 100", ["~ definition huge", "  ~ renamed: big → huge"]),
    ],
)  # fmt: skip
def test_the_vocabulary(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    """Whatever a project defines is told by its settings; the order only where it counts."""
    assert old in VOCABULARY
    assert expected == told(tmp_path, VOCABULARY, VOCABULARY.replace(old, new))


def test_a_rule_under_another_id_is_known_again(tmp_path: Path) -> None:
    """With the same condition and actions it is renamed; with similar ones edited, too; else one is gone and one is new."""
    one = VOCABULARY + (
        "rules:\n  - {id: a, stage: route, title: T, when: ticket.kind is a and big, then: [{stop: true}]}\n"
    )
    same = one.replace("id: a", "id: b")
    assert ["~ rule b (T), stage route", "  ~ renamed: a → b"] == told(tmp_path / "same", one, same)
    similar = same.replace("ticket.kind is a", "ticket.kind is b")
    assert ["~ rule b (T), stage route, 75% alike", "  ~ renamed: a → b", "  ~ when: ticket.kind is a → b"] == told(
        tmp_path / "similar", one, similar
    )
    other = similar.replace("title: T, ", "").replace("and big", "")
    assert ["+ rule b, stage route added", "− rule a (T), stage route removed"] == told(tmp_path / "other", one, other)


def test_a_rule_that_changes_its_stage(tmp_path: Path) -> None:
    """It moved; where the stage itself was renamed, it did not."""
    one = "rules:\n" + "".join(f"  - {{id: r{at}, stage: route, then: [{{note: n{at}}}]}}\n" for at in range(3))
    moved = one.replace("id: r1, stage: route", "id: r1, stage: notify")
    assert ["~ rule r1, stage notify", "  ~ moved from stage route to stage notify"] == told(tmp_path, one, moved)
    before = loaded(tmp_path / "before", one, "ruleflow: 1\nstages: [route]\n")
    after = loaded(tmp_path / "after", one.replace("route", "send_on"), "ruleflow: 1\nstages: [send_on]\n")
    (found,) = edits_of(before.plan.checked, after.plan.checked)
    assert ["~ renamed: route → send_on"] == [f"{line.mark} {line.text}" for line in edit_lines(found)]


def test_settings_of_rules_stages_tests_and_the_project(tmp_path: Path) -> None:
    """Nothing that can be written is left out."""
    old = (
        "rules:\n  - {id: r, stage: route, on: ticket.created, then: [{stop: true}]}\n"
        "tests:\n  - {name: t, event: ticket.created, given: {ticket: {priority: low}}, expect: {matched: [r]}}\n"
    )
    new = old.replace(
        "on: ticket.created", "on: [ticket.created, ticket.updated], mode: shadow, rollout: 5%, note: why"
    )
    new = new.replace("priority: low", "priority: null")
    before = loaded(tmp_path / "old", old, "ruleflow: 1\nproject: p\nstages: [route, notify]\n")
    after = loaded(
        tmp_path / "new",
        new,
        "ruleflow: 1\nproject: q\ntimezone: Europe/Helsinki\nstages: [notify, {id: route, hit: first}]\n",
    )
    lines = [line.text for edit in edits_of(before.plan.checked, after.plan.checked) for line in edit_lines(edit)]
    assert [
        "name: p → q",
        "timezone: UTC → Europe/Helsinki",
        "moved: it stood after route, it now stands first",
        "hit: all → first",
        "events: + ticket.updated",
        "mode: active → shadow",
        "note: why",
        "rollout: 5",
        "cases.given.ticket.priority: low → null",
    ] == lines


def test_what_cannot_matter(tmp_path: Path) -> None:
    """Titles, notes and tests change no decision; nor does a condition that is written in another way."""
    old = rule("not (ticket.kind is a)")
    calm = old.replace("id: r", "id: r, title: New, note: why, labels: [x], owner: Anna").replace(
        "not (ticket.kind is a)", "ticket.kind is not a"
    )
    assert [False] == [can_matter(edit) for edit in edits(tmp_path / "calm", old, calm)]
    assert [True] == [can_matter(edit) for edit in edits(tmp_path / "loud", old, old.replace("is a)", "is b)"))]


def test_each_edit_knows_where_it_stands(tmp_path: Path) -> None:
    """In the old version, the new one, or both."""
    one = "rules:\n  - {id: a, stage: route, then: [{note: a}]}\n  - {id: b, stage: route, then: [{note: b}]}\n"
    two = "rules:\n\n\n  - {id: b, stage: route, then: [{note: b, }]}\n  - {id: c, stage: route, when: now is missing, then: [{note: b}]}\n"
    two = two.replace("note: b, ", "note: other")
    edited, added, removed = edits(tmp_path, one, two)
    assert isinstance(edited, Edited)
    assert isinstance(added, Added)
    assert isinstance(removed, Removed)
    spans = (edited.before.span, edited.after.span, added.subject.span, removed.subject.span)
    assert [3, 4, 5, 2] == [span.first.line for span in spans if span is not None]


def test_templates_are_told_by_their_lines(tmp_path: Path) -> None:
    """Of a long text the lines that changed."""
    rules = "templates: {hi: {file: hi.md}}\n"
    before = loaded(tmp_path / "old", rules, files={"hi.md": "---\nsubject: Hi\n---\none\ntwo\nthree\n"})
    after = loaded(tmp_path / "new", rules, files={"hi.md": "---\nsubject: Hello\n---\none\n2\nthree\n"})
    (found,) = edits_of(before.plan.checked, after.plan.checked)
    assert [("~", "variants.subject: Hi → Hello"), ("~", "variants.body:"), ("−", "  two"), ("+", "  2")] == [
        (line.mark, line.text) for line in edit_lines(found)
    ]


def test_promises_and_assumptions_are_edits(tmp_path: Path) -> None:
    """What is promised and taken for granted is told; a promise changes no decision."""
    rule_ = rule("ticket.amount > 5", "{route: {team: desk}}")
    found = edits(
        tmp_path,
        f"{rule_}properties: [{{id: routed, expect: outcome.route is present}}]\n",
        f"{rule_}properties: [{{id: routed, never: outcome.route is missing}}]\nassume: [contact.email is present]\n",
    )
    lines = [line.text for one in found for line in edit_lines(one)]
    assert [
        "assume: [contact.email is present]",
        "expect: outcome.route is present",
        "never: outcome.route is missing",
    ] == sorted(lines)
    assert [False] == [can_matter(one) for one in found if "promise" in edit_head(one).text]


VIEW = (
    VOCABULARY
    + "views:\n  queue: {when: 'ticket.kind is a and big', sort: [-contract.rating, ticket.id], columns: [ticket.id]}\n"
)


def test_views(tmp_path: Path) -> None:
    """A view that is new, gone, renamed, or says something else is told; no decision comes out differently for it."""
    other = VIEW.replace("queue:", "inbox:").replace("{when", "{was: queue, when")
    assert ["~ view inbox", "  ~ renamed: queue → inbox"] == told(tmp_path / "a", VIEW, other)
    assert ["+ view queue added"] == told(tmp_path / "b", VOCABULARY, VIEW)
    changed = VIEW.replace("is a and big", "is b and big").replace("ticket.id], c", "-ticket.id], limit: 5, c")
    assert [
        "~ view queue",
        "  ~ when: ticket.kind is a → b",
        "  ~ sort: − ticket.id, + -ticket.id",
        "  + limit: 5",
    ] == told(tmp_path / "c", VIEW, changed)
    titled = VIEW.replace("[ticket.id]}", "[{title: Number, value: ticket.id}]}")
    assert ["~ view queue", "  ~ columns: − ticket.id, + Number: ticket.id"] == told(tmp_path / "d", VIEW, titled)
    turned = VIEW.replace("-contract.rating, ticket.id", "ticket.id, -contract.rating")
    assert ["~ view queue", "  ~ sort: [-contract.rating, ticket.id] → [ticket.id, -contract.rating]"] == told(
        tmp_path / "t", VIEW, turned
    )
    assert [] == told(tmp_path / "e", VIEW, VIEW.replace("'ticket.kind is a and big'", '"ticket.kind is a  and big"'))
    assert not any(can_matter(one) for one in edits(tmp_path / "f", VIEW, changed))
