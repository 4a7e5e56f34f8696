"""What will happen to a ticket: the instants, the words, the picture; and what a carried-out decision leaves behind."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from ruleflow.project.errors import FactsError
from ruleflow.project.project import Project
from ruleflow.timeline.future import MOST_STEPS
from ruleflow.timeline.picture import timeline_svg
from ruleflow.timeline.text import timeline_text
from tests.projects import loaded

START = datetime(2026, 3, 2, 10, tzinfo=UTC)

RULES = """
calendars: {office: {hours: {mon-fri: ['08:00-12:00', '13:00-18:00']}}}
teams: {boss: {title: Boss}}
sla:
  a: {calendar: office, targets: {resolution: {normal: 4h, urgent: 6h}}, warn_at: 50%, pause_when: ticket.status is pending}
rules:
  - {id: level, stage: sla, on: ticket.created, then: {set_sla: a}}
  - {id: warned, title: A deadline is near, stage: notify, on: sla.warning, then: {note: '{{ event.warning }} of {{ event.metric }}'}}
  - {id: late, stage: route, on: sla.breached, then: [{route: {team: boss}}, {set: {ticket.status: solved}}]}
  - {id: shut, stage: classify, after: {time: 96h, since: ticket.solved_at}, when: ticket.status is solved, then: {set: {ticket.status: closed}}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project in which time does everything."""
    return loaded(tmp_path, RULES)


def test_everything_in_order(project: Project) -> None:
    """Warning, breach, and what the rules did: the ticket that they solved is closed four days later."""
    found = project.timeline({"ticket": {"id": "1"}}, event="ticket.created", now=START).to_dict()
    steps = [(step["at"], step["matched"], [one["event"] for one in step["due"]]) for step in found["steps"]]
    assert [
        ("2026-03-02T10:00:00+00:00", ["level"], []),
        ("2026-03-02T12:00:00+00:00", ["warned"], ["sla.warning"]),
        ("2026-03-02T15:00:00+00:00", ["late"], ["sla.breached"]),
        ("2026-03-06T15:00:00+00:00", ["shut"], ["timer"]),
    ] == steps
    assert "96h after ticket.solved_at" == found["steps"][3]["due"][0]["working"]
    assert "50% of 4h of `office`, by SLA policy `a` for normal" == found["steps"][1]["due"][0]["working"]
    (clock,) = found["clocks"]
    assert [("running", 14_400)] == [(one["state"], one["open_s"]) for one in clock["pieces"]]
    assert found["next"] is None


def test_words(project: Project) -> None:
    """A line for all that happens, each with how it was counted."""
    text = timeline_text(project.timeline({"ticket": {"id": "1"}}, event="ticket.created", now=START))
    assert text.startswith("ticket.created at Mon 2026-03-02 10:00\n")
    assert (
        "Mon 2026-03-02 12:00  ! resolution warning 50%   (50% of 4h of `office`, by SLA policy `a` for normal)" in text
    )
    assert "Mon 2026-03-02 12:00  → warned: A deadline is near" in text
    assert "note text 50% of resolution" in text
    assert "Fri 2026-03-06 15:00  → shut   (96h after ticket.solved_at)" in text
    assert "then nothing more, unless somebody does something" in text
    assert "    Mon 2026-03-02 10:00 – 12:00  used 2h\n    Mon 2026-03-02 13:00 – 15:00  used 2h\n" in text


def test_from_now_on(project: Project) -> None:
    """Without an event only time passes; what is due already happens first."""
    ticket = {"id": "1", "sla": "a", "created_at": "2026-03-02T08:00:00Z"}
    timeline = project.timeline({"ticket": ticket}, now=START)
    assert timeline_text(timeline).startswith("from Mon 2026-03-02 10:00 on\n")
    assert ["warned"] == timeline.to_dict()["steps"][0]["matched"]


def test_how_far(project: Project) -> None:
    """What lies beyond is named, and not followed."""
    until = datetime(2026, 3, 3, tzinfo=UTC)
    timeline = project.timeline({"ticket": {"id": "1"}}, event="ticket.created", now=START, until=until)
    assert "more after Tue 2026-03-03 00:00: next at Fri 2026-03-06 15:00 (see further with --until)" in timeline_text(
        timeline
    )
    following = timeline.to_dict()["next"]
    assert following is not None
    assert "shut" == following["rule"]


def test_a_rule_without_end_is_cut(tmp_path: Path) -> None:
    """So that nobody waits for ever."""
    text = """
rules:
  - {id: nag, stage: notify, after: {time: 1m, since: ticket.created_at, repeat: 1m}, then: {note: again}}
"""
    timeline = loaded(tmp_path, text).timeline({}, event="ticket.created", now=START)
    assert MOST_STEPS == len(timeline.steps)
    assert "and so on: no more than 200 instants are followed" in timeline_text(timeline)


def test_facts_are_refused(project: Project) -> None:
    """As everywhere."""
    with pytest.raises(FactsError):
        project.timeline({"ticket": {"created_at": "soon"}}, now=START)


class TestPicture:
    def drawn(self, project: Project, **ticket: Any) -> str:
        return timeline_svg(project.timeline({"ticket": {"id": "1", **ticket}}, event="ticket.created", now=START))

    def test_it_is_whole(self, project: Project) -> None:
        """Well-formed, with every kind of time, and nothing that loads anything."""
        svg = self.drawn(project)
        root = fromstring(svg)
        assert root.tag.endswith("svg")
        titles = {one.text for one in root.iter() if one.tag.endswith("title")}
        assert {"used", "closed", "paused", "open, left"} <= titles
        assert "warning 50% at Mon 2026-03-02 12:00" in titles
        assert not any(word in svg for word in ("<script", "href", "url(http", "@import"))

    def test_texts_are_safe(self, tmp_path: Path) -> None:
        """Titles of rules cannot break out of the picture."""
        text = RULES.replace("A deadline is near", "\"<script>alert('x')</script> & Срок близко\"")
        svg = self.drawn(loaded(tmp_path, text))
        fromstring(svg)
        assert "<script" not in svg
        assert "Срок близко" in svg

    def test_a_ticket_without_clocks(self, tmp_path: Path) -> None:
        """It has an axis and nothing on it."""
        fromstring(self.drawn(loaded(tmp_path, "teams: {a: {}}\n")))

    def test_a_picture_of_years(self, tmp_path: Path) -> None:
        """Its days have their year, and it says that more is to come."""
        text = """
rules:
  - {id: a, stage: notify, after: {time: 90 days, since: ticket.created_at, repeat: 90 days}, then: {note: a}}
"""
        until = datetime(2029, 1, 1, tzinfo=UTC)
        found = loaded(tmp_path, text).timeline({"ticket": {}}, event="ticket.created", now=START, until=until)
        assert "2027<" in timeline_svg(found)
        assert "more after Mon 2029-01-01 00:00" in timeline_svg(found)

    def test_a_paused_clock(self, project: Project) -> None:
        """Its pause is told with its reason."""
        ticket = {
            "sla": "a",
            "history": [
                {"at": "2026-03-02T08:00:00Z", "event": "created", "status": "new"},
                {"at": "2026-03-02T09:00:00Z", "status": "pending"},
                {"at": "2026-03-02T09:30:00Z", "status": "open"},
            ],
            "status": "open",
        }
        svg = timeline_svg(project.timeline({"ticket": ticket}, now=START))
        assert "paused: ticket.status is pending" in svg
