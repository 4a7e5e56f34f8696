"""Segments, teams, agents, skills, contracts and SLA policies."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ruleflow.model.vocabulary import (
    Agent,
    EndOfWorkingDay,
    Folder,
    Metric,
    OnChange,
    OpenTime,
    Request,
    Segment,
    Skill,
    Target,
    Team,
)
from ruleflow.syntax.expressions import And, Not, Or
from ruleflow.types.durations import WorkingDays
from ruleflow.types.terms import Kind
from tests.unit.model.projects import Read, one, read, read_files


def good(text: str) -> Read:
    """A project without findings."""
    found = read(text)
    assert () == found.found, found.messages
    return found


def test_segments() -> None:
    """Assigned and derived segments, with colours, external ids and old names."""
    segments = good(
        """
segments:
  vip: {title: Важные клиенты, color: '#c8102e', background: '#fff', external_id: 42, was: [gold, platinum]}
  plain: Обычные
  bare:
  big: {when: contact.lifetime_value > 1_000}
"""
    ).model.segments
    assert (
        Segment("vip", "Важные клиенты", "42", ("gold", "platinum"), color="#c8102e", background="#fff")
        == segments["vip"]
    )
    assert Segment("plain", "Обычные") == segments["plain"]
    assert Segment("bare") == segments["bare"]
    assert segments["big"].when is not None


def test_a_derived_segment_of_groups_of_conditions() -> None:
    """`all`, `any` and `none` may stand side by side and inside each other."""
    when = (
        good(
            "segments: {a: {when: {any: [contact.city is 'Turku', contact.city is 'Oulu'], none: [contact.kind is person]}}}\n"
        )
        .model.segments["a"]
        .when
    )
    assert isinstance(when, And)
    assert [Or, Not] == [type(part) for part in when.operands]


def test_sections_as_lists() -> None:
    """Teams, skills and segments may be just ids."""
    model = good("teams: [sales, service]\nskills: [finnish, english]\nsegments: [vip]\n").model
    assert {"sales": Team("sales"), "service": Team("service")} == model.teams
    assert {"finnish": Skill("finnish"), "english": Skill("english")} == model.skills
    assert ["vip"] == list(model.segments)


def test_agents_and_what_they_refer_to() -> None:
    """Teams and skills of an agent and the calendar of a team are noted for the checker."""
    model = good(
        """
teams: {sales: {calendar: office}}
agents: {anna: {title: Анна, email: anna@example.com, teams: sales, skills: [finnish, english]}}
"""
    ).model
    assert (
        Agent("anna", "Анна", email="anna@example.com", teams=("sales",), skills=("finnish", "english"))
        == model.agents["anna"]
    )
    assert [
        ((Kind.CALENDAR,), "office", "team `sales`"),
        ((Kind.TEAM,), "sales", "agent `anna`"),
        ((Kind.SKILL,), "finnish", "agent `anna`"),
        ((Kind.SKILL,), "english", "agent `anna`"),
    ] == [(use.kinds, use.id, use.within) for use in model.references]
    assert ["office", "sales", "finnish", "english"] == [use.span.text for use in model.references]


def test_contracts() -> None:
    """Owner, tag, calendar, regulation, rating, folders as a tree, requests and the condition that picks it."""
    model = good(
        """
teams: [tills_desk]
agents: [anna]
contracts:
  tills:
    title: Кассы
    owner: tills_desk
    tag: Кассы 24/7
    color: '#0a0'
    calendar: always
    regulation: gold
    rating: 4.5
    folders:
      retail: {title: Розница, folders: {south: , north: Север}}
      cash:
    requests:
      incident: {title: Касса сломана, priority: high, resolve_in: end of working day}
      question: {resolve_in: 2 working days}
      task: {resolve_in: 9h}
      problem:
    applies_when: ticket.region is 'south'
  service: {owner: anna}
  nobody: {owner: {agent: anna}, folders: [a, b]}
"""
    ).model
    tills = model.contracts["tills"]
    assert ("tills_desk", "", "Кассы 24/7", "#0a0", "always", "gold", Decimal("4.5")) == (
        tills.owner_team, tills.owner_agent, tills.tag, tills.color, tills.calendar, tills.regulation, tills.rating,
    )  # fmt: skip
    assert (
        Request("incident", "Касса сломана", "high", EndOfWorkingDay.END),
        Request("question", "", "", WorkingDays(2)),
        Request("task", "", "", OpenTime(9 * 3600)),
        Request("problem"),
    ) == tills.requests
    assert tills.applies_when is not None
    assert ("", "anna", 0) == (
        model.contracts["service"].owner_team,
        model.contracts["service"].owner_agent,
        model.contracts["service"].rating,
    )
    assert "anna" == model.contracts["nobody"].owner_agent
    assert {
        "retail": Folder("retail", "Розница", contract="tills"),
        "south": Folder("south", contract="tills", parent="retail"),
        "north": Folder("north", "Север", contract="tills", parent="retail"),
        "cash": Folder("cash", contract="tills"),
        "a": Folder("a", contract="nobody"),
        "b": Folder("b", contract="nobody"),
    } == model.folders
    assert {("ticket.request_type", "incident"), ("ticket.priority", "high")} <= {
        (use.path, use.option) for use in model.options
    }
    assert ((Kind.TEAM, Kind.AGENT), "tills_desk", "contract `tills`") in [
        (use.kinds, use.id, use.within) for use in model.references
    ]


def test_an_owner_nobody_knows_is_left_to_the_checker() -> None:
    """It is noted, and owns nothing."""
    model = read("contracts: {a: {owner: ghost}}\n").model
    assert ("", "") == (model.contracts["a"].owner_team, model.contracts["a"].owner_agent)
    assert ["ghost"] == [use.id for use in model.references]


def test_an_owner_that_is_both() -> None:
    """The author says which of the two is meant."""
    found = one("teams: [a]\nagents: [a]\ncontracts: {c: {owner: a}}\n")
    assert ("RF301", "`a` is both a team and an agent") == (found.code.number, found.message)


def test_one_name_for_two_things() -> None:
    """Two things of a kind with one name are told with both places, across files."""
    found = read_files({"a.yaml": "teams: {x: }\n", "b.yaml": "teams: [x]\n", "ruleflow.yaml": "ruleflow: 1\n"}).found
    assert [("RF301", "the team `x` is defined twice", "b.yaml", "a.yaml")] == [
        (each.code.number, each.message, each.span.source.name if each.span else "", each.related[0].span.source.name)
        for each in found
    ]


@pytest.mark.parametrize(
    ("section", "what"),
    [
        ("fields: {ticket.x: text}", "field `ticket.x`"),
        ("segments: {x: }", "segment `x`"),
        ("agents: [x]", "agent `x`"),
        ("skills: [x]", "skill `x`"),
        ("contracts: {x: {}}", "contract `x`"),
        ("calendars: {x: {always: true}}", "calendar `x`"),
        ("sla: {x: {targets: {update: 1h}}}", "SLA policy `x`"),
        ("events: [x]", "event `x`"),
        ("actions: {x: {}}", "action `x`"),
        ("definitions: {x: ticket.id is present}", "definition `x`"),
        ("rules: [{id: x, stage: route, then: {stop: true}}]", "rule `x`"),
    ],
)
def test_defined_twice(section: str, what: str) -> None:
    """Every kind of named thing is told when two bear one name."""
    found = read_files({"a.yaml": section, "b.yaml": section, "ruleflow.yaml": "ruleflow: 1\n"})
    assert [f"the {what} is defined twice"] == found.messages


def test_folders_have_one_name_in_the_whole_project() -> None:
    """Two contracts cannot have a folder of one name."""
    assert ["the folder `x` is defined twice"] == read("contracts: {a: {folders: [x]}, b: {folders: [x]}}\n").messages


@pytest.mark.parametrize(
    "text",
    [
        "segments: {a: {external_id: 5}, b: {external_id: 5}}",
        "segments: {a: {was: c}, b: {was: [c]}}",
        "teams: {a: {external_id: b}, b: }",
        "agents: {a: {was: b}, b: }",
    ],
)
def test_a_name_that_stands_for_two_things(text: str) -> None:
    """External ids, old names and ids may each belong to one thing only."""
    found = one(text + "\n")
    assert "RF301" == found.code.number
    assert " stands for two " in found.message


def test_policies() -> None:
    """Targets by metric, each a time, or by priority, or by another choice; warnings and changes for all or each."""
    policies = good(
        """
sla:
  gold:
    title: Золото
    calendar: office
    pause_when: {any: [ticket.status is pending, ticket.status is solved]}
    targets:
      first_reply: 30m
      next_reply: {urgent: 1h, low: 2 working days}
      resolution: {by: ticket.request_type, incident: end of working day}
    warn_at: ['75%', 1h]
    on_change: {next_reply: restart}
  plain: {targets: {update: 4h}, warn_at: {update: 50.5%}, on_change: old_deadline}
  short: {targets: {assignment: 1 working day}, warn_at: 10m}
"""
    ).model.sla
    half, hour = OpenTime(1800), OpenTime(3600)
    assert (
        Target(Metric.FIRST_REPLY, "", {"": half}, (75, hour)),
        Target(
            Metric.NEXT_REPLY, "ticket.priority", {"urgent": hour, "low": WorkingDays(2)}, (75, hour), OnChange.RESTART
        ),
        Target(Metric.RESOLUTION, "ticket.request_type", {"incident": EndOfWorkingDay.END}, (75, hour)),
    ) == policies["gold"].targets
    assert ("Золото", "office") == (policies["gold"].title, policies["gold"].calendar)
    assert policies["gold"].pause_when is not None
    assert (Target(Metric.UPDATE, "", {"": OpenTime(14400)}, (Decimal("50.5"),), OnChange.OLD_DEADLINE),) == policies[
        "plain"
    ].targets
    assert (Target(Metric.ASSIGNMENT, "", {"": WorkingDays(1)}, (OpenTime(600),)),) == policies["short"].targets


def test_what_policies_refer_to() -> None:
    """The options by which targets differ, and the calendar, are noted for the checker."""
    model = read("sla: {a: {calendar: office, targets: {update: {hihg: 4h}}}}\n").model
    assert [("ticket.priority", "hihg", "SLA policy `a`")] == [
        (use.path, use.option, use.within) for use in model.options
    ]
    assert ["office"] == [use.id for use in model.references]


@pytest.mark.parametrize(
    ("text", "code", "message", "help_"),
    [
        ("targets: {update: 2d}", "RF139", "`update` must be a time, such as `4h`, `2 working days` or `end of working day`; found `2d`", "`48h` is exact time; `2 working days` counts open days"),
        ("targets: {update: 1d}", "RF139", "`update` must be a time, such as `4h`, `2 working days` or `end of working day`; found `1d`", "`24h` is exact time; `1 working day` counts open days"),
        ("targets: {update: {}}", "RF118", "`update` is empty", "write a time for each option of `ticket.priority`"),
        ("targets: {update: {by: ticket.channel}}", "RF118", "`update` is empty", "write a time for each option of `ticket.channel`"),
        ("targets: {update: soon}", "RF139", "`update` must be a time, such as `4h`, `2 working days` or `end of working day`; found `soon`", "open time"),
        ("targets: {update: {low: 2 days}}", "RF139", "`low` must be a time, such as `4h`, `2 working days` or `end of working day`; found `2 days`", "`48h`"),
        ("targets: {updates: 1h}", "RF111", "`updates` is not a key of `targets`", "did you mean `update`?"),
        ("targets: {update: {by: ticket.subject, low: 1h}}", "RF116", "`by` cannot be `ticket.subject`", "it may be `ticket.status`"),
        ("targets: {update: {by: ticket.priorty, low: 1h}}", "RF116", "`by` cannot be `ticket.priorty`", "did you mean `ticket.priority`?"),
        ("targets: {update: {low: }}", "RF118", "`low` is empty", "write a single value"),
        ("targets: {update: 1h}, warn_at: 120%", "RF139", "`warn_at` must be a percentage or a time, such as `75%` or `1h`; found `120%`", "a percentage"),
        ("targets: {update: 1h}, on_change: reset", "RF116", "`on_change` cannot be `reset`", "it may be"),
    ],
)  # fmt: skip
def test_wrong_policies(text: str, code: str, message: str, help_: str) -> None:
    """Each mistake in a policy has one finding."""
    found = one(f"sla: {{a: {{{text}}}}}\n")
    assert (code, message) == (found.code.number, found.message)
    assert found.help[0].startswith(help_)
