"""What decisions say: stages, who wins, gates, messages, secrets, budgets."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import ruleflow
from tests.projects import decide, loaded

BASE = """
segments:
  vip: {external_id: '17', was: [gold]}
  big: {when: contact.lifetime_value >= 1000}
  big_vip: {when: 'contact.segments has all of [vip, big]'}
teams: [desk, vip_desk, rest]
agents: [anna]
sla: {fast: {targets: {first_reply: 1h}}}
"""


def rules(folder: Path, text: str, extra: str = "", files: dict[str, str] | None = None) -> ruleflow.Project:
    """A project with the base vocabulary and some rules."""
    return loaded(folder, f"{BASE}{extra}defaults: {{on: ticket.created}}\nrules:\n{text}", files=files)


def test_a_stage_sees_what_earlier_stages_wrote_and_not_its_own(tmp_path: Path) -> None:
    """Within a stage every rule sees the same facts; the next stage sees what was written."""
    project = rules(
        tmp_path,
        """
  - {id: late, stage: notify, when: ticket.priority changed to high, then: [{add_tags: [told]}]}
  - {id: same, stage: classify, when: ticket.priority is high, then: [{add_tags: [wrong]}]}
  - {id: raise, stage: classify, when: contact.segments has vip, then: [{set: {ticket.priority: high}}]}
""",
    )
    found = decide(project, ticket={"priority": "low"}, contact={"segments": ["vip"]})
    assert ["raise", "late"] == found["matched"]
    assert {"priority": "high", "tags": ["told"]} == found["outcome"]["ticket"]


@pytest.mark.parametrize(
    ("resolve", "stands", "lost"),
    [
        ("first", "normal", ["b", "c"]),
        ("last", "low", ["a", "b"]),
        ("highest", "urgent", ["a", "c"]),
        ("lowest", "low", ["a", "b"]),
    ],
)
def test_one_write_stands_and_the_others_are_kept(tmp_path: Path, resolve: str, stands: str, lost: list[str]) -> None:
    """`resolve` says which of several writes stands; the losers are in `overridden` with who won."""
    extra = f"""
fields:
  ticket.priority: {{type: choice, options: [low, normal, high, urgent], ordered: true, resolve: {resolve}}}
"""
    project = rules(
        tmp_path,
        """
  - {id: a, stage: classify, then: [{set: {ticket.priority: normal}}]}
  - {id: b, stage: classify, then: [{set: {ticket.priority: urgent}}]}
  - {id: c, stage: classify, then: [{set: {ticket.priority: low}}]}
""",
        extra,
    )
    found = decide(project)
    assert stands == found["outcome"]["ticket"]["priority"]
    assert lost == [one["rule"] for one in found["overridden"]]
    assert {stands} == {one["kept"] for one in found["overridden"]}
    assert 1 == len(found["actions"])


def test_unique_reports_two_different_values(tmp_path: Path) -> None:
    """`resolve: unique` keeps the first value and reports another as an error; an equal one is none."""
    extra = "fields: {ticket.code: {type: text, resolve: unique}}\n"
    text = """
  - {id: a, stage: classify, then: [{set: {ticket.code: N}}]}
  - {id: b, stage: classify, then: [{set: {ticket.code: N}}]}
  - {id: c, stage: classify, then: [{set: {ticket.code: S}}]}
"""
    found = decide(rules(tmp_path, text, extra))
    assert "N" == found["outcome"]["ticket"]["code"]
    assert [("c", "RF608")] == [(one["rule"], one["code"]) for one in found["errors"]]


def test_sets_append_and_lose_what_is_removed(tmp_path: Path) -> None:
    """Additions to a set add up over rules and stages; removals come after additions."""
    text = """
  - {id: a, stage: classify, then: [{add_tags: [one, two]}, {remove_tags: old}]}
  - {id: b, stage: classify, then: [{add_tags: [three]}, {remove_tags: [two]}]}
  - {id: c, stage: route, then: [{set: {ticket.tags: [four]}}]}
"""
    found = decide(rules(tmp_path, text), ticket={"tags": ["old", "kept"]})
    assert ["four", "kept", "one", "three"] == found["outcome"]["ticket"]["tags"]


def test_a_later_stage_overrides_an_earlier_one(tmp_path: Path) -> None:
    """Of two stages that write one field the later one's value stands, and the earlier one is kept as overridden."""
    text = """
  - {id: early, stage: classify, then: [{route: {team: desk}}]}
  - {id: late, stage: route, then: [{route: {team: rest, agent: anna}}]}
"""
    found = decide(rules(tmp_path, text))
    assert {"team": "rest", "agent": "anna"} == found["outcome"]["route"]
    assert [
        {
            "rule": "early",
            "field": "route",
            "value": {"team": "desk"},
            "kept": {"team": "rest", "agent": "anna"},
            "by": "late",
        }
    ] == found["overridden"]
    assert ["late"] == [action["rule"] for action in found["actions"]]


def test_hit_first_stops_at_the_first_match(tmp_path: Path) -> None:
    """In a stage with `hit: first` only the first matching rule acts."""
    text = "defaults: {on: ticket.created, stage: one}\nrules:\n" + "".join(
        f"  - {{id: {name}, when: {when}, then: [{{add_tags: [{name}]}}]}}\n"
        for name, when in (("no", "ticket.priority is low"), ("yes", "ticket.priority is normal"), ("rest", "true"))
    )
    project = loaded(tmp_path, text, root="ruleflow: 1\nstages: [{id: one, hit: first}]\n")
    assert ["yes"] == decide(project)["matched"]


def test_deny_and_stop_end_the_decision(tmp_path: Path) -> None:
    """After a stage that denies or stops no later stage runs; what the stage did beside it stands."""
    text = """
  - {id: guard, stage: classify, when: ticket.channel is phone, then: [{deny: "No, {{ contact.first_name ?? 'dear client' }}"}]}
  - {id: stopper, stage: prioritise, when: ticket.channel is chat, then: [{stop: true}, {add_tags: [stopped]}]}
  - {id: beside, stage: classify, then: [{add_tags: [seen]}]}
  - {id: after, stage: notify, then: [{add_tags: [after]}]}
"""
    project = rules(tmp_path, text)
    denied = decide(project, ticket={"channel": "phone"}, contact={"first_name": "Аня"})
    assert "No, Аня" == denied["outcome"]["denied"]
    assert ["guard", "beside"] == denied["matched"]
    stopped = decide(project, ticket={"channel": "chat"})
    assert ["beside", "stopper"] == stopped["matched"]
    assert ["beside", "after"] == decide(project)["matched"]


def test_shadow_rules_are_reported_and_do_nothing(tmp_path: Path) -> None:
    """A rule in shadow is evaluated and listed, and writes nothing."""
    found = decide(rules(tmp_path, "  - {id: s, stage: classify, mode: shadow, then: [{add_tags: [x]}]}\n"))
    assert (["s"], [], []) == (found["shadow"], found["matched"], found["actions"])


@pytest.mark.parametrize(
    ("dates", "runs"),
    [
        ("valid_from: 2026-03-02", True),
        ("valid_from: 2026-03-03", False),
        ("valid_until: 2026-03-02", True),
        ("valid_until: 2026-03-01", False),
        ("valid_until: 2026-03-02T12:00:00+00:00", False),
        ("valid_from: 2026-03-02T12:00:00+00:00", True),
        ("enabled: false", False),
    ],
)
def test_rules_run_only_while_they_are_valid(tmp_path: Path, dates: str, runs: bool) -> None:
    """Dates take in their whole days, instants are half-open; a rule that is not enabled never runs."""
    found = decide(rules(tmp_path, f"  - {{id: r, stage: classify, {dates}, then: [{{stop: true}}]}}\n"))
    assert (["r"] if runs else []) == found["matched"]


def test_a_rollout_takes_its_share_always_the_same(tmp_path: Path) -> None:
    """A rollout takes about its share of tickets, the same ones each time; without an id it takes none and says so."""
    project = rules(tmp_path, "  - {id: r, stage: classify, rollout: 25%, then: [{stop: true}]}\n")
    taken = [bool(decide(project, ticket={"id": f"T-{at}"})["matched"]) for at in range(400)]
    assert 60 < sum(taken) < 140
    assert taken == [bool(decide(project, ticket={"id": f"T-{at}"})["matched"]) for at in range(400)]
    without = decide(project)
    assert [] == without["matched"]
    assert ["RF610"] == [one["code"] for one in without["warnings"]]


def test_our_own_changes_are_no_news(tmp_path: Path) -> None:
    """On an event that a decision of ours caused only rules run that ask for it."""
    text = """
  - {id: usual, stage: classify, then: [{add_tags: [a]}]}
  - {id: own, stage: classify, on_own_changes: true, then: [{add_tags: [b]}]}
"""
    project = rules(tmp_path, text)
    assert ["usual", "own"] == decide(project)["matched"]
    caused = project.decide("ticket.created", {"event": {"caused_by": "d1"}}, now=datetime(2026, 1, 1, tzinfo=UTC))
    assert ("own",) == caused.matched


def test_derived_segments_join_the_assigned_ones(tmp_path: Path) -> None:
    """Derived segments build on facts and on each other, and stand beside those that came."""
    text = "  - {id: r, stage: classify, when: contact.segments has big_vip, then: [{stop: true}]}\n"
    project = rules(tmp_path, text)
    assert ["r"] == decide(project, contact={"segments": ["vip"], "lifetime_value": "1000,5"})["matched"]
    assert [] == decide(project, contact={"segments": [], "lifetime_value": 5000})["matched"]


def test_things_may_be_called_by_external_id_and_old_id(tmp_path: Path) -> None:
    """The helpdesk's own id of a segment, and one from before a rename, mean the segment."""
    project = rules(tmp_path, "  - {id: r, stage: classify, when: contact.segments has vip, then: [{stop: true}]}\n")
    for name in ("vip", "17", 17, "gold"):
        assert ["r"] == decide(project, contact={"segments": [name]})["matched"]


def test_unknown_things_are_kept_with_a_warning_and_refused_when_strict(tmp_path: Path) -> None:
    """A segment that the project does not know loses no ticket; `strict` refuses it."""
    project = rules(tmp_path, "  - {id: r, stage: classify, when: contact.segments has vip, then: [{stop: true}]}\n")
    facts: dict[str, Any] = {"contact": {"segments": ["vip", "nieuw"]}, "ticket": {"priority": "asap"}}
    found = decide(project, **facts)
    assert ["r"] == found["matched"]
    assert ["/contact/segments/1", "/ticket/priority"] == sorted(one["pointer"] for one in found["warnings"])
    with pytest.raises(ruleflow.FactsError) as refused:
        project.decide("ticket.created", facts, strict=True)
    assert {"/contact/segments/1", "/ticket/priority"} == {one.pointer for one in refused.value.problems}


def test_an_unknown_manager_falls_back_to_the_team(tmp_path: Path) -> None:
    """A route to an agent that is absent, or unknown, goes to the team beside it."""
    text = "  - {id: r, stage: route, then: [{route: {agent: contact.account_manager, team: desk}}]}\n"
    project = rules(tmp_path, text)
    assert {"team": "desk", "agent": "anna"} == decide(project, contact={"account_manager": "anna"})["outcome"]["route"]
    assert {"team": "desk"} == decide(project, contact={"account_manager": "somebody"})["outcome"]["route"]
    assert {"team": "desk"} == decide(project)["outcome"]["route"]


def test_every_fault_of_the_facts_is_listed(tmp_path: Path) -> None:
    """Facts are refused as a whole, with each fault at its JSON pointer, and nothing is decided."""
    project = rules(tmp_path, "  - {id: r, stage: classify, then: [{stop: true}]}\n")
    facts: dict[str, Any] = {
        "ticket": {"reopened_count": "often", "created_at": "yesterday", "tags": "x", "subject": 5},
        "contact": {"email": "nobody", "likelihood_to_recommend": 11, "tickets": [{"status": 1.5}, 7]},
        "company": [],
    }
    with pytest.raises(ruleflow.FactsError) as refused:
        project.decide("ticket.creatd", facts)
    assert [
        "/company",
        "/contact/email",
        "/contact/likelihood_to_recommend",
        "/contact/tickets/0/status",
        "/contact/tickets/1",
        "/event",
        "/ticket/created_at",
        "/ticket/reopened_count",
        "/ticket/subject",
        "/ticket/tags",
    ] == sorted(one.pointer for one in refused.value.problems)


def test_secrets_are_masked_everywhere(tmp_path: Path) -> None:
    """A card number is in no decision, explanation, message or refusal except masked."""
    extra = """
fields: {contact.card: {type: text, format: payment_card}}
templates: {paid: {file: paid.md}}
"""
    text = """
  - id: r
    stage: notify
    when: contact.card is present and contact.card starts with '4'
    then:
      - note: "Card {{ contact.card }}"
      - send: {template: paid, to: "'a@example.com'"}
"""
    files = {"paid.md": "---\nsubject: Paid\n---\n{{ contact.card | default: '' }}"}
    project = rules(tmp_path, text, extra, files)
    card = "4111111111111111"
    facts = {"contact": {"card": card}}
    said = [
        project.decide("ticket.created", facts).to_json().decode(),
        str(project.explain("ticket.created", facts, rule="r").to_dict()),
        project.explain("ticket.created", facts, rule="r").to_text(),
        project.explain("ticket.created", facts).to_text(),
    ]
    assert all(card not in one for one in said)
    assert "••••1111" in said[0]
    with pytest.raises(ruleflow.FactsError) as refused:
        project.decide("ticket.created", {"contact": {"card": "4111111111111112"}})
    assert "4111111111111112" not in str(refused.value)


_SECRETS = """
fields:
  contact.pin: {type: integer, secret: true}
  contact.sum: {type: decimal, secret: true}
  contact.born: {type: date, secret: true}
  contact.seen: {type: datetime, secret: true}
  contact.wakes: {type: time, secret: true}
  contact.lasts: {type: duration, secret: true}
  contact.ill: {type: choice, options: [flu], secret: true}
  contact.carer: {type: team, secret: true}
  contact.codes: {type: set, of: text, secret: true}
  contact.passes: {type: list, of: {number: {type: text, secret: true}, points: {type: integer, secret: true}}}
"""
_VALUES = {
    "pin": 98765431,
    "sum": "7654.32",
    "born": "1957-11-13",
    "seen": "2019-08-07T06:05:04Z",
    "wakes": "17:43",
    "lasts": "7h43m",
    "ill": "SEKRET-ILL",
    "carer": "SEKRET-TEAM",
    "codes": ["SEKRET-CODE-1", "SEKRET-CODE-2"],
    "passes": [{"number": "SEKRET-PASS", "points": 87654321}],
}
_TOLD = ("98765431", "7654.32", "1957", "2019", "17:43", "7:43", "7h43", "SEKRET", "87654321")


def test_secrets_of_every_type_are_masked_in_messages_texts_and_warnings(tmp_path: Path) -> None:
    """Numbers, dates, times, lists, parts of records: none of them leaves a decision or its reasons in clear."""
    reads = " ".join(f"{{{{ contact.{name} }}}}" for name in _VALUES if name not in {"passes", "codes"})
    text = f"""
  - id: r
    stage: notify
    when: contact.codes is present and contact.pin > 1
    then:
      - note: "{reads} {{{{ sum (contact.passes of it.points) }}}} {{{{ contact.codes }}}}"
      - send: {{template: all, to: "'a@example.com'"}}
"""
    loop = "{% for one in contact.passes %}{{ one.number }} {{ one.points }}{% endfor %}"
    files = {"all.md": f"---\nsubject: S\n---\n{reads} {{{{ contact.codes }}}} {loop}"}
    project = rules(tmp_path, text, f"{_SECRETS}templates: {{all: {{file: all.md}}}}\n", files)
    facts = {"contact": _VALUES}
    decision = project.decide("ticket.created", facts)
    said = [decision.to_json().decode(), str(project.explain("ticket.created", facts, rule="r").to_dict())]
    assert [] == [(told, one) for told in _TOLD for one in said if told in one]
    assert ["/contact/carer", "/contact/ill"] == [one["pointer"] for one in decision.to_dict()["warnings"]]


def test_refusals_do_not_show_secrets_of_any_type(tmp_path: Path) -> None:
    """What is wrong with a secret is said without saying the secret."""
    project = rules(tmp_path, "  - {id: r, stage: notify, then: [{add_tags: [x]}]}\n", _SECRETS)
    wrong = dict.fromkeys(_VALUES, "SEKRET-12345678") | {"ill": ["SEKRET"], "carer": {"SEKRET": 1}}
    in_parts = {"passes": [{"number": 12345678, "points": "SEKRET-12345678"}]}
    for contact, problems in ((wrong, len(_VALUES)), (in_parts, 2)):
        with pytest.raises(ruleflow.FactsError) as refused:
            project.decide("ticket.created", {"contact": contact})
        assert problems == len(refused.value.problems)
        said = str([(one.message, one.help) for one in refused.value.problems])
        assert "SEKRET" not in said
        assert "12345678" not in said


def test_a_secret_part_of_records_is_not_written_to_a_field_that_is_none(tmp_path: Path) -> None:
    """The parts of records that are secrets are as secret as fields."""
    extra = f"{_SECRETS}  ticket.points: {{type: integer}}\n"
    text = "  - {id: r, stage: notify, then: [{set: {ticket.points: sum (contact.passes of it.points)}}]}\n"
    with pytest.raises(ruleflow.ProjectError) as refused:
        rules(tmp_path, text, extra)
    assert ["RF417"] == [one.code.number for one in refused.value.diagnostics if "secret" in one.message]


def test_a_value_over_the_budget_costs_only_the_rules_that_read_it(tmp_path: Path) -> None:
    """A text that is too long is an error of the rules that look at it; the others decide."""
    text = """
  - {id: looks, stage: classify, when: ticket.body contains 'x', then: [{add_tags: [a]}]}
  - {id: other, stage: classify, then: [{add_tags: [b]}]}
"""
    found = decide(rules(tmp_path, text), ticket={"body": "y" * 100_001})
    assert ["other"] == found["matched"]
    assert [("looks", "RF607")] == [(one["rule"], one["code"]) for one in found["errors"]]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """A decision is a pure function; facts that nobody declared do not change it, declared ones do."""
    project = rules(tmp_path, "  - {id: r, stage: classify, then: [{add_tags: [b, a, я]}]}\n")
    now = datetime(2026, 3, 1, tzinfo=UTC)
    one = project.decide("ticket.created", {"ticket": {"subject": "x", "tags": ["q", "p"]}}, now=now)
    other = project.decide("ticket.created", {"ticket": {"tags": ["p", "q"], "subject": "x", "nobody": 1}}, now=now)
    assert one.to_json() == other.to_json()
    assert one.decision_id != project.decide("ticket.created", {"ticket": {"subject": "y"}}, now=now).decision_id
    assert '["a","b","p","q","я"]' in one.to_json().decode()


def test_messages_take_the_wording_that_fits_best(tmp_path: Path) -> None:
    """Segment before language before everyone's; `fi` serves `fi-FI`; HTML is escaped."""
    extra = """
templates:
  hi:
    files: [all.md, fi.md, vip.md, vip_fi.html]
"""
    files = {
        "all.md": "---\nsubject: 'S {{ ticket.subject }}'\n---\nall",
        "fi.md": "---\nlocale: fi\n---\nfi",
        "vip.md": "---\nsegment: vip\n---\nvip",
        "vip_fi.html": "---\nsegment: vip\nlocale: fi\nformat: html\n---\n<b>{{ ticket.subject }}</b>",
    }
    text = "  - {id: r, stage: notify, then: [{send: {template: hi, to: \"'a@example.com'\"}}]}\n"
    project = rules(tmp_path, text, extra, files)

    def body(**contact: Any) -> str:
        (message,) = decide(project, ticket={"subject": "<é>"}, contact=contact)["outcome"]["messages"]
        return str(message["body"])

    assert "all" == body(language="sv")
    assert "fi" == body(language="fi-FI")
    assert "vip" == body(segments=["vip"])
    assert "<b>&lt;é&gt;</b>" == body(segments=["vip"], language="fi")


def test_contracts_are_tried_by_rating_then_file_order(tmp_path: Path) -> None:
    """The first contract whose condition holds is picked; the ticket may name one; none may apply."""
    extra = """
contracts:
  basic: {title: Basic, rating: 1, owner: desk}
  north: {title: North, rating: 5, applies_when: ticket.region is 'north', owner: anna}
  south: {title: South, rating: 5, applies_when: ticket.region is 'south'}
"""
    text = """
  - {id: r, stage: route, when: contract is present, then: [{route: {team: contract.team ?? rest, agent: contract.agent}}]}
"""
    project = rules(tmp_path, text, extra)
    held = {"contracts": ["basic", "north", "south"]}
    assert "north" == decide(project, contact=held, ticket={"region": "north"})["outcome"]["contract"]
    assert {"team": "rest", "agent": "anna"} == decide(project, contact=held, ticket={"region": "north"})["outcome"][
        "route"
    ]
    assert "basic" == decide(project, contact=held)["outcome"]["contract"]
    assert (
        "basic" == decide(project, contact=held, ticket={"region": "north", "contract": "basic"})["outcome"]["contract"]
    )
    assert None is decide(project, contact={"contracts": ["south"]})["outcome"]["contract"]


def test_numbers_are_exact(tmp_path: Path) -> None:
    """Decimals neither lose nor gain: 0.1 + 0.2 is 0.3, and digits come out as they went in."""
    extra = "fields: {ticket.amount: {type: decimal}}\n"
    text = "  - {id: r, stage: classify, when: ticket.amount + 0.2 is 0.3, then: [{set: {ticket.amount: ticket.amount * 3}}]}\n"
    project = rules(tmp_path, text.replace("ticket.amount * 3", "(ticket.amount ?? 0) * 3"), extra)
    found = project.decide("ticket.created", {"ticket": {"amount": 0.1}}, now=datetime(2026, 1, 1, tzinfo=UTC))
    assert ("r",) == found.matched
    assert b'"amount":0.3' in found.to_json()


def test_a_first_match_that_can_do_nothing_leaves_the_stage_to_the_next(tmp_path: Path) -> None:
    """In a stage with `hit: first` a route to an unknown team is an error, and the next rule takes the ticket."""
    text = """
teams: [desk]
fields: {ticket.wanted: {type: team}}
defaults: {on: ticket.created, stage: one}
rules:
  - {id: wish, when: ticket.wanted is present, then: [{route: {team: ticket.wanted}}]}
  - {id: rest, then: [{route: {team: desk}}]}
"""
    project = loaded(tmp_path, text, root="ruleflow: 1\nstages: [{id: one, hit: first}]\n")
    assert ["wish"] == decide(project, ticket={"wanted": "desk"})["matched"]
    found = decide(project, ticket={"wanted": "nobody"})
    assert {"team": "desk"} == found["outcome"]["route"]
    assert [("wish", "RF611")] == [(one["rule"], one["code"]) for one in found["errors"]]


def test_explanations_mask_numbers_in_free_text_and_stay_short(tmp_path: Path) -> None:
    """A card number that a client typed into the subject is masked in an explanation; a long text is cut."""
    text = "  - {id: r, stage: classify, when: ticket.subject contains 'card' or ticket.body contains 'x', then: [{stop: true}]}\n"
    project = rules(tmp_path, text)
    facts = {"ticket": {"subject": "my card 4111 1111 1111 1111", "body": "y" * 90_000}}
    told = project.explain("ticket.created", facts, rule="r")
    assert "1111 1111" not in told.to_text()
    assert "my card ••••" in told.to_text()
    assert len(str(told.to_dict())) < 3_000


def test_too_many_segments_are_reported(tmp_path: Path) -> None:
    """Where some segments are derived, too: a rule that asks for them is an error, and nobody loses a group silently."""
    project = rules(
        tmp_path, "  - {id: a, stage: route, when: contact.segments has vip, then: {route: {team: desk}}}\n"
    )
    found = decide(project, contact={"segments": ["vip"] * 10_001})
    assert [("a", "RF607")] == [(one["rule"], one["code"]) for one in found["errors"]]
