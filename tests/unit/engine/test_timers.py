"""Time rules, warnings and breaches: their instants, their keys, what fires and what does not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.projects import decide, findings, loaded


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    """An instant of March 2026; the 2nd is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


REMIND = """
rules:
  - id: remind
    stage: notify
    after: {time: 24h, since: ticket.updated_at}
    when: ticket.status is pending
    then: {note: Still there?}
"""
SINCE = "2026-03-02T10:00:00+00:00"
PENDING = {"status": "pending", "updated_at": SINCE}
KEY = "remind@2026-03-02T10:00:00Z"


class TestTimeRules:
    def test_a_timer_is_named_before_it_is_due(self, tmp_path: Path) -> None:
        """With its exact instant and its key; nothing fires yet."""
        found = decide(loaded(tmp_path, REMIND), "ticket.updated", at(2), ticket=PENDING)
        assert [{"rule": "remind", "event": "timer", "due_at": "2026-03-03T10:00:00+00:00", "key": KEY}] == found[
            "timers"
        ]
        assert ([], []) == (found["matched"], found["fired"])

    def test_it_fires_at_its_instant(self, tmp_path: Path) -> None:
        """And not a second before."""
        project = loaded(tmp_path, REMIND)
        early = decide(project, "timer", datetime(2026, 3, 3, 9, 59, 59, tzinfo=UTC), ticket=PENDING)
        assert ([], [KEY]) == (early["matched"], [timer["key"] for timer in early["timers"]])
        found = decide(project, "timer", at(3, 10), ticket=PENDING)
        assert (["remind"], [KEY], []) == (found["matched"], found["fired"], found["timers"])

    def test_it_fires_once(self, tmp_path: Path) -> None:
        """What is among the fired keys is done, until `since` has another value."""
        project = loaded(tmp_path, REMIND)
        done = {"fired": [KEY]}
        again = decide(project, "timer", at(3, 10), ticket=PENDING, event=done)
        assert ([], [], []) == (again["matched"], again["fired"], again["timers"])
        later = {**PENDING, "updated_at": "2026-03-03T11:00:00+00:00"}
        found = decide(project, "ticket.updated", at(3), ticket=later, event=done)
        assert ["2026-03-04T11:00:00+00:00"] == [timer["due_at"] for timer in found["timers"]]

    def test_a_change_cancels_it(self, tmp_path: Path) -> None:
        """A ticket that is open again has no timer, and none fires."""
        project = loaded(tmp_path, REMIND)
        ticket = {**PENDING, "status": "open"}
        assert [] == decide(project, "ticket.updated", at(2), ticket=ticket)["timers"]
        assert [] == decide(project, "timer", at(3, 10), ticket=ticket)["matched"]

    def test_without_its_since_it_never_fires(self, tmp_path: Path) -> None:
        """And the explanation says so."""
        project = loaded(tmp_path, REMIND)
        facts = {"ticket": {"status": "pending"}}
        assert [] == decide(project, "timer", at(3), **facts)["timers"]
        assert "`ticket.updated_at` is missing" in project.explain("timer", facts, rule="remind", now=at(3)).to_text()

    def test_what_was_missed_fires_at_once(self, tmp_path: Path) -> None:
        """An instant that is past is listed as it is, until somebody asked for it."""
        project = loaded(tmp_path, REMIND)
        found = decide(project, "ticket.updated", at(9), ticket=PENDING)
        assert ["2026-03-03T10:00:00+00:00"] == [timer["due_at"] for timer in found["timers"]]
        assert [KEY] == decide(project, "timer", at(9), ticket=PENDING)["fired"]

    def test_in_a_calendar(self, tmp_path: Path) -> None:
        """Hours are open hours, of the calendar that the contract names, else around the clock."""
        project = loaded(
            tmp_path,
            """
calendars: {office: {hours: {mon-fri: ['08:00-18:00']}}}
contracts: {shop: {calendar: office}, bare: {title: Nothing said}}
rules:
  - {id: remind, stage: notify, after: {time: 24h, since: ticket.updated_at, calendar: contract.calendar}, then: {note: a}}
""",
        )
        due = [
            decide(project, "ticket.updated", at(2), ticket={"updated_at": SINCE, "contract": contract})["timers"][0]
            for contract in ("shop", "bare")
        ]
        assert ["2026-03-04T14:00:00+00:00", "2026-03-03T10:00:00+00:00"] == [one["due_at"] for one in due]

    @pytest.mark.parametrize(
        ("time", "due"),
        [
            ("2 working days", "2026-03-04T10:00:00+02:00"),
            ("end of working day", "2026-03-02T18:00:00+02:00"),
            ("28 days", "2026-03-30T10:00:00+03:00"),
            ("672h", "2026-03-30T11:00:00+03:00"),
            ("-30m", "2026-03-02T09:30:00+02:00"),
            ("-2 working days", "2026-02-26T10:00:00+02:00"),
            ("-3 days", "2026-02-27T10:00:00+02:00"),
        ],
    )
    def test_spans(self, tmp_path: Path, time: str, due: str) -> None:
        """Days keep the clock time over the night in which the clocks change, hours do not; a minus leads back."""
        calendar = ", calendar: office" if "working" in time else ""
        text = f"""
calendars: {{office: {{hours: {{mon-fri: ['08:00-18:00']}}}}}}
rules:
  - {{id: a, stage: notify, after: {{time: {time}, since: ticket.updated_at{calendar}}}, then: {{note: a}}}}
"""
        project = loaded(tmp_path, text, root="ruleflow: 1\ntimezone: Europe/Helsinki\n")
        found = decide(project, "ticket.updated", at(2, 5), ticket={"updated_at": "2026-03-02T10:00:00+02:00"})
        assert [due] == [timer["due_at"] for timer in found["timers"]]

    def test_since_now_never_comes(self, tmp_path: Path) -> None:
        """Each time it is asked it would begin anew; the check says so."""
        text = REMIND.replace("ticket.updated_at", "now")
        assert ["RF701"] == [found.code.number for found in findings(tmp_path, text)]

    def test_shadow_rules_are_reported_once(self, tmp_path: Path) -> None:
        """Otherwise their timer would stay due for ever."""
        project = loaded(tmp_path, REMIND + "    mode: shadow\n")
        found = decide(project, "timer", at(3, 10), ticket=PENDING)
        assert (["remind"], [], [KEY]) == (found["shadow"], found["actions"], found["fired"])

    def test_a_rule_that_is_not_valid_then_has_no_timer(self, tmp_path: Path) -> None:
        """Its dates are asked at the instant at which it would fire."""
        project = loaded(tmp_path, REMIND + "    valid_until: 2026-03-02\n")
        assert [] == decide(project, "ticket.updated", at(2), ticket=PENDING)["timers"]

    def test_the_first_of_a_stage(self, tmp_path: Path) -> None:
        """In a stage in which only the first rule acts, a second time rule does not stay due for ever."""
        text = """
rules:
  - {id: a, stage: notify, after: {time: 1h, since: ticket.updated_at}, then: {note: a}}
  - {id: b, stage: notify, after: {time: 1h, since: ticket.updated_at}, then: {note: b}}
"""
        root = "ruleflow: 1\nstages: [{id: notify, hit: first}]\n"
        found = decide(loaded(tmp_path, text, root), "timer", at(2, 11), ticket=PENDING)
        assert (["a"], []) == (found["matched"], found["timers"])


class TestRepeat:
    TEXT = """
rules:
  - id: remind
    stage: notify
    after: {time: 24h, since: ticket.updated_at, repeat: 12h}
    when: ticket.status is pending
    then: {note: Still there?}
"""

    def test_again_and_again(self, tmp_path: Path) -> None:
        """Each turn has its own key."""
        project, fired, seen = loaded(tmp_path, self.TEXT), list[str](), list[str]()
        for now in (at(3, 10), at(3, 22), at(4, 10)):
            found = decide(project, "timer", now, ticket=PENDING, event={"fired": fired})
            fired += found["fired"]
            seen.append(found["timers"][0]["due_at"])
        assert [KEY, f"{KEY}#2", f"{KEY}#3"] == fired
        assert ["2026-03-03T22:00:00+00:00", "2026-03-04T10:00:00+00:00", "2026-03-04T22:00:00+00:00"] == seen

    def test_what_was_missed_is_not_made_up_for(self, tmp_path: Path) -> None:
        """After a week of silence of the caller there is one reminder, not twelve."""
        found = decide(loaded(tmp_path, self.TEXT), "timer", at(9, 11), ticket=PENDING)
        assert ([f"{KEY}#13"], ["remind"]) == (found["fired"], found["matched"])
        assert ["2026-03-09T22:00:00+00:00"] == [timer["due_at"] for timer in found["timers"]]

    def test_each_working_day(self, tmp_path: Path) -> None:
        """Distances may be days."""
        text = self.TEXT.replace("repeat: 12h", "calendar: office, repeat: 1 working day")
        text += "calendars: {office: {hours: {mon-fri: ['08:00-18:00']}}}\n"
        project = loaded(tmp_path, text)
        found = decide(project, "timer", at(6, 18), ticket={**PENDING, "updated_at": "2026-03-05T09:00:00+00:00"})
        assert [] == found["matched"]
        due = datetime.fromisoformat(found["timers"][0]["due_at"])
        assert datetime(2026, 3, 9, 13, tzinfo=UTC) == due


SLA = """
calendars: {office: {hours: {mon-fri: ['08:00-18:00']}}}
sla: {a: {calendar: office, targets: {resolution: 4h, first_reply: 2h}, warn_at: 30m, pause_when: ticket.status is pending}}
rules:
  - {id: level, stage: sla, on: ticket.created, then: {set_sla: a}}
  - {id: warned, stage: notify, on: sla.warning, then: {note: '{{ event.metric }} {{ event.warning }} {{ event.due_at }}'}}
  - {id: late, stage: notify, on: sla.breached, when: event.metric is resolution, then: {note: late}}
  - {id: whatever, stage: notify, when: event.name is 'sla.breached', then: {note: never by itself}}
"""


class TestClockEvents:
    def test_all_that_is_due(self, tmp_path: Path) -> None:
        """A rule runs once for each warning, with the facts of that warning."""
        project = loaded(tmp_path, SLA)
        ticket = {"sla": "a", "created_at": "2026-03-02T10:00:00+00:00"}
        found = decide(project, "timer", at(2, 11, 30), ticket=ticket)
        assert ["first_reply 30m 2026-03-02 11:30"] == [action["text"] for action in found["actions"]]
        assert (["warned"], ["sla.warning/first_reply/2026-03-02T10:00:00Z/30m"]) == (found["matched"], found["fired"])
        events = [(timer["event"], timer["metric"], timer["due_at"][11:16]) for timer in found["timers"]]
        assert [
            ("sla.breached", "first_reply", "12:00"),
            ("sla.warning", "resolution", "13:30"),
            ("sla.breached", "resolution", "14:00"),
        ] == events

    def test_an_event_is_done_though_no_rule_cares(self, tmp_path: Path) -> None:
        """The breach of the first reply is told, and no rule is for it."""
        ticket = {"sla": "a", "created_at": "2026-03-02T10:00:00+00:00"}
        fired = ["sla.warning/first_reply/2026-03-02T10:00:00Z/30m"]
        found = decide(loaded(tmp_path, SLA), "timer", at(2, 12), ticket=ticket, event={"fired": fired})
        assert ([], ["sla.breached/first_reply/2026-03-02T10:00:00Z"]) == (found["matched"], found["fired"])

    def test_paused_clocks_have_no_timers(self, tmp_path: Path) -> None:
        """Nothing will happen to them if nobody does anything."""
        ticket = {
            "sla": "a",
            "status": "pending",
            "history": [
                {"at": "2026-03-02T10:00:00Z", "event": "ticket.created", "status": "new"},
                {"at": "2026-03-02T11:00:00Z", "status": "pending"},
            ],
        }
        assert [] == decide(loaded(tmp_path, SLA), "ticket.updated", at(2), ticket=ticket)["timers"]

    def test_a_helpdesk_may_raise_them_itself(self, tmp_path: Path) -> None:
        """With the metric among the facts of the event."""
        found = decide(loaded(tmp_path, SLA), "sla.breached", at(2), event={"metric": "resolution"})
        assert ["late", "whatever"] == found["matched"]

    def test_a_ticket_without_a_beginning(self, tmp_path: Path) -> None:
        """There are no clocks, and a warning says why."""
        found = decide(loaded(tmp_path, SLA), "ticket.updated", at(2), ticket={"sla": "a"})
        assert {"policy": "a", "clocks": []} == found["outcome"]["sla"]
        assert [("RF704", "/ticket/created_at")] == [(one["code"], one["pointer"]) for one in found["warnings"]]

    def test_an_answer_before_the_creation(self, tmp_path: Path) -> None:
        """Clocks of two machines differ: it is taken to come at the creation."""
        text = SLA.replace("targets: {", "targets: {update: 3h, ")
        entries = [{"at": SINCE, "event": "created"}, {"at": "2026-03-02T09:59:00Z", "event": "replied", "by": "agent"}]
        for event, history in (("ticket.updated", entries), ("ticket.created", entries[1:])):
            found = decide(loaded(tmp_path, text), event, at(2, 10), ticket={"sla": "a", "history": history})
            update = next(one for one in found["outcome"]["sla"]["clocks"] if one["metric"] == "update")
            assert SINCE == update["started_at"]

    def test_a_reply_of_nobody(self, tmp_path: Path) -> None:
        """No clock minds it, and a warning says so, at the event and at the first such entry of the history."""
        entries = [{"at": SINCE, "event": "created"}, *({"at": SINCE, "event": "replied"} for _ in range(2))]
        ticket = {"sla": "a", "history": entries}
        found = decide(loaded(tmp_path, SLA), "ticket.replied", at(2), ticket=ticket)
        assert ["/ticket/history/1/by", "/event/by"] == [one["pointer"] for one in found["warnings"]]
        ticket["history"] = [entries[0], {**entries[1], "by": "contact"}]
        assert (
            []
            == decide(loaded(tmp_path, SLA), "ticket.replied", at(2), ticket=ticket, event={"by": "agent"})["warnings"]
        )

    def test_clocks_are_facts(self, tmp_path: Path) -> None:
        """Rules of later stages read them."""
        text = SLA + (
            "  - {id: tight, stage: notify, on: ticket.created, when: sla.first_reply.target <= 2h and "
            "sla.resolution.state is running and sla.due_at < now + 3h, then: {note: '{{ sla.due_at }}'}}\n"
        )
        found = decide(loaded(tmp_path, text), "ticket.created", at(2, 10))
        assert ["level", "tight"] == found["matched"]
        assert "2026-03-02 12:00" == found["actions"][1]["text"]


class TestOnce:
    TEXT = """
rules:
  - {id: hello, stage: notify, on: message.received, once: date_of(now), then: {note: Hello}}
"""

    def test_once_for_each_value(self, tmp_path: Path) -> None:
        """Keys that are done come back with the facts."""
        project = loaded(tmp_path, self.TEXT)
        first = decide(project, "message.received", at(2))
        assert (["hello"], ["hello@2026-03-02"]) == (first["matched"], first["fired"])
        done = {"fired": first["fired"]}
        assert [] == decide(project, "message.received", at(2, 13), event=done)["matched"]
        assert ["hello"] == decide(project, "message.received", at(3), event=done)["matched"]

    def test_why_not(self, tmp_path: Path) -> None:
        """The explanation says that it has fired."""
        project = loaded(tmp_path, self.TEXT)
        facts: dict[str, Any] = {"event": {"fired": ["hello@2026-03-02"]}}
        text = project.explain("message.received", facts, rule="hello", now=at(2)).to_text()
        assert "it has fired for this already" in text


class TestChecks:
    def test_time_rules_are_typed(self, tmp_path: Path) -> None:
        """`since` is an instant, `calendar` a calendar."""
        text = """
rules:
  - {id: a, stage: notify, after: {time: 1h, since: ticket.status, calendar: vip}, then: {note: a}}
  - {id: b, stage: notify, on: timer, once: ticket.nope, then: {note: b}}
"""
        codes = [(one.code.number, one.within) for one in findings(tmp_path, text)]
        assert [
            ("RF402", "time of rule `a`"),
            ("RF304", "time of rule `a`"),
            ("RF302", "time of rule `b`"),
        ] == codes

    def test_clocks_do_not_depend_on_themselves(self, tmp_path: Path) -> None:
        """Neither policies, contracts nor segments ask for them, not even through a definition."""
        text = """
definitions: {late: sla.resolution.state is breached}
sla: {a: {targets: {resolution: 4h}, pause_when: late}}
contracts: {shop: {applies_when: sla.due_at is present}}
segments: {angry: {when: late}}
"""
        found = [(one.code.number, one.within) for one in findings(tmp_path, text)]
        assert [
            ("RF701", "SLA policy `a`"),
            ("RF701", "contract `shop`"),
            ("RF701", "segment `angry`"),
        ] == found


class TestHistory:
    def test_every_fault_is_told(self, tmp_path: Path) -> None:
        """An entry without its instant, an option that nobody knows, an instant that is none."""
        project = loaded(tmp_path, SLA)
        entries = [{"event": "created"}, {"at": "yesterday"}, {"at": "2026-03-02T10:00:00Z", "status": "stuck"}, "new"]
        read = project.door.read("ticket.updated", {"ticket": {"history": entries}}, strict=True)
        assert isinstance(read, tuple)
        assert [
            "/ticket/history/0/at",
            "/ticket/history/1/at",
            "/ticket/history/2/status",
            "/ticket/history/3",
        ] == [one.pointer for one in read]

    def test_what_lies_ahead_counts_as_now(self, tmp_path: Path) -> None:
        """Clocks of two machines differ; no reply is lost."""
        ticket = {
            "sla": "a",
            "history": [
                {"at": "2026-03-02T10:00:00Z", "event": "created"},
                {"at": "2026-03-02T12:00:05Z", "event": "replied", "by": "agent"},
            ],
        }
        found = decide(loaded(tmp_path, SLA), "ticket.updated", at(2), ticket=ticket)
        clock = found["outcome"]["sla"]["clocks"][0]
        assert ("first_reply", "met", "2026-03-02T12:00:00+00:00") == (
            clock["metric"],
            clock["state"],
            clock["ended_at"],
        )

    def test_a_field_that_lost_its_value(self, tmp_path: Path) -> None:
        """An empty text says that nobody has the ticket any more."""
        text = "teams: {desk: {}}\nsla: {a: {targets: {assignment: 1h}}}\n"
        ticket = {
            "sla": "a",
            "history": [
                {"at": "2026-03-02T10:00:00Z", "event": "created", "team": "desk"},
                {"at": "2026-03-02T10:30:00Z", "team": ""},
            ],
        }
        (clock,) = decide(loaded(tmp_path, text), "ticket.updated", at(2), ticket=ticket)["outcome"]["sla"]["clocks"]
        assert ("met", 1800) == (clock["state"], clock["elapsed_s"])

    def test_a_change_that_only_the_event_tells(self, tmp_path: Path) -> None:
        """`before` says what the priority was until now."""
        text = "sla: {a: {targets: {resolution: {normal: 8h, urgent: 1h}}, on_change: restart}}\n"
        ticket = {"sla": "a", "created_at": "2026-03-02T10:00:00Z", "priority": "urgent"}
        found = decide(
            loaded(tmp_path, text), "ticket.updated", at(2), ticket=ticket, before={"ticket": {"priority": "normal"}}
        )
        (clock,) = found["outcome"]["sla"]["clocks"]
        assert ("2026-03-02T12:00:00+00:00", "2026-03-02T13:00:00+00:00") == (clock["started_at"], clock["due_at"])
