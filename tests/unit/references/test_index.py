"""The index of names: where each thing is defined, who names it, what stands at a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleflow.diagnostics.collector import Collector
from ruleflow.project.loading import load_checked
from ruleflow.references.index import References, index_of
from ruleflow.references.names import Kind, Name, Role
from ruleflow.source import Source
from ruleflow.syntax.nodes import Node
from ruleflow.syntax.yaml_reader import read_yaml
from tests.projects import write_project

MODEL = """
segments:
  vip: {was: [gold], external_id: '42'}
  reseller:
  rich: {when: contact.segments has vip}
teams: [desk, other]
agents: {anna: {teams: [desk]}}
skills: [greek]
calendars: {office: {hours: {mon: ['09:00-17:00']}}}
sla:
  fast: {calendar: office, targets: {first_reply: {by: ticket.plan, gold: 1h, iron: 2h}}, pause_when: ticket.plan is gold}
templates: {hello: hello.md}
contracts:
  tills: {owner: desk, regulation: fast, folders: {retail: {folders: [city]}}, requests: {question: {priority: high}}}
fields:
  ticket.plan: {type: choice, options: [gold, {id: iron, was: [fe]}], default: iron}
  ticket.wish: {type: choice, options: [gold, iron]}
  ticket.backup: {type: team, default: other}
  contact.trips: {type: list, of: {place: text, kind: {type: choice, options: [near, far]}}}
events: [ticket.escalated]
actions: {escalate: {parameters: {level: integer, team: team}}}
definitions: {is_gold: ticket.plan is gold}
"""
RULES = """
defaults: {stage: route, on: ticket.created}
rules:
  - id: first
    when: |
      contact.segments has vip
        and any (contact.trips where it.kind is far)
    then:
      - route: {team: desk, skills: [greek]}
      - set: {ticket.plan: gold}
      - note: "plan {{ ticket.plan }} \\u263a {{ if is_gold then 'x' else 'y' }}"
      - escalate: {level: 1, team: other}
  - id: second
    stage: notify
    on: [ticket.escalated]
    when: 'ticket.plan is ''gold'' or contract.id is ''tills'' or contact.segments has any of [vip, reseller]'
    then: [{send: {template: hello, to: contact.email ?? 'a@b.example'}}, set_sla: fast]
  - id: third
    when: ticket.created_at during office and in_folder(contact.contract_folder, city) and ticket.plan is ticket.wish
    then: [{add_to_segments: [vip, reseller]}]
"""
REST = """
properties:
  - {id: kept, on: ticket.created, for: contact.segments has vip, expect: outcome.matched has first and outcome.ticket.plan is gold}
tests:
  - name: one
    event: ticket.created
    given: {ticket: {plan: fe}, contact: {segments: ['42', gold, reseller], trips: [{kind: near}]}, before: {ticket: {plan: gold}}}
    expect:
      matched: first
      outcome: {route: {team: desk}, sla: {policy: fast}, contract: tills, ticket: {plan: gold}, messages: [{template: hello}]}
      actions: [{type: escalate, rule: first, team: other}, {type: set, field: ticket.plan, value: gold}]
      timers: [{rule: second, key: 'second@2026'}]
"""
HELLO = """---
subject: For {{ ticket.plan }}
segment: vip
---
{% if contact.segments contains 'vip' and ticket.plan == "gold" %}Hi{% endif %}
{% for trip in contact.trips %}{{ trip.place }}{% endfor %}
"""
FILES = {"model.yaml": MODEL, "rules.yaml": RULES, "rest.yaml": REST, "hello.md": HELLO}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> References:
    """The index of a project with a bit of everything."""
    out = Collector()
    loaded = load_checked(write_project(tmp_path_factory.mktemp("index"), FILES), out)
    assert loaded is not None
    assert [] == [finding.message for finding in out.sorted() if finding.is_error]
    return index_of(loaded.checked)


def used(index: References, kind: Kind, name: str) -> list[str]:
    """The places of a thing, less its definition: line, text and holder."""
    return [
        f"{use.span.source.name}:{use.span.first.line} {use.span.text} | {use.holder}"
        for use in index.of(kind, name)
        if use.role is Role.USE
    ]


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        (
            Kind.SEGMENT,
            "vip",
            [
                "hello.md:3 vip | template `hello`",
                "hello.md:5 vip | template `hello`",
                "model.yaml:5 vip | condition of segment `rich`",
                "rest.yaml:3 vip | `for` of property `kept`",
                "rest.yaml:7 42 | facts of test `one`",
                "rest.yaml:7 gold | facts of test `one`",
                "rules.yaml:6 vip | condition of rule `first`",
                "rules.yaml:16 vip | condition of rule `second`",
                "rules.yaml:20 vip | action `add_to_segments` of rule `third`",
            ],
        ),
        (
            Kind.TEAM,
            "desk",
            [
                "model.yaml:7 desk | agent `anna`",
                "model.yaml:14 desk | contract `tills`",
                "rest.yaml:10 desk | expectation of test `one`",
                "rules.yaml:9 desk | action `route` of rule `first`",
            ],
        ),
        (Kind.TEAM, "other", [
            "model.yaml:18 other | default of field `ticket.backup`",
            "rest.yaml:11 other | expectation of test `one`",
            "rules.yaml:12 other | action `escalate` of rule `first`",
        ]),
        (Kind.SKILL, "greek", ["rules.yaml:9 greek | action `route` of rule `first`"]),
        (Kind.CALENDAR, "office", ["model.yaml:11 office | SLA policy `fast`", "rules.yaml:19 office | condition of rule `third`"]),
        (Kind.FOLDER, "city", ["rules.yaml:19 city | condition of rule `third`"]),
        (
            Kind.CONTRACT,
            "tills",
            ["rest.yaml:10 tills | expectation of test `one`", "rules.yaml:16 tills | condition of rule `second`"],
        ),
        (
            Kind.OPTION,
            "ticket.plan:gold",
            [
                "hello.md:5 gold | template `hello`",
                "model.yaml:11 gold | SLA policy `fast`",
                "model.yaml:11 gold | pause of SLA policy `fast`",
                "model.yaml:22 gold | definition `is_gold`",
                "rest.yaml:3 gold | promise of property `kept`",
                "rest.yaml:7 gold | facts of test `one`",
                "rest.yaml:10 gold | expectation of test `one`",
                "rest.yaml:11 gold | expectation of test `one`",
                "rules.yaml:10 gold | action `set` of rule `first`",
                "rules.yaml:16 gold | condition of rule `second`",
            ],
        ),
        (Kind.OPTION, "ticket.plan:iron", [
            "model.yaml:11 iron | SLA policy `fast`",
            "model.yaml:16 iron | default of field `ticket.plan`",
            "rest.yaml:7 fe | facts of test `one`",
        ]),
        (Kind.OPTION, "contact.trips.kind:far", ["rules.yaml:7 far | condition of rule `first`"]),
        (Kind.FIELD, "contact.trips.kind", [
            "rest.yaml:7 kind | facts of test `one`",
            "rules.yaml:7 it.kind | condition of rule `first`",
        ]),
        (Kind.FIELD, "contact.trips.place", ["hello.md:6 trip.place | template `hello`"]),
        (
            Kind.FIELD,
            "ticket.plan",
            [
                "hello.md:2 ticket.plan | template `hello`",
                "hello.md:5 ticket.plan | template `hello`",
                "model.yaml:11 ticket.plan | SLA policy `fast`",
                "model.yaml:11 ticket.plan | pause of SLA policy `fast`",
                "model.yaml:22 ticket.plan | definition `is_gold`",
                "rest.yaml:3 ticket.plan | promise of property `kept`",
                "rest.yaml:7 plan | facts of test `one`",
                "rest.yaml:7 plan | facts of test `one`",
                "rest.yaml:10 plan | expectation of test `one`",
                "rest.yaml:11 ticket.plan | expectation of test `one`",
                "rules.yaml:10 ticket.plan | action `set` of rule `first`",
                "rules.yaml:11 ticket.plan | action `note` of rule `first`",
                "rules.yaml:16 ticket.plan | condition of rule `second`",
                "rules.yaml:19 ticket.plan | condition of rule `third`",
            ],
        ),
        (Kind.DEFINITION, "is_gold", ["rules.yaml:11 is_gold | action `note` of rule `first`"]),
        (Kind.EVENT, "ticket.escalated", ["rules.yaml:15 ticket.escalated | rule `second`"]),
        (Kind.ACTION, "escalate", ["rest.yaml:11 escalate | expectation of test `one`", "rules.yaml:12 escalate | rule `first`"]),
        (Kind.STAGE, "route", ["rules.yaml:2 route | defaults `rules.yaml`"]),
        (Kind.TEMPLATE, "hello", ["rest.yaml:10 hello | expectation of test `one`", "rules.yaml:17 hello | action `send` of rule `second`"]),
        (
            Kind.SLA,
            "fast",
            [
                "model.yaml:14 fast | contract `tills`",
                "rest.yaml:10 fast | expectation of test `one`",
                "rules.yaml:17 fast | action `set_sla` of rule `second`",
            ],
        ),
        (
            Kind.RULE,
            "first",
            [
                "rest.yaml:3 first | promise of property `kept`",
                "rest.yaml:9 first | expectation of test `one`",
                "rest.yaml:11 first | expectation of test `one`",
            ],
        ),
        (Kind.RULE, "second", ["rest.yaml:12 second | expectation of test `one`", "rest.yaml:12 second | expectation of test `one`"]),
    ],
)  # fmt: skip
def test_uses(index: References, kind: Kind, name: str, expected: list[str]) -> None:
    """Every place that names a thing is found: in conditions, actions, texts, templates, tests and plain references."""
    assert expected == used(index, kind, name)


def test_definitions_and_old_names(index: References) -> None:
    """A thing's definition and its old names are places, too."""
    found = [(use.role, use.span.text, use.span.first.line) for use in index.of(Kind.SEGMENT, "vip")]
    assert [(Role.DEFINITION, "vip", 3), (Role.EARLIER, "gold", 3)] == [one for one in found if one[0] is not Role.USE]
    assert index.definition(Name(Kind.FIELD, "ticket.subject")) is None
    defined = {use.name for use in index.uses if use.role is Role.DEFINITION}
    assert Name(Kind.OPTION, "contact.trips.kind:near") in defined
    assert Name(Kind.FOLDER, "city") in defined


def test_each_place_tells_what_it_names(index: References) -> None:
    """Asked for any place inside a name, and for its end, the index gives what is named there."""
    for use in index.uses:
        for offset in (use.span.start, use.span.end):
            assert index.at(use.span.source.name, offset)
        assert use.name in {found.name for found in index.at(use.span.source.name, use.span.start)} or any(
            found.span.start == use.span.start for found in index.at(use.span.source.name, use.span.start)
        )
    assert () == index.at("rules.yaml", 0)
    assert () == index.at("nowhere.yaml", 3)


def test_where_options_of_two_fields_meet(index: References) -> None:
    """A comparison of two choice fields ties their options together."""
    assert [("ticket.plan", "ticket.wish", "ticket.plan is ticket.wish")] == [
        (link.one, link.other, link.span.text) for link in index.links
    ]


def test_everything_of_one_name(index: References) -> None:
    """A word finds all kinds of things that are called so, options by their word alone."""
    assert {Name(Kind.OPTION, "ticket.plan:gold"), Name(Kind.OPTION, "ticket.wish:gold")} == set(index.named("gold"))
    assert (Name(Kind.STAGE, "route"), Name(Kind.ACTION, "route")) == index.named("route")


def test_documents_that_are_known_are_not_parsed_again(tmp_path: Path) -> None:
    """An editor gives what it has parsed already."""
    out = Collector()
    loaded = load_checked(write_project(tmp_path, FILES), out)
    assert loaded is not None
    asked: list[str] = []

    def document(source: Source) -> Node | None:
        asked.append(source.name)
        return read_yaml(source, Collector())

    assert index_of(loaded.checked).uses == index_of(loaded.checked, document).uses
    assert {"model.yaml", "rest.yaml"} == set(asked)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("contact.segments has 'vip'", "vip"),
        ("\"contact.segments has 'vip'\"", "vip"),
        ("'contact.segments has ''vip'''", "vip"),
        (">-\n      contact.segments\n      has\n      vip", "vip"),
        ("|2\n       contact.segments has vip", "vip"),
        ("contact.segments\n      has vip", "vip"),
        ('"contact.segments \\\n      has vip"', "vip"),
        ('"contact.segments has \\u0076ip"', "\\u0076ip"),
        ('"\\u263a" == "\\u263a" and contact.segments has vip', ""),
    ],
)
def test_places_are_exact_in_every_style(tmp_path: Path, written: str, text: str) -> None:
    """The place of a name is the name itself, in whatever way YAML writes the expression around it."""
    rule = f"rules:\n  - id: only\n    stage: route\n    when: {written}\n    then: [stop: true]\n"
    out = Collector()
    loaded = load_checked(write_project(tmp_path, {"a.yaml": f"segments: [vip]\n{rule}"}), out)
    assert loaded is not None
    uses = [use for use in index_of(loaded.checked).of(Kind.SEGMENT, "vip") if use.role is Role.USE]
    assert [text] * bool(text) == [use.span.text for use in uses]


@pytest.mark.parametrize(
    "text",
    [
        "definitions: {a: b, b: a, c: a is ticket.status}\n",
        "definitions:\n  d0: ticket.status\n"
        + "".join(f"  d{at}: d{at - 1} ?? d{at - 1}\n" for at in range(1, 60))
        + "  last: d59 is open\n",
        "segments: 5\nrules: [{id: r, when: nobody has x, then: [{set: {ticket.nothing: a}}, {unknown: 1}]}, 7]\nfields: {ticket.plan: }\n",
        "contracts: {c: {owner: nobody, requests: {what: {priority: none}}}}\ntests: [{name: t, given: 5, expect: {matched: {a: b}}}]\n",
        "sla: {s: {targets: {first_reply: {by: nothing, x: 1h}}}}\ntemplates: {t: missing.md}\nproperties: [{never: now}]\n",
        "rules:\n  - id: r\n    when: contact.segments has (",
    ],
)
def test_a_project_with_mistakes_has_an_index_too(tmp_path: Path, text: str) -> None:
    """An editor asks while a project is being written: what can be told is told."""
    loaded = load_checked(write_project(tmp_path, {"a.yaml": text, "b.yaml": "teams: [desk]\n"}), Collector())
    assert loaded is not None
    assert index_of(loaded.checked).of(Kind.TEAM, "desk")
