"""Recorded tickets decided again: what is counted is what was decided, whatever is left out, drawn or compared."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleflow.project.project import Project
from ruleflow.replay.counts import MOST_EXAMPLES, Counts
from ruleflow.replay.plots import plots_of
from ruleflow.replay.recorded import Found, Recorded, Silent
from ruleflow.replay.render import RENDERERS
from ruleflow.replay.report import report_of
from ruleflow.replay.run import replay
from ruleflow.replay.sections import sparkline
from ruleflow.replay.select import Selection, by_ticket, selected
from ruleflow.replay.tables import Meter, Unusable
from tests.unit.replay.mappings import ROOT, project

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""Ten o'clock in Helsinki, where the project is."""
TUESDAY = MONDAY + timedelta(days=1)
RULES = """
  - {id: urgent, stage: prioritise, on: ticket.created, when: contact.segments has vip, then: [{set: {ticket.priority: urgent}}, {add_tags: [a, b]}]}
  - {id: to_first, stage: route, when: ticket.channel is phone, then: [{route: {team: first}}]}
  - {id: to_second, stage: route, when: ticket.channel is not phone, then: [{route: {team: second}}]}
  - {id: seen, stage: route, mode: shadow, then: [{stop: true}]}
  - {id: never, stage: notify, when: ticket.subject is 'never', then: [{stop: true}]}
  - {id: at_reply, stage: notify, on: ticket.replied, then: [{stop: true}]}
  - {id: later, stage: notify, after: {time: 1h, since: ticket.created_at}, then: [{stop: true}]}
  - {id: off, stage: notify, enabled: false, then: [{stop: true}]}
  - {id: promise, stage: sla, then: [{set_sla: fast}]}
"""
LEVELS = "sla: {fast: {targets: {resolution: 4h, first_reply: 1h}}}\n"


@pytest.fixture
def desk(tmp_path: Path) -> Project:
    return project(tmp_path / "desk", RULES, ROOT + LEVELS)


def recorded(ticket: str, at: datetime = MONDAY, event: str = "ticket.created", **facts: Any) -> Recorded:
    """An event of a ticket."""
    contact = {"contact": {"segments": facts.pop("segments")}} if "segments" in facts else {}
    return Recorded(
        1, ticket, event, at, {"ticket": {"id": ticket, "created_at": MONDAY.isoformat(), **facts}, **contact}
    )


def reported(found: Iterable[Found], desk: Project, old: Project | None = None, **options: Any) -> dict[str, Any]:
    """The report of a replay, as JSON."""
    meter = Meter(lambda _amount: None)
    report = report_of(replay(found, desk, old, **options), desk, old, meter, "t.jsonl")
    read: dict[str, Any] = json.loads(RENDERERS["json"](report))
    return read


DAY: list[Found] = [
    recorded("1", channel="phone", segments=["vip"]),
    recorded("1", MONDAY + timedelta(hours=3), "ticket.closed", channel="phone", status="closed"),
    recorded("2", TUESDAY, channel="email", segments=["S1", "who"], created_at=TUESDAY.isoformat()),
    Unusable(7, "the row has 1 cell, the heading has 2", "x"),
    Silent(8),
    recorded("3", channel="email", spent="much", vip="yes"),
    recorded("4", spent="many"),
]
DAY[1] = DAY[1]._replace(facts={**DAY[1].facts, "before": {"ticket": {"status": "open"}}})  # type: ignore[union-attr, call-arg]


def test_everything_is_counted(desk: Project) -> None:
    """Decided, refused, not usable; outcomes by value; rules; load in the project's zone; clocks at the end of each ticket."""
    found = reported(DAY, desk)
    assert (3, 2, 1, 1, 4) == tuple(
        found[key] for key in ("decided", "refused", "unusable", "rows_without_event", "tickets")
    )
    assert {"ticket.created": 4, "ticket.closed": 1} == found["events"]
    assert ("2026-03-02T10:00:00+02:00", "2026-03-03T10:00:00+02:00") == (found["first"], found["last"])
    outcomes = {name: {one["value"]: one["count"] for one in values} for name, values in found["outcomes"].items()}
    assert {
        "route.team": {"first": 2, "second": 1},
        "ticket.priority": {"urgent": 2},
        "ticket.tags": {"a": 2, "b": 2},
        "sla.policy": {"fast": 3},
    } == outcomes
    fired = {one["rule"]: one["fired"] for one in found["rules"]}
    assert {
        "urgent": 2,
        "to_first": 2,
        "to_second": 1,
        "seen": 3,
        "never": 0,
        "at_reply": 0,
        "later": 0,
        "promise": 3,
    } == fired
    assert {"never": "", "at_reply": "no ticket.replied in the record", "later": "no timer in the record"} == {
        one["rule"]: one["because"] for one in found["never_fired"]
    }
    first, second = found["load"]
    assert ("first", 2, [2, 0, 0, 0, 0, 0, 0], {10: 1, 13: 1}) == (
        first["team"], first["total"], first["by_weekday"], {at: n for at, n in enumerate(first["by_hour"]) if n}
    )  # fmt: skip
    assert 1 == second["by_weekday_and_hour"][1][10]
    assert [
        {"policy": "fast", "metric": "first_reply", "met": 0, "breached": 1, "running": 1},
        {"policy": "fast", "metric": "resolution", "met": 1, "breached": 0, "running": 1},
    ] == found["service_levels"]


def test_reasons_are_counted_with_examples(desk: Project) -> None:
    """Equal reasons are one, whatever the value; each refused ticket counts once for each of its reasons."""
    found = reported(DAY, desk)
    reasons = {(one["where"], one["code"], one["message"]): (one["count"], one["examples"]) for one in found["reasons"]}
    assert {
        ("", "", "the row has 1 cell, the heading has 2"): (1, ["line 7: x"]),
        ("/ticket/spent", "RF601", ""): (
            2,
            ["3: needs a number; found the text `much`", "4: needs a number; found the text `many`"],
        ),
        ("/ticket/vip", "RF601", ""): (1, ["3: needs true or false; found the text `yes`"]),
    } == reasons
    assert [("/contact/segments/…", "RF604", 1)] == [
        (one["where"], one["code"], one["count"]) for one in found["warnings"]
    ]
    assert 3 == reported([DAY[2]], desk, strict=True)["refused"] + 2


def test_texts_that_the_mapping_does_not_name_are_counted(desk: Project) -> None:
    """By column and text, with the tickets."""
    one = recorded("1")._replace(unmapped=(("p", "P9"),))
    found = reported([one, one._replace(ticket="2"), recorded("3")], desk)
    assert [{"column": "p", "value": "P9", "count": 2, "examples": ["1", "2"]}] == found["unmapped"]


def test_two_projects_side_by_side(tmp_path: Path, desk: Project) -> None:
    """What would differ, by ticket: from what to what; and the service levels of both."""
    rules = (
        RULES.replace("contact.segments has vip", "false")
        .replace("id: to_second", "id: to_others")
        .replace("team: second", "team: first")
    )
    old = project(
        tmp_path / "old",
        rules,
        ROOT.replace("ticket.spent: {type: decimal}", "ticket.spent: {type: text}") + LEVELS.replace("4h", "2h"),
    )
    found = reported(DAY, desk, old)
    changes = found["changes"]
    ways = {
        one["outcome"]: [(way["from"], way["to"], way["count"], way["examples"]) for way in one["ways"]]
        for one in changes["outcomes"]
    }
    assert 3 == changes["tickets"]
    assert {
        "decided": [("yes", "no", 1, ["4"])],
        "route.team": [("first", "second", 1, ["2"])],
        "ticket.priority": [("(nothing)", "urgent", 2, ["1", "2"])],
        "ticket.tags": [("(nothing)", "a, b", 2, ["1", "2"])],
        "sla.resolution": [("breached", "met", 1, ["1"])],
        "sla.resolution.due_at": [("as before", "later", 2, ["1", "2"])],
    } == ways
    (resolution,) = [one for one in found["service_levels"] if one["metric"] == "resolution"]
    assert {"met": 0, "breached": 1, "running": 2} == resolution["before"]
    assert (1, 0) == (resolution["met"], resolution["breached"])


def test_a_project_against_itself_changes_nothing(desk: Project) -> None:
    """The same rules decide the same."""
    assert {"tickets": 0, "outcomes": []} == reported(DAY, desk, desk)["changes"]


def test_other_processes_count_the_same(desk: Project) -> None:
    """With several workers the report is the same to the byte."""
    many = [
        one
        for number in range(400)
        for one in (recorded(str(number), channel="phone"), recorded(str(number), spent="x"))
    ]
    assert reported(many, desk) == reported(many, desk, workers=2)
    assert reported(many, desk, desk) == reported(many, desk, desk, workers=4)


@pytest.mark.parametrize("against", [False, True])
def test_tickets_are_decided_as_they_come(desk: Project, monkeypatch: pytest.MonkeyPatch, *, against: bool) -> None:
    """No more than one event is read ahead, so a file may be longer than memory."""
    counted: list[Recorded] = []
    add = "ruleflow.replay.tally.Tally.add"
    monkeypatch.setattr(add, lambda _self, one, _answer: counted.append(one))

    def endless() -> Iterator[Found]:
        for number in range(200):
            ahead = number - len(counted) // (2 if against else 1)
            assert ahead <= 1, "read ahead of what is decided"
            yield recorded(str(number))

    replay(endless(), desk, desk if against else None)
    assert 200 * (2 if against else 1) == len(counted)


def test_nothing_at_all_is_a_report_too(desk: Project) -> None:
    """An empty record has no outcomes, and every form of the report says so."""
    found = reported([], desk, desk)
    assert (0, 0, None, {}, []) == (
        found["decided"],
        found["tickets"],
        found["first"],
        found["outcomes"],
        found["load"],
    )
    assert "0 rows, 0 tickets" in RENDERERS["text"](found)
    assert {"rules.svg"} == set(plots_of(found))


TICKETS = st.lists(st.sampled_from("abc"), max_size=30)


@given(events=TICKETS, size=st.integers(1, 8), seed=st.integers(0, 3))
def test_a_sample_is_some_of_the_tickets(events: list[str], size: int, seed: int) -> None:
    """It has as many tickets as were asked for, whole, in the order of the file; the same seed draws the same."""
    found: list[Found] = [recorded(name, MONDAY + timedelta(hours=hour)) for hour, name in enumerate(events)]
    groups = list(by_ticket(found))
    drawn = list(by_ticket(selected(found, Selection(sample=size, seed=seed))))
    assert list(selected(found, Selection(sample=size, seed=seed))) == [one for group in drawn for one in group]
    assert min(size, len(groups)) == sum(1 for _ in _as_subsequence(groups, [one for group in drawn for one in group]))


def _as_subsequence(groups: list[list[Found]], events: list[Found]) -> Iterator[list[Found]]:
    """The groups that the events are made of, in order."""
    left = list(events)
    for group in groups:
        if left[: len(group)] == group:
            del left[: len(group)]
            yield group
    assert [] == left


def test_each_ticket_is_drawn_as_often_as_any_other() -> None:
    """Of ten tickets three are drawn; over many seeds each has its share."""
    found = [recorded(str(number)) for number in range(10)]
    drawn = Counter(
        one.ticket
        for seed in range(1_000)
        for one in selected(found, Selection(sample=3, seed=seed))
        if isinstance(one, Recorded)
    )
    assert 3_000 == drawn.total()
    assert all(220 < drawn[str(number)] < 380 for number in range(10))


def test_a_limit_reads_no_further() -> None:
    """The first tickets, whole, with what lies between; the rest of the file is not looked at."""

    def source() -> Iterator[Found]:
        yield from (recorded("1"), recorded("1"), Silent(3), recorded("2"), recorded("3"))
        raise AssertionError("read too far")

    assert ["1", "1", "", "2"] == [getattr(one, "ticket", "") for one in selected(source(), Selection(limit=2))]


def test_a_time_is_from_then_until_before() -> None:
    """`since` is in, `until` is not; what has no instant is told all the same."""
    hours = [recorded(str(hour), MONDAY + timedelta(hours=hour)) for hour in range(5)]
    selection = Selection(MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=3))
    assert [*hours[1:3], Silent(9)] == list(selected([*hours, Silent(9)], selection))


@given(keys=st.lists(st.sampled_from("abcdef")))
def test_counts_count(keys: list[str]) -> None:
    """What has room is counted exactly, the rest together; examples are few."""
    counts = Counts[str](3)
    for number, key in enumerate(keys):
        counts.add(key, f"{key}{number}")
    kept = list(dict.fromkeys(keys))[:3]
    assert {key: keys.count(key) for key in kept} == {key: one.count for key, one in counts.ranked()}
    assert len(keys) == counts.total
    assert sum(key not in kept for key in keys) == counts.more
    assert all(len(one.examples) <= MOST_EXAMPLES for _, one in counts.ranked())


def test_free_texts_do_not_fill_the_memory(desk: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an outcome with no end of values only so many are told apart."""
    counts: Counts[int] = Counts()
    for number in range(5_000):
        counts.add(number, str(number))
    assert (1_000, 4_000) == (len(counts), counts.more)


def test_a_sparkline_shows_nothing_and_most() -> None:
    """No count is a dot, the highest a full bar."""
    assert "·▁▄█" == sparkline([0, 1, 4, 8])
    assert "···" == sparkline([0, 0, 0])


def test_every_form_tells_the_same(tmp_path: Path, desk: Project) -> None:
    """Text and Markdown have a section for each thing; pictures are whole, and have every team and every rule."""
    old = project(tmp_path / "old", RULES.replace("team: second", "team: first"), ROOT + LEVELS)
    found = reported([*DAY, recorded("5|*x*", channel="<b>", segments=["vip"])], desk, old)
    text, page = RENDERERS["text"](found), RENDERERS["markdown"](found)
    for title in (
        "Not decided",
        "Warnings",
        "route.team",
        "Rules that fired",
        "Rules that never fired",
        "Load by weekday",
        "Service levels",
        "Against desk",
    ):
        assert title in text
        assert f"## {title}" in page
    assert ["second", "2", "50.0%"] in [line.split() for line in text.splitlines()]
    assert "<b>" not in page.replace("\\<", "")
    pictures = plots_of(found)
    assert {"routes.svg", "rules.svg", "load.svg", "service-levels.svg", "changes.svg"} == set(pictures)
    for picture in pictures.values():
        assert "{http://www.w3.org/2000/svg}svg" == ET.fromstring(picture).tag
    assert "to_second" in pictures["rules.svg"]
    assert "route.team: first → second" in pictures["changes.svg"]


def test_rows_of_tables_are_counted(tmp_path: Path) -> None:
    """Rows that matched stand among the rules; those that did not among what never fired."""
    table = """
tables:
  - id: t
    title: Tags by channel
    stage: classify
    on: ticket.created
    rows: |
      id    | ticket.channel | add_tags
      calls | phone          | call
      mails | email          | mail
      rest  | -              | rest
"""
    desk = project(tmp_path / "desk", "", ROOT + table)
    found = reported(
        [recorded("1", channel="phone"), recorded("2", channel="phone"), recorded("3", channel="chat")], desk
    )
    told = {one["rule"]: (one["title"], one["fired"]) for one in found["rules"] if one["rule"].startswith("t/")}
    assert {"t/calls": ("Tags by channel", 2), "t/rest": ("Tags by channel", 1)} == told
    assert [{"rule": "t/mails", "because": ""}] == [one for one in found["never_fired"] if "/" in one["rule"]]
