"""What a promise may ask, and what it means."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleflow.checker.checked import Checked, Read
from ruleflow.diagnostics.collector import Collector
from ruleflow.project.loading import load_checked
from ruleflow.syntax.walk import walk
from tests.projects import findings, write_project

VOCABULARY = """
segments: [vip]
teams: [desk, billing]
skills: [english]
templates: {welcome: {file: welcome.md}}
fields: {contact.plan: {type: choice, options: [free, paid]}, contact.car: {type: choice, options: [a, b]}, contact.seat: {type: record, of: {row: integer}}}
sla:
  fast: {targets: {first_reply: 1h, resolution: 8h}}
  slow: {targets: {resolution: 5 working days, update: end of working day}}
contracts: {tills: {title: Tills, requests: {incident: {resolve_in: 4h}}}}
definitions: {is_vip: contact.segments has vip, is_late: sla.resolution.elapsed > 4h}
rules:
  - {id: vip_first, stage: classify, when: is_vip or is_late, then: [{set: {ticket.priority: high}}]}
  - {id: to_desk, stage: route, on: ticket.created, then: [{route: {team: desk}}]}
"""


def found(folder: Path, promise: str) -> list[tuple[str, str]]:
    """Codes and places of the findings about a property, without its id."""
    text = f"{VOCABULARY}properties:\n  - id: a\n    {promise}\n"
    write_project(folder, {"welcome.md": "---\nsubject: Hi\n---\nHi\n"})
    return [(one.code.number, one.span.text if one.span else "") for one in findings(folder, text)]


@pytest.mark.parametrize(
    "expression",
    [
        "outcome.route is present",
        "outcome.route.team is desk and outcome.route.agent is missing",
        "outcome.route.skills has english or outcome.route.strategy is direct",
        "outcome.ticket.priority >= high",
        "outcome.ticket.team in [desk, billing]",
        "outcome.contact.segments has none of [vip]",
        "outcome.contact.seat.row > 3",
        "outcome.sla is fast",
        "outcome.sla.first_reply <= 1h",
        "outcome.sla.resolution_days <= 5 working days",
        "sla.first_reply.target <= 1h and sla.policy is fast",
        "outcome.tags has all of ['a', 'b']",
        "outcome.messages has welcome and outcome.message_count <= 1",
        "outcome.denied is missing or outcome.denied contains 'open'",
        "outcome.contract is tills",
        "outcome.matched has any of [vip_first, to_desk]",
        "outcome.actions has none of [webhook, deny]",
        "not outcome.denied contains 'x' and not outcome.sla.first_reply > 1h",
        "if is_vip then outcome.ticket.priority >= ticket.priority else true",
        "count (contact.tickets where it.priority > ticket.priority) < 3 or outcome.ticket.status is open",
    ],
)  # fmt: skip
def test_what_may_be_asked(tmp_path: Path, expression: str) -> None:
    """The outcome has types as facts have, and what was not written is not reported as missing."""
    assert [] == found(tmp_path, f"expect: {expression}")


@pytest.mark.parametrize(
    ("promise", "code", "place"),
    [
        ("expect: outcome.route.teem is desk", "RF302", "outcome.route.teem"),
        ("expect: outcome.event.by is agent", "RF302", "outcome.event.by"),
        ("expect: outcome.ticket.priority is urgnt", "RF403", "urgnt"),
        ("expect: outcome.matched has vip_frist", "RF403", "vip_frist"),
        ("expect: outcome.messages has wellcome", "RF304", "wellcome"),
        ("expect: outcome.sla.first_reply <= 2 working days", "RF409", "2 working days"),
        ("expect: outcome.ticket.priority changed", "RF415", "outcome.ticket.priority"),
        ("expect: outcome.message_count", "RF402", "outcome.message_count"),
        ("never: outcome.tags is 'a'", "RF401", "'a'"),
        ("expect: route is present", "RF303", "route"),
        ("expect: ticket.priority is high", "RF530", "ticket.priority is high"),
        ("never: is_vip", "RF530", "is_vip"),
        ("{for: outcome.sla is fast, expect: outcome.sla is fast}", "RF314", "outcome.sla"),
        ("{for: contact.segments has vpi, expect: outcome.sla is fast}", "RF304", "vpi"),
        ("{for: contact.plan, expect: outcome.sla is fast}", "RF402", "contact.plan"),
        ("{for: sla.policy is fast, expect: outcome.sla is fast}", "RF707", "sla.policy"),
        ("{for: is_late, expect: outcome.sla is fast}", "RF707", "is_late"),
        ("expect: outcome.sla is fast and sla.due_at is missing", "RF707", "sla.due_at"),
        ("{on: ticket.craeted, expect: outcome.sla is fast}", "RF306", "ticket.craeted"),
        ("expect: outcome.sla is fast and not contact.satisfaction < 3", "RF405", "contact.satisfaction < 3"),
        ("monotone: {in: ticket.priorty, expect: outcome.sla.first_reply, order: not_later}", "RF302", "ticket.priorty"),
        ("monotone: {in: contact.car, expect: outcome.sla.first_reply, order: not_later}", "RF404", "contact.car"),
        ("monotone: {in: contact.seat.row, expect: outcome.sla.first_reply, order: not_later}", "RF418", "contact.seat.row"),
        ("monotone: {in: outcome.ticket.priority, expect: outcome.sla.first_reply, order: not_later}", "RF418", "outcome.ticket.priority"),
        ("monotone: {in: ticket.priority, expect: outcome.sla, order: not_later}", "RF404", "outcome.sla"),
        ("monotone: {in: ticket.priority, expect: contact.satisfaction, order: not_lower}", "RF530", "contact.satisfaction"),
    ],
)  # fmt: skip
def test_what_is_wrong(tmp_path: Path, promise: str, code: str, place: str) -> None:
    """Each mistake has one finding, at its place."""
    if promise.startswith("{"):
        promise = promise[1:-1].replace(", expect:", "\n    expect:")
    assert [(code, place)] == found(tmp_path, promise)


@pytest.mark.parametrize(
    ("promise", "places"),
    [
        ("expect: outcome.sla.resolution <= 8h", []),
        ("never: outcome.sla.resolution > 8h", ["outcome.sla.resolution"]),
        ("never: outcome.sla.resolution_days > 5 working days", ["outcome.sla.resolution_days"]),
        ("never: outcome.sla.resolution > 8h or outcome.sla.resolution_days > 5 working days", []),
        ("never: not outcome.sla.resolution > 8h", []),
        ("expect: not (outcome.sla is slow and outcome.sla.resolution > 8h)", ["outcome.sla.resolution"]),
        ("expect: outcome.sla.resolution is present", ["outcome.sla.resolution"]),
        ("expect: if outcome.sla.resolution > 8h then false else outcome.sla is fast", ["outcome.sla.resolution"]),
        ("never: outcome.sla.first_reply > 8h", []),
        ("never: outcome.sla.update > 8h", ["outcome.sla.update"]),
        ("monotone: {in: ticket.priority, expect: outcome.sla.resolution, order: not_later}", ["outcome.sla.resolution"]),
        (
            "monotone: {in: ticket.priority, expect: outcome.sla.resolution, order: not_later}\n  - id: b\n    monotone: {in: ticket.priority, expect: outcome.sla.resolution_days, order: not_later}",
            [],
        ),
    ],
)  # fmt: skip
def test_targets_that_would_pass_unseen(tmp_path: Path, promise: str, places: list[str]) -> None:
    """Where a missing target keeps a promise, those of the other form must be asked as well."""
    assert [("RF706", place) for place in places] == found(tmp_path, promise)


def test_a_word_that_lacks_its_beginning(tmp_path: Path) -> None:
    """The help says what is meant."""
    text = f"{VOCABULARY}properties: [{{id: a, expect: route is present}}]\n"
    write_project(tmp_path, {"welcome.md": "---\nsubject: Hi\n---\nHi\n"})
    (one,) = findings(tmp_path, text)
    assert ("what the decision comes to is `outcome.route`",) == one.help


def checked(folder: Path, text: str) -> Checked:
    """A checked project without findings."""
    out = Collector()
    loaded = load_checked(write_project(folder, {"rules/a.yaml": text}), out)
    assert () == out.sorted()
    assert loaded is not None
    return loaded.checked


def test_the_meaning_of_names(tmp_path: Path) -> None:
    """What the decision comes to is read under its own path, be it written as the service level's."""
    promise = "outcome.sla is missing or ticket.priority is high or sla.first_reply.target <= 1h"
    project = checked(tmp_path, f"properties: [{{id: a, expect: {promise}}}]\n")
    (one,) = project.model.properties
    assert one.expect is not None
    paths = [found.path for node in walk(one.expect) if isinstance(found := project.meanings.get(node.id), Read)]
    assert ["outcome.sla", "ticket.priority", "outcome.sla.first_reply"] == paths
    assert all(node.id in project.types for node in walk(one.expect))


def test_assumptions_are_about_facts(tmp_path: Path) -> None:
    """They are typed as conditions are, and know nothing of decisions and clocks."""
    for expression, code in (
        ("contact.plan", "RF302"),
        ("contact.lifetime_value", "RF402"),
        ("outcome.sla is missing", "RF314"),
        ("sla.due_at is missing", "RF707"),
        ("not contact.lifetime_value > 3", "RF405"),
    ):
        assert [code] == [one.code.number for one in findings(tmp_path, f"assume: {expression}\n")]
    assert () == findings(tmp_path, "assume: [contact.lifetime_value > 3, ticket.channel is phone]\n")


def test_a_definition_that_only_a_promise_uses_is_used(tmp_path: Path) -> None:
    """Promises and assumptions count as uses."""
    text = "definitions: {b: ticket.channel is phone, c: ticket.channel is web, d: ticket.channel is chat}\n"
    uses = "properties: [{id: a, for: b, expect: c or outcome.message_count is 0}]\nassume: d\n"
    assert () == findings(tmp_path, text + uses)
