"""Advice about whole rules and about the vocabulary: positive cases are on the pages of the codes, near misses here."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleflow.diagnostics.collector import Collector
from ruleflow.lint.lint import Settings, lint_folder
from ruleflow.project.folder import read_folder
from tests.projects import write_project
from tests.unit.lint.linting import NOW, asks, linted, told


def rule(more: str, then: str = "{note: hello}") -> str:
    return f"rules:\n  - id: one\n    stage: notify\n{more}    then: [{then}]\n"


def repeating(when: str, then: str = "{note: hello}", more: str = "") -> str:
    after = "    after: {time: 24h, since: ticket.updated_at, repeat: 24h}\n"
    return rule(after + (f"    when: {when}\n" if when else "") + more, then)


@pytest.mark.parametrize(
    "text",
    [
        repeating("ticket.status is pending"),
        repeating("ticket.solved_at is missing"),
        repeating("ticket.closed_at is missing"),
        repeating("ticket.priority is low", "{set: {ticket.priority: high}}"),
        repeating("ticket.channel is phone", more="    valid_until: 2027-01-01\n"),
        repeating("ticket.channel is phone", more="    enabled: false\n    note: not yet\n"),
        rule("    after: {time: 24h, since: ticket.updated_at}\n"),
    ],
)
def test_time_rules_that_end(text: str, tmp_path: Path) -> None:
    """A state of the ticket, a write of the rule itself or a date ends a rule that repeats; one that does not repeat ends."""
    assert [] == told(tmp_path, text)


@pytest.mark.parametrize("when", ["", "ticket.channel is phone"])
def test_time_rules_without_an_end(when: str, tmp_path: Path) -> None:
    """Without any of these it is told at `after`."""
    assert ["RF810"] == [number for number, _ in told(tmp_path, repeating(when))]


HEARS = "    on: ticket.updated\n    on_own_changes: true\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (rule(HEARS, "{add_tags: [a]}"), ["RF811"]),
        (rule("    on_own_changes: true\n", "{set: {ticket.priority: high}}"), ["RF811"]),
        (rule("    on: ticket.reopened\n    on_own_changes: true\n", "{set: {ticket.status: open}}"), ["RF811"]),
        (rule("    on: ticket.created\n    on_own_changes: true\n", "{set: {ticket.status: open}}"), []),
        (rule("    on: ticket.updated\n", "{add_tags: [a]}"), []),
        (rule(HEARS, "{note: a}"), []),
        (rule(HEARS + "    once: ticket.created_at\n", "{add_tags: [a]}"), []),
        (rule(HEARS + "    when: ticket.priority changed\n", "{add_tags: [a]}"), []),
        (rule(HEARS + "    when: ticket.tags not has 'a'\n", "{add_tags: [a]}"), []),
    ],
)
def test_rules_that_hear_themselves(text: str, expected: list[str], tmp_path: Path) -> None:
    """A rule calls itself up where it runs on what its action raises, and nothing ends that."""
    assert expected == [number for number, _ in told(tmp_path, text)]


@pytest.mark.parametrize(
    ("condition", "then", "expected"),
    [
        ("ticket.priority is high and ticket.channel is phone", "{set: {ticket.priority: high}}", ["RF812"]),
        ("ticket.priority is high or ticket.channel is phone", "{set: {ticket.priority: high}}", []),
        ("ticket.priority is high", "{set: {ticket.priority: urgent}}", []),
        ("ticket.priority is high", "{set: {ticket.request_type: question}}", []),
        ("ticket.priority is high", "{set: {ticket.due_at: now}}", []),
    ],
)
def test_writes_of_what_is_there(condition: str, then: str, expected: list[str], tmp_path: Path) -> None:
    """A rule that surely finds the value which it writes is told."""
    assert expected == [number for number, _ in told(tmp_path, asks(condition, then))]


def numbered(*rules: str) -> str:
    return "teams: [desk]\nrules:\n" + "".join(
        f"  - {{id: r{at}, stage: route, on: ticket.created, {one}then: [{{route: {{team: desk}}}}]}}\n"
        for at, one in enumerate(rules)
    )


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (("title: A, ", "title: B, ", "title: C, ", ""), ["RF814"]),
        (("title: A, ", "title: B, ", ""), []),
        (("title: A, ", "title: B, ", "", ""), []),
        (("owner: desk, ", "owner: desk, ", "owner: desk, ", ""), ["RF813"]),
        (("", "", "", ""), []),
    ],
)
def test_what_most_rules_have(rules: tuple[str, ...], expected: list[str], tmp_path: Path) -> None:
    """Titles and owners are asked for where more than half of at least four rules have them."""
    assert expected == [number for number, _ in told(tmp_path, numbered(*rules))]


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("2026-03-01", ["RF816"]),
        ("2026-03-02", []),
        ("2026-03-02T12:00:00+00:00", ["RF816"]),
        ("2026-03-02T12:00:01+00:00", []),
    ],
)
def test_rules_that_are_over(end: str, expected: list[str], tmp_path: Path) -> None:
    """The last day counts as a whole; an instant is the first at which the rule does not run."""
    assert expected == [number for number, _ in told(tmp_path, rule(f"    valid_until: {end}\n"))]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (("complaint", "complaint", "complaint", "complain"), ["complain"]),
        (("complaint", "complaint", "complain"), []),
        (("complaint", "complaint", "complaint", "complain", "complain"), []),
        (("tier_1", "tier_1", "tier_1", "tier_2"), []),
        (("vip", "vip", "vip", "vap"), []),
        (("жалоба", "жалоба", "жалоба", "жалоьа"), ["жалоьа"]),
    ],
)
def test_lone_tags(tags: tuple[str, ...], expected: list[str], tmp_path: Path) -> None:
    """A tag that stands once and is like one that stands three times is told; short and numbered ones are not."""
    text = "rules:\n" + "".join(
        f"  - {{id: r{at}, stage: route, on: ticket.created, then: [{{add_tags: [{tag}]}}]}}\n"
        for at, tag in enumerate(tags)
    )
    found = [one for one in linted(tmp_path, text) if one.code.number == "RF818"]
    assert expected == [one.span.text for one in found if one.span is not None]


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ("{low: 8h, high: 9h}", ["RF820"]),
        ("{low: 2 working days, urgent: 3 working days}", ["RF820"]),
        ("{low: 8h, normal: 8h, high: 1h}", []),
        ("{low: 8h, high: 2 working days}", []),
        ("{high: 1h, low: 8h}", []),
    ],
)
def test_targets(targets: str, expected: list[str], tmp_path: Path) -> None:
    """The order is that of the options, not that of the file; times of two kinds are not compared."""
    text = f"sla:\n  usual: {{targets: {{first_reply: {targets}}}}}\n" + asks(
        "ticket.channel is phone", "{set_sla: usual}"
    )
    assert expected == [number for number, _ in told(tmp_path, text)]


def test_repeated_conditions_are_told_as_a_whole(tmp_path: Path) -> None:
    """Of a condition of three rules its parts are not mentioned; two rules are not enough."""
    when = "ticket.channel is phone and ticket.subject contains any of ['a', 'b', 'c']"
    assert [("RF805", when)] == told(tmp_path / "three", numbered(*[f'when: "{when}", '] * 3))
    assert [] == told(tmp_path / "two", numbered(*[f'when: "{when}", '] * 2))


@pytest.mark.parametrize(
    ("defined", "expected"),
    [
        ("teams: [idle]\n", [("RF823", "idle")]),
        ("segments:\n  idle: {title: Idle}\n", [("RF823", "idle")]),
        ("segments:\n  idle: {color: '#ffffff'}\n", []),
        (
            "teams: [idle]\nfields:\n  ticket.group: {type: team}\nrules:\n  - {id: a, stage: route, when: ticket.group is present, then: [{route: {team: ticket.group}}]}\n",
            [],
        ),
        (
            "teams: [idle]\ntests:\n  - {name: a, event: ticket.created, given: {ticket: {team: idle}}, expect: {matched: []}}\n",
            [],
        ),
        ("calendars:\n  idle: {always: true}\n", [("RF823", "idle")]),
        ("calendars:\n  idle: {always: true}\nteams:\n  a: {calendar: idle}\nagents:\n  b: {teams: [a]}\n", []),
    ],
)
def test_unused_things(defined: str, expected: list[tuple[str, str]], tmp_path: Path) -> None:
    """What nothing names is told, where nothing can take it from the facts and nobody sees it."""
    assert expected == told(tmp_path, defined)


def test_no_wording(tmp_path: Path) -> None:
    """A language serves its regions; messages in one language only are not minded."""
    files = {
        f"t/{name}.md": f"---\nsubject: {name}\n{f'locale: {locale}' if locale else 'format: text'}\n---\nHello\n"
        for name, locale in (("fi", "fi"), ("fifi", "fi-FI"), ("plain", ""))
    }
    sends = "".join(f"{{send: {{template: {name}, to: contact.email}}}}, " for name in ("one", "two", "three"))
    text = (
        "templates:\n  one: {file: t/fi.md}\n  two: {file: t/fifi.md}\n  three: {file: t/plain.md}\n"
        f"rules:\n  - {{id: a, stage: notify, on: ticket.created, when: contact.email is present, then: [{sends}]}}\n"
    )
    folder = read_folder(write_project(tmp_path, {"rules.yaml": text, **files}), Collector())
    assert folder is not None
    found = lint_folder(folder, Settings(NOW, proves=False))
    assert [("RF822", "the message `two` has no wording for `fi`")] == [(one.code.number, one.message) for one in found]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("{id: old, mode: shadow, ", ["RF819"]),
        ("{id: newer, mode: shadow, ", []),
        ("{id: old, mode: active, ", []),
        ("{id: old, mode: shadow, enabled: false, note: later, ", []),
    ],
)
def test_trials(rules: str, expected: list[str], tmp_path: Path) -> None:
    """A rule that is tried out, and that nobody has touched for ninety days, is told."""
    text = f"rules:\n  - {rules}stage: route, on: ticket.created, then: [{{note: a}}]}}\n"
    assert expected == [number for number, _ in told(tmp_path, text)]


def test_many_rules_are_told_at_once(tmp_path: Path) -> None:
    """Of more than ten rules without a title the first is told, with the number of the others."""
    found = linted(tmp_path, numbered(*["title: A, "] * 15, *[""] * 11))
    assert ["there is no title for the rule `r15` and 10 others; 15 of 26 rules have one"] == [
        one.message for one in found if one.code.number == "RF814"
    ]
    found = linted(tmp_path, numbered(*["title: A, "] * 15, *[""] * 10))
    assert 10 == len([one for one in found if one.code.number == "RF814"])


def test_what_a_cell_names_is_used(tmp_path: Path) -> None:
    """A segment that only a row of a table asks for is in use; one that nothing asks for is not."""
    text = (
        "segments: [vip, partner, old]\nteams: [desk, cellar]\ntables:\n  - id: t\n    stage: route\n    rows: |\n"
        "      contact.segments | route.team\n      vip, partner | desk\n      - | -\n"
    )
    found = [one.span.text for one in linted(tmp_path, text) if one.code.number == "RF823" and one.span is not None]
    assert ["cellar", "old"] == sorted(found)


def test_tables_are_looked_through(tmp_path: Path) -> None:
    """As by `check`, so that a comment that silences what it finds is none too many."""
    rows = "    rows: |\n      ticket.priority | add_tags\n      high | hot\n"
    text = f"tables:\n  - id: t\n    stage: classify\n    on: ticket.created\n{rows}"
    assert ("RF520", "t") in told(tmp_path / "a", text)
    silenced = text.replace("tables:\n", "tables:\n  # ruleflow: allow RF520 because others need no tag\n")
    assert "RF890" not in [code for code, _ in told(tmp_path / "b", silenced)]
