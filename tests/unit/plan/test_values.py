"""What expressions are worth: a condition holds, for facts that are there and facts that are missing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

import ruleflow
from tests.projects import decide, loaded

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
VOCABULARY = """
calendars: {office: {timezone: Europe/Helsinki, hours: {mon-fri: ['09:00-17:00']}}, never: {hours: {}}}
contracts: {c: {title: C, folders: {top: {title: Top, folders: {inner: {title: Inner}}}}}}
agents: [anna]
teams: [desk]
fields:
  ticket.n: {type: integer}
  ticket.d: {type: decimal}
  ticket.took: {type: duration}
  ticket.day: {type: date}
  ticket.clock: {type: time}
  ticket.level: {type: choice, options: [low, mid, top], ordered: true}
  ticket.wishes: {type: set, of: text}
  ticket.rows: {type: list, of: {n: integer, took: duration, level: {type: choice, options: [low, mid, top], ordered: true}, day: date}}
"""
FACTS = {
    "ticket": {
        "n": 7,
        "d": "2,5",
        "took": "1h30m",
        "day": "2026-03-01",
        "clock": "18:30",
        "level": "mid",
        "created_at": "2026-03-02T09:00:00+02:00",
        "subject": "Kassa ei toimi – СРОЧНО",
        "wishes": ["a", "b"],
        "rows": [
            {"n": 1, "took": "30m", "level": "low"},
            {"n": 5, "took": "1h", "level": "top", "day": "2026-01-31"},
            {},
        ],
    },
    "contact": {"email": "Anna@Example.com", "contract_folder": "inner", "account_manager": "anna"},
}

HOLD = """
ticket.n + 1 is 8
ticket.n - 10 is -3
ticket.n * 2 is 14
ticket.n / 2 is 3.5
ticket.n % 4 is 3
-ticket.n is -7
ticket.d + 0.1 is 2.6
ticket.d * 2 is 5
1 / 3 * 3 < 1
(ticket.n / 0) is missing
(ticket.n % 0) is missing
(ticket.n + contact.satisfaction) is missing
(contact.satisfaction ?? ticket.n) is 7
(contact.satisfaction ?? contact.lifetime_value ?? 3) is 3
ticket.took + 30m is 2h
ticket.took - 2h is -30m
ticket.took * 2 is 3h
2 * ticket.took is 3h
ticket.took / 3 is 30m
ticket.took / 30m is 3
ticket.took % 1h is 30m
(ticket.took / 0m) is missing
(ticket.took % 0m) is missing
ticket.day + 1 day is @2026-03-02
ticket.day - 60 days is @2025-12-31
(ticket.day - @2026-02-01) is 28 days
1 day + 2 days is 3 days
3 days - 1 day is 2 days
-(2 days) < 1 day
ticket.created_at + 1h is @2026-03-02T10:00+02:00
ticket.created_at - 1h is @2026-03-02T08:00
now - ticket.created_at is 5h
ticket.created_at + 27 days is @2026-03-29T09:00+03:00
ticket.created_at + 648h is @2026-03-29T10:00+03:00
ticket.clock > @18:00
ticket.level > low
ticket.level between mid and top
count (ticket.rows) is 3
count (ticket.rows where it.n > 0) is 2
count (ticket.rows where it.n is missing) is 1
sum (ticket.rows of it.n) is 6
sum (ticket.rows of it.took) is 1h30m
sum (ticket.rows of it.n where it.n > 100) is 0
min (ticket.rows of it.n) is 1
max (ticket.rows of it.level) is top
max (ticket.rows of it.day) is @2026-01-31
(max (ticket.rows of it.n where it.n > 100)) is missing
any (ticket.rows where it.level is top)
all (ticket.rows where it.n is not 9)
none (ticket.rows where it.n is 9)
any (ticket.wishes where it is 'a')
count (ticket.wishes) is 2
ticket.wishes is ['b', 'a']
abs(-2.5) is 2.5
floor(-2.5) is -3
ceil(2.1) is 3
round(2.345, 2) is 2.35
round(-2.5) is -3
round(ticket.d) is 3
lower('ÄÄ') is 'ää'
upper('да') is 'ДА'
trim('  a ') is 'a'
length('привет👋') is 7
number('2,25') is 2.25
number('x') is missing
domain(contact.email) is 'example.com'
domain('nobody') is missing
elapsed(ticket.created_at) is 5h
open_time(ticket.created_at, now, office) is 5h
open_time(now, ticket.created_at, office) is -5h
next_open(@2026-03-01T12:00Z, office) is @2026-03-02T09:00+02:00
next_open(now, never) is missing
days_until(ticket.day) is -1
days_since(ticket.day) is 1
age(@2000-03-03) is 25
age(@2000-03-02) is 26
hours(90m) is 1.5
minutes(ticket.took) is 90
date_of(now) is @2026-03-02
time_of(now) is @14:00
weekday(now) is mon
year(ticket.day) is 2026
month(ticket.day) is 3
hour(now) is 14
in_folder(contact.contract_folder, top)
in_folder(contact.contract_folder, inner)
not in_folder(contact.contract_folder ?? top, inner) is false
now during office
@2026-03-01T12:00Z outside office
not now during never
(if (ticket.n ?? 0) > 5 then 'many' else 'few') is 'many'
(if contact.satisfaction is present then 1 else 2) is 2
ticket.subject contains 'срочно'
ticket.subject contains any of ['x', 'TOIMI']
ticket.subject contains word 'ei'
ticket.subject not contains word 'kass'
ticket.subject exactly contains 'СРОЧНО'
not ticket.subject exactly contains 'срочно'
ticket.subject starts with 'kassa'
ticket.subject ends with lower('СРОЧНО')
ticket.subject matches '\\bсрочно\\b'
ticket.subject exactly matches any of ['^kassa', '^Kassa']
contact.first_name is missing and contact.first_name is blank
contact.email is not blank
ticket.tags is blank
contact.account_manager in [anna]
ticket.n in [7, 8]
ticket.n not in [8]
contact.satisfaction not in [8]
contact.satisfaction is not 8
ticket.n is ticket.d + 4.5
""".strip().splitlines()

FAIL = """
contact.satisfaction < 3
contact.satisfaction >= 3
contact.satisfaction between 0 and 10
3 > contact.satisfaction
ticket.n < contact.satisfaction
contact.first_name contains ''
contact.last_seen_at during office
contact.last_seen_at outside office
contact.satisfaction is 3
contact.satisfaction in [3]
ticket.tags has 'x'
any (contact.tickets where true)
contract is present
contract.rating > 0
contract.team is desk
ticket.subject starts with 'toimi'
ticket.wishes has any of ['c', 'd']
ticket.wishes has all of ['a', 'c']
ticket.wishes has none of ['a']
ticket.level is low
ticket.priority changed from high
""".strip().splitlines()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ruleflow.Project:
    """A rule for each condition: those that hold first, then those that do not."""
    rules = "".join(
        f"  - id: r{at}\n    when: |\n      {when}\n    then: [{{add_tags: [x]}}]\n"
        for at, when in enumerate([*HOLD, *FAIL])
    )
    text = f"{VOCABULARY}defaults: {{stage: classify, on: ticket.updated}}\nrules:\n{rules}"
    return loaded(tmp_path_factory.mktemp("values"), text, root="ruleflow: 1\ntimezone: Europe/Helsinki\n")


@pytest.fixture(scope="module")
def matched(project: ruleflow.Project) -> set[str]:
    """The rules whose condition held."""
    return set(decide(project, "ticket.updated", NOW, **FACTS)["matched"])


@pytest.mark.parametrize(("at", "when"), list(enumerate(HOLD)))
def test_conditions_that_hold(matched: set[str], at: int, when: str) -> None:
    """Each of these holds for the facts above."""
    assert f"r{at}" in matched, when


@pytest.mark.parametrize(("at", "when"), list(enumerate(FAIL, len(HOLD))))
def test_conditions_that_do_not(matched: set[str], at: int, when: str) -> None:
    """None of these holds for the facts above; most ask about something that is missing."""
    assert f"r{at}" not in matched, when


def test_values_in_texts(tmp_path: Path) -> None:
    """Values in texts stand as people write them; what is missing is empty."""
    parts = [
        "ticket.n",
        "ticket.d",
        "ticket.took",
        "ticket.day",
        "ticket.clock",
        "ticket.created_at",
        "ticket.wishes",
        "true",
        "2 days",
        "ticket.level",
        "contact.first_name",
    ]
    text = " | ".join(f"{{{{ {part} }}}}" for part in parts)
    project = loaded(
        tmp_path,
        f"{VOCABULARY}rules: [{{id: r, stage: classify, on: ticket.updated, then: [{{note: '{text}'}}]}}]\n",
        root="ruleflow: 1\ntimezone: Europe/Helsinki\n",
    )
    (action,) = decide(project, "ticket.updated", NOW, **FACTS)["actions"]
    assert "7 | 2.5 | 1h30m | 2026-03-01 | 18:30 | 2026-03-02 09:00 | a, b | yes | 2 days | mid | " == action["text"]


def test_too_large_a_result_costs_the_rule_only(tmp_path: Path) -> None:
    """A number that grows beyond all bounds is an error of its rule, not of the decision."""
    power = " * ".join(["ticket.d"] * 60)
    text = f"{VOCABULARY}rules: [{{id: r, stage: classify, on: ticket.updated, when: {power} > 1, then: [{{stop: true}}]}}]\n"
    project = loaded(tmp_path, text)
    assert ["r"] == decide(project, "ticket.updated", NOW, ticket={"d": "9" * 39})["matched"]
