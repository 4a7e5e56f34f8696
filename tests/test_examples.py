"""The examples are whole: no findings, every test passes, every rule fires; and every line of what users asked for is shown."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import ruleflow
from ruleflow.cli.app import run
from ruleflow.diagnostics.collector import Collector
from ruleflow.lint.lint import Settings, lint_folder
from ruleflow.project.folder import read_folder
from ruleflow.testing.results import Report
from ruleflow.testing.run import run_tests

NOON = datetime(2026, 1, 16, 9, tzinfo=UTC)
FOLDER = Path(__file__).parents[1] / "rules-examples"
EXAMPLES = [
    "first-steps",
    "contact-groups",
    "client-segments",
    "client-fields",
    "contracts",
    "service-levels",
    "decision-tables",
    "it-servicedesk",
    "segments-from-purchases",
]

SHOWN_BY: dict[str, tuple[str, ...]] = {
    "A1 a group has a name and colours, is renamed": (
        "contact-groups",
        "groups may be called by id, by the helpdesk's id and by an old id",
    ),
    "A2 many groups on a contact, by company, language, …": (
        "contact-groups",
        "groups by company, language, time zone, product and subscription",
    ),
    "A3 rules and SLA rules name a group": (
        "contact-groups",
        "a contact in two groups gets exactly one route, and it shows who lost",
    ),
    "A3 time rules name a group": ("service-levels", "a VIP, round the clock, and whoever forgets one"),
    "A5 straight to the people, or another SLA level": (
        "contact-groups",
        "a contact in two groups gets exactly one route, and it shows who lost",
    ),
    "A6 follow-ups speak to each group": ("contact-groups", "follow-ups speak to each group"),
    "B1 a segment is seen in any channel": ("client-segments", "the same in every channel"),
    "B3 a segment has an id for the API": (
        "client-segments",
        "six kinds of clients reach the right people [called by the API's id]",
    ),
    "B4 six kinds of clients": ("client-segments", "six kinds of clients reach the right people"),
    "B4 a precise portrait": ("client-segments", "a precise portrait"),
    "B5 RFM": (
        "segments-from-purchases",
        "who buys often, lately and for much is a champion and reaches key accounts",
    ),
    "B5 ABCDX": ("segments-from-purchases", "a large company that buys little is worth key accounts"),
    "B5 XYZ, a scoring model": (
        "segments-from-purchases",
        "a thank-you for the loyal, who are no champions yet [the same every month, but two tickets wait]",
    ),
    "B5 cohorts": ("segments-from-purchases", "asleep since spring, when they came"),
    "B5 LTV": (
        "segments-from-purchases",
        "whoever bought often and stopped is asked why, unless little is at stake [much]",
    ),
    "B6 a segment named after an employee": (
        "client-segments",
        "six kinds of clients reach the right people [clients of Olga]",
    ),
    "B7 partners to the partner department": (
        "client-segments",
        "six kinds of clients reach the right people [partner]",
    ),
    "C1 base fields": ("client-fields", "base fields, several addresses and phones, custom fields of every form kind"),
    "C1 purchases and tickets of any channel": ("client-fields", "purchases and tickets in any channel count"),
    "C1 service notes": ("client-fields", "whoever calls, the note is there"),
    "C2 custom fields": (
        "client-fields",
        "base fields, several addresses and phones, custom fields of every form kind",
    ),
    "C3 every validator takes": ("client-fields", "every validator takes what it should"),
    "C3 every validator refuses": (
        "client-fields",
        "every validator refuses what it should, all at once, each at its place",
    ),
    "C4 secrets, a decimal comma": (
        "client-fields",
        "a decimal comma is read, and secrets are masked in what people see",
    ),
    "D1 owner, tag, schedule, regulation, priorities": (
        "contracts",
        "a broken cash register is high priority, with the contract of the branch",
    ),
    "D1 rating": ("contracts", "of two contracts that apply the higher rating is picked"),
    "D2 two contracts": (
        "contracts",
        "a broken cash register is high priority, with the contract of the branch [Vladivostok]",
    ),
    "D3 no move while requests are open": ("contracts", "a client with open requests cannot be moved, one without can"),
    "D4 folders": ("contracts", "folders group the clients of a contract"),
    "D5 tags of contract and client": ("contracts", "whoever takes the call sees the tags"),
    "D6 foreign, legal, natural, premium; load is spread": (
        "contracts",
        "foreign counterparties, premium clients, natural and legal persons",
    ),
}
"""Each line that users asked for, with the example and the test that shows it. What views show (A4, D1,
D5) stands below; what a deletion touches (B2) is shown by the tests of references."""

LISTED = {
    "A4 tickets by group": ("contact-groups", "vip_inbox", "tickets", ["T-3", "T-4", "T-1", "T-6"]),
    "A4 contacts by group": ("contact-groups", "wholesale_people", "contacts", ["adam", "Otto", "Žofia"]),
    "A4 contacts by a group that is derived": ("contact-groups", "gold_people", "contacts", ["adam", "Eva", "Otto"]),
    "A4 companies by group": ("contact-groups", "acme_companies", "companies", ["12", "10"]),
    "D1 a high rating goes to the very top, then what is due": (
        "contracts",
        "queue",
        "requests",
        ["R-5", "R-4", "R-7", "R-1", "R-2", "R-3"],
    ),
    "D5 the clients that carry the tag of a contract": (
        "contracts",
        "clients_of_tills",
        "clients",
        ["C-4", "C-2", "C-1"],
    ),
    "D5 the clients that carry a tag of their own": ("contracts", "pays_late", "clients", ["C-3", "C-1"]),
}
"""Each line that is shown by a view of an example over records beside it, with what comes in which order."""


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    """How the tests of each example went."""
    return {name: run_tests(ruleflow.load(FOLDER / name)) for name in EXAMPLES}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_whole(name: str, reports: dict[str, Report]) -> None:
    """No finding, not even a warning; every test passes; every rule fires in some test; a page tells what it is."""
    assert [] == ruleflow.check(FOLDER / name)
    assert () == reports[name].failed
    assert () == reports[name].never_fired
    assert () == reports[name].coverage.never_hit
    assert len(reports[name].results) >= 4
    page = (FOLDER / name / "README.md").read_text(encoding="utf-8")
    assert f"ruleflow test rules-examples/{name}" in page


@pytest.mark.parametrize("name", EXAMPLES)
def test_lint_has_no_advice_on_an_example(name: str) -> None:
    """Nothing is left over, said twice or untested; nothing is silenced either."""
    folder = read_folder(FOLDER / name, Collector())
    assert folder is not None
    assert () == lint_folder(folder, Settings(datetime(2026, 3, 2, tzinfo=UTC), proves=True))


def test_the_examples_are_formatted(tmp_path: Path) -> None:
    """`ruleflow fmt` would change nothing, neither in the examples nor in what `new` makes."""
    assert 0 == run(["fmt", "--check", *(str(FOLDER / name) for name in EXAMPLES)])
    assert 0 == run(["new", str(tmp_path / "made")])
    assert 0 == run(["fmt", "--check", str(tmp_path / "made")])


@pytest.mark.parametrize("line", SHOWN_BY)
def test_what_users_asked_for_is_shown(line: str, reports: dict[str, Report]) -> None:
    """Every line is shown by a test of an example, and that test passes."""
    example, test = SHOWN_BY[line]
    found = [
        result for result in reports[example].results if result.name == test or result.name.startswith(f"{test} [")
    ]
    assert found
    assert all(result.passed for result in found)


@pytest.mark.parametrize("line", LISTED)
def test_what_users_asked_for_is_listed(line: str) -> None:
    """Every view has what belongs in it, in its order."""
    example, view, records, expected = LISTED[line]
    with (FOLDER / example / "records" / f"{records}.jsonl").open(encoding="utf-8") as file:
        found = ruleflow.load(FOLDER / example).view(view, map(json.loads, file), now=NOON)
        assert expected == [_name_of(one) for one in found]


def _name_of(facts: dict[str, dict[str, str]]) -> str:
    """The id of what a record is about, or its name."""
    about = next(iter(facts.values()))
    return about.get("id") or about["name"]


def test_every_view_of_the_examples_is_shown() -> None:
    """No view stands there untried."""
    views = {(name, view) for name in EXAMPLES for view in ruleflow.load(FOLDER / name).model.views}
    assert views == {(example, view) for example, view, _, _ in LISTED.values()}


def test_every_base_field_of_the_example_is_declared() -> None:
    """The base fields that the example of client fields gives are really read, not ignored."""
    project = ruleflow.load(FOLDER / "client-fields")
    test = next(test for test in project.model.tests if test.name.startswith("base fields"))
    given = [f"{group}.{name}" for group, fields in test.cases[0].given.items() for name in fields]
    assert [] == [path for path in given if path not in project.model.fields]
    assert len(given) > 20


def test_deleting_a_segment_lists_what_it_touches(tmp_path: Path) -> None:
    """When a segment goes away, `check` lists every place that still names it, so nothing dangles."""
    copy(FOLDER / "client-segments", tmp_path)
    place = tmp_path / "model" / "segments.yaml"
    kept = [
        line
        for line in place.read_text(encoding="utf-8").splitlines(keepends=True)
        if not line.startswith("  partner:")
    ]
    place.write_text("".join(kept), encoding="utf-8")
    found = {(one.within, one.span.source.name) for one in ruleflow.check(tmp_path) if one.is_error and one.span}
    assert {
        ("condition of rule `partners`", "rules/routing.yaml"),
        ("segment `new_client`", "model/segments.yaml"),
    } == found


def copy(source: Path, target: Path) -> None:
    """Copy a folder of text files."""
    for place in source.rglob("*"):
        if place.is_file():
            (target / place.relative_to(source)).parent.mkdir(parents=True, exist_ok=True)
            (target / place.relative_to(source)).write_bytes(place.read_bytes())


def decided(csv: Path, tmp_path: Path) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
    """The lines of a file of incidents with their decisions, made by the command."""
    lines, answers = tmp_path / "incidents.jsonl", tmp_path / "decisions.jsonl"
    script = FOLDER / "it-servicedesk" / "map_incidents.py"
    lines.write_bytes(subprocess.run([sys.executable, script, csv], capture_output=True, check=True).stdout)
    command = [sys.executable, "-m", "ruleflow", "decide", str(FOLDER / "it-servicedesk"), "-f", str(lines)]
    answers.write_bytes(subprocess.run(command, capture_output=True, check=True).stdout)
    with lines.open(encoding="utf-8") as asked, answers.open(encoding="utf-8") as said:
        yield from ((json.loads(line), json.loads(answer)) for line, answer in zip(asked, said, strict=True))


def check_incidents(csv: Path, tmp_path: Path) -> tuple[int, int]:
    """Every incident has a route and its recorded priority; the numbers of openings and of reopenings."""
    opened = reopened = 0
    for line, decision in decided(csv, tmp_path):
        outcome = decision["outcome"]
        assert isinstance(outcome, dict)
        assert outcome["route"]["team"].startswith("group_")
        assert [] == decision["errors"]
        if line["event"] == "ticket.created":
            opened += 1
            recorded = line["recorded"]
            assert isinstance(recorded, dict)
            assert recorded["priority"] == outcome["ticket"]["priority"]
        else:
            reopened += 1
            assert outcome["ticket"]["priority"] in {"1 - Critical", "2 - High"}
    return opened, reopened


def test_real_incidents_of_the_extract(repository: Path, tmp_path: Path) -> None:
    """The incidents shipped with the tests are all decided, with the priority that was recorded."""
    opened, reopened = check_incidents(repository / "tests" / "data" / "incidents_servicenow_extract.csv", tmp_path)
    assert opened > 100
    assert reopened >= 20


@pytest.mark.slow
def test_all_real_incidents(shared_folder: Path, tmp_path: Path) -> None:
    """All 17,136 recorded incidents are decided, with the priority that was recorded."""
    assert (17_136, 243) == check_incidents(shared_folder / "data" / "incidents_servicenow_events.csv.gz", tmp_path)


def test_the_readme_shows_what_the_command_prints(repository: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """The output in the README is that of its command, the instant aside."""
    page = (repository / "README.md").read_text(encoding="utf-8")
    shown = next(block for block in re.findall(r"```text\n(.*?)```", page, re.DOTALL) if "ticket.created at" in block)
    place = str(FOLDER / "first-steps")
    assert 0 == run(["decide", place, "--event", "ticket.created", "--facts", f"{place}/ticket.json", "--explain"])
    said = capsysbinary.readouterr().out.decode()
    instant = re.compile(r"(?<=ticket.created at )\S+")
    assert instant.sub("…", shown) == instant.sub("…", said)
